"""Refuses, at every start, to serve other machines as long as no API token was ever made."""

from server.errors import OperatorError
from server.wiring import Application


async def refuse_open_server(application: Application) -> None:
    """Raises OperatorError where everybody who reaches the server would be an administrator."""
    if application.settings.is_loopback or await application.readers.api_tokens.any_was_ever_made():
        return
    raise OperatorError(
        f"refusing to serve on {application.settings.host} without any API token: everybody who reaches it would be "
        "ADMIN; make one with `partsgraph token create --name NAME --role ADMIN` or set PARTSGRAPH_INITIAL_ADMIN_TOKEN"
    )
