"""Whether the server can do its work: named checks, asked together and not again for a while."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog

_log = structlog.get_logger("partsgraph.health")
_PATIENCE_SECONDS = 2.0

Check = Callable[[], Awaitable[None]]
"""Returns when all is well, and raises anything when it is not; it is given two seconds."""


class NotReady(Exception):
    """A part of the surroundings answers, but not as it should."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: when it was asked, and since when it has found the same (both by time.monotonic)."""

    is_well: bool
    asked_at: float
    unchanged_since: float

    def shown(self) -> dict[str, object]:
        """As /readyz shows it; ages in seconds."""
        now = time.monotonic()
        return {
            "state": "ok" if self.is_well else "failing",
            "ageSeconds": round(now - self.asked_at, 3),
            "unchangedForSeconds": round(now - self.unchanged_since, 3),
        }


class Readiness:
    """The checks of this process. Whatever the server needs adds its own under a name in camelCase."""

    def __init__(self, kept_seconds: float = 1.0) -> None:
        self._kept_seconds = kept_seconds
        self._checks: dict[str, Check] = {}
        self._findings: dict[str, Finding] = {}
        self._asked_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    def add(self, name: str, check: Check) -> None:
        """From now on the server is ready only when this check succeeds too."""
        self._checks[name] = check

    @property
    def last_findings(self) -> Mapping[str, Finding]:
        """What was found when somebody last asked; empty before that."""
        return self._findings

    async def findings(self) -> Mapping[str, Finding]:
        """What each check found within the kept seconds; whoever asks meanwhile waits for the same answers."""
        if time.monotonic() - self._asked_at >= self._kept_seconds:
            if self._asking is None:
                self._asking = asyncio.create_task(self._ask())
            # The answers serve everybody who waits: one who goes away must not end them.
            await asyncio.shield(self._asking)
        return dict(self._findings)

    async def _ask(self) -> None:
        try:
            asked = dict(self._checks)
            answers = await asyncio.gather(*(_is_well(name, check) for name, check in asked.items()))
            before = self._findings
            now = time.monotonic()
            self._findings = {
                name: _finding(before.get(name), is_well, now) for name, is_well in zip(asked, answers, strict=True)
            }
            self._asked_at = now
            _log_changes(before, self._findings)
        finally:
            self._asking = None


def _finding(before: Finding | None, is_well: bool, now: float) -> Finding:
    unchanged = before is not None and before.is_well == is_well
    return Finding(is_well, now, before.unchanged_since if before is not None and unchanged else now)


def _log_changes(before: Mapping[str, Finding], after: Mapping[str, Finding]) -> None:
    failing = sorted(name for name, found in after.items() if not found.is_well)
    if failing != sorted(name for name, found in before.items() if not found.is_well):
        _log.warning("readiness_changed", failing=failing)


async def _is_well(name: str, check: Check) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await check()
    except Exception as exception:  # noqa: BLE001 - whatever the reason, the check failed
        _log.debug("readiness_check_failed", check=name, reason=repr(exception))
        return False
    return True
