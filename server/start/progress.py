"""What the server is doing while somebody waits for it: steps on standard error, with their durations.

On a terminal a running step shows a moving mark; elsewhere a step that takes longer than a second announces itself with
a plain line. Steps that are over sooner say nothing.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

_PATIENCE_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Announcer:
    """Tells steps and progress to whoever started the process."""

    def __init__(self, *, in_log: bool = False) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
        self._in_log = in_log

    def tell(self, line: str) -> None:
        """One plain line; a line of the log where everything has to be JSON."""
        if self._in_log:
            log.info("progress", told=line)
        else:
            self._console.print(line, markup=False)

    @asynccontextmanager
    async def step(self, what: str) -> AsyncIterator[None]:
        """Shows `what` while the block runs, once it takes longer than a second."""
        started = time.perf_counter()
        if self._console.is_terminal and not self._in_log:
            with self._console.status(f"{what} …"):
                yield
        else:
            patience = asyncio.get_running_loop().call_later(_PATIENCE_SECONDS, self.tell, f"{what} …")
            try:
                yield
            finally:
                patience.cancel()
        seconds = time.perf_counter() - started
        if seconds > _PATIENCE_SECONDS:
            self.tell(f"{what}: done in {seconds:.1f} s")


class Bar:
    """A progress bar on a terminal that goes when it is done, a line every few seconds elsewhere.

    Call it with what is done and what is to do."""

    _SECONDS_BETWEEN_LINES = 3.0

    def __init__(self, what: str) -> None:
        self._what = what
        self._task: TaskID | None = None
        self._started = self._last_line = time.perf_counter()
        self._progress: Progress | None = None
        if sys.stderr.isatty():
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True)

    def __enter__(self) -> "Bar":
        if self._progress is not None:
            self._progress.start()
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if self._progress is None:
            return
        self._progress.stop()
        seconds = time.perf_counter() - self._started
        if error is None and self._task is not None and seconds > _PATIENCE_SECONDS:
            self._progress.console.print(f"{self._what}: done in {seconds:.1f} s", markup=False, highlight=False)

    def __call__(self, done: int, total: int) -> None:
        """Reports progress; cheap enough to be called for every row."""
        if self._progress is not None:
            if self._task is None:
                self._task = self._progress.add_task(self._what, total=total)
            self._progress.update(self._task, completed=done, total=total)
            return
        now = time.perf_counter()
        if now - self._last_line > self._SECONDS_BETWEEN_LINES:
            self._last_line = now
            sys.stderr.write(f"{self._what}: {done:,} of {total:,}\n")
            sys.stderr.flush()
