"""Runs a function in a child process with limits, which is ended when it takes too long or nobody waits any more.

It is for work that cannot be stopped from inside, such as decoding the file of a stranger, and for libraries that take
more memory than all the rest of the server.

Children are forks of a process of their own, the nursery (server.process.nursery), which has loaded the libraries once
and has neither the server's environment nor its descriptors: a child costs some milliseconds, knows no secret, and dies
without harm. It may read what it is given and do nothing else (server.process.confinement); the kernel ends it past its
share of memory or processor time, we end it past its time, and when the server dies the child dies too. What it answers
is data of a declared type, and nothing in it is run (server.process.child_messages).

    COUNT = ChildFunction("server.rendering.documents:count_pages", TypeAdapter(int))
    pages = await children.run(Limits(seconds=60, memory_bytes=2**30), COUNT, path)
"""

import asyncio
import pickle
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import TypeAdapter, ValidationError

from server.process.child import Call
from server.process.child_handle import ChildHandle
from server.process.child_messages import MalformedMessage, unpacked
from server.process.memory import free_bytes
from server.process.nursery_handle import NurseryHandle

_SECONDS_BEYOND = 5
_GIVEN_UP_SECONDS = 2
_LONGEST_FAULT = 300
_STOPS = "The server stops."
_NO_ANSWER = "It answered what is no answer."


class ChildFailed(Exception):
    """There is no answer; the message is a sentence for people that says why."""


class ChildDied(ChildFailed):
    """The child died without a word."""


class ChildKilled(ChildDied):
    """Nobody here ended the child, as the kernel does where memory runs out: that says nothing of what it was given."""


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


@dataclass(frozen=True, slots=True)
class ChildFunction:
    """What runs in a child: its name, as `module:function`, so that its libraries are loaded there alone, and the type
    of what it answers.

    A child answers one call, and is new for each. More `calls` are for what opens no file of a stranger: what one call
    leaves behind, the next one meets.
    """

    name: str
    answers: TypeAdapter[Any]
    calls: int = 1


_Kind = tuple[Limits, ChildFunction]


