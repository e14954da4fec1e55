"""Measuring: one round of load on one server, and alternating rounds over several."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.database import Observer, cpu_difference
from bench.load import load_for
from bench.options import CONNECTIONS
from bench.processes import ServerProcess

_WARM_UP_SECONDS = 2
# What is on its way when a round begins and ends must not weigh: a slow server gets longer rounds, up to a limit.
_TURNS_OF_ALL_CONNECTIONS = 12
_LONGEST_FACTOR = 5


@dataclass(frozen=True, slots=True)
class Target:
    """A server and what it is asked."""

    name: str
    server: ServerProcess
    bodies: Path


@dataclass(frozen=True, slots=True)
class Figures:
    """One round, or the medians of several. Processor time is per request, of the server and of its backends."""

    requests_per_second: float
    server_cpu_ms: float
    database_cpu_ms: float
    p50_ms: float
    p99_ms: float

    @property
    def cpu_ms(self) -> float:
        """Of the server and the database together: the figure that other load on the machine disturbs least."""
        return self.server_cpu_ms + self.database_cpu_ms


def measure(target: Target, observer: Observer, seconds: int) -> Figures:
    """One round. Raises BenchmarkError when a request fails."""
    backends, server = observer.cpu_seconds_by_backend(), target.server.cpu_seconds()
    load = load_for(seconds, target.server.port, target.bodies)
    server_seconds = target.server.cpu_seconds() - server
    database_seconds = cpu_difference(backends, observer.cpu_seconds_by_backend())
    target.server.wait_until_idle()
    return Figures(
        requests_per_second=load.requests / load.seconds,
        server_cpu_ms=server_seconds * 1e3 / load.requests,
        database_cpu_ms=database_seconds * 1e3 / load.requests,
        p50_ms=load.p50_ms,
        p99_ms=load.p99_ms,
    )


def measure_alternating(
    targets: Sequence[Target], observer: Observer, rounds: int, seconds: int
) -> Mapping[str, list[Figures]]:
    """The rounds of each target, in which every target has its turn; who begins moves on by one each round."""
    lengths = {target.name: _warm_up(target, seconds) for target in targets}
    measured: dict[str, list[Figures]] = {target.name: [] for target in targets}
    for number in range(rounds):
        first = number % len(targets)
        for target in (*targets[first:], *targets[:first]):
            measured[target.name].append(measure(target, observer, lengths[target.name]))
    return measured


def _warm_up(target: Target, seconds: int) -> int:
    """The seconds that a round of this server takes."""
    load = load_for(max(seconds, _WARM_UP_SECONDS), target.server.port, target.bodies)
    target.server.wait_until_idle()
    wanted = math.ceil(_TURNS_OF_ALL_CONNECTIONS * CONNECTIONS * load.seconds / load.requests)
    return min(max(seconds, wanted), _LONGEST_FACTOR * seconds)


def medians(rounds: Sequence[Figures]) -> Figures:
    """Each figure's median over the rounds."""
    return Figures(
        requests_per_second=statistics.median(figures.requests_per_second for figures in rounds),
        server_cpu_ms=statistics.median(figures.server_cpu_ms for figures in rounds),
        database_cpu_ms=statistics.median(figures.database_cpu_ms for figures in rounds),
        p50_ms=statistics.median(figures.p50_ms for figures in rounds),
        p99_ms=statistics.median(figures.p99_ms for figures in rounds),
    )
