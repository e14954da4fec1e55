"""Runs the benchmark: python -m bench, or make bench."""

import json
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from bench.commits import compare_commits, exit_code, show_verdicts
from bench.comparison import compare, open_peers
from bench.errors import BenchmarkError
from bench.growth import SCENARIOS, measure_growth
from bench.locks import measure_lock_time
from bench.machine import facts
from bench.memory import measure_memory
from bench.options import COMPARISONS, Options, parse_options
from bench.page import write_figures
from bench.plot import draw
from bench.prices import measure_prices
from bench.relevance import CONFIGURATION, TABLES_BY_HAND, TABLES_OF_GENERATED, measure_relevance
from bench.results import Ranking, Results, SizeResult
from bench.search import measure_search
from bench.tables import show
from bench.workload import Workload, prepare_workload
from bench.workshop import Workshop, open_workshop

# Without a terminal the tables are as wide as they have to be.
_PARTS_BESIDE_SCREENS = 600
_PARTS_PER_SHEET = 20
_PARTS_TO_RANK, _SHEETS_TO_RANK = 2_000, 200
_console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)


def main() -> int:
    """The exit code: 1 when the benchmark could not be run to its end."""
    options = parse_options()
    # A polite end stops the servers as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if options.base is not None:
            return _compare_with_base(options)
        results = _run(options)
    except BenchmarkError as error:
        _console.print(f"bench: {error}", markup=False, style="red")
        return 1
    except KeyboardInterrupt:
        return 130
    _keep(results, options)
    show(results, _console)
    return 0


def _compare_with_base(options: Options) -> int:
    with _data_directory(options) as directory:
        verdicts = compare_commits(options, directory, _console)
    show_verdicts(verdicts, _console)
    return exit_code(verdicts)


def _run(options: Options) -> Results:
    results = Results(facts(options))
    with _data_directory(options) as directory:
        for parts in options.sizes:
            _tell(f"{parts:,} parts: generating and starting")
            _measure_size(directory / f"parts-{parts}", parts, options, results)
        if "prices" in options.scenarios:
            _tell("the screens of a front end: filling, and prices")
            with open_workshop(directory / "screens", _PARTS_BESIDE_SCREENS, with_demo=True) as workshop:
                results.prices = measure_prices(workshop, options)
        if "relevance" in options.scenarios:
            results.relevance = _relevance(directory)
    return results


def _relevance(directory: Path) -> tuple[Ranking, ...]:
    _tell("relevance: filling, and asking beside tantivy")
    _tell(CONFIGURATION)
    with open_workshop(directory / "relevance", 0, with_demo=True) as workshop:
        by_hand = measure_relevance(workshop, TABLES_BY_HAND)
    with open_workshop(directory / "relevance-generated", _PARTS_TO_RANK, documents=_SHEETS_TO_RANK) as workshop:
        return by_hand + measure_relevance(workshop, TABLES_OF_GENERATED)


def _measure_size(directory: Path, parts: int, options: Options, results: Results) -> None:
    size = results.sizes[parts] = SizeResult()
    documents = parts // _PARTS_PER_SHEET if "search" in options.scenarios else 0
    with open_workshop(directory, parts, documents=documents) as workshop:
        results.facts["PostgreSQL"] = workshop.observer.value("SHOW server_version")
        idle = workshop.server.resident_megabytes()
        workload = prepare_workload(workshop)
        if "memory" in options.scenarios and parts == options.memory_size:
            _tell(f"{parts:,} parts: memory")
            results.memory = measure_memory(parts, idle, workshop, workload, options)
        _compare_all(workshop, workload, parts, options, size)
        if "growth" in options.scenarios:
            workshop.observer.settle()
            for scenario in SCENARIOS:
                _tell(f"{parts:,} parts: growth, {scenario}")
                size.growth[scenario] = measure_growth(scenario, workshop, workload, options)
        if "search" in options.scenarios:
            _tell(f"{parts:,} parts: search")
            size.search = measure_search(workshop, options)
        if "locks" in options.scenarios:
            _tell(f"{parts:,} parts: locks")
            size.lock_time = measure_lock_time(workshop, workload.variables["use"], options.rounds)
        _tell(f"{parts:,} parts: checking the ledger")
        workshop.check()


def _compare_all(workshop: Workshop, workload: Workload, parts: int, options: Options, size: SizeResult) -> None:
    scenarios = [name for name in COMPARISONS if name in options.scenarios]
    if not scenarios:
        return
    workshop.observer.settle()
    with open_peers(workshop) as servers:
        for scenario in scenarios:
            _tell(f"{parts:,} parts: {scenario}")
            size.comparisons[scenario] = compare(scenario, workshop, workload, servers, options)


@contextmanager
def _data_directory(options: Options) -> Iterator[Path]:
    if options.data is not None:
        yield options.data
        return
    with tempfile.TemporaryDirectory(prefix="partsgraph-bench-") as name:
        # PostgreSQL may run as another user, who has to get in.
        Path(name).chmod(0o755)
        yield Path(name)


def _keep(results: Results, options: Options) -> None:
    path = options.result_path
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(results.as_json(), indent=1, ensure_ascii=False) + "\n")
    draw(results, path.with_suffix(".png"))
    if options.is_full:
        write_figures(results)


def _tell(line: str) -> None:
    _console.print(line, style="dim")


if __name__ == "__main__":
    sys.exit(main())
