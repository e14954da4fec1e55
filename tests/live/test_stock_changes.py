"""stockChanged tells each committed change of stock once and in order, to the subscribers of every server."""

import json
from base64 import urlsafe_b64encode

import asyncpg
import pytest

from tests.factories import Workshop
from tests.live.sockets import STOCK_CHANGES as AFTER
from tests.live.sockets import acknowledged, until
from tests.server_process import ServerProcess

_LISTENING = "FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'partsgraph listener'"


def written(content: list[object]) -> str:
    """A cursor with this content."""
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


async def test_a_change_through_one_server_arrives_at_a_subscriber_of_another(
    server: ServerProcess, second_server: ServerProcess, workshop: Workshop
) -> None:
    await workshop.box()
    key = await workshop.part()
    async with acknowledged(second_server) as socket:
        await socket.subscribe()
        done = await workshop.receive(key, "1-2", 40)
        changed = await socket.change()
        assert changed.pop("cursor")
        [line] = await workshop.lines()
        assert changed["change"].pop("id")
        assert changed == {
            "partKey": key,
            "change": {
                "locationReference": "1-2",
                "delta": line.delta,
                "quantityAfter": line.quantity_after,
                "totalAfter": line.total_after,
                "operation": {"id": done["operation"]["id"], "kind": "RECEIVE"},
            },
        }


async def test_a_subscriber_is_told_of_its_part_and_its_box_alone(server: ServerProcess, workshop: Workshop) -> None:
    await workshop.box(1)
    await workshop.box(2)
    asked, other = await workshop.part(), await workshop.part()
    async with acknowledged(server) as socket:
        wanted: dict[str, dict[str, object]] = {
            "part": {"partKey": asked},
            "box": {"boxNumber": 2},
            "both": {"partKey": asked, "boxNumber": 2},
        }
        for id, variables in wanted.items():
            await socket.subscribe(id, variables=variables)
        for key, place in ((other, "1-1"), (asked, "1-1"), (other, "2-1"), (asked, "2-2"), (asked, "1-3")):
            await workshop.receive(key, place, 5)
        told: dict[str, list[tuple[str, str]]] = {id: [] for id in wanted}
        for _ in range(6):
            message = await socket.receive()
            changed = message["payload"]["data"]["stockChanged"]
            told[message["id"]].append((changed["partKey"], changed["change"]["locationReference"]))
    assert told == {
        "part": [(asked, "1-1"), (asked, "2-2"), (asked, "1-3")],
        "box": [(other, "2-1"), (asked, "2-2")],
        "both": [(asked, "2-2")],
    }


async def test_who_asks_the_same_by_other_variables_is_answered_by_them(
    server: ServerProcess, workshop: Workshop
) -> None:
    await workshop.box()
    key = await workshop.stocked(10, "1-1")
    document = """
    subscription ($partKey: PartKey, $first: Int = 1) {
      stockChanged(partKey: $partKey) { change { part { history(first: $first) { nodes { delta } } } } }
    }
    """
    wanted: dict[str, dict[str, object]] = {
        "all": {},
        "part": {"partKey": key},
        "given": {"first": 1},
        "two": {"partKey": key, "first": 2},
        "null": {"first": None},
    }
    async with acknowledged(server) as socket:
        for id, variables in wanted.items():
            await socket.subscribe(id, document, variables)
        await workshop.use(key, "1-1", 3)
        messages = [await socket.receive() for _ in wanted]
    told = {message["id"]: message["payload"]["data"]["stockChanged"]["change"]["part"] for message in messages}
    deltas = {id: [node["delta"] for node in part["history"]["nodes"]] for id, part in told.items()}
    assert deltas == {"all": [-3], "part": [-3], "given": [-3], "two": [-3, 10], "null": [-3, 10]}


async def test_every_line_of_an_operation_is_told_in_its_order(server: ServerProcess, workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10, "1-1")
    async with acknowledged(server) as socket:
        await socket.subscribe()
        await workshop.move(key, "1-1", [("1-2", 3), ("1-3", 4)])
        told = [(await socket.change())["change"] for _ in range(3)]
    assert [(change["locationReference"], change["delta"], change["quantityAfter"]) for change in told] == [
        ("1-1", -7, 3),
        ("1-2", 3, 3),
        ("1-3", 4, 4),
    ]
    assert {change["operation"]["kind"] for change in told} == {"MOVE"}


async def test_a_selection_reads_what_is_true_when_the_event_is_told(server: ServerProcess, workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10, "1-1", description="Relay 5V")
    document = "subscription { stockChanged { change { part { description totalQuantity stock { quantity } } } } }"
    async with acknowledged(server) as socket:
        await socket.subscribe(query=document)
        for left in (9, 8):
            await workshop.use(key, "1-1", 1)
            part = (await socket.change())["change"]["part"]
            assert part == {"description": "Relay 5V", "totalQuantity": left, "stock": [{"quantity": left}]}


