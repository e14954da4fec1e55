"""Faults at every step of creating, copying and deleting files, in parallel with the sweep: `check` stays clean.

The store is reached through a proxy that refuses, delays and cuts; backends of the database are ended in the middle of
transactions; the server is killed. At the end no row is without its object, and every object of a row has its bytes.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import asyncpg
import httpx
import pytest

from persistence.database import open_database
from persistence.object_store import open_object_store
from persistence.orphaned_objects import Sweep
from tests.attachments.uploading import attachments_of, pdf, png, upload
from tests.conftest import connect
from tests.factories import DOCUMENTS
from tests.graphql_client import post
from tests.server_process import ServerProcess, settings_for_same_stores
from tests.torture.conftest import Counted
from tests.torture.faulty_proxy import Fault, FaultyProxy
from tests.torture.ledger_audit import SCALE

pytestmark = pytest.mark.torture

RUNS = max(60, round(500 * SCALE))
KILLS = max(2, round(10 * SCALE))
WORKERS = 6
END_A_BACKEND = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE application_name = 'partsgraph' AND state <> 'idle' AND pid <> pg_backend_pid() LIMIT 1
"""


@dataclass
class Weather:
    """How bad the network is; `bad` is set while runs go on."""

    bad: bool = False
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def choose(self) -> Fault:
        if not self.bad or self.chance.random() > 0.06:
            return Fault.NONE
        return self.chance.choice([Fault.REFUSED, Fault.CUT_UPWARDS, Fault.CUT_DOWNWARDS, Fault.DELAYED])


@dataclass
class Outcomes:
    """What the server said, by answer; a cut connection is an answer too."""

    said: dict[str, int] = field(default_factory=dict)

    def note(self, answer: str) -> None:
        self.said[answer] = self.said.get(answer, 0) + 1


@pytest.fixture
async def weather() -> Weather:
    return Weather()


@pytest.fixture
async def proxy(stores: ServerProcess, weather: Weather) -> AsyncIterator[FaultyProxy]:
    host, port = stores.addresses.s3_endpoint_url.removeprefix("http://").split(":")
    made = FaultyProxy(host, int(port), weather.choose)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def victim(stores: ServerProcess, proxy: FaultyProxy) -> AsyncIterator[ServerProcess]:
    """The server that is tortured."""
    settings = settings_for_same_stores(stores) | {"PARTSGRAPH_S3_ENDPOINT_URL": f"http://127.0.0.1:{proxy.port}"}
    process = ServerProcess(settings=settings)
    try:
        await asyncio.to_thread(process.start)
        yield process
        await asyncio.to_thread(process.stop)
    finally:
        process.remove()


async def _part(client: httpx.AsyncClient, number: int) -> str:
    answer = await post(client, DOCUMENTS["createPart"], {"input": {"description": f"Part {number}"}})
    key: str = answer.json()["data"]["createPart"]["part"]["key"]
    return key


async def _one_run(client: httpx.AsyncClient, keys: list[str], outcomes: Outcomes, number: int) -> None:
    """Create, copy or delete once, with whatever comes of it."""
    chance = random.Random(number)
    key = chance.choice(keys)
    try:
        if chance.random() < 0.5:
            content = chance.choice([png(shade=number % 256), pdf(chance.choice([100, 50_000, 6_000_000]), number)])
            answer = (await upload(client, {"partKey": key}, content, f"{number}.bin")).json()
        else:
            found = await attachments_of(client, key)
            if not found:
                return
            chosen = chance.choice(found)["id"]
            if chance.random() < 0.5:
                given = {"attachmentId": chosen, "owner": {"partKey": chance.choice(keys)}}
                answer = (await post(client, DOCUMENTS["copyAttachment"], {"input": given})).json()
            else:
                answer = (await post(client, DOCUMENTS["deleteAttachment"], {"input": {"attachmentId": chosen}})).json()
    except httpx.ConnectError:
        raise
    except (httpx.HTTPError, AssertionError, ValueError) as error:
        outcomes.note(type(error).__name__)
        return
    payload = next(iter((answer.get("data") or {}).values()), None)
    outcomes.note(payload["__typename"] if payload else answer["errors"][0]["extensions"]["code"])


