"""Makes the bucket where it is missing, and marks whose it is."""

import structlog
from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_exponential_jitter

from persistence.faults import BAD_ANSWERS, may_answer_later
from persistence.orphaned_objects import Sweep
from server.errors import OperatorError
from server.wiring import Application

_log = structlog.get_logger(__name__)


async def make_bucket(application: Application) -> None:
    """Waits for an object store that is still starting. Raises OperatorError when it cannot be used."""
    patience_seconds = application.settings.database_connect_timeout_seconds
    attempts = AsyncRetrying(
        stop=stop_after_delay(patience_seconds),
        wait=wait_exponential_jitter(initial=0.2, max=2),
        retry=retry_if_exception(may_answer_later),
        reraise=True,
    )
    try:
        await attempts(application.object_store.ensure_bucket)
        if not await Sweep(application.database, application.object_store).mark_bucket():
            _log.warning("the bucket belongs to another installation and is not swept")
    except BAD_ANSWERS as error:
        address, bucket = application.settings.s3_endpoint_url, application.settings.s3_bucket
        raise OperatorError(
            f"the object store {address} cannot be used ({error}); is it running, are the five PARTSGRAPH_S3_ settings "
            f"right, and may they make or read the bucket {bucket}?"
        ) from None
