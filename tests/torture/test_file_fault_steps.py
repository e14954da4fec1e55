"""One fault at each step of creating, copying and deleting a file: what stands afterwards is what the rule of it says.

The server stands between two tolls. After each case it is started again where it was killed, `check` compares every row
with the bytes of its object, and a sweep of the next day leaves the objects that rows name.

Rules: docs/domain.md#rows-and-objects.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import pytest

from domain.rules.object_keys import file_key, prefix_of
from persistence.checks.objects import run_object_checks
from persistence.database import open_database
from persistence.object_store import open_object_store
from persistence.orphaned_objects import Sweep
from tests.attachments.uploading import attached, upload
from tests.conftest import connect
from tests.factories import DOCUMENTS
from tests.graphql_client import post
from tests.server_process import ServerProcess, settings_for_same_stores
from tests.torture.conftest import Counted
from tests.torture.tolls import Connection, DatabaseToll, Step, StoreToll

pytestmark = pytest.mark.torture

THERE, NEW = "There before", "New"


@dataclass(frozen=True, slots=True)
class Case:
    """An act, the toll that it comes to, what happens there, and whether the server is killed then.

    `stands` says whether the row that the act makes is there afterwards, or for a deletion the row that it is of.
    """

    act: str
    toll: str
    step: Step
    stands: bool
    is_killed: bool = False
    method: bytes = b"PUT"

    def __str__(self) -> str:
        killed = ", killed" if self.is_killed else ""
        return f"{self.act}, at the {self.toll}: {self.step.value}{killed}"


CASES = [
    *(
        Case(act, "store", step, stands=False)
        for act in ("create", "copy")
        for step in (Step.REFUSE, Step.FAIL, Step.HANG, Step.CUT_BEFORE)
    ),
    *(
        Case(act, "commit", step, stands=stands)
        for act in ("create", "copy", "delete")
        for step, stands in (
            (Step.FAIL, act == "delete"),
            (Step.CUT_BEFORE, act == "delete"),
            (Step.CUT_AFTER, act != "delete"),
        )
    ),
    # Killed while the store works, when it has worked, before and after the commit.
    *(
        Case(act, toll, step, stands=stands, is_killed=True)
        for act in ("create", "copy")
        for toll, step, stands in (
            ("store", Step.HANG, False),
            ("store", Step.HANG_AFTER, False),
            ("commit", Step.HANG, False),
            ("commit", Step.HANG_AFTER, True),
        )
    ),
    Case("delete", "commit", Step.HANG, stands=True, is_killed=True),
    Case("delete", "commit", Step.HANG_AFTER, stands=False, is_killed=True),
    # After its commit a deletion leaves at worst an object that no row names.
    Case("delete", "store", Step.REFUSE, stands=False, method=b"DELETE"),
    Case("delete", "store", Step.HANG, stands=False, method=b"DELETE", is_killed=True),
]


@pytest.fixture(scope="module")
async def store_toll(stores: ServerProcess) -> AsyncIterator[StoreToll]:
    """Before the object store."""
    port = int(stores.addresses.s3_endpoint_url.rpartition(":")[2])

    async def reach() -> Connection:
        return await asyncio.open_connection("127.0.0.1", port)

    toll = StoreToll(reach)
    await toll.start()
    yield toll
    await toll.stop()


@pytest.fixture(scope="module")
async def database_toll(stores: ServerProcess) -> AsyncIterator[DatabaseToll]:
    """Before the database, whose socket is a file."""
    [directory] = parse_qs(urlsplit(stores.database_url).query)["host"]

    async def reach() -> Connection:
        return await asyncio.open_unix_connection(f"{directory}/.s.PGSQL.5432")

    toll = DatabaseToll(reach)
    await toll.start()
    yield toll
    await toll.stop()


@pytest.fixture(scope="module")
async def victim(
    stores: ServerProcess, store_toll: StoreToll, database_toll: DatabaseToll
) -> AsyncIterator[ServerProcess]:
    """The server that comes to the tolls."""
    url = urlsplit(stores.database_url)
    through = f"{url.scheme}://{url.username}@127.0.0.1:{database_toll.port}{url.path}"
    settings = settings_for_same_stores(stores) | {
        "PARTSGRAPH_DATABASE_URL": through,
        "PARTSGRAPH_S3_ENDPOINT_URL": f"http://127.0.0.1:{store_toll.port}",
        "PARTSGRAPH_S3_READ_TIMEOUT_SECONDS": "1",
    }
    process = ServerProcess(settings=settings)
    try:
        await asyncio.to_thread(process.start)
        yield process
        await asyncio.to_thread(process.stop)
    finally:
        process.remove()


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_fault_at_a_step_leaves_what_the_rule_says(
    case: Case,
    stores: ServerProcess,
    victim: ServerProcess,
    store_toll: StoreToll,
    database_toll: DatabaseToll,
    counted: Counted,
) -> None:
    async with connect(victim) as client:
        key = await _part(client)
        # Nothing is made of a file of no known kind in the background.
        source = await attached(client, {"partKey": key}, b"The file that is there.", title=THERE)
        other = await _part(client)
        toll = store_toll if case.toll == "store" else database_toll
        toll.reached.clear()
        store_toll.method = case.method
        toll.step = case.step
        acting = asyncio.create_task(_act(client, case.act, key, other, source["id"]))
        async with asyncio.timeout(30):
            await toll.reached.wait()
        if case.is_killed:
            await asyncio.sleep(0.5)
            await asyncio.to_thread(victim.kill)
            counted(kills_of_the_server=1)
        said = await acting
        toll.step = Step.PASS
    if case.is_killed:
        await asyncio.to_thread(victim.start)
    owner = other if case.act == "copy" else key
    wanted = {THERE} if case.stands or case.act == "create" else set()
    if case.act == "create" and case.stands:
        wanted.add(NEW)
    assert await _titles(stores, owner) == wanted, said
    if not case.stands and case.act != "delete":
        assert not said.endswith("Success")
    await _reconciles(stores)
    counted(faults_at_a_step=1, audits=1)


async def _part(client: httpx.AsyncClient) -> str:
    made = await post(client, DOCUMENTS["createPart"], {"input": {"description": "Part"}})
    key: str = made.json()["data"]["createPart"]["part"]["key"]
    return key


async def _act(client: httpx.AsyncClient, act: str, key: str, other: str, attachment_id: str) -> str:
    """What the server said: the type of the payload, a code, or how the connection ended."""
    try:
        match act:
            case "create":
                response = await upload(client, {"partKey": key}, b"New bytes", title=NEW)
            case "copy":
                given = {"input": {"attachmentId": attachment_id, "owner": {"partKey": other}}}
                response = await post(client, DOCUMENTS["copyAttachment"], given)
            case _:
                response = await post(client, DOCUMENTS["deleteAttachment"], {"input": {"attachmentId": attachment_id}})
    except (httpx.HTTPError, AssertionError) as error:
        return type(error).__name__
    answer = response.json()
    payload = next(iter((answer.get("data") or {}).values()), None)
    return str(payload["__typename"] if payload else answer["errors"][0]["extensions"]["code"])


async def _titles(stores: ServerProcess, key: str) -> set[str]:
    connection = await asyncpg.connect(stores.database_url)
    try:
        rows = await connection.fetch(
            "SELECT title FROM attachments JOIN parts ON parts.id = attachments.part_id WHERE key = $1", key
        )
    finally:
        await connection.close()
    return {row["title"] for row in rows}


async def _reconciles(stores: ServerProcess) -> None:
    """Every row has its object, with its bytes; the sweep of tomorrow leaves these alone, and takes every other."""
    at = stores.addresses
    async with (
        open_database(at.database_url) as database,
        open_object_store(at.s3_endpoint_url, at.s3_bucket, at.s3_access_key, at.s3_secret_key, at.s3_region) as store,
    ):
        assert await run_object_checks(database, store, hashes=True) == []
        await Sweep(database, store).run(is_forced=True, now=datetime.now(UTC) + timedelta(days=1, minutes=1))
        assert await run_object_checks(database, store, hashes=True) == []
        connection = await asyncpg.connect(stores.database_url)
        rows = await connection.fetch("SELECT object_id FROM attachments WHERE object_id IS NOT NULL")
        await connection.close()
        keys = {each.key async for page in store.pages("attachments/") for each in page}
    assert {file_key(row["object_id"]) for row in rows} <= keys
    named = tuple(prefix_of(row["object_id"]) for row in rows)
    assert [key for key in keys if not key.startswith(named)] == []
