"""Whatever the body of a POST is, the answer is a typed 4xx or the result of a valid request."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.execution.refusals import RequestRefused
from server.wire.http.request_body import decode_json
from server.wire.http.request_parameters import from_json, from_query_string
from tests.server_process import ServerProcess
from tests.wire.conftest import code_of
from tests.wire.exchanges import most_sent_after_an_answer

JSON = {"Content-Type": "application/json"}
BODY_LIMIT_BYTES = 1_000_000

NOT_A_REQUEST = {
    "null": b"null",
    "a number": b"1",
    "a string": b'"x"',
    "true": b"true",
    "empty": b"",
    "white space": b"  \n",
    "invalid UTF-8": b'{"query": "\xff\xfe"}',
    "UTF-16": '{"query": "{ __typename }"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"query": "{ __typename }"}',
    "the same name twice": b'{"query": "{ __typename }", "query": "{ __typename }"}',
    "the same name twice, deeper": b'{"query": "{ __typename }", "variables": {"a": {"b": 1, "b": 2}}}',
    "NaN": b'{"query": "{ __typename }", "variables": {"a": NaN}}',
    "Infinity": b'{"query": "{ __typename }", "variables": {"a": -Infinity}}',
    "a lone surrogate": b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}',
    "a huge integer": b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 5_000 + b"}}",
    "deep arrays": b'{"query": "{ __typename }", "variables": {"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}}",
    "deep objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "cut off": b'{"query": "{ __typename }"',
    "two values": b'{"query": "{ __typename }"}{}',
    "single quotes": b"{'query': '{ __typename }'}",
    "no query": b"{}",
    "query null": b'{"query": null}',
    "query number": b'{"query": 1}',
    "variables list": b'{"query": "{ __typename }", "variables": []}',
    "variables string": b'{"query": "{ __typename }", "variables": "{}"}',
    "extensions list": b'{"query": "{ __typename }", "extensions": []}',
    "operationName number": b'{"query": "{ __typename }", "operationName": 1}',
    "documentId number": b'{"documentId": 7}',
    "a form": b"query=%7B__typename%7D",
}


@pytest.mark.parametrize("body", NOT_A_REQUEST.values(), ids=NOT_A_REQUEST.keys())
@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_body_that_is_no_request_is_refused_with_400(
    client: httpx.AsyncClient, body: bytes, accept: str
) -> None:
    response = await client.post("/graphql", content=body, headers={**JSON, "Accept": accept})
    assert response.status_code == 400
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    assert code_of(response) == "BAD_REQUEST"


@pytest.mark.parametrize("body", [b"[]", b'[{"query": "{ __typename }"}]'])
async def test_batches_are_refused(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/graphql", content=body, headers=JSON)
    assert response.status_code == 400
    assert code_of(response) == "BATCHING_NOT_SUPPORTED"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x", "Content-Encoding": "gzip"},
        {"Content-Type": "application/graphql"},
        {"Content-Type": "application/json; charset=iso-8859-1"},
        {"Content-Type": "application/jsonp"},
    ],
)
async def test_other_content_types_are_refused_with_415(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    response = await client.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert response.status_code == 415
    assert code_of(response) == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize("content_type", ["application/json", 'Application/JSON; charset="UTF-8"'])
async def test_json_in_utf_8_is_accepted_however_it_is_written(client: httpx.AsyncClient, content_type: str) -> None:
    body = b'{"query": "{ __typename }", "unknown": 1, "variables": null}'
    response = await client.post("/graphql", content=body, headers={"Content-Type": content_type})
    assert response.json()["data"] == {"__typename": "Query"}


async def test_a_body_over_the_limit_is_refused_with_413(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", content=b" " * 1_000_001, headers=JSON)
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"] == {
        "code": "BODY_LIMIT",
        "limit": "body bytes",
        "actual": 1_000_001,
        "maximum": 1_000_000,
    }


async def test_a_chunked_body_is_refused_when_it_grows_too_large(client: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b" " * 100_000

    response = await client.post("/graphql", content=chunks(), headers=JSON)
    assert response.status_code == 413
    assert code_of(response) == "BODY_LIMIT"


async def test_a_body_without_end_is_cut_off(server: ServerProcess) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
    writer.write(b"Transfer-Encoding: chunked\r\n\r\n")
    sent = 0
    with suppress(ConnectionError):
        while sent < 200_000_000 and not reader.at_eof():
            writer.write(b"186a0\r\n" + b" " * 100_000 + b"\r\n")
            await writer.drain()
            sent += 100_000
    writer.close()
    assert sent < BODY_LIMIT_BYTES + most_sent_after_an_answer()


async def test_a_body_of_exactly_the_limit_is_read(client: httpx.AsyncClient) -> None:
    body = b'{"query": "{ __typename }"}'.ljust(1_000_000)
    response = await client.post("/graphql", content=body, headers=JSON)
    assert response.json()["data"] == {"__typename": "Query"}


def test_a_body_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[str] = []
    decode = json.JSONDecoder.decode

    def counted(decoder: json.JSONDecoder, text: str) -> object:
        decoded.append(text)
        return decode(decoder, text)

    monkeypatch.setattr(json.JSONDecoder, "decode", counted)
    body = b'{"query": "{ __typename }", "variables": {"numbers": [1, 2.5, 123456789012345678901234567890]}}'
    assert decode_json(body, "The body")["variables"]["numbers"] == [1, 2.5, 123456789012345678901234567890.0]
    assert len(decoded) == 1


@pytest.mark.parametrize(("depth", "is_read"), [(500, True), (1_001, False), (100_000, False)])
def test_a_body_is_nested_so_deep(depth: int, is_read: bool) -> None:
    body = b"[" * depth + b"]" * depth
    assert refused_with(lambda: decode_json(body, "The body")) == (None if is_read else "BAD_REQUEST")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b'"\\ud83d\\ude00"', "😀"),
        (b'"\\\\ud800"', "\\ud800"),
        (b'"\\ud800"', None),
        (b'"\\ud83dx"', None),
        (b'"\\ude00\\ud83d"', None),
        (b"1e400", None),
        (b"-1e400", None),
        (b"18446744073709551615", 2**64 - 1),
        (b"18446744073709551616", 2.0**64),
    ],
)
def test_what_two_readers_could_understand_differently_is_refused(written: bytes, read: object) -> None:
    if read is None:
        assert refused_with(lambda: decode_json(written, "The body")) == "BAD_REQUEST"
    else:
        found = decode_json(written, "The body")
        assert (found, type(found)) == (read, type(read))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
PARAMETERS = st.dictionaries(
    st.sampled_from(["query", "variables", "operationName", "extensions", "documentId", "x"]), JSON_VALUES
)


def refused_with(read: Callable[[], object]) -> str | None:
    """The code of the refusal, or None when what was read is fine; any other exception fails the test."""
    try:
        read()
    except RequestRefused as refused:
        return refused.code
    return None


@given(PARAMETERS | JSON_VALUES)
def test_any_json_value_is_read_as_parameters_or_refused(body: object) -> None:
    assert refused_with(lambda: from_json(body)) in {None, "BAD_REQUEST", "BATCHING_NOT_SUPPORTED"}


@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,\\u0d8fenrt ', max_size=60).map(str.encode))
def test_any_bytes_are_json_or_refused(body: bytes) -> None:
    assert refused_with(lambda: decode_json(body, "The body")) in {None, "BAD_REQUEST"}


@given(st.binary(max_size=200))
def test_any_query_string_is_read_or_refused(query_string: bytes) -> None:
    assert refused_with(lambda: from_query_string(query_string)) in {None, "BAD_REQUEST"}
