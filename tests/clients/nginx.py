"""The nginx of Debian with the configuration that it is installed with, in front of a server."""

import asyncio
import os
import pwd
import signal
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.ports import free_port
from tests.programs import program
from tests.waiting import until

_INSTALLED = Path("/etc/nginx/nginx.conf")
# What else nginx writes, besides its log and its process id.
_WRITTEN = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@asynccontextmanager
async def nginx(*locations: str) -> AsyncIterator[list[str]]:
    """One site for each of these locations; the origins of the sites."""
    ports = [free_port() for _ in locations]
    with TemporaryDirectory(prefix="nginx-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        sites = zip(ports, locations, strict=True)
        (directory / "sites").write_text(
            "".join(f"{each}_temp_path {directory}/{each};\n" for each in _WRITTEN)
            + "".join(f"server {{ listen 127.0.0.1:{port};\n{location}\n}}\n" for port, location in sites)
        )
        (directory / "nginx.conf").write_text(_configuration(directory))
        async with _running(directory, ports):
            yield [f"http://127.0.0.1:{port}" for port in ports]


def _configuration(directory: Path) -> str:
    """The installed one with our sites, and with every path that it writes to below our directory."""
    text = _INSTALLED.read_text()
    replaced = {
        "user www-data;": f"user {pwd.getpwuid(os.getuid()).pw_name};\ndaemon off;",
        "pid /run/nginx.pid;": f"pid {directory}/pid;",
        "error_log /var/log/nginx/error.log;": f"error_log {directory}/error.log;",
        "access_log /var/log/nginx/access.log;": f"access_log {directory}/access.log;",
        "include /etc/nginx/conf.d/*.conf;": "",
        "include /etc/nginx/sites-enabled/*;": f"include {directory}/sites;",
    }
    for written, ours in replaced.items():
        assert text.count(written) == 1, f"{_INSTALLED} is not that of Debian: {written}"
        text = text.replace(written, ours)
    return text


@asynccontextmanager
async def _running(directory: Path, ports: Sequence[int]) -> AsyncIterator[None]:
    """One that answers at these ports; at the end none of its processes is left."""
    words = ("-p", str(directory), "-c", str(directory / "nginx.conf"), "-e", str(directory / "error.log"))
    process = await asyncio.create_subprocess_exec(program("nginx"), *words, stdin=DEVNULL, start_new_session=True)

    async def answers() -> bool:
        assert process.returncode is None, (directory / "error.log").read_text()
        for port in ports:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                return False
            writer.close()
        return True

    try:
        await until(answers)
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
