"""Whether the process lives, and whether it can do its work."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import Request
from starlette.responses import Response

from graph.execution.refusals import RequestCode, refusal
from server.migrations import outdated_revisions
from server.wire.answers import json_answer, refusal_answer
from server.wiring import Application

_log = structlog.get_logger("partsgraph.health")
_PATIENCE_SECONDS = 3.0


class NotReady(Exception):
    """A part of the surroundings answers, but not as it should."""


async def healthz(_: Request) -> Response:
    """The process lives; it says nothing about its surroundings, whose failure no restart would mend."""
    return json_answer({"status": "ok"})


class Readiness:
    """Asks the database and the object store each time, at most three seconds long."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._outdated = outdated_revisions()
        self._failing: frozenset[str] = frozenset()

    async def readyz(self, _: Request) -> Response:
        """200 when everything answers, 503 naming what does not."""
        checks = {"database": self._database, "objectStore": self._object_store}
        answers = await asyncio.gather(*(_is_well(name, check) for name, check in checks.items()))
        state = dict(zip(checks, ("ok" if is_well else "failing" for is_well in answers), strict=True))
        failing = frozenset(name for name, said in state.items() if said == "failing")
        if failing != self._failing:
            self._failing = failing
            _log.warning("readiness_changed", failing=sorted(failing))
        if failing:
            message = f"Not ready: {', '.join(sorted(failing))}."
            return refusal_answer(refusal(RequestCode.NOT_READY, message, checks=state))
        return json_answer({"status": "ready", "checks": state})

    async def _database(self) -> None:
        async with self._application.database.reads.lend(_PATIENCE_SECONDS) as connection:
            revision = await connection.fetchval("SELECT version_num FROM alembic_version")
        # A newer revision is fine: a newer server may have migrated while this one still serves.
        if revision is None or revision in self._outdated:
            raise NotReady(f"the schema is at revision {revision}")

    async def _object_store(self) -> None:
        if not await self._application.object_store.answers():
            raise NotReady("the bucket is not there")


async def _is_well(name: str, check: Callable[[], Awaitable[None]]) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await check()
    except Exception as exception:  # noqa: BLE001 - whatever the reason, the check failed
        _log.debug("readiness_check_failed", check=name, reason=repr(exception))
        return False
    return True
