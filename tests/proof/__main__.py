"""Writes docs/proof.md from the results of this checkout: make proof."""

import sys

from tests.proof.page import page_of
from tests.proof.results import RESULTS, Kind, Verdict, read
from tests.sabotage.patches import read_all
from tests.server_process import ROOT

PAGE = ROOT / "docs" / "proof.md"


def main() -> int:
    """The command line; the exit code is 2 when there are no results, and then the page stays as it is."""
    runs = read()
    if not runs:
        print("There are no results yet: run make sabotage and make torture first.", file=sys.stderr)
        return 2
    PAGE.write_text(page_of(runs, (patch.name for patch in read_all()), _is_there), encoding="utf-8")
    for kind in Kind:
        found = [run for run in runs if run.kind is kind]
        failed = sum(case.verdict is Verdict.FAILED for run in found for case in run.cases)
        print(f"{kind}: {len(found)} runs, {sum(len(run.cases) for run in found)} cases, {failed} failed")
    print(f"Written: {PAGE.relative_to(ROOT)} from {RESULTS.relative_to(ROOT)}")
    return 0


def _is_there(test: str) -> bool:
    path, _, name = test.partition("::")
    file = ROOT / path
    return file.is_file() and f"def {name}(" in file.read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
