"""The process whose forks are the children of a server: it has loaded what they need, and it has nothing to hide.

    python -IB -c "…" CONTROL SYS_PATH MODULE …

It is started with an empty environment and with one descriptor, CONTROL, on which each byte asks for a child and brings
two more: the channel by which that child is spoken to, and its lifeline. A child lives as long as the server holds the
other end of its lifeline: it is killed when that is shut, and how it ended is the last thing that is said there. So the
server needs no process numbers, and when it dies, all of this ends.
"""

import os
import selectors
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

from server.process import child, confinement

START = "import json, sys; sys.path[:] = json.loads(sys.argv[2]); from server.process.nursery import main; main()"
"""What the interpreter is given as its program."""


def main() -> NoReturn:
    """Load what all children need, then start them until the server goes."""
    # Ctrl-C is meant for the server, which ends this process in its order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for module in sys.argv[3:]:
        import_module(module)
    confinement.prepare()
    Nursery(socket.socket(fileno=int(sys.argv[1]))).run()


class Nursery:
    """One thread that waits for calls, for lifelines that are shut, and for children that have ended."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._lifelines: dict[int, socket.socket] = {}
        """By the number of the child's process."""
        self._waiting = selectors.DefaultSelector()
        self._waiting.register(control, selectors.EVENT_READ, self._start_one)
        ended, waking = socket.socketpair()
        for end in (ended, waking):
            end.setblocking(False)
        self._ended, self._waking = ended, waking
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waking.fileno())
        self._waiting.register(ended, selectors.EVENT_READ, self._look_after)

    def run(self) -> NoReturn:
        """Until the server has gone."""
        while True:
            for key, _ in self._waiting.select():
                key.data()

    def _start_one(self) -> None:
        asked, descriptors, _, _ = socket.recv_fds(self._control, 1, 2)
        if not asked:
            self._end()
        channel, lifeline = descriptors[0], socket.socket(fileno=descriptors[1])
        try:
            number = os.fork()
        except OSError:
            # There is no room for another process: whoever waits hears that the child has died.
            lifeline.close()
        else:
            if number == 0:
                _become_child(channel)
            self._lifelines[number] = lifeline
            self._waiting.register(lifeline, selectors.EVENT_READ, lambda: self._kill(number, lifeline))
        os.close(channel)

    def _end(self) -> NoReturn:
        for number in self._lifelines:
            os.kill(number, signal.SIGKILL)
        for number in self._lifelines:
            os.waitpid(number, 0)
        sys.exit()

    def _kill(self, number: int, lifeline: socket.socket) -> None:
        """Nobody else can have its number before `_look_after` has asked how it ended."""
        if self._lifelines.get(number) is lifeline:
            self._waiting.unregister(lifeline)
            os.kill(number, signal.SIGKILL)

    def _look_after(self) -> None:
        """Tell of each child that has ended how it did: its exit code, or the number of a signal with a minus."""
        self._ended.recv(65_536)
        while self._lifelines:
            number, status = os.waitpid(-1, os.WNOHANG)
            if number == 0:
                return
            with self._lifelines.pop(number) as lifeline:
                if lifeline in self._waiting.get_map():
                    self._waiting.unregister(lifeline)
                # The server may not want to know any more.
                with suppress(OSError):
                    lifeline.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become_child(channel: int) -> NoReturn:
    """Keep the channel and no other descriptor; what the nursery has open is none of a child's business."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(child.CHANNEL):
            os.dup2(nowhere, descriptor)
        # Through a copy: the channel may lie where the channel is to lie.
        os.dup2(os.dup(channel), child.CHANNEL)
        os.closerange(child.CHANNEL + 1, os.sysconf("SC_OPEN_MAX"))
        child.live()
    finally:
        os._exit(0)
