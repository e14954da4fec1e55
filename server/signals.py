"""SIGINT and SIGTERM: the first begins the orderly stop, the second ends the process at once with exit code 1."""

import asyncio
import os
import signal
from collections.abc import Callable

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopSignals:
    """Before something is handed over, a signal cancels the start; afterwards it asks that to stop."""

    def __init__(self) -> None:
        self._start = asyncio.current_task()
        self._stop: Callable[[], None] | None = None
        self._end_at_once: Callable[[], None] | None = None
        self.received = False
        for number in STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._on_signal)

    def hand_over_to(self, stop: Callable[[], None], end_at_once: Callable[[], None] | None = None) -> None:
        """From now on the first signal calls `stop`; the second calls `end_at_once` before the process ends."""
        self._stop = stop
        self._end_at_once = end_at_once
        if self.received:
            stop()

    def ignore(self) -> None:
        """Everything is stopped; a late signal must not disturb the last moments of the process."""
        for number in STOP_SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)

    def _on_signal(self) -> None:
        if self.received:
            if self._end_at_once is not None:
                self._end_at_once()
            os._exit(1)
        self.received = True
        if self._stop is not None:
            self._stop()
        elif self._start is not None:
            self._start.cancel()
