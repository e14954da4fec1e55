"""Runs a function in a child process with limits, which is ended when it takes too long or nobody waits any more.

It is for work that cannot be stopped from inside, such as decoding the file of a stranger, and for libraries that take
more memory than all the rest of the server.

Children are forked from a server of their own (`multiprocessing`'s forkserver), which has loaded the libraries once: a
child costs some milliseconds, shares no memory, socket or lock with us, and dies without harm. The kernel ends it past
its share of memory or processor time, we end it past its time. When the server dies the child dies too (on Linux), at
the latest past its processor time.

    pages = await children.run(Limits(seconds=60, memory_bytes=2**30), "server.rendering.documents:count_pages", path)
"""

import asyncio
import ctypes
import os
import resource
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

_SECONDS_BEYOND = 5
_PR_SET_PDEATHSIG = 1


class ChildFailed(Exception):
    """There is no answer; the message is a sentence for people that says why."""


class FunctionFailed(ChildFailed):
    """The function raised, and said what."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use: seconds from start to answer, and bytes of address space.

    A nice one lets others go first (0 to 19). Where `cpu_seconds` are named, it may wait for its turn on a busy machine
    for longer than it may compute.
    """

    seconds: int
    memory_bytes: int
    niceness: int = 0
    cpu_seconds: int | None = None

    @property
    def overstepped(self) -> str:
        """What is said of a child that died without a word."""
        time = f" or {self.cpu_seconds} seconds of processor time" if self.cpu_seconds else ""
        return f"It takes more than {self.memory_bytes // 2**20} MiB of memory{time}, or it is broken."


@dataclass(slots=True)
class _Call:
    """One call: its child once that has started, and whether anybody still waits for its answer."""

    child: BaseProcess | None = None
    is_given_up: bool = False

    def give_up(self) -> None:
        """End the child. One that is just being started is ended by its thread, which looks after the start."""
        self.is_given_up = True
        if self.child is not None:
            self.child.kill()


class Children:
    """Starts children, so many at a time; the others wait. `preloaded` are the modules that all of them share."""

    def __init__(self, at_once: int, preloaded: Sequence[str] = ()) -> None:
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(list(preloaded))
        self._room = asyncio.Semaphore(at_once)
        self._starting = threading.Lock()
        self._running: list[_Call] = []
        self._has_ended = False

    def end_all(self) -> None:
        """End the children that run, and start no more; whoever waits for one gets ChildFailed."""
        self._has_ended = True
        for call in self._running:
            call.give_up()

    async def run(self, limits: Limits, function: str, *arguments: object) -> Any:
        """What a function answers in a child. Cancelling the call kills the child at once. Raises ChildFailed.

        It is named as `module:function`, so that its libraries are loaded there alone; arguments and answer can be
        pickled.
        """
        async with self._room:
            if self._has_ended:
                raise ChildFailed("The server stops.")
            call = _Call()
            self._running.append(call)
            answer = asyncio.ensure_future(asyncio.to_thread(self._run, call, limits, function, arguments))
            try:
                return await asyncio.shield(answer)
            except asyncio.CancelledError:
                call.give_up()
                await asyncio.wait({answer})
                # Nobody is left to be told what became of it.
                answer.exception()
                raise
            finally:
                self._running.remove(call)

    def _run(self, call: _Call, limits: Limits, function: str, arguments: tuple[object, ...]) -> Any:
        answers, answering = self._context.Pipe(duplex=False)
        child = self._context.Process(target=_work, args=(answering, limits, function, arguments), daemon=True)
        with answers:
            with answering, self._starting:
                child.start()
            call.child = child
            if call.is_given_up:
                call.give_up()
            try:
                if not answers.poll(limits.seconds):
                    raise ChildFailed(f"It takes longer than {limits.seconds} seconds.")
                fault, answer = answers.recv()
            except EOFError:
                raise ChildFailed("The server stops." if call.is_given_up else limits.overstepped) from None
            finally:
                child.kill()
                child.join()
        if fault is not None:
            raise FunctionFailed(fault)
        return answer


def _work(answering: Connection, limits: Limits, function: str, arguments: tuple[object, ...]) -> None:
    """The child's whole life."""
    if sys.platform == "linux":
        # The forkserver, whose child this is, ends when the server does.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.nice(limits.niceness)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The server ends the child after its seconds, and knows why; this one is for a server that is gone.
    seconds = limits.cpu_seconds or limits.seconds + _SECONDS_BEYOND
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    module, _, name = function.partition(":")
    try:
        answering.send((None, getattr(import_module(module), name)(*arguments)))
    except (MemoryError, BrokenPipeError, FileNotFoundError):
        # There is no memory for an answer, or nobody left who waits for it: the server took its file away and stopped.
        os._exit(1)
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits is to be told
        answering.send((f"{type(error).__name__}: {error}", None))
