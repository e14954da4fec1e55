"""Several server processes over one listening socket: starts them, replaces those that die, restarts them one by one.

The parent holds the socket as long as it lives. A connection that no worker has accepted waits in the socket's queue,
which belongs to all of them: so a worker can go at any time without a client being refused. SIGHUP replaces every
worker, each new one before the old one is asked to go.
"""

import asyncio
import shutil
import socket
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog

from server.errors import OperatorError
from server.metrics.multiprocess import environment_of_workers, forget_worker
from server.process.worker_handle import WorkerProcess
from server.settings import Settings
from server.upkeep.temporary_files import temporary_root

# Beside the requests, what joined the shutdown may need its deadline.
_PATIENCE_BEYOND_GRACE_SECONDS = 30.0
_SHORT_LIFE_SECONDS = 10.0
_LONGEST_PAUSE_SECONDS = 30.0

_log = structlog.get_logger("partsgraph.workers")


class Workers:
    """The worker processes of this parent. `complete` names every address (see server.embedded)."""

    def __init__(self, complete: Settings, listening: socket.socket) -> None:
        self._settings = complete
        self._listening = listening
        self._places: dict[int, WorkerProcess] = {}
        self._running: set[WorkerProcess] = set()
        self._figures_directory = Path(tempfile.mkdtemp(prefix="figures-", dir=temporary_root()))
        self._figures = environment_of_workers(self._figures_directory)
        self._stop_asked = asyncio.Event()
        self._restart_asked = asyncio.Event()

    async def run(self, on_ready: Callable[[], None]) -> None:
        """Returns when `stop` was called and the last worker has gone. Raises OperatorError when one cannot start."""
        keeping = asyncio.create_task(self._keep_all(on_ready))
        stopping = asyncio.create_task(self._stop_asked.wait())
        try:
            await asyncio.wait({keeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if keeping.done():
                keeping.result()
        finally:
            keeping.cancel()
            stopping.cancel()
            await asyncio.gather(keeping, stopping, return_exceptions=True)
            await asyncio.gather(*(self._end(worker) for worker in self._running))
            shutil.rmtree(self._figures_directory, ignore_errors=True)

    def stop(self) -> None:
        """Ask every worker to drain and go."""
        self._stop_asked.set()

    def restart(self) -> None:
        """Replace every worker, as soon as all of them have started."""
        self._restart_asked.set()

    def kill(self) -> None:
        """End every worker at once."""
        for worker in self._running:
            worker.kill()

    async def _keep_all(self, on_ready: Callable[[], None]) -> None:
        numbers = range(1, self._settings.workers + 1)
        workers = await asyncio.gather(*(self._start(number) for number in numbers))
        self._places = dict(zip(numbers, workers, strict=True))
        on_ready()
        await asyncio.gather(self._restart_when_asked(), *(self._keep(number) for number in numbers))

    async def _start(self, number: int) -> WorkerProcess:
        worker = WorkerProcess(number, self._settings, self._listening, self._figures)
        self._running.add(worker)
        if not await self._is_ready(worker):
            await worker.ended()
            self._forget(worker)
            raise OperatorError(f"worker {number} did not start; the log says why")
        return worker

    async def _is_ready(self, worker: WorkerProcess) -> bool:
        seconds = self._settings.worker_start_seconds
        try:
            return await worker.is_ready(seconds)
        except TimeoutError:
            _log.error("worker_did_not_start_in_time", worker=worker.number, patience_seconds=seconds)
            worker.kill()
            return False

    async def _keep(self, number: int) -> None:
        """Start the worker in this place anew whenever it dies; one that dies soon after its start has to wait."""
        pause_seconds = 0.0
        while True:
            worker, since = self._places[number], time.monotonic()
            exit_code = await worker.ended()
            if self._places[number] is not worker:
                continue
            self._forget(worker)
            _log.error("worker_died", worker=number, exit_code=exit_code)
            is_short = time.monotonic() - since < _SHORT_LIFE_SECONDS
            pause_seconds = min(max(1.0, 2 * pause_seconds), _LONGEST_PAUSE_SECONDS) if is_short else 0.0
            self._places[number] = await self._start_again(number, pause_seconds)
            _log.warning("worker_restarted", worker=number)

    async def _start_again(self, number: int, pause_seconds: float) -> WorkerProcess:
        while True:
            await asyncio.sleep(pause_seconds)
            with suppress(OperatorError):
                return await self._start(number)
            pause_seconds = min(max(1.0, 2 * pause_seconds), _LONGEST_PAUSE_SECONDS)

    async def _restart_when_asked(self) -> None:
        while True:
            await self._restart_asked.wait()
            self._restart_asked.clear()
            try:
                for number in self._places:
                    await self._replace(number)
            except OperatorError as error:
                _log.error("restart_given_up", reason=str(error))
            else:
                _log.info("restart_done", workers=len(self._places))

    async def _replace(self, number: int) -> None:
        fresh = await self._start(number)
        worn, self._places[number] = self._places[number], fresh
        await self._end(worn)
        self._forget(worn)

    def _forget(self, worker: WorkerProcess) -> None:
        """It has ended: it is no process of this server any more; what it counted stays."""
        self._running.discard(worker)
        forget_worker(self._figures_directory, worker.process_id)

    async def _end(self, worker: WorkerProcess) -> None:
        settings = self._settings
        seconds = settings.shutdown_accept_seconds + settings.shutdown_grace_seconds + _PATIENCE_BEYOND_GRACE_SECONDS
        worker.ask_to_stop()
        try:
            async with asyncio.timeout(seconds):
                await worker.ended()
        except TimeoutError:
            _log.error("worker_killed", worker=worker.number, patience_seconds=seconds)
            worker.kill()
