"""The log of a running server, read back. Its lines come about when the answer does, not before."""

import json
from typing import Any

from tests.server_process import ServerProcess
from tests.waiting import until


def lines_of(server: ServerProcess, **fields: object) -> list[dict[str, Any]]:
    """The lines that carry these fields by now; fails when a line is no JSON object."""
    # A line that is still being written is left for whoever looks again.
    written = server.log_path.read_text(encoding="utf-8").rpartition("\n")[0]
    lines = [json.loads(line) for line in written.splitlines() if line]
    return [line for line in lines if fields.items() <= line.items()]


async def coming_lines(server: ServerProcess, number: int = 1, **fields: object) -> list[dict[str, Any]]:
    """The lines that carry these fields, once there are so many. Raises AssertionError when they do not come."""

    async def read() -> list[dict[str, Any]]:
        return lines_of(server, **fields)

    found: list[dict[str, Any]] = await until(read, lambda lines: len(lines) >= number)
    return found


async def statements_of(server: ServerProcess, request_id: str) -> int:
    """The statements that the log counts for the operation of a request."""
    (line,) = await coming_lines(server, event="operation", request_id=request_id)
    counted: int = line["statements"]
    return counted
