"""Dear operations that are under way at a time cost no more than they may; the others wait, actor by actor."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import asyncpg
import pytest

from domain.entities.actor import Actor, Role
from graph.execution.refusals import RequestRefused
from server.wire.http.operation_room import OperationRoom
from tests.conftest import connect
from tests.metrics.scrape import scrape
from tests.server_process import ServerProcess

WAITING = "partsgraph_operations_waiting"
MOST = 1_000
ADA, BEA, CLEO = (Actor(name, Role.VIEWER) for name in ("ada", "bea", "cleo"))


@dataclass
class Clients:
    """Operations of a room, each a task that stays under way until it is told to end."""

    room: OperationRoom = field(default_factory=lambda: OperationRoom(MOST))
    order: list[str] = field(default_factory=list)
    ends: dict[str, asyncio.Event] = field(default_factory=dict)
    tasks: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)

    async def ask(self, name: str, actor: Actor, cost: int) -> None:
        """Begin one, and let everything come as far as it comes."""
        self.ends[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._run(name, actor, cost))
        await self.settle()

    async def end(self, *names: str) -> None:
        """Let some come to their end."""
        for name in names:
            self.ends[name].set()
        await self.settle()

    async def cancel(self, name: str) -> None:
        """The client of one is gone."""
        self.tasks[name].cancel()
        await self.settle()

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    async def _run(self, name: str, actor: Actor, cost: int) -> None:
        with ExitStack() as held:
            await self.room.enter(actor, cost, held)
            self.order.append(name)
            await self.ends[name].wait()


@pytest.fixture
async def clients() -> AsyncIterator[Clients]:
    """None yet."""
    clients = Clients()
    yield clients
    for task in clients.tasks.values():
        task.cancel()
    await asyncio.gather(*clients.tasks.values(), return_exceptions=True)


async def test_an_actor_has_half_of_the_room(clients: Clients) -> None:
    await clients.ask("first", ADA, 300)
    await clients.ask("second", ADA, 200)
    await clients.ask("past it", ADA, 11)
    assert clients.order == ["first", "second"]
    await clients.ask("another's", BEA, 500)
    assert clients.order == ["first", "second", "another's"]
    await clients.end("second")
    assert clients.order == ["first", "second", "another's", "past it"]


async def test_what_is_cheap_never_waits(clients: Clients) -> None:
    await clients.ask("dear", ADA, 100 * MOST)
    await clients.ask("cheap", ADA, MOST // 100)
    await clients.ask("not cheap", ADA, MOST // 100 + 1)
    assert clients.order == ["dear", "cheap"]


async def test_one_that_costs_more_than_the_room_runs_alone(clients: Clients) -> None:
    await clients.ask("small", BEA, 20)
    await clients.ask("huge", ADA, 100 * MOST)
    await clients.ask("behind it", CLEO, 20)
    assert clients.order == ["small"]
    await clients.end("small")
    assert clients.order == ["small", "huge"]
    await clients.end("huge")
    assert clients.order == ["small", "huge", "behind it"]


async def test_however_many_one_actor_asks_each_gets_a_turn(clients: Clients) -> None:
    await clients.ask("all", CLEO, MOST)
    for number in range(100):
        await clients.ask(f"ada {number}", ADA, 500)
    await clients.ask("bea", BEA, 500)
    await clients.end("all")
    assert clients.order == ["all", "ada 0", "bea"]
    await clients.end("ada 0")
    assert clients.order == ["all", "ada 0", "bea", "ada 1"]


async def test_actors_take_turns(clients: Clients) -> None:
    await clients.ask("all", CLEO, MOST)
    for number in range(3):
        await clients.ask(f"ada {number}", ADA, 100)
    for number in range(3):
        await clients.ask(f"bea {number}", BEA, 100)
    await clients.end("all")
    assert clients.order == ["all", "ada 0", "bea 0", "ada 1", "bea 1", "ada 2", "bea 2"]


async def test_who_waits_for_his_own_keeps_nobody_waiting(clients: Clients) -> None:
    await clients.ask("ada", ADA, 500)
    await clients.ask("ada again", ADA, 500)
    await clients.ask("bea", BEA, 500)
    assert clients.order == ["ada", "bea"]


@pytest.mark.parametrize("gone", ["waiting", "let in", "under way"])
async def test_whoever_leaves_gives_his_place_back(clients: Clients, gone: str) -> None:
    await clients.ask("first", ADA, MOST)
    await clients.ask("second", ADA, 400)
    await clients.ask("third", ADA, 400)
    match gone:
        case "waiting":
            await clients.cancel("second")
            await clients.end("first")
        case "let in":
            # Its turn has come, and it does not know yet.
            clients.ends["first"].set()
            while not clients.tasks["first"].done():  # noqa: ASYNC110 - each turn of the loop counts
                await asyncio.sleep(0)
            await clients.cancel("second")
        case _:
            await clients.end("first")
            await clients.cancel("second")
    assert clients.order[-1] == "third"
    await clients.end("third")
    await clients.ask("last", BEA, MOST)
    assert clients.order[-1] == "last"


async def test_very_many_that_wait_are_enough(clients: Clients) -> None:
    await clients.ask("first", ADA, MOST)
    for number in range(200):
        clients.room.check(ADA)
        await clients.ask(str(number), ADA, 500)
    with pytest.raises(RequestRefused) as refused:
        clients.room.check(ADA)
    assert refused.value.code == "RATE_LIMIT"
    clients.room.check(BEA)


async def test_dear_operations_of_a_server_wait_and_are_answered() -> None:
    process = ServerProcess(settings={"PARTSGRAPH_MAX_COST_AT_ONCE": "2"})
    try:
        await asyncio.to_thread(process.start)
        async with connect(process) as client, connect(process) as watcher:
            holder = await asyncpg.connect(process.database_url)
            body = {"query": "{ parts(first: 1) { nodes { key } } }"}
            async with holder.transaction():
                await holder.execute("LOCK TABLE parts IN ACCESS EXCLUSIVE MODE")
                asking = [asyncio.create_task(client.post("/graphql", json=body)) for _ in range(3)]
                async with asyncio.timeout(20):
                    while (await scrape(watcher)).value(WAITING) < 2:  # noqa: ASYNC110 - of a process of its own
                        await asyncio.sleep(0.05)
            await holder.close()
            answers = await asyncio.gather(*asking)
            assert [answer.json()["data"] for answer in answers] == [{"parts": {"nodes": []}}] * 3
            assert (await scrape(watcher)).value(WAITING) == 0
    finally:
        process.remove()
