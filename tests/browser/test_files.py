"""Files in a browser: images are shown, scripts never run, and names survive the download."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page

from tests.attachments.uploading import attached, png
from tests.browser.chromium import fresh_page
from tests.factories import Workshop
from tests.server_process import ServerProcess

pytestmark = pytest.mark.browser

SCRIPT = b"<svg xmlns='http://www.w3.org/2000/svg'><script>parent.document.title = 'ran'</script></svg>"
NAME = 'data "sheet" 数据表 📄.svg'


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page of nobody's in a fresh browser."""
    async with fresh_page() as made:
        yield made


async def test_an_image_is_shown_by_its_signed_address(
    server: ServerProcess, client: httpx.AsyncClient, workshop: Workshop, page: Page
) -> None:
    made = await attached(client, {"partKey": await workshop.part()}, png(40, 30), "a.png")
    await page.set_content(f'<img src="{server.base_url}{made["url"]}">')
    size = "async image => { await image.decode(); return [image.naturalWidth, image.naturalHeight] }"
    assert await page.locator("img").evaluate(size) == [40, 30]


async def test_an_svg_with_a_script_is_downloaded_under_its_name_and_never_runs(
    server: ServerProcess, client: httpx.AsyncClient, workshop: Workshop, page: Page, tmp_path: Path
) -> None:
    made = await attached(client, {"partKey": await workshop.part()}, SCRIPT, NAME)
    address = f"{server.base_url}{made['url']}"
    await page.set_content(f'<title>still</title><a href="{address}">Download</a>')
    async with page.expect_download() as started:
        await page.locator("a").click()
    download = await started.value
    # A quotation mark cannot stand in every file system's names; the browser replaces it.
    assert download.suggested_filename.replace("_", '"') == NAME
    await download.save_as(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == SCRIPT
    for element in ("iframe", "embed", "img"):
        await page.set_content(f'<title>still</title><{element} src="{address}"></{element}>')
        await asyncio.sleep(0.5)
        assert await page.title() == "still"
