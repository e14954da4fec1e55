"""Whether the process lives, and whether it can do its work."""

import time

from starlette.requests import Request
from starlette.responses import Response

from graph.execution.refusals import refusal
from server.process.readiness import NotReady
from server.start.migrations import outdated_revisions
from server.wire.http.answers import json_answer, refusal_answer
from server.wire.refusals import HttpCode
from server.wiring import Application

# It looks every two seconds; one that was cut off is back in less than the third look.
_LONGEST_WITHOUT_A_LOOK_SECONDS = 6.0


async def healthz(_: Request) -> Response:
    """The process lives; it says nothing about its surroundings, whose failure no restart would mend."""
    return json_answer({"status": "ok"})


class ReadinessRoute:
    """GET /readyz: everything the application's readiness knows, and that no shutdown has begun."""

    def __init__(self, application: Application) -> None:
        self._lifecycle = application.lifecycle
        self._readiness = application.readiness

    async def readyz(self, _: Request) -> Response:
        """200 when everything answers, 503 naming what does not."""
        checks = {name: found.shown() for name, found in (await self._readiness.findings()).items()}
        # This one costs nothing to know, and a balancer has to hear of it at once.
        checks["serving"] = {
            "state": "failing" if self._lifecycle.is_stopping else "ok",
            "ageSeconds": 0.0,
            "unchangedForSeconds": round(self._lifecycle.phase_seconds, 3),
        }
        failing = sorted(name for name, check in checks.items() if check["state"] == "failing")
        if failing:
            message = f"Not ready: {', '.join(failing)}."
            return refusal_answer(refusal(HttpCode.NOT_READY, message, checks=checks))
        return json_answer({"status": "ready", "checks": checks})


def add_store_checks(application: Application) -> None:
    """Let readiness ask the database, its migrations and the object store."""
    readiness, probe = application.readiness, application.database_probe
    outdated = outdated_revisions()

    async def database() -> None:
        await probe.value("SELECT 1")

    async def migrations() -> None:
        revision = await probe.value("SELECT version_num FROM alembic_version")
        # A newer revision is fine: a newer server may have migrated while this one still serves.
        if revision is None or revision in outdated:
            raise NotReady(f"the schema is at revision {revision}")

    async def object_store() -> None:
        if not await application.object_store.answers():
            raise NotReady("the bucket is not there")

    readiness.add("database", database)
    readiness.add("migrations", migrations)
    readiness.add("objectStore", object_store)


def add_checks(application: Application) -> None:
    """Let readiness ask them, and the listener for committed changes, which runs where requests are answered."""
    add_store_checks(application)

    async def event_listener() -> None:
        looked_at = application.readers.live.looked_at
        if looked_at is None or time.monotonic() - looked_at > _LONGEST_WITHOUT_A_LOOK_SECONDS:
            raise NotReady("the listener for committed changes has not looked lately")

    application.readiness.add("eventListener", event_listener)
