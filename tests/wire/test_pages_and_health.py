"""GraphiQL's page and assets, and the two questions of orchestrators."""

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


async def test_readiness_asks_the_database_and_the_object_store(client: httpx.AsyncClient) -> None:
    response = await client.get("/readyz", headers={"Host": "10.0.0.7:8000"})
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "checks": {"database": "ok", "objectStore": "ok"}}


async def test_readiness_names_what_fails_and_recovers(
    client: httpx.AsyncClient, database_connection: asyncpg.Connection
) -> None:
    await database_connection.execute("ALTER TABLE alembic_version RENAME TO alembic_version_elsewhere")
    try:
        response = await client.get("/readyz")
    finally:
        await database_connection.execute("ALTER TABLE alembic_version_elsewhere RENAME TO alembic_version")
    assert response.status_code == 503
    assert response.json()["errors"] == [
        {
            "message": "Not ready: database.",
            "extensions": {"code": "NOT_READY", "checks": {"database": "failing", "objectStore": "ok"}},
        }
    ]
    assert (await client.get("/readyz")).status_code == 200
