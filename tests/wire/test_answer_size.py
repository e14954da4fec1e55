"""An answer may have so many bytes and no more: one by one, where objects are named many times, and over every wire."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.conftest import connect
from tests.factories import Workshop
from tests.graphql_client import Json, post
from tests.live.sockets import acknowledged
from tests.rows import fill
from tests.server_process import ServerProcess
from tests.servers.shared import SharedServers, watched

MOST = 200_000
TEXT = "x" * 2_000
_DOCUMENT = """
WITH document AS (
    INSERT INTO attachments (part_id, kind, title, file_name, media_type, size_bytes, sha256, object_id, preview_state,
                             text_state, text_reader, page_count, actor)
    SELECT id, 'PDF', 'a', 'a', 'application/pdf', 1, sha256('a'), gen_random_uuid(), 'FAILED', 'DONE', 2, $3, 'ada'
      FROM parts WHERE key = $1
    RETURNING id
)
INSERT INTO attachment_texts (attachment_id, text, page_count, pages_read) SELECT id, $2, $3, $3 FROM document
"""


@pytest.fixture
async def narrow(server: ServerProcess, shared_servers: SharedServers) -> AsyncIterator[ServerProcess]:
    """A server whose answers are bounded closely, on the stores of the server under test."""
    async with watched(await shared_servers.with_settings({"PARTSGRAPH_MAX_ANSWER_BYTES": str(MOST)})) as narrowed:
        yield narrowed


@pytest.fixture
async def narrow_client(narrow: ServerProcess) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to it."""
    async with connect(narrow) as client:
        yield client


def aliases(number: int, field: str, longer_by: int = 0) -> str:
    """So many aliases of a field; the first is longer by so many letters."""
    return " ".join(f"a{'a' * longer_by if each == 0 else ''}{each}: {field}" for each in range(number))


async def test_an_answer_has_exactly_as_many_bytes_as_it_may(
    client: httpx.AsyncClient, workshop: Workshop, narrow_client: httpx.AsyncClient
) -> None:
    key = await workshop.part(TEXT)

    def query(longer_by: int) -> str:
        return f'{{ part(key: "{key}") {{ {aliases(99, "description", longer_by)} }} }}'

    shortest = len((await post(client, query(0))).content)
    assert MOST - 3_000 < shortest < MOST
    fitting = MOST - shortest
    whole = await post(narrow_client, query(fitting))
    over = await post(narrow_client, query(fitting + 1))
    assert (len(whole.content), "errors" in whole.json()) == (MOST, False)
    assert told(over) == {"code": "ANSWER_LIMIT", "limit": "bytes in its answer", "actual": MOST + 1, "maximum": MOST}


async def test_what_is_a_hundred_times_too_large_is_refused_as_well(
    workshop: Workshop, narrow: ServerProcess, narrow_client: httpx.AsyncClient
) -> None:
    await fill(workshop.connection, 100)
    await workshop.connection.execute("UPDATE parts SET description = $1", TEXT)
    query = f"{{ parts(first: 100) {{ nodes {{ {aliases(100, 'description')} }} }} }}"
    refused = told(await post(narrow_client, query))
    assert (refused["code"], refused["maximum"]) == ("ANSWER_LIMIT", MOST)
    assert refused["actual"] > MOST


async def test_an_object_counts_wherever_it_stands(
    client: httpx.AsyncClient, workshop: Workshop, narrow_client: httpx.AsyncClient
) -> None:
    await workshop.box(1, capacity=20, description="y" * 255)
    key = await workshop.stocked(1, "1-1")
    for number in range(2, 11):
        await workshop.receive(key, f"1-{number}", 1)
    query = f'{{ part(key: "{key}") {{ stock {{ location {{ box {{ {aliases(100, "description")} }} }} }} }} }}'
    assert len((await post(client, query)).content) > 10 * 100 * 255
    assert told(await post(narrow_client, query))["code"] == "ANSWER_LIMIT"


