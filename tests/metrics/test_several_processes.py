"""Figures of several processes add up: behind one address by their files, at several addresses by a sum."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from server.metrics.multiprocess import environment_of_workers, forget_worker
from tests.conftest import connect
from tests.factories import Workshop
from tests.graphql_client import post
from tests.metrics.scrape import Scrape, scrape
from tests.server_process import ServerProcess, settings_for_same_stores
from tests.waiting import until

_QUERY = "query Together { __typename }"
_LABELS = {"operation": "Together", "type": "query"}


@pytest.fixture
async def sharing(server: ServerProcess, tmp_path: Path) -> AsyncIterator[tuple[Path, list[ServerProcess]]]:
    """Two processes that share their figures, as the workers of one server do."""
    directory = tmp_path / "figures"
    (directory / "left over").mkdir(parents=True)
    (directory / "counter_1.db").write_bytes(b"of the last run")
    settings = settings_for_same_stores(server) | environment_of_workers(directory)
    processes = [ServerProcess(settings=settings) for _ in range(2)]
    try:
        await asyncio.gather(*(asyncio.to_thread(process.start) for process in processes))
        yield directory, processes
    finally:
        for process in processes:
            process.remove()


async def _of_both(client: httpx.AsyncClient) -> Scrape:
    """The figures once both have shared their gauges, which each does once a second."""
    both = {"write": 16, "read": 16}
    told: Scrape = await until(
        lambda: scrape(client), lambda told: told.by("partsgraph_pool_connections_most", "pool") == both
    )
    return told


async def test_processes_that_share_add_up_whichever_is_asked(
    sharing: tuple[Path, list[ServerProcess]], workshop: Workshop
) -> None:
    directory, processes = sharing
    async with connect(processes[0]) as first, connect(processes[1]) as second:
        for client, times in ((first, 3), (second, 4)):
            for _ in range(times):
                await post(client, _QUERY)
        for client in (first, second):
            together = await _of_both(client)
            assert together.value("partsgraph_requests_total", **_LABELS, outcome="ok") == 7
            assert together.value("partsgraph_request_duration_seconds_count", **_LABELS) == 7
            assert together.value("partsgraph_request_duration_seconds_bucket", **_LABELS, le="+Inf") == 7
            assert together.value("partsgraph_processes") == 2
            assert together.value("partsgraph_inventory_up") == 1
            assert not [sample for sample in together.samples if "pid" in sample.labels]
        # A worker that is killed stops counting as a process, and what it counted stays.
        process_id = processes[1].process.pid
        await asyncio.to_thread(processes[1].kill)
        forget_worker(directory, process_id)
        left = await scrape(first)
        assert left.value("partsgraph_requests_total", **_LABELS) == 7
        assert left.value("partsgraph_processes") == 1
        assert left.by("partsgraph_pool_connections_most", "pool") == {"write": 8, "read": 8}


async def test_workers_show_what_one_of_them_has_read(server: ServerProcess) -> None:
    """However many processes there are, and whichever of them is asked."""
    settings = {"PARTSGRAPH_WORKERS": "2", "PARTSGRAPH_METRICS_CACHE_SECONDS": "3600", "PARTSGRAPH_JOB_SLOTS": "0"}
    team = ServerProcess(settings=settings_for_same_stores(server) | settings)
    try:
        await asyncio.to_thread(team.start)
        async with connect(team) as client:
            await until(lambda: scrape(client), lambda told: told.value("partsgraph_processes") == 2)
        took = set()
        for _ in range(30):
            # Each connection is taken by whichever worker is free.
            async with connect(team) as client:
                took.add((await scrape(client)).value("partsgraph_inventory_read_duration_seconds"))
        assert len(took) == 1
        assert await asyncio.to_thread(team.stop) == 0, team.log_tail()
    finally:
        team.remove()


async def test_servers_at_two_addresses_are_added_up_by_whoever_scrapes_them(
    client: httpx.AsyncClient, second_client: httpx.AsyncClient, workshop: Workshop
) -> None:
    async def both() -> tuple[Scrape, Scrape]:
        return await scrape(client), await scrape(second_client)

    before = sum_of(*await both())
    await workshop.box()
    key = await workshop.stocked(10)
    use = 'mutation { useStock(input: {partKey: KEY, location: "1-1", quantity: 1}) { __typename } }'
    for number in range(5):
        await post((client, second_client)[number % 2], use.replace("KEY", f'"{key}"'))
    first, second = await both()
    name = "partsgraph_stock_operations_total"
    labels = {"kind": "use", "outcome": "committed"}
    assert sum_of(first, second).value(name, **labels) - before.value(name, **labels) == 5
    # What both read from the one database is the same from each: the greatest, not the sum.
    changes = [each.value("partsgraph_inventory_up") for each in (first, second)]
    assert changes == [1, 1]


def sum_of(first: Scrape, second: Scrape) -> Scrape:
    """As `sum by` of Prometheus adds two servers."""
    return first + second
