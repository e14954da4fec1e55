"""Pictures and PDFs as people have them: files.tsv says what each is to be, and here is where their bytes come from.

Those of packages lie in a folder with the licence of the package; `heic` holds two that were made as made_pictures.py
makes the others, by an encoder that is not installed here. All others are made by code, the same each time.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from tests.attachments.samples.made_pdfs import pdfs
from tests.attachments.samples.made_pictures import pictures

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Sample:
    """A file and what is expected of it.

    `kind` is its kind, or REFUSED and the reason. `preview` is the size as it is shown, NONE or FAILED. Of a picture
    `shown` says whether Chromium draws it, of a PDF it is a piece of the text, EMPTY or ENCRYPTED.
    """

    name: str
    kind: str
    preview: str
    shown: str
    content: bytes

    @property
    def is_drawn(self) -> bool:
        """Whether it is an image of which there are previews."""
        return self.kind == "IMAGE" and "x" in self.preview


def samples() -> list[Sample]:
    """All of files.tsv, in its order."""
    made = pictures() | pdfs()
    with (_FOLDER / "files.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Sample(row["name"], row["kind"], row["preview"], row["chromium_or_text"], made.get(row["name"]) or _kept(row))
        for row in rows
    ]


def _kept(row: dict[str, str]) -> bytes:
    (path,) = _FOLDER.glob(f"*/{row['name']}")
    return path.read_bytes()