async def _runs(server: ServerProcess, keys: list[str], numbers: list[int], outcomes: Outcomes) -> None:
    """Carry runs out until none is left; a server that is away is waited for."""
    async with connect(server) as client:
        while numbers:
            number = numbers.pop()
            try:
                await _one_run(client, keys, outcomes, number)
            except httpx.ConnectError:
                numbers.append(number)
                await asyncio.sleep(0.1)


async def _sweep_on(stores: ServerProcess, done: asyncio.Event) -> int:
    """Sweep again and again, reached without the proxy, as another server or an operator does."""
    sweeps = 0
    at = stores.addresses
    async with (
        open_database(at.database_url) as database,
        open_object_store(at.s3_endpoint_url, at.s3_bucket, at.s3_access_key, at.s3_secret_key, at.s3_region) as store,
    ):
        while not done.is_set():
            try:
                await Sweep(database, store).run(is_forced=True)
                sweeps += 1
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
                # Its connection was ended too.
                await asyncio.sleep(0.1)
            await asyncio.sleep(0.01)
    return sweeps


async def _end_backends(stores: ServerProcess, done: asyncio.Event) -> None:
    """Break connections of the database now and then, transactions and commits that run on them included."""
    connection = await asyncpg.connect(stores.database_url)
    try:
        while not done.is_set():
            await asyncio.sleep(random.uniform(0.05, 0.4))
            await connection.execute(END_A_BACKEND)
    finally:
        await connection.close()


async def _kill_now_and_then(victim: ServerProcess, numbers: list[int], weather: Weather) -> None:
    """Kill the server while runs go on, and start it again in fair weather."""
    each = len(numbers) // (KILLS + 1)
    for kill in range(KILLS, 0, -1):
        while len(numbers) > kill * each:  # noqa: ASYNC110 - the list is worked off by many
            await asyncio.sleep(0.01)
        await asyncio.sleep(random.uniform(0, 0.1))
        await asyncio.to_thread(victim.kill)
        weather.bad = False
        await asyncio.to_thread(victim.start)
        weather.bad = True


async def test_no_fault_leaves_a_row_without_its_object(
    stores: ServerProcess, victim: ServerProcess, weather: Weather, counted: Counted
) -> None:
    async with connect(victim) as client:
        keys = [await _part(client, number) for number in range(5)]
    numbers, outcomes, done = list(range(RUNS)), Outcomes(), asyncio.Event()
    weather.bad = True
    helpers = [
        asyncio.create_task(_sweep_on(stores, done)),
        asyncio.create_task(_end_backends(stores, done)),
        asyncio.create_task(_kill_now_and_then(victim, numbers, weather)),
    ]
    await asyncio.gather(*(_runs(victim, keys, numbers, outcomes) for _ in range(WORKERS)))
    await helpers[2]
    done.set()
    sweeps = (await asyncio.gather(*helpers))[0]
    weather.bad = False
    told = f"{RUNS} runs, {KILLS} kills, {sweeps} sweeps: {outcomes.said}"
    successes = sum(number for answer, number in outcomes.said.items() if answer.endswith("Success"))
    assert successes > RUNS / 4, told
    assert outcomes.said.keys() - {"AttachFileSuccess", "CopyAttachmentSuccess", "DeleteAttachmentSuccess"}
    assert sweeps
    counted(acts_on_files=RUNS, kills_of_the_server=KILLS, sweeps=sweeps)
    checked = await asyncio.to_thread(stores.run_command, "check", "--hashes")
    assert (checked.returncode, checked.stdout) == (0, "Everything reconciles.\n"), checked.stdout + checked.stderr
    counted(audits=1)
