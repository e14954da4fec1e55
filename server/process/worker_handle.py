"""One worker as its parent sees it: a child process, the pipe by which it says that it is ready, and its end."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from pydantic import SecretStr

from server.embedded.processes import become_child
from server.settings import PREFIX, Settings, variable

_LOOK_EVERY_SECONDS = 0.1


class WorkerProcess:
    """A running `server.process.worker_main`, in a session of its own, so that Ctrl-C reaches the parent alone."""

    def __init__(
        self,
        number: int,
        settings: Settings,
        listening: socket.socket,
        figures: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.number = number
        self._is_asked = False
        self._ready, theirs = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "server.process.worker_main", str(number), str(listening.fileno()), str(theirs)],
            stdin=subprocess.DEVNULL,
            env=environment_of(settings) | dict(figures),
            pass_fds=(listening.fileno(), theirs),
            start_new_session=True,
            preexec_fn=become_child(signal.SIGTERM),  # noqa: PLW1509 - it only makes system calls
        )
        os.close(theirs)

    async def is_ready(self, patience_seconds: float) -> bool:
        """Waits until it accepts connections; False when it ended before. Raises TimeoutError when it does neither."""
        loop = asyncio.get_running_loop()
        told = asyncio.Event()
        loop.add_reader(self._ready, told.set)
        try:
            async with asyncio.timeout(patience_seconds):
                await told.wait()
            return os.read(self._ready, 1) == b"1"
        finally:
            loop.remove_reader(self._ready)
            os.close(self._ready)

    @property
    def process_id(self) -> int:
        """The number of the process, also after its end."""
        return self._process.pid

    async def ended(self) -> int:
        """Waits for its end; the exit code, or minus the number of the signal that ended it."""
        while True:
            exit_code = self._process.poll()
            if exit_code is not None:
                return exit_code
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    def ask_to_stop(self) -> None:
        """It drains its connections and goes; asking again does nothing, since a second signal would end it at once."""
        if not self._is_asked:
            self._is_asked = True
            self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """It is gone at once."""
        self._process.kill()


def environment_of(settings: Settings) -> dict[str, str]:
    """An environment in which exactly these settings are read, whatever is in ours and in .env."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    values = {name: getattr(settings, name) for name in Settings.model_fields}
    return kept | {variable(name): _written(value) for name, value in values.items() if value is not None}


def _written(value: object) -> str:
    match value:
        case SecretStr():
            return value.get_secret_value()
        case list():
            return json.dumps(value)
        case Path():
            return str(value.absolute())
        case bool():
            return str(value).lower()
        case _:
            return str(value)
