"""Who has not said who he is takes no place of those who have, and loses his own to whoever comes later.

Who has said so has a bound of his own.
"""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.conftest import connect, running
from tests.live.sockets import STOCK_CHANGES, Socket, acknowledged, open_socket, until
from tests.live.streams import events
from tests.server_process import ServerProcess
from tests.servers.run import RunStores
from tests.servers.shared import SharedServers, watched
from tests.wire.conftest import GuardedServer, make_token

PLACES = 3
_SETTINGS = {
    "PARTSGRAPH_MAX_STRANGER_SOCKETS": str(PLACES),
    "PARTSGRAPH_MAX_LIVE_CONNECTIONS": "6",
    "PARTSGRAPH_MAX_LIVE_CONNECTIONS_PER_ACTOR": str(PLACES),
    # Nobody goes because his time is over.
    "PARTSGRAPH_CONNECTION_INIT_TIMEOUT_SECONDS": "600",
}
_BEHIND_A_PROXY = _SETTINGS | {"PARTSGRAPH_TRUSTED_PROXIES": "127.0.0.0/8"}
TRY_AGAIN_LATER = 1013


@pytest.fixture(scope="module")
async def small_server(shared_servers: SharedServers) -> AsyncIterator[ServerProcess]:
    """A server with few places, which believes no proxy."""
    async with watched(await shared_servers.with_settings(_SETTINGS)) as process:
        yield process


@pytest.fixture(scope="module")
async def small_guarded_server(run_stores: RunStores) -> AsyncIterator[GuardedServer]:
    """One where tokens exist."""
    async with running(ServerProcess(settings=await run_stores.place() | _SETTINGS)) as process:
        yield GuardedServer(process, {name: await make_token(process, "VIEWER", name) for name in ("one", "two")})


async def is_there(socket: Socket) -> bool:
    """Whether the server still speaks with the client."""
    try:
        await socket.send(type="ping")
        return await socket.receive() == {"type": "pong"}
    except ConnectionClosed:
        return False


@pytest.mark.parametrize("newcomers", [0, 1, 100 * PLACES])
async def test_a_newcomer_displaces_the_oldest_stranger(
    server: ServerProcess, small_server: ServerProcess, newcomers: int
) -> None:
    async with AsyncExitStack() as opened:

        async def come() -> Socket:
            return await opened.enter_async_context(open_socket(small_server))

        known = await opened.enter_async_context(acknowledged(small_server))
        strangers = [await come() for _ in range(PLACES + newcomers)]
        for displaced in strangers[:-PLACES]:
            assert (await displaced.closed())[0] == TRY_AGAIN_LATER
        assert [await is_there(stranger) for stranger in strangers[-PLACES:]] == [True] * PLACES
        assert await is_there(known)
        # Behind them others are let in, and who begins gives his place to the next.
        late = await opened.enter_async_context(acknowledged(small_server))
        await come()
        assert [await is_there(socket) for socket in (strangers[-2], late, known)] == [True] * 3


async def test_strangers_take_no_place_of_those_who_are_known(
    server: ServerProcess, small_server: ServerProcess
) -> None:
    async with AsyncExitStack() as opened:
        for _ in range(PLACES):
            await opened.enter_async_context(open_socket(small_server))
        for _ in range(6):
            await opened.enter_async_context(acknowledged(small_server))
        with pytest.raises(InvalidStatus) as refused:
            await opened.enter_async_context(open_socket(small_server))
        assert refused.value.response.status_code == 429


async def test_a_stranger_who_begins_when_all_places_are_taken_is_told_to_come_later(
    server: ServerProcess, small_server: ServerProcess
) -> None:
    async with open_socket(small_server) as stranger, AsyncExitStack() as opened:
        for _ in range(6):
            await opened.enter_async_context(acknowledged(small_server))
        await stranger.send(type="connection_init")
        assert await stranger.closed() == (TRY_AGAIN_LATER, "CONNECTION_LIMIT")


@pytest.mark.parametrize("many", [1, 100])
async def test_an_actor_has_so_many_connections_and_others_have_theirs(
    small_guarded_server: GuardedServer, many: int
) -> None:
    guarded = small_guarded_server
    one, two = ({"Authorization": f"Bearer {guarded.tokens[name]}"} for name in ("one", "two"))
    async with AsyncExitStack() as opened, connect(guarded.process) as client:
        for _ in range(PLACES - 1):
            await opened.enter_async_context(acknowledged(guarded.process, one))
        client.headers.update(one)
        await opened.enter_async_context(events(client, STOCK_CHANGES))
        for _ in range(many):
            async with open_socket(guarded.process) as socket:
                await socket.send(type="connection_init", payload=one)
                assert await socket.closed() == (TRY_AGAIN_LATER, "CONNECTION_LIMIT")
            refused = await client.post(
                "/graphql", json={"query": STOCK_CHANGES}, headers={"Accept": "text/event-stream"}
            )
            assert (refused.status_code, _code(refused)) == (429, "CONNECTION_LIMIT")
        for _ in range(PLACES):
            await opened.enter_async_context(acknowledged(guarded.process, two))

    async def has_room() -> bool:
        async with open_socket(guarded.process) as socket:
            await socket.send(type="connection_init", payload=one)
            try:
                return await socket.receive() == {"type": "connection_ack"}
            except ConnectionClosed:
                return False

    await until(has_room)


def _code(refused: httpx.Response) -> str:
    code: str = json.loads(refused.text)["errors"][0]["extensions"]["code"]
    return code


async def test_whoever_comes_often_displaces_his_own(server: ServerProcess, shared_servers: SharedServers) -> None:
    async with watched(await shared_servers.with_settings(_BEHIND_A_PROXY)) as behind, AsyncExitStack() as opened:

        async def come(address: str) -> Socket:
            headers = {"X-Forwarded-For": f"192.0.2.1, {address}"}
            return await opened.enter_async_context(open_socket(behind, additional_headers=headers))

        other = await come("198.51.100.7")
        many = [await come("203.0.113.9") for _ in range(10 * PLACES)]
        assert [await is_there(socket) for socket in (other, *many[-2:])] == [True] * 3
        assert (await many[-3].closed())[0] == TRY_AGAIN_LATER


async def test_what_strangers_write_of_their_address_is_not_believed(
    server: ServerProcess, small_server: ServerProcess
) -> None:
    async with AsyncExitStack() as opened:

        async def come(address: str) -> Socket:
            headers = {"X-Forwarded-For": address}
            return await opened.enter_async_context(open_socket(small_server, additional_headers=headers))

        first, *others = [await come(f"198.51.100.{number}") for number in (1, 2, 2, 2)]
        # By what they write, one of the others would have gone.
        assert (await first.closed())[0] == TRY_AGAIN_LATER
        assert [await is_there(socket) for socket in others] == [True] * 3
