"""The Chromium that is installed on the machine, without a window, begun for one page and ended with it."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from websockets.asyncio.client import connect

from tests.browser.devtools import PATIENCE_SECONDS, DevTools, Facts
from tests.browser.page import Page
from tests.browser.watch import Watch
from tests.programs import program
from tests.waiting import until

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
    # A proxy of this machine must not stand between the browser and the server.
    "--no-proxy-server",
    # On loopback, at a free port that the browser writes down in its directory.
    "--remote-debugging-port=0",
)


@asynccontextmanager
async def fresh_page(origin: str) -> AsyncIterator[Page]:
    """An empty page in a fresh browser; it gets nothing but what is of this origin."""
    with TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        storing: Facts = {"behavior": "allowAndName", "downloadPath": name, "eventsEnabled": True}
        async with _running(directory) as address, connect(address, proxy=None, max_size=None) as socket:
            devtools = DevTools(socket)
            watch = Watch(devtools, origin, directory)
            listening = asyncio.create_task(devtools.listen(watch.hear))
            try:
                await devtools.send("Browser.setDownloadBehavior", **storing)
                yield await Page.open(devtools, watch.seen)
            finally:
                listening.cancel()
                with suppress(asyncio.CancelledError):
                    await listening


@asynccontextmanager
async def _running(directory: Path) -> AsyncIterator[str]:
    """The address of a browser; at the end none of its processes is left."""
    with (directory / "chromium.log").open("wb") as log:
        command = (program("chromium"), *_FLAGS, f"--user-data-dir={directory}")
        process = await create_subprocess_exec(*command, stdin=DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        port, path = await until(lambda: _written(process, directory), patience_seconds=PATIENCE_SECONDS)
        yield f"ws://127.0.0.1:{port}{path}"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _written(process: Process, directory: Path) -> list[str] | None:
    assert process.returncode is None, (directory / "chromium.log").read_text(errors="replace")
    address = directory / "DevToolsActivePort"
    lines = address.read_text().splitlines() if address.exists() else []
    return lines if len(lines) == 2 else None
