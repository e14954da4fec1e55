"""What a run measures, as the command line says it."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16
"""Connections the load generator keeps busy, one request on each."""
POOL_SIZE = 2 * (os.cpu_count() or 1)
"""Database connections of each pool, for every server alike: two for each core, with which all of them answer most.

Partsgraph and the stock executor have one pool for reads and one for writes.
"""

COMPARISONS = ("list", "part", "box", "coverage", "use")
OF_COMMITS = ("create",)
"""Measured only beside another commit: it makes the database grow."""
EXTRAS = ("growth", "locks", "memory", "prices", "search", "relevance")
FULL_SIZES = (1_000, 10_000, 100_000)
FULL_ROUNDS = 5
FULL_SECONDS = 3

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Options:
    """One run."""

    sizes: tuple[int, ...]
    rounds: int
    seconds: int
    scenarios: tuple[str, ...]
    memory_requests: int
    data: Path | None
    base: str | None = None
    """The commit that this one is compared with, and nothing else is measured."""

    @property
    def is_full(self) -> bool:
        """Whether the result may stand in docs/performance.md."""
        return (
            set(self.sizes) >= set(FULL_SIZES)
            and self.rounds >= FULL_ROUNDS
            and self.seconds >= FULL_SECONDS
            and set(self.scenarios) >= {*COMPARISONS, *EXTRAS}
        )

    @property
    def memory_size(self) -> int:
        """The number of parts at which memory is measured: the middle one."""
        return self.sizes[len(self.sizes) // 2]

    @property
    def result_path(self) -> Path:
        """Where the result goes; only a full run replaces the one that is kept."""
        return _HERE / "results" / ("latest.json" if self.is_full else "trial.json")


def parse_options(arguments: Sequence[str] | None = None) -> Options:
    """Options of the command line; without any the full run."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    every = (*COMPARISONS, *OF_COMMITS, *EXTRAS)
    parser.add_argument("--parts", nargs="+", type=_positive, default=list(FULL_SIZES), metavar="N")
    parser.add_argument("--rounds", type=_positive, default=FULL_ROUNDS, help="alternating rounds of each scenario")
    parser.add_argument("--seconds", type=_positive, default=FULL_SECONDS, help="seconds of each round")
    parser.add_argument("--scenarios", nargs="+", choices=every, default=list(every), metavar="NAME")
    parser.add_argument("--memory-requests", type=_positive, default=20_000, metavar="N")
    parser.add_argument("--data", type=Path, metavar="DIR", help="keep the databases here and use them again")
    parser.add_argument("--base", metavar="COMMIT", help="compare processor time with this commit, by --parts' first")
    given = parser.parse_args(arguments)
    return Options(
        sizes=tuple(sorted(set(given.parts))),
        rounds=given.rounds,
        seconds=given.seconds,
        scenarios=tuple(name for name in every if name in given.scenarios),
        memory_requests=given.memory_requests,
        data=given.data.absolute() if given.data is not None else None,
        base=given.base,
    )


def _positive(written: str) -> int:
    number = int(written)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, not {written}")
    return number
