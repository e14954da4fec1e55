"""`partsgraph`, with each step of its event loop measured: python -m tests.torture.watched_server serve.

A step is what runs between two breaths of the loop: a task from one await to the next, or what came to a connection.
Steps are measured in processor time of their own thread, so that a busy machine makes none of them longer. Those that
take long are written to the file that PARTSGRAPH_STEPS_FILE names, a line of JSON each; where one stood half-way is
told too, by a thread that looks now and then.
"""

import asyncio
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import uvloop

STEPS_FILE = "PARTSGRAPH_STEPS_FILE"
_LONG_SECONDS = 0.02
_LOOK_SECONDS = 0.02
_DEEP = 9
_make_loop = uvloop.new_event_loop


class Steps:
    """Measures the steps of one loop, which runs in the thread that made this."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = threading.get_ident()
        self._began: float | None = None
        self._stood: list[str] = []
        threading.Thread(target=self._look, daemon=True).start()

    @contextmanager
    def step(self, name: str) -> Generator[None]:
        """Measure one step; those within another belong to it."""
        if self._began is not None or threading.get_ident() != self._thread:
            yield
            return
        wall, spent = time.perf_counter(), time.thread_time()
        self._began = wall
        try:
            yield
        finally:
            spent, wall = time.thread_time() - spent, time.perf_counter() - wall
            self._began = None
            stood, self._stood = self._stood, []
            if spent > _LONG_SECONDS:
                self._tell({"step": name, "seconds": spent, "wall_seconds": wall, "stood": stood})

    def _tell(self, line: dict[str, Any]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(line)}\n")

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            began = self._began
            if began is None or time.perf_counter() - began < _LOOK_SECONDS:
                continue
            frame = sys._current_frames().get(self._thread)
            if frame is not None and self._began == began:
                self._stood.append(" < ".join(_places(traceback.extract_stack(frame))))
            # It would keep all that it holds until the next look.
            del frame


class _Measured(Coroutine[Any, Any, Any]):
    """A coroutine whose steps are measured."""

    def __init__(self, inner: Coroutine[Any, Any, Any], steps: Steps) -> None:
        self._inner = inner
        self._steps = steps
        self.__qualname__ = self.__name__ = getattr(inner, "__qualname__", "coroutine")

    def __getattr__(self, name: str) -> Any:
        """What a task tells of its coroutine."""
        return getattr(self._inner, name)

    def send(self, value: Any) -> Any:
        """One step."""
        with self._steps.step(self.__qualname__):
            return self._inner.send(value)

    def throw(self, *raised: Any) -> Any:
        """One step that begins with an exception."""
        with self._steps.step(self.__qualname__):
            return self._inner.throw(*raised)

    def close(self) -> None:
        """End it."""
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._inner.__await__()


def _places(stack: traceback.StackSummary) -> list[str]:
    told = (each for each in reversed(stack) if not each.filename.startswith("<frozen importlib"))
    return [f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in islice(told, _DEEP)]


def _measured_loop(path: Path) -> uvloop.Loop:
    loop = _make_loop()
    steps = Steps(path)

    def make_task(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
        return asyncio.Task(_Measured(work, steps), loop=loop, **options)

    loop.set_task_factory(make_task)
    _measure_arrivals(steps)
    return loop


def _measure_arrivals(steps: Steps) -> None:
    """What comes to a connection is read as it comes, in no task; so are the rows that the database sends."""
    from asyncpg.protocol.protocol import Protocol as DatabaseProtocol

    from server.process.http_protocol import GraphQLShapedHttpProtocol
    from server.process.websocket_protocol import SturdyWebSocketProtocol

    protocols: tuple[Any, ...] = (GraphQLShapedHttpProtocol, SturdyWebSocketProtocol, DatabaseProtocol)
    for protocol in protocols:
        protocol.data_received = _measured_arrival(protocol.data_received, steps)


def _measured_arrival(receive: Callable[[Any, bytes], None], steps: Steps) -> Callable[[Any, bytes], None]:
    def data_received(self: Any, data: bytes) -> None:
        with steps.step(type(self).__name__):
            receive(self, data)

    return data_received


def main() -> None:
    """`partsgraph` as it is, on a loop that is measured."""
    path = os.environ.pop(STEPS_FILE, None)
    if path is not None:
        uvloop.new_event_loop = lambda: _measured_loop(Path(path))
    from server.cli import main as partsgraph

    partsgraph()


if __name__ == "__main__":
    main()
