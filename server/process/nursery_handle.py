"""What the server knows of its nursery: how to start it without a thing of its own, and how to ask it for a child."""

import json
import socket
import subprocess
import sys
from collections.abc import Sequence

import structlog

from server.process import confinement
from server.process.nursery import START

_log = structlog.get_logger(__name__)


class NurseryHandle:
    """Starts the nursery when the first child is asked for, and again when it has died."""

    def __init__(self, preloaded: Sequence[str]) -> None:
        self._preloaded = preloaded
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start_child(self) -> tuple[socket.socket, socket.socket]:
        """The channel to a new child and its lifeline (server.process.nursery)."""
        channel, its_channel = socket.socketpair()
        lifeline, its_lifeline = socket.socketpair()
        with its_channel, its_lifeline:
            descriptors = [its_channel.fileno(), its_lifeline.fileno()]
            try:
                socket.send_fds(self._control or self._start(), [b"."], descriptors)
            except ConnectionError:
                self.close()
                socket.send_fds(self._start(), [b"."], descriptors)
        return channel, lifeline

    def close(self) -> None:
        """Let the nursery end, and with it all its children."""
        if self._control is not None:
            self._control.close()
            self._control = None

    def _start(self) -> socket.socket:
        control, its_control = socket.socketpair()
        with its_control:
            number = its_control.fileno()
            command = [sys.executable, "-IB", "-c", START, str(number), json.dumps(sys.path), *self._preloaded]
            # No address of a database, no key of a store: a child has nothing of that to give away.
            self._process = subprocess.Popen(
                command, env={}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[number]
            )
        self._control = control
        if missing := confinement.missing():
            _log.warning("children are confined by limits alone where the kernel lacks this", missing=missing)
        return control
