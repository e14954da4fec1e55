"""Texts as people write them: trimmed, blank is nothing, compared ignoring case."""

import unicodedata


def trimmed(text: str | None) -> str | None:
    """The text without surrounding white space, or None when nothing is left."""
    return (text.strip() or None) if text is not None else None


def fold(text: str) -> str:
    """The form in which two names are compared: NFC, then case-folded (Unicode 3.13, default caseless matching)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def is_storable(text: str) -> bool:
    """Tell whether PostgreSQL can keep the text: no U+0000 and no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
