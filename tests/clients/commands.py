"""Runs the programs of other people, and reads what they print."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import orjson

from tests.waiting import patience

JSON = "application/json"


async def printed_by(*command: str, patience_seconds: float = 60) -> str:
    """What a command prints, which has to end well."""
    async with running(*command) as process, asyncio.timeout(patience(patience_seconds)):
        printed, _ = await process.communicate()
    assert process.returncode == 0, printed
    return printed.decode()


@asynccontextmanager
async def running(*command: str) -> AsyncIterator[Process]:
    """A command that reads and prints; it is ended with the block."""
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    async with ending(process):
        yield process


@asynccontextmanager
async def ending(process: Process) -> AsyncIterator[None]:
    """End it with the block, if it has not ended by then."""
    try:
        yield
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def line_of(process: Process) -> str:
    """The next line that it prints."""
    assert process.stdout is not None
    async with asyncio.timeout(patience(60)):
        line = await process.stdout.readline()
    assert line, "it ended without another line"
    return line.decode().rstrip("\r\n")


def body_file(directory: Path, query: str, *, size: int = 0, **variables: object) -> str:
    """A file with a request in JSON, filled up with blanks to so many bytes."""
    path = directory / f"{len(list(directory.iterdir()))}.json"
    path.write_bytes(orjson.dumps({"query": query, "variables": variables}).ljust(size))
    return str(path)
