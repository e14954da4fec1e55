"""A file whose drawing never ends: given up after its time, and no hindrance for a server that stops."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.attachments.uploading import attached
from tests.graphql_client import Json, data_of, mutation
from tests.rendering import hostile
from tests.rendering.reading import made_from, preview_url, read
from tests.server_process import ServerProcess

pytestmark = [pytest.mark.torture, pytest.mark.alone]

_CREATE_PART = mutation("createPart", "part { key }")


@pytest.fixture
def process() -> Iterator[ServerProcess]:
    started = ServerProcess()
    try:
        started.start()
        yield started
    finally:
        started.remove()


@pytest.fixture
async def visitor(process: ServerProcess) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=process.base_url, trust_env=False, timeout=60) as client:
        yield client


async def endless(visitor: httpx.AsyncClient) -> Json:
    part = await data_of(visitor, _CREATE_PART, {"input": {"description": "Fuse"}})
    owner = {"partKey": part["createPart"]["part"]["key"]}
    return await attached(visitor, owner, hostile.ENDLESS_DRAWING, "endless.pdf")


async def test_a_drawing_without_end_is_given_up(process: ServerProcess, visitor: httpx.AsyncClient) -> None:
    made = await endless(visitor)
    answer = await visitor.get(preview_url(made, 64))
    assert answer.status_code in {404, 503}
    ended = await read(visitor, made, patience_seconds=120)
    assert (ended["previewState"], ended["previewFailure"]) == ("FAILED", "It takes longer than 20 seconds.")
    assert process.new_error_lines() == []


async def test_the_server_stops_at_once_while_a_file_is_read(process: ServerProcess) -> None:
    async with httpx.AsyncClient(base_url=process.base_url, trust_env=False, timeout=60) as visitor:
        made = await endless(visitor)
        await asyncio.sleep(3)
        assert (await made_from(visitor, made))["previewState"] == "PENDING"
    assert process.stop(15) == 0
    assert process.new_error_lines() == []
