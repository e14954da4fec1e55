"""Node's fetch, which gives a request up with ECONNRESET or EPIPE when it cannot send all of it."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.attachments.multipart import TYPE, body, parts
from tests.clients.commands import JSON, ending
from tests.node import start_script
from tests.server_process import ServerProcess
from tests.waiting import patience

FOLDER = Path(__file__).parent
TIMES = 12
FORM = TYPE["Content-Type"]
# What its body begins with, which blanks follow.
REFUSED = {
    "no GraphQL": (JSON, b"nonsense", 400, "BAD_REQUEST", [100_000, 1_000_000]),
    "too much": (JSON, b"{}", 413, "BODY_LIMIT", [1_000_001, 20_000_000]),
    "too much by far": (FORM, b"--XyZ\r\n", 413, "BODY_LIMIT", [110_000_000]),
    "no form": (FORM, b"nonsense\r\n" * 100, 400, "BAD_REQUEST", [100_000, 2_000_000, 60_000_000]),
    "a file that nothing names": (FORM, body(parts()[0], parts()[2], end=b""), 400, "BAD_REQUEST", [20_000_000]),
    "another type": ("text/csv", b"key;total", 415, "UNSUPPORTED_MEDIA_TYPE", [100_000, 60_000_000]),
}


@pytest.mark.parametrize(
    ("media_type", "begun", "status", "code", "size"),
    [
        pytest.param(*refused, size, id=f"{name}, {size} bytes")
        for name, (*refused, sizes) in REFUSED.items()
        for size in sizes
    ],
)
async def test_fetch_reads_each_time_why_its_body_is_refused(
    server: ServerProcess, media_type: str, begun: bytes, status: int, code: str, size: int
) -> None:
    words = (f"{server.base_url}/graphql", media_type, str(size), str(TIMES))
    node = await start_script(FOLDER, "refused.js", *words)
    async with ending(node), asyncio.timeout(patience(120)):
        printed, _ = await node.communicate(begun)
    read = [json.loads(line) for line in printed.splitlines()]
    told = [
        (each["status"], each["answer"]["errors"][0]["extensions"]["code"]) if "status" in each else each
        for each in read
    ]
    assert told == [(status, code)] * TIMES