async def test_long_texts_are_loaded_no_further_than_an_answer_may_have(
    workshop: Workshop, narrow_client: httpx.AsyncClient
) -> None:
    """Ninety pages are asked for; after fifty it is clear that they are too many."""
    key = await workshop.part()
    pages = [chr(ord("a") + number % 26) * 20_000 for number in range(90)]
    await workshop.connection.execute(_DOCUMENT, key, "\f".join(pages), len(pages))
    asked = " ".join(f"p{number}: text(page: {number})" for number in range(1, 91))
    refused = told(await post(narrow_client, f'{{ part(key: "{key}") {{ attachments {{ {asked} }} }} }}'))
    assert (refused["code"], refused["actual"], refused["maximum"]) == ("ANSWER_LIMIT", 50 * 20_000, MOST)
    few = f'{{ part(key: "{key}") {{ attachments {{ p1: text(page: 1) p90: text(page: 90) p91: text(page: 91) }} }} }}'
    answer = await post(narrow_client, few)
    assert answer.json()["data"]["part"]["attachments"] == [{"p1": pages[0], "p90": pages[-1], "p91": None}]
    many = f'{{ part(key: "{key}") {{ attachments {{ {aliases(90, "text(page: 1)")} }} }} }}'
    assert told(await post(narrow_client, many))["code"] == "ANSWER_LIMIT"


async def test_what_the_database_writes_is_bounded_too(workshop: Workshop, narrow_client: httpx.AsyncClient) -> None:
    await fill(workshop.connection, 150)
    await workshop.connection.execute("UPDATE parts SET description = $1", TEXT)
    query = "{ parts(first: 150) { nodes { key description } } }"
    for _ in range(10):
        assert told(await post(narrow_client, query))["code"] == "ANSWER_LIMIT"


async def test_a_mutation_has_happened_though_its_answer_is_too_large(
    workshop: Workshop, narrow_client: httpx.AsyncClient
) -> None:
    create = f"""mutation {{ createPart(input: {{ description: "{TEXT}" }}) {{
      ... on CreatePartSuccess {{ part {{ {aliases(100, "description")} }} }} }} }}"""
    response = await post(narrow_client, create)
    assert told(response)["code"] == "ANSWER_LIMIT"
    assert "What mutations did is committed." in response.json()["errors"][0]["message"]
    assert await workshop.count_rows("parts") == 1


async def test_event_streams_and_sockets_keep_to_it(
    workshop: Workshop, narrow: ServerProcess, narrow_client: httpx.AsyncClient
) -> None:
    key = await workshop.part(TEXT)
    query = f'{{ part(key: "{key}") {{ {aliases(100, "description")} }} }}'
    response = await narrow_client.post("/graphql", json={"query": query}, headers={"Accept": "text/event-stream"})
    assert "ANSWER_LIMIT" in response.text
    assert len(response.content) < 1_000
    async with acknowledged(narrow) as socket:
        await socket.send(id="1", type="subscribe", payload={"query": query})
        message = await socket.receive()
    assert message["payload"]["errors"][0]["extensions"]["code"] == "ANSWER_LIMIT"
    assert message["payload"]["data"] is None


async def test_events_keep_to_it_one_by_one(workshop: Workshop, narrow: ServerProcess) -> None:
    await workshop.box(1)
    key = await workshop.part(TEXT)
    document = f"subscription {{ stockChanged {{ change {{ part {{ {aliases(100, 'description')} }} }} }} }}"
    async with acknowledged(narrow) as socket:
        await socket.subscribe(query=document)
        await workshop.receive(key, "1-1", 1)
        message = await socket.receive()
        assert message["payload"]["errors"][0]["extensions"]["code"] == "ANSWER_LIMIT"
        await workshop.receive(key, "1-1", 1)
        assert (await socket.receive())["type"] == "next"


def told(response: httpx.Response) -> Json:
    """What the only error of an answer without data says beside its message."""
    answer = response.json()
    assert (response.status_code, answer["data"]) == (200, None)
    [error] = answer["errors"]
    extensions: Json = error["extensions"]
    return extensions
