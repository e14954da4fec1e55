"""What the operations of an actor may cost in a while, by HTTP, over sockets and by a clock that the tests wind."""

from collections.abc import AsyncIterator

import httpx
import pytest

from domain.entities.actor import LOCAL_ACTOR, Actor, Role
from graph.execution.refusals import RequestRefused
from server.wire.http.cost_rate import CostRate
from tests.conftest import connect, running
from tests.live.sockets import STOCK_CHANGES, acknowledged
from tests.live.streams import STREAM
from tests.metrics.scrape import scrape
from tests.server_process import ServerProcess
from tests.servers.run import RunStores
from tests.servers.shared import SharedServers, watched
from tests.wire.conftest import code_of, make_token

BURST = 100
# So little comes back that none does within a test.
_SETTINGS = {"PARTSGRAPH_RATE_COST_PER_SECOND": "0.001", "PARTSGRAPH_RATE_COST_BURST": str(BURST)}
_FREE = "{ __typename }"
LIMITS = "partsgraph_refused_documents_total"


LEAST = 12
"""What a page of one costs: a lookup, a connection, and a row."""


def costing(cost: int) -> str:
    """A query of this cost, which is at least `LEAST`: twenty values more cost as much as a row."""
    rows = next(rows for rows in range(cost, 0, -1) if LEAST - 1 + rows + rows // 20 <= cost)
    left = 20 * (cost - (LEAST - 1 + rows + rows // 20))
    values = " ".join(f"a{number}: __typename" for number in range(left))
    return f"{{ {values} parts(first: {rows}) {{ nodes {{ key }} }} }}"


@pytest.fixture(scope="module")
async def slow_server(run_stores: RunStores) -> AsyncIterator[ServerProcess]:
    """A server with tokens on which operations may cost little."""
    async with running(ServerProcess(settings=await run_stores.place() | _SETTINGS)) as process:
        await make_token(process, "ADMIN", "first")
        yield process


@pytest.fixture
async def actor(slow_server: ServerProcess, request: pytest.FixtureRequest) -> dict[str, str]:
    """The header of an actor who has spent nothing yet."""
    return {"Authorization": f"Bearer {await make_token(slow_server, 'VIEWER', request.node.name)}"}


async def _ask(client: httpx.AsyncClient, query: str, headers: dict[str, str]) -> httpx.Response:
    return await client.post("/graphql", json={"query": query}, headers=headers)


async def test_what_an_actor_has_at_once_is_answered_and_what_is_past_it_refused(
    slow_server: ServerProcess, actor: dict[str, str]
) -> None:
    async with connect(slow_server) as client:
        for cost in (BURST - 20, 20):
            answer = await _ask(client, costing(cost), actor)
            assert (answer.status_code, answer.json()["extensions"]) == (200, {"cost": cost})
        for _ in range(100):
            refused = await _ask(client, costing(LEAST), actor)
            assert (refused.status_code, code_of(refused)) == (429, "RATE_LIMIT")
            assert 11_900 < int(refused.headers["retry-after"]) <= 12_000
        refused = await _ask(client, costing(LEAST), actor)
        facts = refused.json()["errors"][0]["extensions"]
        assert (facts["cost"], facts["costPerSecond"]) == (LEAST, 0.001)
        assert facts["retryAfterSeconds"] == int(refused.headers["retry-after"])
        assert (await _ask(client, _FREE, actor)).status_code == 200
        another = {"Authorization": f"Bearer {await make_token(slow_server, 'VIEWER', 'another')}"}
        assert (await _ask(client, costing(BURST), another)).status_code == 200


async def test_who_asks_too_much_at_once_is_refused_by_one_and_by_a_hundredfold(
    slow_server: ServerProcess, actor: dict[str, str]
) -> None:
    async with connect(slow_server) as client:
        assert (await _ask(client, costing(LEAST), actor)).status_code == 200
        for past in (BURST - LEAST + 1, BURST, 200):
            assert code_of(await _ask(client, costing(past), actor)) == "RATE_LIMIT"
        assert (await _ask(client, costing(BURST - LEAST), actor)).status_code == 200


async def test_sockets_and_event_streams_spend_from_the_same(slow_server: ServerProcess, actor: dict[str, str]) -> None:
    async with connect(slow_server) as client, acknowledged(slow_server, actor) as socket:
        before = (await scrape(client, **actor)).value(LIMITS, limit="rate")
        await socket.send(id="1", type="subscribe", payload={"query": costing(BURST)})
        assert (await socket.receive())["payload"]["extensions"] == {"cost": BURST}
        assert (await socket.receive())["type"] == "complete"
        for query in (costing(LEAST), STOCK_CHANGES):
            await socket.send(id="2", type="subscribe", payload={"query": query})
            refused = await socket.receive()
            assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "RATE_LIMIT")
        streamed = await _ask(client, STOCK_CHANGES, actor | STREAM)
        assert (streamed.status_code, code_of(streamed)) == (429, "RATE_LIMIT")
        assert (await scrape(client, **actor)).value(LIMITS, limit="rate") == before + 3


async def test_where_there_are_no_tokens_nobody_is_refused(
    server: ServerProcess, shared_servers: SharedServers
) -> None:
    async with watched(await shared_servers.with_settings(_SETTINGS)) as open_server, connect(open_server) as client:
        for _ in range(3):
            assert (await _ask(client, costing(BURST), {})).status_code == 200


class _Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


ACTOR = Actor("someone", Role.VIEWER)


def _refused(rate: CostRate, cost: int, actor: Actor = ACTOR) -> int:
    """For how many seconds it is refused; 0 when it is not."""
    try:
        rate.spend(actor, cost)
    except RequestRefused as refused:
        seconds: int = refused.errors[0].extensions["retryAfterSeconds"]  # type: ignore[index]
        return seconds
    return 0


def test_the_bucket_fills_at_its_rate_and_never_over() -> None:
    clock = _Clock()
    rate = CostRate(10, 100, clock)
    assert _refused(rate, 100) == 0
    assert _refused(rate, 1) == 1
    assert _refused(rate, 45) == 5
    clock.now += 4.4
    assert _refused(rate, 45) == 1
    clock.now += 0.1
    assert _refused(rate, 45) == 0
    clock.now += 1_000_000
    assert (_refused(rate, 100), _refused(rate, 1)) == (0, 1)


def test_what_costs_more_than_the_bucket_holds_needs_a_full_one_and_leaves_a_debt() -> None:
    clock = _Clock()
    rate = CostRate(10, 100, clock)
    assert (_refused(rate, 1), _refused(rate, 500)) == (0, 1)
    clock.now += 1
    assert _refused(rate, 500) == 0
    assert _refused(rate, 1) == 41


def test_without_a_burst_it_holds_what_comes_in_ten_seconds() -> None:
    rate = CostRate(7, 0, _Clock())
    assert (_refused(rate, 70), _refused(rate, 1)) == (0, 1)


def test_without_a_rate_and_for_everybody_there_is_no_bound() -> None:
    for rate, actor in ((CostRate(0, 100), ACTOR), (CostRate(1, 1), LOCAL_ACTOR)):
        assert [_refused(rate, 1_000_000, actor) for _ in range(10)] == [0] * 10
    # A token may be called so, too.
    assert [_refused(CostRate(1, 1), 0, Actor("local", Role.ADMIN))] == [0]
    rate = CostRate(1, 1, _Clock())
    assert [_refused(rate, 1, Actor("local", Role.ADMIN)) for _ in range(2)] == [0, 1]


def test_actors_whose_bucket_is_full_again_are_forgotten() -> None:
    clock = _Clock()
    rate = CostRate(10, 100, clock)
    for number in range(5_000):
        clock.now += 1
        rate.spend(Actor(str(number), Role.VIEWER), 10)
    assert len(rate._full_at) <= 1_001
