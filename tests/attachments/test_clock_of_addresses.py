"""Signed addresses of files expire by the clock of the database, which all servers share, and not by their own."""

import time
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from domain.rules.file_addresses import HOUR_SECONDS, signed_path
from persistence.database_clock import DatabaseClock
from tests.attachments.uploading import attached
from tests.conftest import connect, running
from tests.graphql_client import data_of
from tests.server_process import ServerProcess
from tests.servers.run import RunStores

AHEAD_SECONDS = 3 * HOUR_SECONDS
TEXT = b"Drawn by hand.\n"
CREATE = 'mutation { createPart(input: {description: "x"}) { ... on CreatePartSuccess { part { key } } } }'
TOKEN = "pg_" + "t" * 40


@pytest.fixture
async def ahead(run_stores: RunStores) -> AsyncIterator[ServerProcess]:
    """A server, for those with a token, to which its database tells a time three hours ahead of the machine's."""
    settings = await run_stores.place()
    connection = await asyncpg.connect(settings["PARTSGRAPH_DATABASE_URL"])
    try:
        await connection.execute(
            "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
            f"$$ SELECT pg_catalog.clock_timestamp() + interval '{AHEAD_SECONDS} s' $$"
        )
        name = await connection.fetchval("SELECT quote_ident(current_database())")
        await connection.execute(f"ALTER DATABASE {name} SET search_path = public, pg_catalog")
    finally:
        await connection.close()
    async with running(ServerProcess(settings=settings | {"PARTSGRAPH_INITIAL_ADMIN_TOKEN": TOKEN})) as process:
        yield process


async def test_addresses_are_signed_and_looked_at_by_the_clock_of_the_database(ahead: ServerProcess) -> None:
    async with connect(ahead) as client, connect(ahead) as stranger:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        made = await data_of(client, CREATE)
        key = made["createPart"]["part"]["key"]
        url = (await attached(client, {"partKey": key}, TEXT, "notes.txt"))["url"]
        now = time.time() + AHEAD_SECONDS
        assert HOUR_SECONDS - 60 < int(parse_qs(urlsplit(url).query)["expires"][0]) - now <= 2 * HOUR_SECONDS
        assert (await stranger.get(url)).content == TEXT
        # By the clock of the machine this one is good for an hour and more; by that of the database it ended long ago.
        secret = (await rows_of(ahead, "SELECT file_secret FROM installation"))[0]["file_secret"]
        path = urlsplit(url).path
        assert (await stranger.get(signed_path(path, time.time(), secret))).status_code == 403
        assert (await stranger.get(signed_path(path, now, secret))).status_code == 200


async def rows_of(server: ServerProcess, query: str) -> list[asyncpg.Record]:
    """What a query finds in the database of a server."""
    connection = await asyncpg.connect(server.database_url)
    try:
        return list(await connection.fetch(query))
    finally:
        await connection.close()


class Machine:
    """A machine whose clocks are moved by hand, and its database."""

    def __init__(self) -> None:
        self.steady = 1_000.0
        self.wall = 5_000.0
        self.database = 9_000.0
        self.asked = 0
        self.answers_after = 0.0

    def goes_on(self, seconds: float) -> None:
        """So many seconds go by; a machine that sleeps is no other case, since its steady clock counts sleep."""
        self.steady += seconds
        self.wall += seconds
        self.database += seconds

    async def ask(self) -> float:
        """What the database tells, in the middle of the way there and back."""
        self.asked += 1
        told = self.database + self.answers_after / 2
        self.goes_on(self.answers_after)
        return told

    def clock(self) -> DatabaseClock:
        """The clock under test on this machine."""
        return DatabaseClock(self.ask, lambda: self.steady, lambda: self.wall)


async def test_the_time_goes_on_without_asking_and_through_sleep() -> None:
    machine = Machine()
    clock = machine.clock()
    await clock.look()
    for seconds in (0, 0.5, 29, 8 * 3_600, 30 * 86_400):
        machine.goes_on(seconds)
        assert clock.seconds() == machine.database
    assert machine.asked == 1


async def test_a_clock_of_the_machine_that_is_set_changes_nothing() -> None:
    machine = Machine()
    clock = machine.clock()
    await clock.look()
    machine.wall += 86_400
    assert clock.seconds() == machine.database


@pytest.mark.parametrize(
    ("seconds", "leap", "is_doubtful"), [(29, 1.9, False), (30, 0, True), (0, 2, True), (0, -2, True)]
)
async def test_it_is_looked_at_again_when_long_ago_or_when_the_machine_stood_still(
    seconds: float, leap: float, is_doubtful: bool
) -> None:
    machine = Machine()
    clock = machine.clock()
    await clock.look()
    assert not clock.is_doubtful()
    machine.goes_on(seconds)
    machine.wall += leap
    assert clock.is_doubtful() is is_doubtful
    await clock.look()
    assert not clock.is_doubtful()


async def test_after_a_look_it_is_right_again_where_a_virtual_machine_stood_still() -> None:
    machine = Machine()
    clock = machine.clock()
    await clock.look()
    machine.database += 7_200
    machine.wall += 7_200
    assert clock.is_doubtful()
    await clock.look()
    assert clock.seconds() == machine.database


async def test_an_answer_that_took_long_is_not_believed_where_there_is_a_better_one() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.answers_after = 1
    await clock.look()
    assert clock.seconds() == machine.database
    machine.database += 500
    machine.answers_after = 2.5
    await clock.look()
    assert clock.seconds() == machine.database - 500


async def test_an_outage_leaves_the_last_look() -> None:
    answers: list[float | OSError] = [1_000.0]

    async def ask() -> float:
        told = answers.pop() if answers else OSError("away")
        if isinstance(told, OSError):
            raise told
        return told

    clock = DatabaseClock(ask)
    await clock.look()
    with pytest.raises(OSError, match="away"):
        await clock.look()
    assert 1_000 <= clock.seconds() < 1_060
