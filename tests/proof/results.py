"""The results of long runs, one JSON object a line: what ran, when, on which commit, and what became of each case.

A run appends one line to `.proof/results.jsonl`, which git does not see and `make clean` leaves alone.
"""

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.server_process import ROOT

RESULTS = ROOT / ".proof" / "results.jsonl"


class Kind(StrEnum):
    """What was run."""

    SABOTAGE = "sabotage"
    TORTURE = "torture"


class Verdict(StrEnum):
    """HELD: the test passed, or the sabotage was noticed. FAILED: it did not. SKIPPED: nothing was tried."""

    HELD = "held"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Case:
    """One patch, or one test with its parameters; `told` says what is broken.

    `counts` are what was done meanwhile and can be added up; `figures` are what was measured, by its unit.
    """

    name: str
    verdict: Verdict
    seconds: float
    told: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command. `commit` is None where there is no repository; `is_changed` tells of uncommitted changes.

    `scale` is that of torture, and None for sabotage.
    """

    kind: Kind
    began: datetime
    commit: str | None
    is_changed: bool
    scale: float | None
    cores: int
    python: str
    cases: tuple[Case, ...] = ()


def begun(kind: Kind, scale: float | None = None) -> Run:
    """A run that begins now, of this checkout as it is now: what is committed meanwhile is not what runs."""
    commit, is_changed = _git("rev-parse", "HEAD"), bool(_git("status", "--porcelain"))
    return Run(kind, datetime.now(UTC), commit, is_changed, scale, os.cpu_count() or 1, platform.python_version())


def append(run: Run, cases: Iterable[Case], path: Path = RESULTS) -> None:
    """Add a run with what became of its cases to the results; one without cases is left out."""
    run = replace(run, cases=tuple(cases))
    if not run.cases:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(run) | {"began": run.began.isoformat()}) + "\n")


def read(path: Path = RESULTS) -> list[Run]:
    """Every run, the oldest first; none where there are no results."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return sorted((_run(json.loads(line)) for line in lines), key=lambda run: run.began)


def _run(written: dict[str, Any]) -> Run:
    return Run(
        **written
        | {
            "kind": Kind(written["kind"]),
            "began": datetime.fromisoformat(written["began"]),
            "cases": tuple(Case(**case | {"verdict": Verdict(case["verdict"])}) for case in written["cases"]),
        }
    )


def _git(*words: str) -> str | None:
    try:
        asked: Sequence[str] = ["git", *words]
        return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
