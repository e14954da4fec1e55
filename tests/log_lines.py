"""The log of a running server, read back. Its lines come about when the answer does, not before."""

import asyncio
import json
import time
from typing import Any

from tests.server_process import ServerProcess

_PATIENCE_SECONDS = 10.0


def lines_of(server: ServerProcess, **fields: object) -> list[dict[str, Any]]:
    """The lines that carry these fields by now; fails when a line is no JSON object."""
    lines = [json.loads(line) for line in server.log_path.read_text(encoding="utf-8").splitlines() if line]
    return [line for line in lines if fields.items() <= line.items()]


async def coming_lines(server: ServerProcess, number: int = 1, **fields: object) -> list[dict[str, Any]]:
    """The lines that carry these fields, once there are so many. Raises AssertionError when they do not come."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while len(found := lines_of(server, **fields)) < number:
        assert time.monotonic() < end, f"{len(found)} lines with {fields}, not {number}"
        await asyncio.sleep(0.02)
    return found


async def statements_of(server: ServerProcess, request_id: str) -> int:
    """The statements that the log counts for the operation of a request."""
    (line,) = await coming_lines(server, event="operation", request_id=request_id)
    counted: int = line["statements"]
    return counted
