"""GraphiQL's page and assets, and the two questions of orchestrators."""

import asyncio
import re
import time

import asyncpg
import httpx

from server.process.readiness import Readiness
from tests.server_process import ServerProcess
from tests.waiting import until

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


async def test_graphiql_is_served_at_the_root_and_to_browsers_at_graphql(client: httpx.AsyncClient) -> None:
    for path in ("/", "/graphql"):
        response = await client.get(path, headers=BROWSER)
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "Partsgraph" in response.text
        assert "Accept" in response.headers["vary"]


async def test_the_page_may_run_nothing_but_our_own_files(client: httpx.AsyncClient) -> None:
    response = await client.get("/")
    policy = dict(part.strip().split(" ", 1) for part in response.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"


async def test_every_file_of_the_page_is_ours_and_kept_for_ever(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses, "GraphiQL is not built"
    for address in addresses:
        assert address.startswith("/explorer/assets/")
        response = await client.get(address)
        assert response.status_code == 200
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert response.headers["x-content-type-options"] == "nosniff"


async def test_assets_stay_within_their_directory(client: httpx.AsyncClient) -> None:
    for path in ("/explorer/assets/../index.html", "/explorer/assets/%2e%2e/index.html", "/explorer/assets/"):
        request = client.build_request("GET", path)
        request.url = request.url.copy_with(raw_path=path.encode())
        assert (await client.send(request)).status_code == 404


async def test_health_says_that_the_process_lives(client: httpx.AsyncClient) -> None:
    response = await client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


# Ages are told to the millisecond.
_ROUNDED_SECONDS = 0.001
CHECKS = {"database", "eventListener", "migrations", "objectStore", "serving"}


async def test_readiness_names_each_check_with_its_state_and_age(client: httpx.AsyncClient) -> None:
    response = await client.get("/readyz", headers={"Host": "10.0.0.7:8000"})
    assert response.status_code == 200
    answer = response.json()
    assert answer["status"] == "ready"
    assert set(answer["checks"]) >= CHECKS
    for check in answer["checks"].values():
        assert set(check) == {"state", "ageSeconds", "unchangedForSeconds"}
        assert check["state"] == "ok"
        assert 0 <= check["ageSeconds"] <= check["unchangedForSeconds"] + 2


async def test_readiness_names_what_fails_and_recovers_and_asks_no_more_often_than_it_is_told(
    server: ServerProcess, client: httpx.AsyncClient, database_connection: asyncpg.Connection
) -> None:
    async def ready() -> httpx.Response:
        return await client.get("/readyz")

    await until(ready, lambda found: found.status_code == 200)
    renamed_at = time.monotonic()
    await database_connection.execute("ALTER TABLE alembic_version RENAME TO alembic_version_elsewhere")
    try:
        response = await until(ready, lambda found: _failing(found) == {"migrations"})
        longest_seconds = time.monotonic() - renamed_at
    finally:
        await database_connection.execute("ALTER TABLE alembic_version_elsewhere RENAME TO alembic_version")
    assert response.status_code == 503
    (error,) = response.json()["errors"]
    assert error["message"] == "Not ready: migrations."
    assert error["extensions"]["code"] == "NOT_READY"
    checks = error["extensions"]["checks"]
    assert checks["migrations"]["unchangedForSeconds"] <= longest_seconds + _ROUNDED_SECONDS
    assert checks["migrations"]["unchangedForSeconds"] < checks["database"]["unchangedForSeconds"]
    await until(ready, lambda found: found.status_code == 200)
    before, began_at = await _questions(database_connection), time.monotonic()
    answers = await asyncio.gather(*(ready() for _ in range(20)))
    kept = (time.monotonic() - began_at) / float(server.settings["PARTSGRAPH_READINESS_KEPT_SECONDS"])
    assert {answer.status_code for answer in answers} == {200}
    assert await _questions(database_connection) - before <= 1 + kept


async def test_what_was_found_is_kept_and_asked_once_for_all_who_wait() -> None:
    readiness, may_answer = Readiness(kept_seconds=3600), asyncio.Event()
    asked: list[int] = []

    async def check() -> None:
        asked.append(len(asked))
        await may_answer.wait()

    readiness.add("one", check)
    waiting = [asyncio.ensure_future(readiness.findings()) for _ in range(20)]
    await asyncio.wait(waiting, timeout=0)
    may_answer.set()
    found = await asyncio.gather(*waiting, readiness.findings())
    assert all(answer["one"].is_well for answer in found)
    assert await readiness.findings() == found[0]
    assert asked == [0]


def _failing(answer: httpx.Response) -> set[str]:
    if answer.status_code == 200:
        return set()
    checks = answer.json()["errors"][0]["extensions"]["checks"]
    return {name for name, check in checks.items() if check["state"] == "failing"}


async def _questions(connection: asyncpg.Connection) -> int:
    """How often the database was asked for its revision."""
    await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    asked: int = await connection.fetchval(
        "SELECT coalesce(sum(calls), 0)::int FROM pg_stat_statements "
        "WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND query LIKE 'SELECT version_num%'"
    )
    return asked
