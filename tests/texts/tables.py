r"""Tables of texts and of what has to become of them, written down before the code that they try.

A row is split at its tabs and nothing is stripped: an empty cell is the empty text. In a cell \uXXXX and \UXXXXXXXX are
code points, \\ is a backslash and {n*x} is x written n times; lines that begin with # are comments.
"""

import re
from collections.abc import Iterator
from pathlib import Path

_HERE = Path(__file__).parent
_ESCAPED = re.compile(r"\\(?:u([0-9A-F]{4})|U([0-9A-F]{8})|(\\))")
_REPEATED = re.compile(r"\{(\d+)\*([^}]*)\}")


def rows(name: str) -> Iterator[list[str]]:
    """The cells of each row of a table, as they are written."""
    for line in (_HERE / f"{name}.tsv").read_text(encoding="ascii").split("\n"):
        if line and not line.startswith("#"):
            yield line.split("\t")


def text_of(cell: str) -> str:
    """The text that a cell stands for."""
    pieces = []
    position = 0
    for found in _REPEATED.finditer(cell):
        pieces += [_unescaped(cell[position : found.start()]), int(found[1]) * _unescaped(found[2])]
        position = found.end()
    return "".join([*pieces, _unescaped(cell[position:])])


def _unescaped(written: str) -> str:
    return _ESCAPED.sub(lambda found: found[3] or chr(int(found[1] or found[2], 16)), written)
