"""GraphiQL's files come compressed, from copies that set-up made."""

import re

import httpx
import pytest

from graph.explorer import ASSETS_DIRECTORY
from tests.wire.codings import plain


@pytest.fixture
async def address(client: httpx.AsyncClient) -> str:
    """Of the script of the page."""
    found = re.search(r'src="(/explorer/assets/[^"]+\.js)"', (await client.get("/")).text)
    assert found is not None, "GraphiQL is not built"
    return found[1]


async def fetched(client: httpx.AsyncClient, address: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """The answer, and its body as it came over the wire."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    async with client.stream("GET", address, headers={"Accept-Encoding": "identity"} | given) as response:
        return response, b"".join([chunk async for chunk in response.aiter_raw()])


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [("gzip", "gzip"), ("gzip, deflate, br, zstd", "zstd"), ("gzip, zstd;q=0.5", "gzip"), ("zstd;q=0", None)],
)
async def test_a_file_comes_in_the_coding_that_is_most_welcome(
    client: httpx.AsyncClient, address: str, accept_encoding: str, coding: str | None
) -> None:
    as_it_is, content = await fetched(client, address)
    response, body = await fetched(client, address, Accept_Encoding=accept_encoding)
    assert response.status_code == 200
    assert response.headers.get("content-encoding") == coding
    assert response.headers["content-length"] == str(len(body))
    for name in ("content-type", "cache-control", "content-security-policy", "x-content-type-options"):
        assert response.headers[name] == as_it_is.headers[name]
    assert as_it_is.headers["vary"] == response.headers["vary"] == "Accept-Encoding"
    assert plain(body, coding) == content
    assert coding is None or len(body) < len(content) / 2


async def test_each_copy_has_an_etag_of_its_own(client: httpx.AsyncClient, address: str) -> None:
    tags = {}
    for coding in ("identity", "gzip", "zstd"):
        response, _ = await fetched(client, address, Accept_Encoding=coding)
        tags[coding] = response.headers["etag"]
    assert len(set(tags.values())) == 3
    for coding in tags:
        for other, tag in tags.items():
            response, body = await fetched(client, address, Accept_Encoding=coding, If_None_Match=tag)
            assert response.status_code == (304 if other == coding else 200)
            assert response.headers["vary"] == "Accept-Encoding"
            assert (body == b"") == (other == coding)


async def test_a_part_is_one_of_the_file_itself(client: httpx.AsyncClient, address: str) -> None:
    _, content = await fetched(client, address)
    response, body = await fetched(client, address, Accept_Encoding="gzip, zstd", Range="bytes=100-199")
    assert (response.status_code, body) == (206, content[100:200])
    assert "content-encoding" not in response.headers


async def test_a_copy_has_no_address_of_its_own(client: httpx.AsyncClient, address: str) -> None:
    for suffix in (".gz", ".zst"):
        assert (ASSETS_DIRECTORY / (address.rpartition("/")[2] + suffix)).is_file()
        assert (await client.get(address + suffix)).status_code == 404
