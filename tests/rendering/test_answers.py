"""What a child says of a file is kept only where a file can give it; the child may have been made to say anything."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.entities.file_facts import PixelSize
from domain.entities.file_reading import DocumentText, Rendering, Unreadable
from domain.entities.search import TextWord
from domain.rules.search.text_words import MAX_TEXT_WORD_LENGTH, MAX_TEXT_WORDS
from server.rendering.answers import DRAWN, READ, WORDS
from server.rendering.document_limits import MAX_CHARACTERS, MAX_PAGES
from server.rendering.packed_words import packed

WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 "
RENDERING: dict[str, Any] = {
    "picture": {"width": 100, "height": 50},
    "placeholder": b"likeness",
    "previews": {"64": WEBP, "128": WEBP},
}
TEXT: dict[str, Any] = {"text": "Hello", "page_count": 3, "pages_read": 2}


def test_what_a_file_gives_is_taken() -> None:
    made = Rendering(PixelSize(100, 50), b"likeness", {64: WEBP, 128: WEBP})
    assert DRAWN.validate_python(RENDERING) == made
    assert READ.validate_python(TEXT) == READ.validate_python(TEXT | {"text": b"Hello"}) == DocumentText("Hello", 3, 2)
    words = (TextWord("hello", 0, 1), TextWord("\N{LATIN SMALL LETTER O WITH DIAERESIS}l", 2, 2))
    read = READ.validate_python(TEXT | {"words": packed(words)})
    assert read == READ.validate_python(TEXT | {"words": packed(words).encode()}) == DocumentText("Hello", 3, 2, words)
    assert WORDS.validate_python(packed(words)) == words
    assert WORDS.validate_python("") == ()
    for adapter in (DRAWN, READ):
        assert adapter.validate_python({"reason": "It is broken."}) == Unreadable("It is broken.")


@pytest.mark.parametrize(
    "changed",
    [
        {"picture": {"width": 0, "height": 50}},
        {"picture": {"width": 2**40, "height": 50}},
        {"placeholder": b"a" * 65},
        {"previews": {}},
        {"previews": {"64": WEBP}},
        {"previews": {"64": WEBP, "128": b"<svg onload='alert(1)'/>"}},
        {"previews": {"64": WEBP, "../original": WEBP}},
        {"previews": {"64": WEBP, "128": WEBP + bytes(8 * 2**20)}},
        {"previews": {"64": WEBP, "128": 7}},
    ],
)
def test_previews_that_no_picture_has_are_not_taken(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DRAWN.validate_python(RENDERING | changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "a\0b"},
        {"text": b"\xff\xfe"},
        {"text": "a" * (MAX_CHARACTERS + 1)},
        {"page_count": 2**31},
        {"page_count": 1},
        {"pages_read": -1},
        {"words": 7},
        {"words": "hello"},
        {"words": "hello\t0"},
        {"words": "hello\tx\t1"},
        {"words": "hello\t-1\t1"},
        {"words": f"hello\t{10**9}\t1"},
        {"words": "hello\t0\t0"},
        {"words": f"hello\t0\t{MAX_PAGES + 1}"},
        {"words": "a\0b\t0\t1"},
        {"words": "\t0\t1"},
        {"words": "a" * (MAX_TEXT_WORD_LENGTH + 1) + "\t0\t1"},
        {"words": "world\t6\t1\nhello\t0\t1"},
        {"words": "hello\t0\t1\nhello\t0\t1"},
        {"words": b"\xff\t0\t1"},
        {"words": packed([TextWord(f"{number:06}", 0, 1) for number in range(MAX_TEXT_WORDS + 1)])},
    ],
)
def test_a_text_that_no_document_has_is_not_taken(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(TEXT | changed)


@pytest.mark.parametrize("reason", ["a" * 301, "two\nlines", "\x1b[2J", 7])
def test_a_reason_that_is_no_sentence_is_not_taken(reason: object) -> None:
    with pytest.raises(ValidationError):
        DRAWN.validate_python({"reason": reason})
