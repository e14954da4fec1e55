"""Whatever a layer below raises, the answer is masked, typed, and carries the ids that find it in the log."""

import asyncpg
import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from server.wire.http.request_scope import RequestScope
from tests.wire.conftest import code_of


def failing_with(exception: Exception) -> ASGIApp:
    """An application that only raises."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise exception

    return app


async def get(app: ASGIApp) -> httpx.Response:
    """Ask the application below the outermost layer."""
    transport = httpx.ASGITransport(RequestScope(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.get("/graphql", headers={"X-Request-ID": "outermost"})


async def test_a_fault_is_masked() -> None:
    response = await get(failing_with(KeyError("the secret of the house")))
    assert response.status_code == 500
    assert code_of(response) == "INTERNAL_SERVER_ERROR"
    assert "secret" not in response.text
    assert response.json()["errors"][0]["extensions"]["requestId"] == "outermost"
    assert response.headers["x-request-id"] == "outermost"


@pytest.mark.parametrize(
    "exception", [ConnectionRefusedError(), asyncpg.CannotConnectNowError("starting"), TimeoutError()]
)
async def test_a_database_that_is_away_is_no_fault_of_the_server(exception: Exception) -> None:
    response = await get(failing_with(exception))
    assert response.status_code == 503
    assert code_of(response) == "UNAVAILABLE"
