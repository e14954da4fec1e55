"""Runs the whole suite several times in random orders while other processes keep the cores busy.

    python -m tests.shake --rounds 3 --jobs 2 [pytest's own words]

Each round has a seed of its own, which is printed and can be given again (`make test SEED=…`); `--seed` chooses the
first. At the end stands what failed how often. The exit code is the number of tests that failed in any round.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from tests.server_process import ROOT

_SPIN = "while True: pass"


@contextmanager
def _busy_cores(number: int) -> Iterator[None]:
    """So many processes that do nothing but compute, for the length of the block."""
    spinning = [subprocess.Popen([sys.executable, "-c", _SPIN]) for _ in range(number)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


def _run(seed: int, jobs: int, words: list[str], report: Path) -> int:
    """One round; pytest's exit code."""
    side_by_side = ["--numprocesses", str(jobs), "--dist", "loadfile", "--no-loadscope-reorder"] if jobs > 1 else []
    command = [sys.executable, "-m", "pytest", "-q", f"--randomly-seed={seed}", f"--junitxml={report}"]
    return subprocess.run([*command, *side_by_side, *words], cwd=ROOT, check=False).returncode


def _failed(report: Path) -> list[str]:
    """The names of the tests that failed, or whose set-up or tear-down did."""
    cases = ElementTree.parse(report).iter("testcase")
    return [
        f"{case.get('classname')}::{case.get('name')}"
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    ]


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.shake", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))
    chosen, words = parser.parse_known_args()
    failures: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="partsgraph-shake-") as directory, _busy_cores(os.cpu_count() or 2):
        for number in range(1, chosen.rounds + 1):
            seed, started = chosen.seed + number - 1, time.perf_counter()
            report = Path(directory) / f"{number}.xml"
            code = _run(seed, chosen.jobs, words, report)
            found = set(_failed(report)) if report.exists() else {f"pytest ended with {code} and no report"}
            failures.update(found)
            seconds = time.perf_counter() - started
            print(f"round {number} of {chosen.rounds}, seed {seed}: {len(found)} failed, {seconds:.0f} s", flush=True)
    for name, times in failures.most_common():
        print(f"failed in {times} of {chosen.rounds} rounds: {name}")
    print(f"{chosen.rounds} rounds, {len(failures)} tests failed in any of them")
    return min(len(failures), 100)


if __name__ == "__main__":
    sys.exit(main())
