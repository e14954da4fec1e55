"""Bodies of requests may come in gzip; what they expand to has the limit of every body."""

import gzip
import json
import secrets
import zlib

import httpx
import pytest

from tests.wire.codings import in_zstd
from tests.wire.conftest import code_of

JSON = {"Content-Type": "application/json"}
QUERY = b'{"query": "{ __typename }"}'
LIMIT = 1_000_000


async def post(client: httpx.AsyncClient, body: bytes, coding: str = "gzip", **more: str) -> httpx.Response:
    return await client.post("/graphql", content=body, headers=JSON | {"Content-Encoding": coding} | more)


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", "identity"])
async def test_a_body_in_gzip_is_read(client: httpx.AsyncClient, coding: str) -> None:
    response = await post(client, QUERY if coding == "identity" else gzip.compress(QUERY), coding)
    assert response.status_code == 200
    assert response.json()["data"] == {"__typename": "Query"}


async def test_a_body_that_expands_to_the_limit_is_read(client: httpx.AsyncClient) -> None:
    response = await post(client, gzip.compress(QUERY.ljust(LIMIT)))
    assert response.json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize("size", [LIMIT + 1, 100 * LIMIT])
async def test_a_body_that_expands_past_the_limit_is_refused_at_that_byte(client: httpx.AsyncClient, size: int) -> None:
    response = await post(client, gzip.compress(QUERY.ljust(size)))
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"] == {
        "code": "BODY_LIMIT",
        "limit": "body bytes after expansion",
        # However much would have come, no more was expanded.
        "actual": LIMIT + 1,
        "maximum": LIMIT,
    }


async def test_a_compressed_body_is_bounded_as_it_comes(client: httpx.AsyncClient) -> None:
    response = await post(client, gzip.compress(secrets.token_bytes(LIMIT + 1)))
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["limit"] == "body bytes"


def _with_a_wrong_checksum(compressed: bytes) -> bytes:
    return compressed[:-8] + bytes(4) + compressed[-4:]


BROKEN = {
    "empty": b"",
    "plain": QUERY,
    "without its head": zlib.compress(QUERY),
    "cut off": gzip.compress(QUERY)[:-1],
    "a wrong checksum": _with_a_wrong_checksum(gzip.compress(QUERY)),
    "something after its end": gzip.compress(QUERY) + b" ",
    "two members": gzip.compress(QUERY[:10]) + gzip.compress(QUERY[10:]),
    "many members": gzip.compress(b"") * 20_000,
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
async def test_what_is_not_one_whole_member_of_gzip_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    response = await post(client, body)
    assert response.status_code == 400
    assert code_of(response) == "BAD_REQUEST"
    assert "gzip" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize("coding", ["zstd", "deflate", "br", "gzip, gzip", "identity, gzip", "none"])
async def test_other_codings_are_refused_and_told_which_one_would_do(client: httpx.AsyncClient, coding: str) -> None:
    response = await post(client, in_zstd(QUERY), coding)
    assert response.status_code == 415
    assert code_of(response) == "UNSUPPORTED_MEDIA_TYPE"
    assert response.headers["accept-encoding"] == "gzip"


async def test_two_lines_of_codings_are_two_codings(client: httpx.AsyncClient) -> None:
    headers = [("Content-Type", "application/json"), ("Content-Encoding", "identity"), ("Content-Encoding", "gzip")]
    response = await client.post("/graphql", content=gzip.compress(QUERY), headers=headers)
    assert response.status_code == 415


async def test_a_request_with_files_comes_as_it_is(client: httpx.AsyncClient) -> None:
    more = {"Content-Type": "multipart/form-data; boundary=x", "GraphQL-Require-Preflight": "1"}
    response = await post(client, gzip.compress(b"--x--"), **more)
    assert response.status_code == 415
    assert code_of(response) == "UNSUPPORTED_MEDIA_TYPE"
    assert response.headers["accept-encoding"] == "identity"


async def test_json_in_gzip_is_as_strict_as_any(client: httpx.AsyncClient) -> None:
    for body in (b"[" * 900_000, b'{"query": "{ __typename }", "query": "{ a }"}', json.dumps([1]).encode()):
        response = await post(client, gzip.compress(body))
        assert response.status_code == 400
