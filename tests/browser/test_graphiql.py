"""GraphiQL in headless Chromium, cut off from everything but its own server: it runs a query and completes a field."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import ConsoleMessage, Page, Route, expect

from tests.browser.chromium import SLOW_MACHINE_MS, fresh_page
from tests.conftest import connect
from tests.graphql_client import post
from tests.guide.demo_copy import DemoCopy
from tests.server_process import ServerProcess

pytestmark = pytest.mark.browser

_READ_BY_MS = 1_500

RECEIVE = """mutation {
  receiveStock(input: { partKey: "RKTA", location: "1-1", quantity: 5 }) { __typename }
}"""


class WatchedPage:
    """A page whose foreign requests are refused and remembered, with everything its console complained about."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.foreign: list[str] = []
        self.complaints: list[str] = []

    async def watch(self) -> None:
        """Refuse foreign requests from now on."""
        await self.page.route("**/*", self._own_requests_only)
        self.page.on(
            "websocket", lambda socket: self.foreign.append(socket.url) if not self._is_own(socket.url) else None
        )
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{error}"))

    def _is_own(self, url: str) -> bool:
        asked = urlsplit(url)
        return asked.scheme in {"data", "blob"} or asked.netloc == urlsplit(self.origin).netloc

    async def _own_requests_only(self, route: Route) -> None:
        if self._is_own(route.request.url):
            await route.continue_()
        else:
            self.foreign.append(route.request.url)
            await route.abort()

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture
async def watched_page(demo_server: ServerProcess) -> AsyncIterator[WatchedPage]:
    """An empty page in a fresh browser."""
    async with fresh_page() as page:
        watched = WatchedPage(page, demo_server.base_url)
        await watched.watch()
        yield watched


async def test_graphiql_runs_its_first_example_and_completes_a_field_without_the_network(
    watched_page: WatchedPage,
) -> None:
    page = watched_page.page
    response = await page.goto(f"{watched_page.origin}/", wait_until="networkidle")
    assert response is not None
    assert response.status == 200
    assert "default-src 'none'" in response.headers["content-security-policy"]
    await _run_the_first_example(page)
    await _complete_a_field(page)
    assert watched_page.foreign == []
    assert watched_page.complaints == []


async def _run_the_first_example(page: Page) -> None:
    answer = page.locator(".graphiql-response .view-lines")
    # The button is there before GraphiQL has read its first tab; pressed early on a busy machine it ran nothing.
    for _ in range(6):
        await page.locator("button.graphiql-execute-button").click()
        with suppress(AssertionError):
            await expect(answer).to_contain_text('"totalCount"', timeout=SLOW_MACHINE_MS / 6)
            break
    await expect(answer).to_contain_text('"totalCount"')
    await expect(answer).to_contain_text('"key"', timeout=SLOW_MACHINE_MS)


async def _complete_a_field(page: Page) -> None:
    editor = page.locator(".graphiql-editor .monaco-editor").first
    await editor.click()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("{ statis", delay=60)
    await expect(page.locator(".suggest-widget.visible")).to_contain_text("statistics", timeout=SLOW_MACHINE_MS)
    await page.keyboard.press("Enter")
    await expect(editor.locator(".view-lines")).to_contain_text("statistics", timeout=SLOW_MACHINE_MS)


@pytest.fixture
async def changeable_demo(demo_server: ServerProcess) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to the demo workshop; whatever is changed is taken back."""
    copy = DemoCopy(demo_server.database_url)
    await copy.take()
    async with connect(demo_server) as client:
        yield client
    await copy.put_back()
    await copy.forget()


async def test_graphiql_shows_the_events_of_a_subscription(
    watched_page: WatchedPage, changeable_demo: httpx.AsyncClient
) -> None:
    page = watched_page.page
    await page.goto(f"{watched_page.origin}/", wait_until="networkidle")
    editor = page.locator(".graphiql-editor .monaco-editor").first
    await editor.click()
    await page.keyboard.press("Control+A")
    await page.keyboard.insert_text("subscription { stockChanged { partKey change { delta } } }")
    # GraphiQL reads what was typed a moment later; before, the button would send it as the query that stood there.
    await page.wait_for_timeout(_READ_BY_MS)
    async with page.expect_websocket() as opened:
        await page.locator("button.graphiql-execute-button").click()
    socket = await opened.value
    # The page does not say when its subscription is there: change until it shows a change.
    answer = page.locator(".graphiql-response .view-lines")
    for _ in range(20):
        await post(changeable_demo, RECEIVE)
        if "RKTA" in (await answer.text_content() or ""):
            break
        await asyncio.sleep(0.5)
    await expect(answer).to_contain_text('"RKTA"', timeout=SLOW_MACHINE_MS)
    await expect(answer).to_contain_text('"delta"')
    assert socket.url == f"ws://{urlsplit(watched_page.origin).netloc}/graphql"
    assert watched_page.foreign == []
    assert watched_page.complaints == []
