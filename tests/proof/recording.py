"""A plugin of pytest that keeps what became of each test of a run: `-p tests.proof.recording`, as make torture has it.

What a test counts and measures (`counted` and `measured` in tests/torture/conftest.py) comes along with its report.
"""

import os
from collections import Counter
from collections.abc import Iterable

import pytest

from tests.proof.results import Case, Kind, Verdict, append, begun

_RECORDER = pytest.StashKey["Recorder"]()


class Recorder:
    """Gathers the reports of a run; each test has one for its set-up, its call and its tear-down."""

    def __init__(self) -> None:
        self._run = begun(Kind.TORTURE, float(os.environ.get("PARTSGRAPH_TORTURE_SCALE") or "1"))
        self._cases: dict[str, Case] = {}

    @property
    def cases(self) -> list[Case]:
        """What became of each test so far."""
        return list(self._cases.values())

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take down what became of one part of a test; what failed once has failed."""
        before = self._cases.get(report.nodeid)
        verdicts = {before.verdict if before else Verdict.HELD, _verdict(report)}
        worst = next(each for each in (Verdict.FAILED, Verdict.SKIPPED, Verdict.HELD) if each in verdicts)
        seconds = (before.seconds if before else 0) + report.duration
        counts, figures = _counts(report), _figures(report)
        self._cases[report.nodeid] = Case(report.nodeid, worst, round(seconds, 1), counts=counts, figures=figures)

    def pytest_sessionfinish(self) -> None:
        """Keep the run, also when it was broken off: what ended until then did end."""
        append(self._run, self.cases)


def pytest_configure(config: pytest.Config) -> None:
    """Begin to record, where the reports of all workers come together."""
    if hasattr(config, "workerinput"):
        return
    config.stash[_RECORDER] = Recorder()
    config.pluginmanager.register(config.stash[_RECORDER])


def _verdict(report: pytest.TestReport) -> Verdict:
    if report.failed:
        return Verdict.FAILED
    return Verdict.SKIPPED if report.skipped else Verdict.HELD


def _counts(report: pytest.TestReport) -> dict[str, int]:
    found: Counter[str] = Counter()
    for name, number in _properties(report):
        if isinstance(number, int):
            found[name] += number
    return dict(found)


def _figures(report: pytest.TestReport) -> dict[str, float]:
    return {name: number for name, number in _properties(report) if isinstance(number, float)}


def _properties(report: pytest.TestReport) -> Iterable[tuple[str, object]]:
    return report.user_properties
