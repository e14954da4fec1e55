"""A share of the suite, drawn by a seed: whole files, so that servers are started for a tenth of the tests only."""

import os
from collections import defaultdict
from collections.abc import Sequence
from random import Random

import pytest

CHOICE = "TEST_SHARE"
"""The variable that asks for a share as PARTS:SEED, such as 10:2611 for a tenth; without it all tests run."""


def share_of(items: Sequence[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """The tests that are run and those that are not. Files are drawn until they hold the share."""
    chosen = os.environ.get(CHOICE)
    if not chosen:
        return list(items), []
    parts, seed = (int(word) for word in chosen.split(":"))
    by_file: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        by_file[item.nodeid.partition("::")[0]].append(item)
    files = sorted(by_file)
    Random(seed).shuffle(files)
    drawn: set[str] = set()
    while files and sum(len(by_file[name]) for name in drawn) < len(items) / parts:
        drawn.add(files.pop())
    kept = [item for item in items if item.nodeid.partition("::")[0] in drawn]
    return kept, [item for item in items if item.nodeid.partition("::")[0] not in drawn]