class Children:
    """Starts children, so many at a time; the others wait. `preloaded` are the modules that all of them share.

    Those that answer several calls are kept for the next one, so many of them and for so long.
    """

    def __init__(
        self, at_once: int, preloaded: Sequence[str] = (), *, most_kept: int = 2, kept_seconds: float = 60
    ) -> None:
        self._nursery = NurseryHandle(preloaded)
        self._room = asyncio.Semaphore(at_once)
        self._at_once = at_once
        self._alone = asyncio.Lock()
        self._running: set[ChildHandle] = set()
        self._kept: dict[ChildHandle, _Kind] = {}
        self._most_kept, self._kept_seconds = most_kept, kept_seconds
        self._has_ended = False

    @property
    def has_ended(self) -> bool:
        """Whether no more children are started."""
        return self._has_ended

    def end_all(self) -> None:
        """End the children that run, and start no more; whoever waits for one gets ChildFailed."""
        self._has_ended = True
        for child in self._running:
            child.kill()
        for child in list(self._kept):
            self._let_go(child)
        self._nursery.close()

    async def run(self, limits: Limits, function: ChildFunction, *arguments: object) -> Any:
        """What a function answers in a child. Raises ChildFailed, and ChildKilled where that is not because of what the
        child did.

        Cancelling the call kills the child at once; one that may answer more calls has two seconds to end this one.
        The arguments can be pickled; those that are a Path are the files that the child may read.
        """
        kind, pickled = (limits, function), pickle.dumps(arguments)
        async with self._room:
            kept = self._kept_for(kind)
            if kept is not None:
                # One that dies now may have died of the calls before this one, or while it waited for it.
                with suppress(ChildDied):
                    return await self._run(kept, kind, pickled)
            return await self._run_anew(kind, pickled)

    async def run_alone(self, limits: Limits, function: ChildFunction, *arguments: object) -> Any:
        """As `run`, in a new child and while no other runs: one that is killed though all its memory was free took more
        than its share, which is ChildFailed and not ChildKilled."""
        async with self._alone, AsyncExitStack() as places:
            for _ in range(self._at_once):
                await places.enter_async_context(self._room)
            for child in list(self._kept):
                self._let_go(child)
            has_room = free_bytes() >= limits.memory_bytes
            try:
                return await self._run_anew((limits, function), pickle.dumps(arguments))
            except ChildKilled:
                if has_room:
                    raise ChildFailed(limits.overstepped) from None
                raise

    async def _run_anew(self, kind: _Kind, arguments: bytes) -> Any:
        if self._has_ended:
            raise ChildFailed(_STOPS)
        return await self._run(await self._started(kind[1]), kind, arguments)

    async def _run(self, child: ChildHandle, kind: _Kind, arguments: bytes) -> Any:
        self._running.add(child)
        asking = asyncio.create_task(self._answer(child, kind, arguments))
        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError:
            if kind[1].calls > 1:
                # What it has loaded is worth more than what is left of most calls.
                await asyncio.wait({asking}, timeout=_GIVEN_UP_SECONDS)
            raise
        finally:
            self._running.remove(child)
            await self._keep_or_end(child, kind, asking)

    async def _answer(self, child: ChildHandle, kind: _Kind, arguments: bytes) -> Any:
        limits, function = kind
        # The server ends a child after its seconds, and knows why; those beyond are for one whose server is gone.
        cpu_seconds = limits.cpu_seconds or limits.seconds + _SECONDS_BEYOND
        call = Call(function.name, cpu_seconds, limits.memory_bytes, limits.niceness, function.calls, arguments)
        try:
            async with asyncio.timeout(limits.seconds):
                message = await child.ask(call)
            return await asyncio.to_thread(_taken, function, *message)
        except TimeoutError:
            raise ChildFailed(f"It takes longer than {limits.seconds} seconds.") from None
        except (EOFError, ConnectionError):
            raise self._why_it_died(await child.end(), limits) from None
        except (MalformedMessage, ValidationError):
            raise FunctionFailed(_NO_ANSWER) from None

    def _why_it_died(self, exit_code: int | None, limits: Limits) -> ChildFailed:
        """A child that finds no memory within its limits ends by itself. Without an exit code the nursery has died."""
        if self._has_ended:
            return ChildFailed(_STOPS)
        if exit_code in (None, -signal.SIGKILL):
            return ChildKilled("It was killed, as the system does where memory runs out.")
        return ChildDied(limits.overstepped)

    async def _started(self, function: ChildFunction) -> ChildHandle:
        return await ChildHandle.over(*self._nursery.start_child(), calls=function.calls)

    def _kept_for(self, kind: _Kind) -> ChildHandle | None:
        """One that waits for another call of this kind, and is not known to have died."""
        for child in [child for child in self._kept if child.has_died]:
            self._let_go(child)
        for child, its_kind in self._kept.items():
            if its_kind == kind:
                del self._kept[child]
                child.wake()
                return child
        return None

    async def _keep_or_end(self, child: ChildHandle, kind: _Kind, asking: "asyncio.Task[Any]") -> None:
        has_answered = asking.done() and not asking.cancelled() and asking.exception() is None
        if has_answered and child.calls_left and len(self._kept) < self._most_kept and not self._has_ended:
            self._kept[child] = kind
            child.rest(self._kept_seconds, partial(self._let_go, child))
            return
        asking.cancel()
        await child.end()

    def _let_go(self, child: ChildHandle) -> None:
        del self._kept[child]
        child.leave()


def _taken(function: ChildFunction, fixed: bytes, rest: bytes) -> Any:
    """The answer, if it is one; it is looked at in a thread, for it may be long.

    Raises MalformedMessage, ValidationError, FunctionFailed.
    """
    match unpacked(fixed, rest):
        case {"answer": answer}:
            return function.answers.validate_python(answer)
        case {"fault": str(fault)}:
            raise FunctionFailed(fault[:_LONGEST_FAULT])
    raise MalformedMessage
