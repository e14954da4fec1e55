"""graphql-transport-ws as its protocol has it: messages, their order, and the code of each close.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

import json
from contextlib import suppress
from typing import Any

import asyncpg
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.factories import DOCUMENTS, Workshop
from tests.live.conftest import FRONT_END
from tests.live.sockets import STOCK_CHANGES, acknowledged, open_socket, until
from tests.locks import rivals_waiting
from tests.server_process import ServerProcess

QUERY = {"query": "query Q { statistics { partCount } }", "operationName": "Q"}


async def test_queries_and_mutations_run_over_a_socket_too(server: ServerProcess, workshop: Workshop) -> None:
    async with acknowledged(server) as socket:
        await socket.send(id="q", type="subscribe", payload=QUERY)
        answer = await socket.receive()
        assert answer["payload"].pop("extensions") == {"cost": 1_011}
        assert answer == {"id": "q", "type": "next", "payload": {"data": {"statistics": {"partCount": 0}}}}
        assert await socket.receive() == {"id": "q", "type": "complete"}
        variables = {"input": {"description": "Fuse 2A"}}
        await socket.send(id="q", type="subscribe", payload={"query": DOCUMENTS["createPart"], "variables": variables})
        made = await socket.receive()
        assert made["payload"]["data"]["createPart"]["part"]["description"] == "Fuse 2A"
        assert await socket.receive() == {"id": "q", "type": "complete"}
    assert await workshop.count_rows("parts") == 1


async def test_pings_are_answered_before_and_after_the_beginning(server: ServerProcess) -> None:
    async with open_socket(server) as socket:
        await socket.send(type="ping")
        assert await socket.receive() == {"type": "pong"}
        await socket.send(type="connection_init")
        assert await socket.receive() == {"type": "connection_ack"}
        await socket.send(type="pong", payload={"still": "here"})
        await socket.send(type="ping", payload={"number": 7})
        assert await socket.receive() == {"type": "pong", "payload": {"number": 7}}


async def test_a_completed_subscription_is_told_nothing_more_and_its_id_is_free(
    server: ServerProcess, workshop: Workshop
) -> None:
    await workshop.box()
    key = await workshop.part()
    async with acknowledged(server) as socket:
        await socket.subscribe("a")
        await socket.send(id="a", type="complete")
        await socket.send(id="unknown", type="complete")
        await socket.subscribe("b")
        await workshop.receive(key, "1-1", 1)
        assert (await socket.change("b"))["change"]["delta"] == 1
        await socket.subscribe("a")
        await workshop.receive(key, "1-1", 2)
        assert {(await socket.receive())["id"], (await socket.receive())["id"]} == {"a", "b"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { a: stockChanged { cursor } b: stockChanged { cursor } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { stockChanged @skip(if: true) { cursor } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { __typename }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription ($key: PartKey!) { stockChanged(partKey: $key) { cursor } }", "BAD_USER_INPUT"),
        ('subscription { stockChanged(partKey: "1") { cursor } }', "BAD_USER_INPUT"),
        (
            "subscription { stockChanged { change { " + "operation { changes { " * 7 + "id" + "}}" * 7 + "}}}",
            "DEPTH_LIMIT",
        ),
    ],
)
async def test_an_operation_that_may_not_run_is_told_why_and_the_connection_stays(
    server: ServerProcess, query: str, code: str
) -> None:
    async with acknowledged(server) as socket:
        await socket.send(id="x", type="subscribe", payload={"query": query})
        refused = await socket.receive()
        assert (refused["type"], refused["id"]) == ("error", "x")
        assert refused["payload"][0]["extensions"]["code"] == code
        await socket.subscribe("x")


async def test_an_operation_before_the_beginning_closes_with_4401(server: ServerProcess) -> None:
    async with open_socket(server) as socket:
        await socket.send(id="1", type="subscribe", payload=QUERY)
        assert await socket.closed() == (4401, "Unauthorized")


async def test_a_second_beginning_closes_with_4429(server: ServerProcess) -> None:
    async with acknowledged(server) as socket:
        await socket.send(type="connection_init")
        assert await socket.closed() == (4429, "Too many initialisation requests")


async def test_a_second_operation_of_one_id_closes_with_4409(server: ServerProcess) -> None:
    async with acknowledged(server) as socket:
        await socket.subscribe("ä" * 100)
        await socket.send(id="ä" * 100, type="subscribe", payload={"query": STOCK_CHANGES})
        code, reason = await socket.closed()
    assert code == 4409
    assert reason.startswith("Subscriber for ää")
    assert len(reason.encode()) <= 123


async def test_silence_closes_with_4408(hasty_server: ServerProcess) -> None:
    async with open_socket(hasty_server) as socket:
        # A ping is no beginning; on a busy machine the time may be over before it is sent.
        with suppress(ConnectionClosed):
            await socket.send(type="ping")
        assert await socket.closed() == (4408, "Connection initialisation timeout")


@pytest.mark.parametrize("protocol", [None, "graphql-ws", "chat"])
async def test_another_subprotocol_closes_with_4406(server: ServerProcess, protocol: str | None) -> None:
    async with open_socket(server, protocol=None) as socket:
        assert await socket.closed() == (4406, "Subprotocol not acceptable")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "1",
        '"ping"',
        "[]",
        "[" * 10_000,
        "{}",
        '{"type": null}',
        '{"type": "start"}',
        '{"type": "ping", "type": "pong"}',
        '{"type": "connection_init", "payload": 1}',
        '{"type": "ping", "payload": []}',
        '{"type": "pong", "payload": "x"}',
        '{"type": "subscribe"}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": "1", "payload": {}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "variables": []}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "operationName": 1}}',
        '{"type": "subscribe", "id": "' + "x" * 101 + '", "payload": {"query": "{ __typename }"}}',
        '{"type": "complete"}',
        '{"type": "complete", "id": null}',
        '{"type": "ping", "payload": {"x": "\\ud800"}}',
        '{"type": "ping", "payload": {"x": NaN}}',
        b'{"type": "ping"}',
        b"\xff\x00",
    ],
)
async def test_what_is_no_message_closes_with_4400(server: ServerProcess, text: Any) -> None:
    async with acknowledged(server) as socket:
        await socket.wire.send(text)
        code, reason = await socket.closed()
    assert code == 4400
    assert reason


async def test_more_operations_than_allowed_are_refused_and_the_others_go_on(
    narrow_server: ServerProcess, workshop: Workshop
) -> None:
    await workshop.box()
    key = await workshop.part()
    async with acknowledged(narrow_server) as socket:
        await socket.subscribe("1")
        await socket.subscribe("2")
        await socket.send(id="3", type="subscribe", payload={"query": STOCK_CHANGES})
        refused = await socket.receive()
        assert refused["type"] == "error"
        told = {"code": "OPERATION_LIMIT", "limit": "operations at a time", "actual": 3, "maximum": 2}
        assert refused["payload"][0]["extensions"] == told
        await workshop.receive(key, "1-1", 1)
        assert {(await socket.receive())["id"], (await socket.receive())["id"]} == {"1", "2"}


async def test_mutations_that_nobody_waits_for_any_more_count_as_running(
    narrow_server: ServerProcess, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    await workshop.box()
    key = await workshop.part()
    receive = f'mutation {{ receiveStock(input: {{partKey: "{key}", location: "1-1", quantity: 1}}) {{ __typename }} }}'
    async with acknowledged(narrow_server) as socket:
        async with database_connection.transaction():
            await database_connection.execute("SELECT FROM parts FOR UPDATE")
            for id in ("1", "2"):
                await socket.send(id=id, type="subscribe", payload={"query": receive})
                await socket.send(id=id, type="complete")
            await socket.send(id="3", type="subscribe", payload={"query": receive})
            refused = await socket.receive()
        assert (refused["id"], refused["type"]) == ("3", "error")
        assert refused["payload"][0]["extensions"]["code"] == "OPERATION_LIMIT"

    async def are_both_done() -> bool:
        return await workshop.totals() == {key: 2}

    await until(are_both_done)


async def test_more_connections_than_allowed_are_refused(narrow_server: ServerProcess) -> None:
    async with acknowledged(narrow_server), acknowledged(narrow_server), acknowledged(narrow_server):
        with pytest.raises(InvalidStatus) as refused:
            async with open_socket(narrow_server):
                pass
    assert refused.value.response.status_code == 429
    assert json.loads(refused.value.response.body)["errors"][0]["extensions"]["code"] == "CONNECTION_LIMIT"
    async with acknowledged(narrow_server):
        pass


async def test_a_message_over_the_limit_closes_with_1009(narrow_server: ServerProcess) -> None:
    async with acknowledged(narrow_server) as socket:
        await socket.send(type="ping", payload={"x": "y" * 20_000})
        assert (await socket.closed())[0] == 1009


async def test_a_cursor_from_which_too_much_happened_is_refused(
    server: ServerProcess, narrow_server: ServerProcess, workshop: Workshop
) -> None:
    await workshop.box()
    key = await workshop.stocked(100, "1-1")
    async with acknowledged(server) as socket:
        await socket.subscribe()
        for _ in range(5):
            await workshop.use(key, "1-1", 1)
        cursors = [(await socket.change())["cursor"] for _ in range(5)]
    async with acknowledged(narrow_server) as socket:
        await socket.subscribe("new", variables={"after": cursors[4]})
        await workshop.use(key, "1-1", 1)
        assert (await socket.change("new"))["change"]["quantityAfter"] == 94
        variables = {"after": cursors[0]}
        await socket.send(id="old", type="subscribe", payload={"query": STOCK_CHANGES, "variables": variables})
        refused = await socket.receive()
    assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "CURSOR_TOO_OLD")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:5174", "http://127.0.0.1"])
async def test_a_page_of_a_foreign_origin_may_not_connect(narrow_server: ServerProcess, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with open_socket(narrow_server, origin=origin):
            pass
    assert refused.value.response.status_code == 403
    assert json.loads(refused.value.response.body)["errors"][0]["extensions"]["code"] == "ORIGIN_NOT_ALLOWED"


async def test_the_own_page_and_the_allowed_origins_may_connect(narrow_server: ServerProcess) -> None:
    for origin in (narrow_server.base_url, FRONT_END):
        async with acknowledged(narrow_server, origin=origin):
            pass


async def test_a_foreign_host_may_not_connect(server: ServerProcess) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with open_socket(server, additional_headers={"Host": "evil.example"}):
            pass
    # Two Host headers are as foreign as a wrong one; the library always sends its own.
    assert refused.value.response.status_code == 421
    assert json.loads(refused.value.response.body)["errors"][0]["extensions"]["code"] == "HOST_NOT_ALLOWED"


async def test_a_mutation_finishes_though_its_client_goes_away(server: ServerProcess, workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10, "1-1")
    lock = workshop.connection.transaction()
    await lock.start()
    await workshop.connection.execute("SELECT 1 FROM parts WHERE key = $1 FOR UPDATE", key)
    async with acknowledged(server) as socket:
        used = {"input": {"partKey": key, "location": "1-1", "quantity": 4}}
        await socket.send(id="1", type="subscribe", payload={"query": DOCUMENTS["useStock"], "variables": used})
        await socket.send(type="ping")
        assert await socket.receive() == {"type": "pong"}
        await rivals_waiting(workshop.connection, 1)
    await lock.rollback()

    async def is_done() -> bool:
        return await workshop.totals() == {key: 6}

    await until(is_done)
