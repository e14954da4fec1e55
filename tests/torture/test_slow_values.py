"""Values of the greatest length that were made to be read slowly take no longer than others of their length.

Rules: docs/domain.md#component-values.
"""

import time

import pytest

from domain.rules.component_values import readings_of
from domain.rules.component_values.limits import MAX_LENGTH
from tests.torture.conftest import Measured

pytestmark = [pytest.mark.torture, pytest.mark.alone]

_MOST_SECONDS = 0.005
"""A value of ordinary length takes some hundredths of a millisecond."""

# What asks for one more look at each of its characters, or for one more token.
_PIECES = (
    *("1", "1 ", "1,", "1'", "1.", "1 000 ", "1/", "1/2 ", "1 1/2 ", "1e5 ", "1e", ".5", "...", "1-", "1 to ", "+1-1"),
    *("1k", "1 k Ω ", "1 k ", "R4", "1m2", "5V ", "5V; ", "1V/", "1V ±1V ", "min ", "min 1V ", "(", "±", "-", "~", "Ω"),
    *("a", "A/", "°", "X7R ", "0603 ", "0603", "¼", "½ W ", "㏀", "\ufdfa", "\u200b", "１", "１,", "m Ω ", "up to "),
)


def test_no_value_is_read_slowly(measured: Measured) -> None:
    slowest = 0.0
    for piece in _PIECES:
        for end in ("", " Ω", "!"):
            text = (piece * MAX_LENGTH)[: MAX_LENGTH - len(end)] + end
            slowest = max(slowest, min(_seconds(text) for _ in range(5)))
    assert slowest < _MOST_SECONDS
    measured(microseconds_of_the_slowest_value=slowest * 1e6)


def _seconds(text: str) -> float:
    started = time.perf_counter()
    readings_of(text)
    return time.perf_counter() - started
