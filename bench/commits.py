"""A commit beside another one, to see whether a change costs processor time: make bench BASE=COMMIT.

Each has its own checkout, environment and database with the same generated parts; they take turns, round by round, with
the same requests. The base runs twice, on two databases: what it differs from itself is what a difference has to exceed
before it means anything.
"""

import statistics
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.errors import BenchmarkError
from bench.options import COMPARISONS, OF_COMMITS, Options
from bench.processes import HERE, ROOT, Checkout
from bench.rounds import Figures, Target, measure
from bench.workload import Workload, prepare_workload
from bench.workshop import Workshop, open_workshop

LEAST_ROUNDS = 9
ALLOWED = 0.03
"""A change may cost so much more of the base's processor time, or what the base differs from itself."""

_BASE, _AGAIN, _CHANGE = "base", "base again", "change"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One scenario: medians over the rounds of processor time per request, as ratios to the base in the same round."""

    scenario: str
    base_cpu_ms: float
    change: float
    again: float

    @property
    def is_kept(self) -> bool:
        """Whether the change costs no more than is allowed."""
        return self.change - 1 <= max(ALLOWED, abs(self.again - 1))


def compare_commits(options: Options, directory: Path, console: Console) -> list[Verdict]:
    """Every scenario of the options that two commits can be compared in. Raises BenchmarkError."""
    rounds = max(options.rounds, LEAST_ROUNDS)
    with _checkout_of(options.base, directory / "checkout") as base, ExitStack() as held:
        workshops: dict[str, Workshop] = {}
        workloads: dict[str, Workload] = {}
        for name, checkout in ((_BASE, base), (_AGAIN, base), (_CHANGE, HERE)):
            console.print(f"{name}: generating {options.sizes[0]:,} parts and starting", style="dim")
            place = directory / name.replace(" ", "-")
            workshops[name] = held.enter_context(open_workshop(place, options.sizes[0], checkout))
            workloads[name] = prepare_workload(workshops[name])
        verdicts = []
        for scenario in (name for name in (*COMPARISONS, *OF_COMMITS) if name in options.scenarios):
            console.print(f"{scenario}: {rounds} rounds", style="dim")
            for workshop in workshops.values():
                workshop.observer.settle()
            measured = _alternating(scenario, workshops, workloads, rounds, options.seconds)
            verdicts.append(_verdict(scenario, measured))
        for workshop in workshops.values():
            workshop.check()
    return verdicts


def show_verdicts(verdicts: Sequence[Verdict], console: Console) -> None:
    """As a table."""
    table = Table(title="Processor time per request, of server and database", title_justify="left")
    for column in ("scenario", "base, ms", "change", "base again", "verdict"):
        table.add_column(column, justify="left" if column in {"scenario", "verdict"} else "right")
    for each in verdicts:
        told = "kept" if each.is_kept else "COSTS MORE"
        table.add_row(each.scenario, f"{each.base_cpu_ms:.3f}", _percent(each.change), _percent(each.again), told)
    console.print(table)


def _percent(ratio: float) -> str:
    return f"{100 * (ratio - 1):+.1f} %"


def _alternating(
    scenario: str,
    workshops: Mapping[str, Workshop],
    workloads: Mapping[str, Workload],
    rounds: int,
    seconds: int,
) -> Mapping[str, list[Figures]]:
    """Who begins moves on by one each round; the first round of each only warms up."""
    names = list(workshops)
    measured: dict[str, list[Figures]] = {name: [] for name in names}
    for number in range(rounds + 1):
        first = number % len(names)
        for name in (*names[first:], *names[:first]):
            bodies = workloads[name].bodies(scenario, "partsgraph")
            figures = measure(Target(name, workshops[name].server, bodies), workshops[name].observer, seconds)
            if number:
                measured[name].append(figures)
    return measured


def _verdict(scenario: str, measured: Mapping[str, Sequence[Figures]]) -> Verdict:
    def ratio(name: str) -> float:
        pairs = zip(measured[name], measured[_BASE], strict=True)
        return statistics.median(one.cpu_ms / base.cpu_ms for one, base in pairs)

    base = statistics.median(figures.cpu_ms for figures in measured[_BASE])
    return Verdict(scenario, base, ratio(_CHANGE), ratio(_AGAIN))


@contextmanager
def _checkout_of(commit: str | None, place: Path) -> Iterator[Checkout]:
    """The commit in a folder of its own, set up, as long as the block lasts."""
    if commit is None:
        raise BenchmarkError("no commit to compare with is named")
    _run("git", "-C", str(ROOT), "worktree", "add", "--quiet", "--detach", str(place), commit)
    try:
        _run("make", "-C", str(place), "set-up")
        yield Checkout(place, str(place / ".venv" / "bin" / "python"))
    finally:
        _run("git", "-C", str(ROOT), "worktree", "remove", "--force", str(place))


def _run(*command: str) -> None:
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise BenchmarkError(f"{' '.join(command[:4])} failed:\n{finished.stdout}{finished.stderr}")


def exit_code(verdicts: Sequence[Verdict]) -> int:
    """1 when a scenario costs more than it may."""
    return 0 if all(each.is_kept for each in verdicts) else 1
