"""Writes docs/proof.md: the newest result of each case, with its date and its commit.

No number on the page comes from anywhere but the results.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.proof.results import Case, Kind, Run, Verdict

_HEAD = """# What was broken on purpose, and what held

Written by `make proof` from the results of `make sabotage` and `make torture`; nothing here is written by hand. Each
line is the newest result of its case, with the date and the commit it ran on. "+" after a commit means with changes
that were not committed. A result that failed is shown as failed.
"""
_SABOTAGE = """## Sabotage

A patch breaks one rule of the code: a lock is removed, a limit is off, an upload comes after the commit. The tests that
it names have to fail then. A patch is *noticed* when each of them did.
"""
_TORTURE = """## Torture

Real servers, a real database and a real object store under load. Processes are killed with `kill -9`, connections are
cut, stores hang, servers are restarted, and many times the data is loaded. Afterwards the books are audited: each
operation that was acknowledged to a client is there once, nothing else is, and `partsgraph check` is clean. At a scale
below 1 everything is done that much less often.
"""
_PROPERTIES = """## Properties

A property is a rule that is tried with generated examples. `make torture` takes five times the usual number of them,
times the scale.
"""
_NOTHING = "Nothing has been run yet.\n"


@dataclass(frozen=True, slots=True)
class Result:
    """A case with the run it is of."""

    run: Run
    case: Case

    @property
    def is_bad(self) -> bool:
        """Whether it failed."""
        return self.case.verdict is Verdict.FAILED

    @property
    def machine(self) -> str:
        """What it ran on."""
        return f"{self.run.cores} cores with Python {self.run.python}"


def page_of(runs: Sequence[Run], patches: Iterable[str], is_there: Callable[[str], bool]) -> str:
    """The whole page.

    `patches` are the names of the patches that there are, so that those never tried are told. `is_there` tells
    whether a test still exists, by its path and name; the results of others are left out.
    """
    sabotage = newest(runs, Kind.SABOTAGE)
    tests = {name: each for name, each in newest(runs, Kind.TORTURE).items() if is_there(name.partition("[")[0])}
    torture = {name: result for name, result in tests.items() if name.startswith("tests/torture/")}
    properties = {name: result for name, result in tests.items() if name not in torture}
    parts = [
        _HEAD + _machines([*sabotage.values(), *tests.values()]),
        _SABOTAGE + "\n" + _sabotage(sabotage, sorted(set(patches))),
        _TORTURE + "\n" + _totals(torture.values()) + _functions(torture),
        _PROPERTIES + "\n" + _functions(properties),
    ]
    return "\n".join(parts)


def newest(runs: Sequence[Run], kind: Kind) -> dict[str, Result]:
    """The newest result of each case; what was skipped is no result."""
    found: dict[str, Result] = {}
    for run in sorted(runs, key=lambda each: each.began):
        if run.kind is kind:
            found |= {case.name: Result(run, case) for case in run.cases if case.verdict is not Verdict.SKIPPED}
    return dict(sorted(found.items()))


def _sabotage(results: dict[str, Result], patches: Sequence[str]) -> str:
    tried = [results[name] for name in patches if name in results]
    if not tried:
        return _NOTHING
    missed = sum(each.is_bad for each in tried)
    untried = [name for name in patches if name not in results]
    told = f"{len(patches)} patches: {len(tried) - missed} noticed, {missed} missed, {len(untried)} not tried"
    told += f" ({', '.join(f'`{name}`' for name in untried)}).\n" if untried else ".\n"
    rows = [f"| {_cell(each.case.told)} | {_noticed(each)} | {_seconds([each])} | {_place([each])} |" for each in tried]
    head = ["| What was broken | | seconds | date | commit |", "| --- | --- | ---: | --- | --- |"]
    return "\n".join([told, *head, *rows]) + "\n"


def _noticed(result: Result) -> str:
    return f"**MISSED** (`{result.case.name}`)" if result.is_bad else "noticed"


def _functions(results: dict[str, Result]) -> str:
    """A row for each test, whatever its parameters, and a line for each case that failed."""
    if not results:
        return _NOTHING
    by_function: defaultdict[str, list[Result]] = defaultdict(list)
    for name, result in results.items():
        by_function[name.partition("[")[0]].append(result)
    rows = [_function_row(name, found) for name, found in by_function.items()]
    head = [
        "| What held | in | cases | counted and measured | seconds | scale | date | commit |",
        "| --- | --- | ---: | --- | ---: | ---: | --- | --- |",
    ]
    failed = [f"- **FAILED** `{name}`" for name, result in results.items() if result.is_bad]
    return "\n".join([*failed, *([""] if failed else []), *head, *rows]) + "\n"


def _function_row(name: str, results: Sequence[Result]) -> str:
    bad = sum(result.is_bad for result in results)
    words = name.rpartition("::")[2].removeprefix("test_").replace("_", " ")
    told = f"**FAILED**: {words}" if bad else words
    cases = f"{len(results) - bad} of {len(results)}"
    counts = [f"{what}: {number:,}" for what, number in sorted(_sum(results).items())]
    counts += [f"{what}: {_figure(number)}" for result in results for what, number in result.case.figures.items()]
    scales = _distinct(f"{result.run.scale:g}" for result in results)
    file = f"`{name.partition('::')[0]}`"
    cells = [_cell(told), file, cases, ", ".join(counts), _seconds(results), scales, _place(results)]
    return f"| {' | '.join(cells)} |"


def _figure(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def _place(results: Sequence[Result]) -> str:
    """Dates and commits, the oldest first: cases of one test may be of several runs."""
    runs = sorted((result.run for result in results), key=lambda run: run.began)
    return f"{_distinct(f'{run.began:%Y-%m-%d}' for run in runs)} | {_distinct(_commit(run) for run in runs)}"


def _machines(results: Sequence[Result]) -> str:
    return f"\nRan on {_distinct(sorted(result.machine for result in results))}.\n" if results else ""


def _distinct(texts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(texts))


def _seconds(results: Iterable[Result]) -> str:
    return f"{sum(result.case.seconds for result in results):,.0f}"


def _totals(results: Iterable[Result]) -> str:
    """What was counted in all tests together."""
    total = _sum([result for result in results if not result.is_bad])
    told = ", ".join(f"{what}: {number:,}" for what, number in sorted(total.items()))
    return f"In all that held together: {told}.\n\n" if told else ""


def _sum(results: Iterable[Result]) -> Counter[str]:
    total: Counter[str] = Counter()
    for result in results:
        total.update(result.case.counts)
    return total


def _commit(run: Run) -> str:
    return f"`{run.commit[:10]}`{'+' if run.is_changed else ''}" if run.commit else "unknown"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
