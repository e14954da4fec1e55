"""Runs a function on a hostile file in a child process with limits, which is ended when it takes too long.

Children are forked from a server of their own (`multiprocessing`'s forkserver), which has loaded the libraries once: a
child costs some milliseconds, shares no memory, socket or lock with us, and dies without harm. The kernel ends it past
its share of memory or processor time, we end it past its time; so nothing outlives its limits, even when we die.
"""

import asyncio
import os
import resource
import threading
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from domain.entities.file_reading import Unreadable

_NICENESS = 10
_SECONDS_BEYOND = 5
_PRELOADED = ["server.rendering.pictures", "server.rendering.documents"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use: seconds from start to answer, and bytes of address space."""

    seconds: int
    memory_bytes: int


class Children:
    """Starts children, so many at a time; the others wait."""

    def __init__(self, at_once: int) -> None:
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)
        self._room = asyncio.Semaphore(at_once)
        self._starting = threading.Lock()
        self._running: set[BaseProcess] = set()
        self._has_ended = False

    def end_all(self) -> None:
        """End the children that run, and start no more; their callers are told that the file is unreadable, and are to
        forget it."""
        self._has_ended = True
        for child in tuple(self._running):
            child.kill()

    async def run(self, limits: Limits, function: str, *arguments: object) -> Any:
        """What a function answers in a child; Unreadable when it overstepped its limits or died.

        It is named as `module:function`, so that its libraries are loaded there alone; arguments and answer can be
        pickled.
        """
        async with self._room:
            return await asyncio.shield(asyncio.to_thread(self._run, limits, function, arguments))

    def _run(self, limits: Limits, function: str, arguments: tuple[object, ...]) -> Any:
        if self._has_ended:
            return Unreadable("The server stops.")
        answers, answering = self._context.Pipe(duplex=False)
        child = self._context.Process(target=_work, args=(answering, limits, function, arguments), daemon=True)
        with answers:
            with answering, self._starting:
                child.start()
            self._running.add(child)
            try:
                if not answers.poll(limits.seconds):
                    return Unreadable(f"It takes longer than {limits.seconds} seconds.")
                return answers.recv()
            except EOFError:
                return Unreadable(f"It takes more than {limits.memory_bytes // 2**20} MiB of memory, or it is broken.")
            finally:
                self._running.discard(child)
                child.kill()
                child.join()


def _work(answering: Connection, limits: Limits, function: str, arguments: tuple[object, ...]) -> None:
    """The child's whole life."""
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The server ends the child after its seconds, and knows why; this one is for a server that is gone.
    seconds = limits.seconds + _SECONDS_BEYOND
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    module, _, name = function.partition(":")
    try:
        answering.send(getattr(import_module(module), name)(*arguments))
    except (MemoryError, BrokenPipeError, FileNotFoundError):
        # There is no memory for an answer, or nobody left who waits for it: the server took its file away and stopped.
        os._exit(1)
