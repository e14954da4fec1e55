"""GraphiQL in headless Chromium, cut off from everything but its own server: it runs a query and completes a field."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.browser.chromium import fresh_page
from tests.browser.devtools import PATIENCE_SECONDS
from tests.browser.page import Page
from tests.browser.watch import Answer
from tests.conftest import connect
from tests.graphql_client import post
from tests.guide.demo_copy import DemoCopy
from tests.metrics.scrape import scrape
from tests.server_process import ServerProcess
from tests.waiting import until
from tests.wire.conftest import GuardedServer, guarded_server

__all__ = ["guarded_server"]

pytestmark = pytest.mark.needs("chromium")

EDITOR = ".graphiql-editor .monaco-editor"
WRITTEN = f"{EDITOR} .view-lines"
ANSWER = ".graphiql-response .monaco-editor"
ANSWERED = f"{ANSWER} .view-lines"
RUN = "button.graphiql-execute-button"

IS_THERE = "selector => document.querySelector(selector) !== null"
HAS_LOADED = "name => performance.getEntriesByType('resource').some(each => each.name.includes(name))"
HAS_READ = "query => localStorage.getItem('graphiql:query') === query"

SUBSCRIPTION = "subscription { stockChanged { partKey change { delta } } }"
RECEIVE = """mutation {
  receiveStock(input: { partKey: "RKTA", location: "1-1", quantity: 5 }) { __typename }
}"""


@pytest.fixture
async def page(demo_server: ServerProcess) -> AsyncIterator[Page]:
    """An empty page in a fresh browser that refuses whatever is not the server's."""
    async with fresh_page(demo_server.base_url) as made:
        yield made


async def test_graphiql_runs_its_first_example_and_completes_a_field_without_the_network(
    demo_server: ServerProcess, page: Page
) -> None:
    answer = await _open(page, demo_server)
    assert answer.status == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    await _run_the_first_example(page)
    await _complete_a_field(page)
    assert page.seen.foreign == []
    assert page.seen.complaints == []


async def _open(page: Page, server: ServerProcess) -> Answer:
    answer = await page.goto(f"{server.base_url}/")
    # The button is there before the editors are, and runs nothing then.
    await page.until_text(WRITTEN, "parts")
    await page.until_true(IS_THERE, ANSWER)
    return answer


async def _run_the_first_example(page: Page) -> None:
    await page.click(RUN)
    await page.until_text(ANSWERED, '"totalCount"')
    await page.until_text(ANSWERED, '"key"')


async def _complete_a_field(page: Page) -> None:
    await _until_fields_are_known(page)
    await page.click(EDITOR)
    await page.press("Control+A")
    await page.type("{ statis")
    await page.until_text(".suggest-widget.visible .focused", "statistics")
    await page.press("Enter")
    await page.until_text(WRITTEN, "statistics")


async def _until_fields_are_known(page: Page) -> None:
    # What is typed earlier is completed by nothing, also later: the schema comes by a request of its own,
    # and is there when its documentation is; a worker looks fields up in it.
    await page.click("button[aria-label='Show Documentation Explorer']")
    await page.until_text(".graphiql-doc-explorer", "Query")
    await page.until_true(HAS_LOADED, "graphql.worker")


@pytest.fixture
async def changeable_demo(demo_server: ServerProcess) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to the demo workshop; whatever is changed is taken back."""
    copy = DemoCopy(demo_server.database_url)
    await copy.take()
    async with connect(demo_server) as client:
        yield client
    await copy.put_back()
    await copy.forget()


async def test_graphiql_does_not_try_again_what_was_refused(guarded_server: GuardedServer) -> None:
    async with fresh_page(guarded_server.process.base_url) as page:
        await _open(page, guarded_server.process)
        await page.click(EDITOR)
        await page.press("Control+A")
        await page.insert(SUBSCRIPTION)
        await page.until_true(HAS_READ, SUBSCRIPTION)
        await page.click(RUN)
        # It is told when the last try has failed.
        await page.until_text(ANSWERED, "4403")
        assert len(page.seen.sockets) == 1


async def test_graphiql_shows_the_events_of_a_subscription(
    demo_server: ServerProcess, page: Page, changeable_demo: httpx.AsyncClient
) -> None:
    async def subscribers() -> float:
        return (await scrape(changeable_demo)).value("partsgraph_subscribers", transport="websocket")

    await _open(page, demo_server)
    await page.click(EDITOR)
    await page.press("Control+A")
    await page.insert(SUBSCRIPTION)
    # Before GraphiQL has read it, which is when it has stored it, the button would send it as a query.
    await page.until_true(HAS_READ, SUBSCRIPTION)
    before = await subscribers()
    await page.click(RUN)
    await until(subscribers, lambda now: now > before, PATIENCE_SECONDS)
    await post(changeable_demo, RECEIVE)
    await page.until_text(ANSWERED, '"RKTA"')
    await page.until_text(ANSWERED, '"delta"')
    assert page.seen.sockets == [f"ws://{urlsplit(demo_server.base_url).netloc}/graphql"]
    assert page.seen.foreign == []
    assert page.seen.complaints == []
