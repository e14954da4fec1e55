"""Texts as people write them: trimmed, blank is nothing, compared ignoring case."""

import unicodedata


def trimmed(text: str | None) -> str | None:
    """The text without surrounding white space, or None when nothing is left."""
    return (text.strip() or None) if text is not None else None


def fold(text: str) -> str:
    """The form in which two names are compared: NFC, then case-folded (Unicode 3.13, default caseless matching)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def order_key(text: str) -> str:
    """The first 500 characters of the folded text, by which long texts are ordered.

    An entry of a PostgreSQL index holds at most 2,704 bytes: 500 characters fit whatever their script.
    """
    return fold(text)[:500]


def is_storable(text: str) -> bool:
    """Tell whether PostgreSQL can keep the text: no U+0000 and no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
