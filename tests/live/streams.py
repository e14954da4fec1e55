"""Reads server-sent events as a client does."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests.graphql_client import Json

STREAM = {"Accept": "text/event-stream"}


async def read_events(response: httpx.Response) -> AsyncIterator[Json]:
    """Each event with its name and its data, null where it has none."""
    name = ""
    async for line in response.aiter_lines():
        if line.startswith("event:"):
            name = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            text = line.removeprefix("data:").strip()
            yield {"event": name, "data": json.loads(text) if text else None}


@asynccontextmanager
async def events(client: httpx.AsyncClient, query: str, **variables: object) -> AsyncIterator[AsyncIterator[Json]]:
    """The events of an operation, with `event` and `data`; the subscription is there when the first comment is."""
    body = {"query": query, "variables": variables}
    async with client.stream("POST", "/graphql", json=body, headers=STREAM) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield read_events(response)
