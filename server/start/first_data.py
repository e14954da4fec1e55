"""What a new installation is given when it first starts: part types, a token for its administrator, a demo workshop."""

from importlib import import_module

import structlog
from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_exponential_jitter

from persistence.faults import STORE_ERRORS, fault_of
from persistence.orphaned_objects import Sweep
from server.errors import OperatorError
from server.seed.demo.workshop import load_demo
from server.seed.starter_types import load_starter_types
from server.start.progress import Announcer, Bar
from server.wiring import Application

_log = structlog.get_logger(__name__)


async def prepare_content(application: Application, announcer: Announcer) -> None:
    """Makes what the server needs before it may answer. Raises OperatorError when it may not."""
    await _make_bucket(application)
    await load_first_content(application, announcer)
    await _refuse_open_server(application)


async def load_first_content(application: Application, announcer: Announcer) -> None:
    """Each part is loaded once in the life of a database, whatever is removed from it later."""
    async with announcer.step("Loading the starter types"):
        await load_starter_types(application)
    token = application.settings.initial_admin_token
    if token is not None:
        await application.services.tokens.register_first(token.get_secret_value())
    if application.settings.demo_data:
        with Bar("Loading the demo workshop") as progress:
            loaded = await load_demo(application, progress)
        if loaded:
            # The drawing library is loaded in this one start alone.
            await import_module("server.seed.demo.files").load_demo_files(application)


async def _make_bucket(application: Application) -> None:
    patience_seconds = application.settings.database_connect_timeout_seconds
    attempts = AsyncRetrying(
        stop=stop_after_delay(patience_seconds),
        wait=wait_exponential_jitter(initial=0.2, max=2),
        retry=retry_if_exception(lambda error: fault_of(error) is not None),
        reraise=True,
    )
    try:
        await attempts(application.object_store.ensure_bucket)
        if not await Sweep(application.database, application.object_store).mark_bucket():
            _log.warning("the bucket belongs to another installation and is not swept")
    except STORE_ERRORS as error:
        address, bucket = application.settings.s3_endpoint_url, application.settings.s3_bucket
        raise OperatorError(
            f"the object store {address} cannot be used ({error}); is it running, are the five PARTSGRAPH_S3_ settings "
            f"right, and may they make or read the bucket {bucket}?"
        ) from None


async def _refuse_open_server(application: Application) -> None:
    if application.settings.is_loopback or await application.readers.api_tokens.any_was_ever_made():
        return
    raise OperatorError(
        f"refusing to serve on {application.settings.host} without any API token: everybody who reaches it would be "
        "ADMIN; make one with `partsgraph token create --name NAME --role ADMIN` or set PARTSGRAPH_INITIAL_ADMIN_TOKEN"
    )
