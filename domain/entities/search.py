"""What search is made of: the words that stand for a part, and what somebody looks for.

A word is folded (`domain/rules/search`): small letters without accents, or, beginning with "=", a value. A document is
the words of one thing: a part, a part type, or an attachment of a part. What a part only points to has words of its
own, and the part has a reference to it among its words (`:type:12`), so renaming a type changes no document of a part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum


class SearchField(IntEnum):
    """Where a word stands, the best place first; of a word that stands in several places the best is kept.

    The numbers stand in the database. Whoever changes them counts RULES_VERSION of `domain/rules/search` up.
    """

    KEY = 1
    MANUFACTURER_CODE = 2
    """The whole MPN as one word, without dashes and blanks."""
    MANUFACTURER_CODE_PART = 3
    VALUE = 4
    """A value of a parameter, or one that stands in a description: a word that begins with "="."""
    TYPE = 5
    """A reference to the type, or in the document of a type a word of its name."""
    DESCRIPTION = 6
    PACKAGE = 7
    SERIES = 8
    MANUFACTURER = 9
    TAG = 10
    PARAMETER = 11
    TECHNICAL = 12
    """Any other technical field."""
    JOINED = 13
    """Two neighbours written as one word: opamp for op amp. Never offered to complete a word."""
    ATTACHMENT = 14
    """The title or the file name of an attachment."""
    DOCUMENT = 15
    """The text inside a PDF."""
    LOCATION = 16
    """Where the part lies; in no document."""


SearchWords = Mapping[str, SearchField]
"""The words of a document, each with its best field."""


@dataclass(frozen=True, slots=True)
class TextWord:
    """A word of a text of pages, and where it stands first: its offset in the text in code points, its page from 1."""

    word: str
    offset: int
    page: int


@dataclass(frozen=True, slots=True)
class Needle:
    """One way to find a word of a query: a document has this word, one that begins with it, or one that is like it.

    `edits` is how many letters may be wrong (0 to 3). A value is found exactly.
    """

    word: str
    prefix: bool = False
    edits: int = 0


@dataclass(frozen=True, slots=True)
class PlaceNeedle:
    """The part lies at this location: 7-3."""

    box_number: int
    location_number: int


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """A word of a query with the ways in which it can be found, one of which must do.

    `start` and `length` say where it stands in the query, in code points.
    """

    needles: Sequence[Needle | PlaceNeedle]
    start: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What somebody looks for: every term must be found; none finds nothing.

    `whole` is the query written as one word, by which an exact key or MPN, or the beginning of one, is known; None
    where nothing is left of it. A part that is found by it needs none of the terms.
    """

    terms: Sequence[SearchTerm] = ()
    whole: str | None = None
