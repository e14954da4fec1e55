"""Runs queries and tells how many statements the server took for them."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import httpx
import pytest

from tests.graphql_client import Json
from tests.log_lines import statements_of
from tests.server_process import ServerProcess

Counted = Callable[[str], Awaitable[tuple[Json, int]]]


@pytest.fixture
def counted(server: ServerProcess, client: httpx.AsyncClient) -> Counted:
    """Runs a query; returns its data and the statements that the server's log counts for it."""

    async def run(query: str) -> tuple[Json, int]:
        request_id = uuid4().hex
        response = await client.post("/graphql", json={"query": query}, headers={"X-Request-ID": request_id})
        answer: Json = response.json()
        assert "errors" not in answer, answer
        return answer["data"], await statements_of(server, request_id)

    return run
