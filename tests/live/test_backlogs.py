"""A long backlog is told page by page; who takes nothing of it keeps nobody from the rest."""

import time

import asyncpg
import pytest

from persistence.hints import CHANNEL
from persistence.readers.live import Position, channel
from persistence.readers.stock_change import STOCK_CHANGES, topic
from tests.activity import activity
from tests.execution.workshop import open_workshop
from tests.factories import Workshop
from tests.live.sockets import until
from tests.server_process import ServerProcess

# Written at once, as an import does; pages of a backlog hold 500.
_CHANGES = """
    WITH operation AS (INSERT INTO operations (kind, actor, at) VALUES ('BOOK', 'test', now()) RETURNING id)
    INSERT INTO quantity_changes
           (operation_id, part_id, box_number, location_number, delta, quantity_after, total_after)
    SELECT operation.id, parts.id, $1, 1, 0, number, number FROM operation, parts, generate_series(1, $2::int) AS number
"""
_PAGE = 500
_WAITING = 400
_BACKLOG = 5_000
_LEDGER = 2_400
_LOOKS = 20


async def test_who_takes_nothing_delays_neither_a_backlog_nor_what_follows_it(
    server: ServerProcess,
    workshop: Workshop,
    database_connection: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await workshop.part()
    looks: list[int] = []

    def look(of: channel.Channel) -> int:
        looks.append(len(looks))
        return look_at(of)

    look_at = channel.Channel._waiting_for_those_behind
    monkeypatch.setattr(channel.Channel, "_waiting_for_those_behind", look)
    async with open_workshop(server) as application, application.readers.live.listening():
        live = application.readers.live
        stuck = await live.subscribe(STOCK_CHANGES, topic(None, 2))
        quick = await live.subscribe(STOCK_CHANGES, topic(None, 1))
        await database_connection.execute(_CHANGES, 2, _WAITING)

        async def is_waiting() -> bool:
            return stuck.waiting == _WAITING

        await until(is_waiting)
        assert stuck.is_behind

        began = time.monotonic()
        await database_connection.execute(_CHANGES, 1, _BACKLOG)
        told: list[int] = []
        while len(told) < _BACKLOG:
            for event in await quick.take(100):
                told.append(event.view.change.total_after)
                quick.done(event)
        # As many times as for whoever gets on would be looked whether the one that is stuck does: half a second each.
        assert len(looks) < _BACKLOG / _PAGE * channel._CATCH_UP_LOOKS / 2
        assert told == list(range(1, _BACKLOG + 1))
        assert live.looked_at is not None
        assert live.looked_at > began
        assert stuck.waiting == _WAITING
        stuck.close()
        quick.close()


async def test_looks_and_those_who_resume_read_what_is_new_however_long_the_ledger_is(
    server: ServerProcess, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    await workshop.part()
    for _ in range(_LOOKS):
        await database_connection.execute(_CHANGES, 1, _LEDGER // _LOOKS)
    await database_connection.execute("ANALYZE operations, quantity_changes")
    async with open_workshop(server) as application, application.readers.live.listening():
        live = application.readers.live
        subscriber = await live.subscribe(STOCK_CHANGES, topic(None, None))
        before = await _rows_read(database_connection)
        for _ in range(_LOOKS):
            await database_connection.execute(_CHANGES, 1, 1)
            await database_connection.execute(f"NOTIFY {CHANNEL}")
            [last] = await subscriber.take(10)
            subscriber.done(last)
            again = await live.subscribe(STOCK_CHANGES, topic(None, None), Position(last.before))
            [resumed] = await again.take(10)
            assert resumed.id == last.id
            again.close()
        subscriber.close()
    # What the insertions read is among it; reading the whole ledger each time would be twenty times as much.
    assert await _rows_read(database_connection) - before < 4 * _LEDGER


async def _rows_read(connection: asyncpg.Connection) -> int:
    await connection.execute("SELECT pg_stat_force_next_flush()")
    [(read,)] = await activity(
        connection,
        "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_user_tables "
        "WHERE relname = ANY ('{operations,quantity_changes}')",
    )
    return int(read)
