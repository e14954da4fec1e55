"""Copies of static files in the codings that clients take, made once at set-up and sent in place of the files.

    python -m server.wire.pages.compressed_files DIRECTORY

makes `app.js.gz` and `app.js.zst` beside `app.js`, where they are worth their place.
"""

import sys
from pathlib import Path

from server.wire.http.content_coding import Coding, compressed

_SUFFIXES = {Coding.ZSTD: ".zst", Coding.GZIP: ".gz"}
_FEWEST_BYTES = 1_400
# A copy that saves less is not worth another file, as one of an image.
_WORTH = 0.9


def copy_of(path: Path, coding: Coding) -> Path:
    """Where the copy of a file lies, if there is one."""
    return path.with_name(path.name + _SUFFIXES[coding])


def is_copy(name: str) -> bool:
    """Tell a copy from a file by its name."""
    return name.endswith(tuple(_SUFFIXES.values()))


def make_copies(directory: Path) -> None:
    """Make the copies of all files below the directory."""
    for path in sorted(each for each in directory.rglob("*") if each.is_file() and not is_copy(each.name)):
        content = path.read_bytes()
        for coding in Coding:
            smaller = compressed(content, coding, is_kept=True) if len(content) >= _FEWEST_BYTES else content
            if len(smaller) <= _WORTH * len(content):
                copy_of(path, coding).write_bytes(smaller)
            else:
                copy_of(path, coding).unlink(missing_ok=True)


if __name__ == "__main__":
    make_copies(Path(sys.argv[1]))
