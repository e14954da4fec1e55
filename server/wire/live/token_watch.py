"""Ends open connections whose token was revoked, also those on which nothing happens."""

import asyncio
import contextvars
from typing import Protocol

import structlog

_log = structlog.get_logger("partsgraph.live")


class TokenHolder(Protocol):
    """A connection that was let in."""

    async def end_if_revoked(self, at_most_old_seconds: float) -> None:
        """End when the token was revoked, as far as was known so many seconds ago; it waits for no client."""


class TokenWatch:
    """Looks at all connections as long as there are any.

    What is looked up is at most half as old as what is known of a token may be, and is looked up that often: together,
    no connection outlives its token for longer than a request would.
    """

    def __init__(self, token_kept_seconds: float) -> None:
        self._every_seconds = token_kept_seconds / 2
        self._holders: set[TokenHolder] = set()
        self._looking: asyncio.Task[None] | None = None

    def add(self, holder: TokenHolder) -> None:
        """Look at this one, too."""
        self._holders.add(holder)
        if self._looking is None:
            # It is no part of the request that happens to be the first.
            self._looking = asyncio.create_task(self._look_again_and_again(), context=contextvars.Context())

    def remove(self, holder: TokenHolder) -> None:
        """It has ended."""
        self._holders.discard(holder)
        if not self._holders and self._looking is not None:
            self._looking.cancel()
            self._looking = None

    async def _look_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(self._every_seconds)
            for holder in tuple(self._holders):
                try:
                    await holder.end_if_revoked(self._every_seconds)
                except Exception:  # noqa: BLE001 - a fault with one must not keep the others open
                    _log.exception("token_check_failed")