async def test_a_transaction_that_stays_open_delays_nobody_and_is_told_when_it_commits(
    server: ServerProcess, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    await workshop.box()
    key = await workshop.stocked(10, "1-1")
    async with acknowledged(server) as socket:
        await socket.subscribe()
        early = database_connection.transaction()
        await early.start()
        # The early transaction has a lower number than all that follow, and records its line after them.
        early_number = int(await database_connection.fetchval("SELECT pg_current_xact_id()::text"))
        told = []
        for _ in range(3):
            await workshop.use(key, "1-1", 1)
            # Each is told before the next is made: no two of them, and not the early one, are found by one look.
            told.append(await socket.change())
        await database_connection.execute(
            "WITH operation AS ("
            "INSERT INTO operations (kind, actor, at) VALUES ('COUNT', 'local', now()) RETURNING id) "
            "INSERT INTO quantity_changes "
            "(operation_id, part_id, box_number, location_number, delta, quantity_after, total_after) "
            "SELECT operation.id, parts.id, 1, 1, 0, 7, 7 FROM operation, parts WHERE key = $1",
            key,
        )
        await early.commit()
        told.append(await socket.change())
        numbers = [
            int(row[0])
            for row in await database_connection.fetch(
                "SELECT transaction_id::text FROM operations ORDER BY id DESC LIMIT 4"
            )
        ]
    kinds = [changed["change"]["operation"]["kind"] for changed in told]
    assert kinds == ["USE", "USE", "USE", "COUNT"]
    assert numbers[0] == early_number < min(numbers[1:])
    # Whoever resumes sees the same, in the order of the ledger.
    async with acknowledged(server) as socket:
        await socket.send(id="1", type="subscribe", payload={"query": AFTER, "variables": {"after": told[0]["cursor"]}})
        again = [await socket.change() for _ in range(3)]
    assert [changed["change"]["id"] for changed in again] == [changed["change"]["id"] for changed in told[1:]]


async def test_nothing_is_lost_or_told_twice_when_the_listener_loses_its_connection(
    server: ServerProcess, second_server: ServerProcess, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    await workshop.box()
    key = await workshop.stocked(1_000, "1-1")
    async with acknowledged(second_server) as socket:
        await socket.subscribe(variables={"partKey": key})
        listeners = await database_connection.fetchval(f"SELECT count(*) {_LISTENING}")
        for number in range(60):
            is_cut_off = number % 20 == 10
            if is_cut_off:
                assert await database_connection.fetchval(f"SELECT count(pg_terminate_backend(pid, 5000)) {_LISTENING}")
            await workshop.use(key, "1-1", 1)
            if is_cut_off:
                # The listeners come back within a second; the next cut finds them again.
                await _until_listening(database_connection, listeners)
        told: list[int] = []
        # Whatever is missing, the last one comes after it.
        while 940 not in told:
            told.append((await socket.change())["change"]["quantityAfter"])
    assert told == list(range(999, 939, -1))


async def _until_listening(connection: asyncpg.Connection, listeners: int) -> None:
    async def are_all_back() -> bool:
        found: int = await connection.fetchval(f"SELECT count(*) {_LISTENING}")
        return found == listeners

    await until(are_all_back)


async def test_a_client_resumes_after_its_last_event_on_another_server(
    server: ServerProcess, second_server: ServerProcess, workshop: Workshop
) -> None:
    await workshop.box()
    key, other = await workshop.stocked(100, "1-1"), await workshop.stocked(100, "1-2")
    async with acknowledged(server) as socket:
        await socket.subscribe(variables={"partKey": key})
        for _ in range(3):
            await workshop.use(key, "1-1", 1)
        first, second, _third = [await socket.change() for _ in range(3)]
    assert (first["change"]["quantityAfter"], second["change"]["quantityAfter"]) == (99, 98)
    await workshop.use(other, "1-2", 1)
    await workshop.use(key, "1-1", 1)
    async with acknowledged(second_server) as socket:
        variables = {"partKey": key, "after": second["cursor"]}
        await socket.send(id="1", type="subscribe", payload={"query": AFTER, "variables": variables})
        again = [(await socket.change())["change"]["quantityAfter"] for _ in range(2)]
        await workshop.use(key, "1-1", 1)
        again.append((await socket.change())["change"]["quantityAfter"])
    assert again == [97, 96, 95]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "WzFd",
        written([2, "stock", "5:5:", "6:6:", 1]),
        written([1, "jobs", "5:5:", "6:6:", 1]),
        written([1, "stock", "6:5:", "6:6:", 1]),
        written([1, "stock", "5:7:6,6", "6:6:", 1]),
        written([1, "stock", "5:7:7", "6:6:", 1]),
        written([1, "stock", "5:5:", "0:6:", 1]),
        written([1, "stock", "5:5:", "9223372036854775808:9223372036854775808:", 1]),
        written([1, "stock", "5:5:", "6:6:", 0]),
        written([1, "stock", "5:5:", "6:6:", 2**63]),
        written([1, "stock", "5:5:); DROP TABLE parts; --", "6:6:", 1]),
        "W" * 60_001,
    ],
)
async def test_what_is_no_cursor_is_refused(server: ServerProcess, cursor: str) -> None:
    async with acknowledged(server) as socket:
        await socket.send(id="1", type="subscribe", payload={"query": AFTER, "variables": {"after": cursor}})
        message = await socket.receive()
    assert message["type"] == "error"
    assert message["payload"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert message["payload"][0]["path"] == ["stockChanged"]


async def test_a_part_that_is_not_there_is_refused(server: ServerProcess) -> None:
    async with acknowledged(server) as socket:
        await socket.send(id="1", type="subscribe", payload={"query": AFTER, "variables": {"partKey": "ZZZZ"}})
        message = await socket.receive()
    assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "NOT_FOUND")
