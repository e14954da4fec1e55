"""GraphiQL's page and assets, and the two questions of orchestrators."""

import asyncio
import re

import asyncpg
import httpx

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


async def test_readiness_names_what_fails_and_recovers_and_asks_once_a_second(
    client: httpx.AsyncClient, database_connection: asyncpg.Connection
) -> None:
    statement = "SELECT sum(calls)::int FROM pg_stat_statements WHERE query LIKE 'SELECT version_num%'"
    await database_connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    await asyncio.sleep(1.1)
    await client.get("/readyz")
    await database_connection.execute("ALTER TABLE alembic_version RENAME TO alembic_version_elsewhere")
    try:
        assert (await client.get("/readyz")).status_code == 200, "what was asked within the last second is kept"
        await asyncio.sleep(1.1)
        response = await client.get("/readyz")
    finally:
        await database_connection.execute("ALTER TABLE alembic_version_elsewhere RENAME TO alembic_version")
    assert response.status_code == 503
    (error,) = response.json()["errors"]
    assert error["message"] == "Not ready: migrations."
    assert error["extensions"]["code"] == "NOT_READY"
    checks = error["extensions"]["checks"]
    assert {name for name, check in checks.items() if check["state"] == "failing"} == {"migrations"}
    assert checks["migrations"]["unchangedForSeconds"] < 1 < checks["database"]["unchangedForSeconds"]
    await asyncio.sleep(1.1)
    before = await database_connection.fetchval(statement)
    answers = await asyncio.gather(*(client.get("/readyz") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert await database_connection.fetchval(statement) == before + 1
