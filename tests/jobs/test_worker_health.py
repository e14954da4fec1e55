"""A worker tells its health and its figures on a port of its own."""

import asyncio
import time
from pathlib import Path

import httpx
import pytest

from tests.factories import Workshop
from tests.jobs.conftest import Jobs, WorkerProcess
from tests.jobs.kinds import WORK, Work
from tests.metrics.scrape import scrape
from tests.ports import free_port
from tests.server_process import ServerProcess
from tests.waiting import until


async def test_a_worker_tells_how_it_is_and_what_it_has_done(
    server: ServerProcess, jobs: Jobs, workshop: Workshop, tmp_path: Path
) -> None:
    port = free_port()
    worker = await asyncio.to_thread(WorkerProcess, server, tmp_path / "worker.log", worker_port=str(port))
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as http:
            assert (await http.get("/healthz")).json() == {"status": "ok"}
            ready = await http.get("/readyz")
            assert (ready.status_code, ready.json()["status"]) == (200, "ready")
            assert set(ready.json()["checks"]) == {"database", "migrations", "objectStore", "serving"}
            assert (await http.post("/graphql", json={"query": "{ __typename }"})).status_code == 404
            assert (await http.get("/metrics", headers={"host": "rebound.example"})).status_code == 421
            before = await scrape(http)
            assert before.value("partsgraph_jobs_total", kind="test_work") == 0
            began = time.perf_counter()
            await jobs.until(await jobs.enqueue(WORK, Work(7)), "DONE")
            # The row is done a moment before the worker counts it.
            await until(lambda: scrape(http), lambda told: told.value("partsgraph_jobs_total", kind="test_work") == 1)
            told = await until(lambda: scrape(http), lambda told: told.value("partsgraph_jobs_running") == 0)
            assert told.value("partsgraph_jobs_total", kind="test_work", state="done") == 1
            assert told.value("partsgraph_job_duration_seconds_count", kind="test_work") == 1
            took = told.value("partsgraph_job_duration_seconds_sum", kind="test_work")
            assert 0 < took < time.perf_counter() - began
            assert told.value("partsgraph_ready", check="database") == 1
            # A connection that the scraper keeps open does not hold it up.
            assert await asyncio.to_thread(worker.stop) == 0, worker.log_path.read_text()
            with pytest.raises(httpx.ConnectError):
                await http.get("/healthz")
    finally:
        worker.kill()
