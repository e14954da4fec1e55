"""Who may fetch a file: whoever holds an address signed for it, or may read at all."""

from starlette.requests import Request

from domain.rules.file_addresses import SIGNATURE_PARAMETER, is_signed
from graph.execution.refusals import RequestCode, RequestRefused, refusal
from graph.file_addresses import FileAddresses
from server.authentication import Authenticator


class FileAccess:
    """Looks at the signature first: an `<img>` sends nothing else."""

    def __init__(self, authenticator: Authenticator, addresses: FileAddresses) -> None:
        self._authenticator = authenticator
        self._addresses = addresses

    async def check(self, request: Request) -> None:
        """Raises RequestRefused (UNAUTHENTICATED), or for an address that is signed, but not by us or too long ago,
        FORBIDDEN."""
        signature = request.query_params.get(SIGNATURE_PARAMETER)
        expires = request.query_params.get("expires", "")
        if signature is None:
            await self._authenticator.authenticate(request.headers)
        elif not is_signed(request.url.path, expires, signature, self._addresses.now_seconds(), self._addresses.secret):
            await self._without_signature(request)

    async def _without_signature(self, request: Request) -> None:
        try:
            await self._authenticator.authenticate(request.headers)
        except RequestRefused:
            message = "The signature of this address is wrong or too old; ask for the address again."
            raise refusal(RequestCode.FORBIDDEN, message) from None
