"""SIGINT and SIGTERM: the first begins the orderly stop, the second ends the process at once with exit code 1.

SIGHUP asks several workers to be restarted; a single process only logs it. When it comes because the terminal of the
process was closed, it stops the process, as it does to every program that was not started by nohup.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence

import structlog

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_STANDARD_OUTPUTS = (1, 2)

_log = structlog.get_logger("partsgraph.signals")


class StopSignals:
    """Before something is handed over, a signal cancels the start; afterwards it asks that to stop."""

    def __init__(self) -> None:
        self._start = asyncio.current_task()
        self._stop: Callable[[], None] | None = None
        self._end_at_once: Callable[[], None] | None = None
        self._restart: Callable[[], None] | None = None
        self._is_restart_asked = False
        self._ends_with_terminal = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN and _has_terminal()
        self._shown_on_terminal = [number for number in _STANDARD_OUTPUTS if os.isatty(number)]
        self.received = False
        for number in STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._on_signal)
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._on_hangup)

    def hand_over_to(
        self,
        stop: Callable[[], None],
        end_at_once: Callable[[], None] | None = None,
        restart: Callable[[], None] | None = None,
    ) -> None:
        """From now on the first signal calls `stop`; the second calls `end_at_once` before the process ends.

        SIGHUP calls `restart`, where there is something to restart; one that came during the start does so now.
        """
        self._stop = stop
        self._end_at_once = end_at_once
        self._restart = restart
        if self.received:
            stop()
        elif self._is_restart_asked:
            self._on_hangup()

    def ignore(self) -> None:
        """Everything is stopped; a late signal must not disturb the last moments of the process."""
        for number in (*STOP_SIGNALS, signal.SIGHUP):
            asyncio.get_running_loop().remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)

    def _on_signal(self) -> None:
        if self.received:
            if self._end_at_once is not None:
                self._end_at_once()
            os._exit(1)
        self.received = True
        _leave_terminal([number for number in self._shown_on_terminal if not os.isatty(number)])
        if self._stop is not None:
            self._stop()
        elif self._start is not None:
            self._start.cancel()

    def _on_hangup(self) -> None:
        if self.received:
            return
        if self._ends_with_terminal and not _has_terminal():
            self._on_signal()
        elif self._stop is None:
            self._is_restart_asked = True
        elif self._restart is None:
            _log.warning("nothing_to_restart", reason="one process: nothing to restart")
        else:
            self._restart()


def _has_terminal() -> bool:
    """Whether a terminal controls this process."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _leave_terminal(outputs: Sequence[int]) -> None:
    """Whatever is still told goes nowhere: writing to a terminal that is gone would fail in the middle of the stop."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in outputs:
        os.dup2(nowhere, number)
    os.close(nowhere)
