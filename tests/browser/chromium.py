"""The Chromium that is installed on the machine, without a window."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, async_playwright

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SLOW_MACHINE_MS = 90_000


@asynccontextmanager
async def fresh_page() -> AsyncIterator[Page]:
    """An empty page in a fresh browser that has as long as a slow machine takes."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
    # A proxy of this machine must not stand between the browser and the server.
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*_FLAGS], env=dict(environment))
        try:
            page = await browser.new_page(accept_downloads=True)
            page.set_default_timeout(SLOW_MACHINE_MS)
            yield page
        finally:
            await browser.close()
