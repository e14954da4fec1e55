"""Texts as people write them: what is kept of them, what is refused, and when two of them are the same.

A text of one line or of several is kept as it was written but for its white space and its normal form (NFC). Only
comparing ignores more. The rules are those of docs/domain.md#texts; characters are told apart by Unicode's properties.
"""

import re
import unicodedata
from itertools import groupby
from typing import Literal, TypeAlias

from domain.rules.unicode_properties import DEFAULT_IGNORABLE, WHITE_SPACE, character_class

DEFAULT_FILE_NAME = "file"
"""The name of a file of whose own name nothing is left."""

MAX_FILE_NAME_LENGTH = 255

_SHRINKS = 4
"""A normal form has no fewer characters than a fourth of those before it (U+1F82 is made of four)."""

_NormalForm: TypeAlias = Literal["NFC", "NFKC"]
_APART: dict[_NormalForm, Literal["NFD", "NFKD"]] = {"NFC": "NFD", "NFKC": "NFKD"}
"""The form in which characters are taken apart before they are put together in the other."""

_LONG_RUN = 64
"""So many marks above one letter are too many to be put in order by the library."""

_SPACE = character_class(WHITE_SPACE)
_EACH_SPACE = "".join(chr(number) for first, last in WHITE_SPACE for number in range(first, last + 1))
_SPACES = re.compile(f"[{_SPACE}]+")
_LINE_END = re.compile(r"\r\n|[\n\v\f\r\x85\u2028\u2029]")
_IGNORABLE = re.compile(f"[{character_class(DEFAULT_IGNORABLE)}]+")
_SHOWS = re.compile(f"[^{_SPACE}{character_class(DEFAULT_IGNORABLE)}]")
# Controls (Cc) that are no white space, embeddings, overrides and isolates of direction, lone surrogates.
_REFUSED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# What most texts are, and what no rule changes. Like all patterns here it looks at each character once.
_PLAIN = re.compile(r"[!-~]++(?: [!-~]++)*+")
_DIRECTIONS = range(0x202A, 0x206A)


class FaultyText(ValueError):
    """A text holds a character that is refused; the message says which."""


def one_line(text: str, limit: int | None = None) -> str:
    """A text of one line as it is kept: every run of white space one blank, none around it, NFC; "" when blank.

    A text that has more than `limit` characters whatever is done to it is not looked at further and comes back longer
    than that. Raises FaultyText.
    """
    if _PLAIN.fullmatch(text):
        return text
    refuse_faulty(text)
    kept = _SPACES.sub(" ", text).strip(" ")
    return _composed(kept, limit) if _SHOWS.search(kept) else ""


def findable(name: str, limit: int) -> str | None:
    """The name as it would be kept, by which something is looked for; None where nothing can be called so."""
    try:
        kept = one_line(name, limit)
    except FaultyText:
        return None
    return kept if len(kept) <= limit else None


def several_lines(text: str, limit: int | None = None) -> str:
    """A text of several lines as it is kept: each line end a line feed, no white space before it or around the whole.

    Otherwise as `one_line`; blanks, tabs and empty lines inside stay.
    """
    if _PLAIN.fullmatch(text):
        return text
    refuse_faulty(text)
    kept = trimmed("\n".join(line.rstrip(_EACH_SPACE) for line in _LINE_END.split(text)))
    return _composed(kept, limit) if _SHOWS.search(kept) else ""


def file_name(text: str) -> str:
    """The name under which a file is kept: the last part of a path, cleaned, cut before its ending; never refused."""
    last = re.split(r"[/\\]", text)[-1]
    # What is too long by far is cut before it is looked at further.
    kept = _SPACES.sub(" ", _REFUSED.sub("", last)).strip(" ")
    kept = _cut(_normalized("NFC", _cut(kept, _SHRINKS * MAX_FILE_NAME_LENGTH)), MAX_FILE_NAME_LENGTH)
    return kept if kept not in {"", ".", ".."} and not shows_nothing(kept) else DEFAULT_FILE_NAME


def fold(text: str) -> str:
    """The form in which two texts are compared: without case, compatibility forms, white space and what shows nothing.

    NFKC and full case folding (Unicode 3.13, D145 to D147), Default_Ignorable_Code_Point taken away, then every run of
    white space one blank and none around; folded again it stays as it is.
    """
    if _PLAIN.fullmatch(text):
        return text.lower()
    folded, before = _folded_once(text), text
    # Nearly always done at once; a letter may only come together when what stood between its parts is gone.
    while folded != before:
        folded, before = _folded_once(folded), folded
    return folded


def order_key(text: str) -> str:
    """The first 500 characters of the folded text, by which long texts are ordered.

    An entry of a PostgreSQL index holds at most 2,704 bytes: 500 characters fit whatever their script.
    """
    return fold(text)[:500]


def shows_nothing(text: str) -> bool:
    """Tell whether there is nothing to see: no character, or only white space and default-ignorable code points."""
    return _SHOWS.search(text) is None


def trimmed(text: str) -> str:
    """The text without white space around it, whatever else it holds."""
    return text.strip(_EACH_SPACE)


def refuse_faulty(text: str) -> None:
    """Raises FaultyText for a control character that is no white space, a direction override or a lone surrogate."""
    found = _REFUSED.search(text)
    if found is None:
        return
    number = ord(found[0])
    kind = "changes the direction of writing" if number in _DIRECTIONS else "is a control character"
    if unicodedata.category(found[0]) == "Cs":
        kind = "is half of a character"
    raise FaultyText(f"U+{number:04X} {kind}, which a text cannot hold")


def shown(text: str) -> str:
    """The text as it may be told back to whoever sent it, each character that is refused as U+FFFD."""
    return _REFUSED.sub("\N{REPLACEMENT CHARACTER}", text)


def is_storable(text: str) -> bool:
    """Tell whether PostgreSQL can keep the text: no U+0000 and no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _folded_once(text: str) -> str:
    shown = _IGNORABLE.sub("", _normalized("NFKC", text).casefold())
    return _SPACES.sub(" ", _normalized("NFKC", shown)).strip(" ")


def _composed(text: str, limit: int | None) -> str:
    return text if limit is not None and len(text) > _SHRINKS * limit else _normalized("NFC", text)


def _normalized(form: _NormalForm, text: str) -> str:
    """The normal form, in a time that grows with the length.

    The library brings marks into their order by comparing each with all before it, so thousands of them above one
    letter take seconds. Where there may be many, they are in order before it gets them.
    """
    # A run of marks that is not looked into is too short to matter.
    if any(map(_ends_in_mark, text[_LONG_RUN::_LONG_RUN])):
        apart = "".join(unicodedata.normalize(_APART[form], each) for each in text)
        runs = groupby(apart, key=lambda each: unicodedata.combining(each) > 0)
        text = "".join("".join(sorted(run, key=unicodedata.combining)) for _, run in runs)
    return unicodedata.normalize(form, text)


def _ends_in_mark(character: str) -> bool:
    return unicodedata.combining(unicodedata.normalize("NFKD", character)[-1]) > 0


def _cut(name: str, length: int) -> str:
    """The name of at most so many characters, its ending kept where that leaves room for more."""
    if len(name) <= length:
        return name
    dot = name.rfind(".")
    ending = name[dot:] if dot > 0 and len(name) - dot < length else ""
    return (name[: length - len(ending)] + ending).strip(" ")
