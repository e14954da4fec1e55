"""nginx in front of the server: as Debian installs it with one line more, and with the lines that the guide gives."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from tests.attachments.uploading import attached, pdf, upload
from tests.clients.nginx import nginx
from tests.factories import Workshop
from tests.graphql_client import data_of
from tests.live.sockets import PROTOCOL, STOCK_CHANGES, Socket
from tests.live.streams import events
from tests.server_process import ROOT, ServerProcess

pytestmark = pytest.mark.needs("nginx")

GUIDE = ROOT / "docs" / "guide" / "wire.md"
PARTSGRAPH = "http://127.0.0.1:8000"
BARE = f"location / {{ proxy_pass {PARTSGRAPH}; }}"
# As the documentation of nginx has it (WebSocket proxying).
UPGRADING = f"""location / {{
    proxy_pass {PARTSGRAPH};
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
}}"""
MEBIBYTE = 1024 * 1024


class Sites(NamedTuple):
    """The origins of an nginx, by what its site says beyond the defaults."""

    bare: str
    upgrading: str
    guided: str


@pytest.fixture(scope="module")
async def sites(server: ServerProcess) -> AsyncIterator[Sites]:
    """An nginx in front of the server under test."""
    (guided,) = re.findall(r"```nginx\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    locations = [location.replace(PARTSGRAPH, server.base_url) for location in (BARE, UPGRADING, guided)]
    async with nginx(*locations) as origins:
        yield Sites(*origins)


@pytest.fixture(params=Sites._fields)
async def through(sites: Sites, request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP through each of the sites."""
    async with httpx.AsyncClient(base_url=getattr(sites, request.param), timeout=60, trust_env=False) as connected:
        yield connected


@asynccontextmanager
async def socket_through(origin: str, page: str | None = None) -> AsyncIterator[Socket]:
    """A WebSocket, as a page of this origin has it, or a program."""
    address = f"{origin.replace('http', 'ws')}/graphql"
    async with connect(
        address, subprotocols=[Subprotocol(PROTOCOL)], origin=Origin(page) if page else None, proxy=None
    ) as wire:
        socket = Socket(wire)
        await socket.send(type="connection_init")
        assert await socket.receive() == {"type": "connection_ack"}
        yield socket


async def test_short_and_long_answers_come_through(through: httpx.AsyncClient, workshop: Workshop) -> None:
    key = await workshop.part(description="Widerstand 10 kΩ")
    assert await data_of(through, f'{{ part(key: "{key}") {{ description }} }}') == {
        "part": {"description": "Widerstand 10 kΩ"}
    }
    kinds = (await data_of(through, "{ __schema { types { name description fields { name description } } } }"))[
        "__schema"
    ]
    assert "Part" in {kind["name"] for kind in kinds["types"]}
    page = await through.get("/", headers={"Accept": "text/html"})
    assert (page.status_code, page.text.rstrip().endswith("</html>")) == (200, True)


async def test_an_event_stream_comes_through_as_it_is_sent(through: httpx.AsyncClient, workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    async with events(through, STOCK_CHANGES, partKey=key) as stream:
        for quantity in (5, 6):
            await workshop.receive(key, "1-1", quantity)
            told = await anext(stream)
            assert told["data"]["data"]["stockChanged"]["change"]["delta"] == quantity


@pytest.mark.parametrize("site", ["upgrading", "guided"])
async def test_a_websocket_comes_through(sites: Sites, workshop: Workshop, site: str) -> None:
    await workshop.box()
    key = await workshop.part()
    async with socket_through(getattr(sites, site)) as socket:
        await socket.subscribe(variables={"partKey": key})
        await workshop.receive(key, "1-1", 5)
        assert (await socket.change())["change"]["totalAfter"] == 5


async def test_a_page_connects_through_the_site_that_it_is_of(sites: Sites) -> None:
    async with socket_through(sites.guided, page=sites.guided):
        pass
    for site, page in ((sites.guided, "https://parts.example.org"), (sites.upgrading, sites.upgrading)):
        with pytest.raises(InvalidStatus) as refused:
            async with socket_through(site, page):
                pass
        assert refused.value.response.status_code == 403


async def test_a_file_comes_through(through: httpx.AsyncClient, workshop: Workshop) -> None:
    owner = {"partKey": await workshop.part()}
    content = pdf(900_000)
    attachment = await attached(through, owner, content, "manual.pdf")
    assert (await through.get(attachment["url"])).content == content
    part = await through.get(attachment["url"], headers={"Range": "bytes=0-7"})
    assert (part.status_code, part.content) == (206, content[:8])


async def test_a_large_file_comes_through_where_nginx_lets_it(sites: Sites, workshop: Workshop) -> None:
    owner = {"partKey": await workshop.part()}
    content = pdf(20 * MEBIBYTE)
    async with httpx.AsyncClient(base_url=sites.bare, timeout=60, trust_env=False) as client:
        assert (await upload(client, owner, content)).status_code == 413
    async with httpx.AsyncClient(base_url=sites.guided, timeout=60, trust_env=False) as client:
        attachment = await attached(client, owner, content, "manual.pdf")
        assert (await client.get(attachment["url"])).content == content
    assert await workshop.count_rows("attachments") == 1


async def test_a_refusal_comes_through(through: httpx.AsyncClient) -> None:
    refused = await through.post("/graphql", content=bytes(1_000_001), headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (413, "BODY_LIMIT")
