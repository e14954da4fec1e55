"""The process: memory, processor, open files, and how late its event loop is."""

import asyncio
import os
import resource
import time
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from server.metrics.buckets import LAG_SECONDS
from server.metrics.followed import Followed

_LOOK_SECONDS = 0.5
_PROC = Path("/proc/self")


class ProcessMetrics:
    """The names are those that Prometheus' own client libraries use; sums over the processes behind one address.

    Memory and open files are read from /proc, and are 0 where the system has none.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, text: str, mode: str = "livesum") -> Gauge:
            return Gauge(name, text, registry=registry, multiprocess_mode=mode)  # type: ignore[arg-type]

        self._count = gauge("partsgraph_processes", "Processes behind this address.")
        self._started = gauge(
            "process_start_time_seconds", "When the process started, in seconds since 1970; the oldest one.", "livemin"
        )
        self._memory = gauge("process_resident_memory_bytes", "Resident memory.")
        self._files = gauge("process_open_fds", "Open file descriptors.")
        self._most_files = gauge("process_max_fds", "Limit of open file descriptors.")
        self._in_reserve = Counter(
            "partsgraph_connections_in_reserve",
            "Connections that came when only the descriptors were left that are kept for questions about health.",
            registry=registry,
        )
        self._cpu = Followed(Counter("process_cpu_seconds", "Processor time, user and system.", registry=registry))
        self._lag = Histogram(
            "partsgraph_event_loop_lag_seconds",
            "How much later than asked the event loop went on, looked at twice a second.",
            registry=registry,
            buckets=LAG_SECONDS,
        )
        self._began = time.time()

    def refresh(self) -> None:
        """Look at the process."""
        times = os.times()
        self._cpu.rise_to(times.user + times.system)
        self._count.set(1)
        self._started.set(self._began)
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self._most_files.set(float("inf") if limit == resource.RLIM_INFINITY else limit)
        if _PROC.is_dir():
            pages = int((_PROC / "statm").read_text(encoding="ascii").split()[1])
            self._memory.set(pages * os.sysconf("SC_PAGE_SIZE"))
            self._files.set(len(os.listdir(_PROC / "fd")))  # noqa: PTH208 - names alone, twice as fast

    def connection_in_reserve(self) -> None:
        """Count a connection for which there was no descriptor but a kept one."""
        self._in_reserve.inc()

    async def watch_event_loop(self) -> None:
        """Look at the event loop's lateness until cancelled."""
        while True:
            expected = time.perf_counter() + _LOOK_SECONDS
            await asyncio.sleep(_LOOK_SECONDS)
            self._lag.observe(max(0.0, time.perf_counter() - expected))
