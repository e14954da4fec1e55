"""Readings of objects that break off in the middle, or whose object is gone: told in our own words, and survived."""

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from domain.rules.object_keys import file_key
from persistence.faults import MissingObject
from persistence.object_store import BrokenReading, open_object_store
from tests.attachments.uploading import attached, pdf, png
from tests.conftest import connect, running
from tests.factories import Workshop
from tests.log_lines import lines_of
from tests.server_process import ServerProcess, settings_for_same_stores
from tests.torture.faulty_proxy import Fault, FaultyProxy
from tests.waiting import until


class Weather:
    """What happens to everything that passes the proxy."""

    def __init__(self) -> None:
        self.fault = Fault.NONE

    def choose(self) -> Fault:
        return self.fault


@pytest.fixture
def weather() -> Weather:
    return Weather()


@pytest.fixture
async def proxy(server: ServerProcess, weather: Weather) -> AsyncIterator[FaultyProxy]:
    """Before the object store."""
    made = FaultyProxy("127.0.0.1", int(server.addresses.s3_endpoint_url.rpartition(":")[2]), weather.choose)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def shaken(server: ServerProcess, proxy: FaultyProxy) -> AsyncIterator[ServerProcess]:
    """A second server on the stores of the first, which reaches the object store through the proxy."""
    settings = {"PARTSGRAPH_S3_ENDPOINT_URL": f"http://127.0.0.1:{proxy.port}"}
    async with running(ServerProcess(settings=settings_for_same_stores(server) | settings)) as process:
        yield process


async def test_a_reading_that_is_cut_off_is_told_as_every_other_broken_connection(
    server: ServerProcess, proxy: FaultyProxy, weather: Weather
) -> None:
    at, key, content = server.addresses, file_key(uuid4()), pdf(3_000_000)
    address = f"http://127.0.0.1:{proxy.port}"
    async with open_object_store(address, at.s3_bucket, at.s3_access_key, at.s3_secret_key, at.s3_region) as store:
        await store.put(key, content, "application/pdf")
        received: list[int] = []

        async def read_on() -> None:
            async with store.reading(key, 0, len(content) - 1) as chunks:
                async for chunk in chunks:
                    received.append(len(chunk))
                    weather.fault = Fault.CUT_DOWNWARDS

        with pytest.raises(BrokenReading):
            await read_on()
        assert 0 < sum(received) < len(content)
        weather.fault = Fault.NONE
        await store.delete(key)
        with pytest.raises(MissingObject):
            await read_on()
        assert await store.read(key) is None


async def test_files_are_read_on_after_a_reading_was_cut_off(
    shaken: ServerProcess, weather: Weather, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    key = await workshop.part()
    async with connect(shaken) as client:
        for shade in range(8):
            await attached(client, {"partKey": key}, png(300, 200, shade))

    async def until_told(event: str) -> None:
        """Have the pictures drawn again and again: the other server draws some of them, and is not shaken."""
        before = _told(shaken, event)

        async def told_after_all_are_wanted_again() -> int:
            await database_connection.execute(
                "UPDATE attachments SET preview_state = 'PENDING', preview_claimed_at = NULL"
            )
            return _told(shaken, event)

        await until(told_after_all_are_wanted_again, lambda number: number > before)

    await until_told("file was read")
    weather.fault = Fault.CUT_DOWNWARDS
    await until_told("files cannot be read now")
    weather.fault = Fault.NONE
    await until_told("file was read")
    assert shaken.new_error_lines() == []


def _told(server: ServerProcess, event: str) -> int:
    return len(lines_of(server, event=event))
