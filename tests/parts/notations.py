r"""The table of notations: values as people write them, and what each reads as, or why it does not.

notations.tsv beside this file was written before the rules that read it. Its columns are the text, the readings and the
reason; \uXXXX in a text stands for a character that would not be seen.
"""

import re
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from domain.entities.reading import Reading, ReadingSign

_TABLE = Path(__file__).with_name("notations.tsv")
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")


class Notation(NamedTuple):
    """A line of the table; no readings have a reason."""

    text: str
    readings: tuple[Reading, ...]
    reason: str


def _reading(text: str) -> Reading:
    sign, number, *unit = text.split(" ")
    return Reading(Decimal(number), unit[0] if unit else None, ReadingSign(sign))


def _notation(line: str) -> Notation:
    text, readings, reason = line.split("\t")
    seen = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return Notation(seen, () if readings == "-" else tuple(map(_reading, readings.split("; "))), reason)


NOTATIONS = tuple(
    _notation(line) for line in _TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
)
