"""Files in a browser: images are shown, scripts never run, and names survive the download."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.attachments.uploading import attached, png
from tests.browser.chromium import fresh_page
from tests.browser.page import Page
from tests.factories import Workshop
from tests.server_process import ServerProcess

pytestmark = pytest.mark.needs("chromium")

# It may send this to a page of any origin; the page listens.
SCRIPT = b"<svg xmlns='http://www.w3.org/2000/svg'><script>parent.postMessage('ran', '*')</script></svg>"
LISTENING = "<title>still</title><script>onmessage = told => { document.title = told.data }</script>"
NAME = 'data "sheet" 数据表 📄.svg'


@pytest.fixture
async def page(server: ServerProcess) -> AsyncIterator[Page]:
    """A page of nobody's in a fresh browser."""
    async with fresh_page(server.base_url) as made:
        yield made


async def test_an_image_is_shown_by_its_signed_address(
    server: ServerProcess, client: httpx.AsyncClient, workshop: Workshop, page: Page
) -> None:
    made = await attached(client, {"partKey": await workshop.part()}, png(40, 30), "a.png")
    await page.set_content(f'<img src="{server.base_url}{made["url"]}">')
    assert await page.call("() => [document.images[0].naturalWidth, document.images[0].naturalHeight]") == [40, 30]


async def test_an_svg_with_a_script_is_downloaded_under_its_name_and_never_runs(
    server: ServerProcess, client: httpx.AsyncClient, workshop: Workshop, page: Page
) -> None:
    made = await attached(client, {"partKey": await workshop.part()}, SCRIPT, NAME)
    address = f"{server.base_url}{made['url']}"
    await page.set_content(f'{LISTENING}<a href="{address}">Download</a>')
    await page.click("a")
    (download,) = await page.downloads(1)
    # A quotation mark cannot stand in every file system's names; the browser replaces it.
    assert download.name.replace("_", '"') == NAME
    assert download.content == SCRIPT
    # What a frame is given is not shown there but downloaded too; an image runs no script in any browser.
    for element, number in (("iframe", 2), ("embed", 3), ("img", 3)):
        await page.set_content(f'{LISTENING}<{element} src="{address}"></{element}>')
        await page.downloads(number)
        assert await page.call("() => document.title") == "still"
