"""Who is calling: the actor behind an API token, or everyone's local actor until the first token exists."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from domain.entities.actor import LOCAL_ACTOR, Actor
from graph.execution.refusals import RequestCode, RequestRefused, refusal
from persistence.faults import fault_of
from server.wire.refusals import with_headers
from server.wiring import Application

_MAX_KEPT_TOKENS = 1_000
_LONGEST_TOKEN = 200
_WITHOUT_TOKEN = ("Send Authorization: Bearer with an API token.", "Bearer")
_REFUSED = ("The API token is unknown or revoked.", 'Bearer error="invalid_token"')


@dataclass(slots=True)
class _Kept:
    """A look-up's answer and when it was asked for."""

    actor: Actor | None
    asked_at: float


class Authenticator:
    """Finds actors by the SHA-256 of their token; an answer is kept for a setting's seconds, so a revoked one fails."""

    def __init__(self, application: Application) -> None:
        self._tokens = application.readers.api_tokens
        self._count = application.metrics.requests.authentication
        self._kept_seconds = application.settings.token_kept_seconds
        self._actors: OrderedDict[bytes, _Kept] = OrderedDict()
        self.was_open = True
        """What was last known of `is_open`, for when the database does not answer."""
        self._is_open_until = 0.0

    async def is_open(self) -> bool:
        """Whether no API token was ever made, so that everybody on this machine is an administrator."""
        now = time.monotonic()
        if now >= self._is_open_until:
            self.was_open = not await self._tokens.any_was_ever_made()
            self._is_open_until = now + self._kept_seconds
        return self.was_open

    async def authenticate(self, headers: Mapping[str, str]) -> Actor:
        """The actor of a request. Raises RequestRefused (UNAUTHENTICATED) without a valid token, once tokens exist."""
        outcome, actor = await self._recognised(headers)
        self._count[outcome]()
        if actor is None:
            raise _unauthenticated(outcome)
        return actor

    async def check_again(self, headers: Mapping[str, str], at_most_old_seconds: float | None = None) -> None:
        """Whether who was let in before would be let in now: for connections that stay open. It counts as no request.

        What is known of the token may be so old, by default as old as for a request. While the database is away what
        was known holds. Raises RequestRefused as `authenticate` does.
        """
        try:
            outcome, actor = await self._recognised(headers, at_most_old_seconds)
        except Exception as exception:
            if fault_of(exception) is None:
                raise
            return
        if actor is None:
            raise _unauthenticated(outcome)

    async def _recognised(
        self, headers: Mapping[str, str], at_most_old_seconds: float | None = None
    ) -> tuple[str, Actor | None]:
        if await self.is_open():
            return "open", LOCAL_ACTOR
        scheme, _, token = headers.get("authorization", "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token or len(token) > _LONGEST_TOKEN:
            return ("malformed" if scheme else "missing"), None
        oldest = self._kept_seconds if at_most_old_seconds is None else at_most_old_seconds
        actor = await self._actor_of(sha256(token.encode()).digest(), oldest)
        return ("refused" if actor is None else "accepted"), actor

    async def _actor_of(self, digest: bytes, at_most_old_seconds: float) -> Actor | None:
        now = time.monotonic()
        kept = self._actors.get(digest)
        if kept is not None and now < kept.asked_at + at_most_old_seconds:
            return kept.actor
        view = await self._tokens.by_digest(digest)
        actor = Actor(view.name, view.role) if view is not None and view.revoked_at is None else None
        self._actors[digest] = _Kept(actor, now)
        self._actors.move_to_end(digest)
        if len(self._actors) > _MAX_KEPT_TOKENS:
            self._actors.popitem(last=False)
        return actor


def _unauthenticated(outcome: str) -> RequestRefused:
    message, challenge = _REFUSED if outcome == "refused" else _WITHOUT_TOKEN
    told = f"{message} In GraphiQL: Headers tab, then re-fetch the schema."
    return with_headers(refusal(RequestCode.UNAUTHENTICATED, told), {"www-authenticate": challenge})
