"""Texts that were made to be normalised slowly take no longer than others of their length.

Rules: docs/domain.md#texts.
"""

import time
from collections.abc import Callable
from functools import partial

import pytest

from domain.rules.texts import file_name, fold, one_line, several_lines
from tests.torture.conftest import Measured

pytestmark = [pytest.mark.torture, pytest.mark.alone]

_CHARACTERS = 50_000
_MOST_SECONDS = 1.0
"""Letters take some hundredths; marks took five seconds when the library had to put them in order."""

# What normalising puts in order, together or apart, and what the rules look for.
_PIECES = (
    *(
        "\u0301\u0323",
        "\u0315\u0301\u0323\u0321",
        "\u0344\u0323",
        "\u0f73\u0f71",
        "e\u0301",
        "か\u3099",
        "\u1100\u1161\u11a8",
    ),
    *("\u0301", "\u0323\u200b\u0301", "\ufdfa", "ẞ", "İ", "\u0345ς", " \n", "\u3000", "\r", "/\u0301", ".\u0323", "電"),
)
_RULES: tuple[Callable[[str], str], ...] = (
    partial(one_line, limit=_CHARACTERS // 4),
    partial(several_lines, limit=_CHARACTERS // 4),
    file_name,
    fold,
)


def test_no_text_is_looked_at_slowly(measured: Measured) -> None:
    slowest = max(_seconds(rule, piece) for rule in _RULES for piece in _PIECES)
    assert slowest < _MOST_SECONDS
    measured(milliseconds_of_the_slowest_text=slowest * 1e3)


def _seconds(rule: Callable[[str], str], piece: str) -> float:
    text = ("x" + piece * _CHARACTERS)[: _CHARACTERS - 1] + "x"
    started = time.perf_counter()
    rule(text)
    return time.perf_counter() - started
