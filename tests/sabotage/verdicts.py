"""Runs the tests that a patch names in a broken copy: what is wrong when one of them holds all the same."""

import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from tests import property_sizes, waiting
from tests.sabotage.copies import Healthy, PatchDoesNotApply, broken_copy, environment_of, is_imported
from tests.sabotage.patches import Sabotage

_PATIENCE_SECONDS = 150
# Most of these tests fail because what they wait for never comes; where it comes, it does within a second or two.
_WAIT_SECONDS = 10
_FAREWELL_SECONDS = 30
_SAID_CHARACTERS = 3_000
# Nothing is kept for a next run, and the order is as written.
_PYTEST = (sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=short", "-p", "no:cacheprovider", "-p", "no:randomly")


def verdict(sabotage: Sabotage, healthy: Healthy) -> str | None:
    """What is wrong with the tests (or the patch), or None when the sabotage was noticed by each of its tests."""
    if not sabotage.tests:
        return "it names no test"
    try:
        with broken_copy(healthy, sabotage) as copy:
            environment = environment_of(copy, healthy)
            if not is_imported(copy, environment):
                return "the copy is not what is imported"
            return _not_failed(copy, environment, sabotage.tests)
    except PatchDoesNotApply as error:
        return f"it does not apply any more: {error}"


def _not_failed(copy: Path, environment: Mapping[str, str], tests: tuple[str, ...]) -> str | None:
    """Which tests did not fail, with the end of what pytest said."""
    # Of one test the first failure is enough, whatever values it has; of several each has to fail.
    economy = ["--exitfirst"] if len(tests) == 1 else []
    running = subprocess.Popen(
        [*_PYTEST, *economy, *tests],
        cwd=copy,
        # A property that has to fail is tried with as many examples as find a fault by right.
        env=dict(environment) | {waiting.CHOICE: str(_WAIT_SECONDS), property_sizes.CHOICE: "usual"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said, _ = running.communicate(timeout=_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        return f"its tests took longer than {_PATIENCE_SECONDS} s:\n{_ended(running)[-_SAID_CHARACTERS:]}"
    held = [test for test in tests if not re.search(rf"^FAILED {re.escape(test)}(?=[\[ ]|$)", said, re.MULTILINE)]
    return f"{', '.join(held)} did not fail:\n{said.rstrip()[-_SAID_CHARACTERS:]}" if held else None


def _ended(running: subprocess.Popen[str]) -> str:
    """End the tests as Ctrl-C does it, so that they still end their servers; what they said."""
    below = psutil.Process(running.pid).children(recursive=True)
    running.send_signal(signal.SIGINT)
    try:
        return running.communicate(timeout=_FAREWELL_SECONDS)[0]
    except subprocess.TimeoutExpired:
        for process in below:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        running.kill()
        return running.communicate()[0]
