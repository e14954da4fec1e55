"""Refuses foreign Host headers: otherwise any web page could reach an open server by DNS rebinding."""

from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from graph.execution.refusals import refusal
from server.authentication import Authenticator
from server.wire.http.answers import refusal_answer
from server.wire.outages import outage_of
from server.wire.refusals import HttpCode

_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})

# Asked by orchestrators under any address; they tell nothing but that the server runs.
_ASKED_BY_ADDRESS = frozenset({"/healthz", "/readyz"})


class HostCheck:
    """ASGI middleware. While no API token exists it answers to this machine's names only; then to the allowed ones."""

    def __init__(
        self,
        app: ASGIApp,
        authenticator: Authenticator,
        allowed_hosts: Sequence[str],
        public_paths: frozenset[str] = frozenset(),
    ) -> None:
        self._app = app
        self._authenticator = authenticator
        self._asked_by_address = _ASKED_BY_ADDRESS | public_paths
        self._allowed = frozenset(host.lower() for host in allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 421."""
        if scope["type"] not in {"http", "websocket"} or scope["path"] in self._asked_by_address:
            await self._app(scope, receive, send)
            return
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(hosts) == 1 and await self._is_allowed(_name(hosts[0])):
            await self._app(scope, receive, send)
        else:
            refused = refusal(HttpCode.HOST_NOT_ALLOWED, "This server does not answer to this Host header.")
            await refusal_answer(refused)(scope, receive, send)

    async def _is_allowed(self, name: str) -> bool:
        if name in _LOCAL_HOSTS:
            return True
        if await self._is_open():
            return False
        return not self._allowed or name in self._allowed

    async def _is_open(self) -> bool:
        try:
            return await self._authenticator.is_open()
        except Exception as exception:
            if outage_of(exception) is None:
                raise
            return self._authenticator.was_open


def _name(host: str) -> str:
    """The host without its port: "[::1]:8000" is "[::1]"."""
    host = host.strip().lower()
    if host.startswith("["):
        name, bracket, port = host.partition("]")
        return name + bracket if not port or _is_port(port) else host
    name, colon, port = host.partition(":")
    return name if not colon or _is_port(colon + port) else host


def _is_port(text: str) -> bool:
    return text[:1] == ":" and (len(text) == 1 or (text[1:].isascii() and text[1:].isdigit()))
