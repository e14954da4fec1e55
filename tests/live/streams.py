"""Reads server-sent events as a client does."""

import json
from collections.abc import AsyncIterator

import httpx

from tests.graphql_client import Json


async def read_events(response: httpx.Response) -> AsyncIterator[Json]:
    """Each event with its name and its data, null where it has none."""
    name = ""
    async for line in response.aiter_lines():
        if line.startswith("event:"):
            name = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            text = line.removeprefix("data:").strip()
            yield {"event": name, "data": json.loads(text) if text else None}
