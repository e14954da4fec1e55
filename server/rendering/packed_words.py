"""The words of a text on their way from the child that found them: one long text, since lists are for few items.

word TAB offset TAB page LF …
"""

from collections.abc import Sequence
from itertools import pairwise

from domain.entities.search import TextWord
from domain.rules.search.text_words import MAX_TEXT_WORD_LENGTH, MAX_TEXT_WORDS, text_words
from server.rendering.document_limits import MAX_CHARACTERS, MAX_PAGES

_MOST_OFFSET = MAX_CHARACTERS + MAX_PAGES


def words_of(text: str) -> str:
    """The words of a text, packed. Runs in a child: a long text takes seconds."""
    return packed(text_words(text))


def packed(words: Sequence[TextWord]) -> str:
    """Words, packed."""
    return "\n".join(f"{each.word}\t{each.offset}\t{each.page}" for each in words)


def unpacked_words(said: object) -> tuple[TextWord, ...]:
    """What a child packed. Raises ValueError when no text has such words."""
    told = said.decode() if isinstance(said, bytes) else said
    if not isinstance(told, str):
        raise ValueError("no words")
    words = tuple(map(_word, told.split("\n", MAX_TEXT_WORDS))) if told else ()
    if len(words) > MAX_TEXT_WORDS:
        raise ValueError("more words than are kept")
    if any(first.word >= second.word for first, second in pairwise(words)):
        raise ValueError("words that do not ascend")
    return words


def _word(line: str) -> TextWord:
    word, offset, page = line.split("\t")
    found = TextWord(word, int(offset), int(page))
    is_one = 1 <= len(word) <= MAX_TEXT_WORD_LENGTH and "\0" not in word
    if not (is_one and 0 <= found.offset <= _MOST_OFFSET and 1 <= found.page <= MAX_PAGES):
        raise ValueError("no text has this word")
    return found
