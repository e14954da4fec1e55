"""The characters of a text as they are printed: without what is not seen, one blank for any white space, and by what a
reader takes for one character.

A text is cut into clusters: a letter with its marks, an emoji with what it is joined to, a flag. No line ends within
one.
"""

import unicodedata

BLANK = " "
MOST_JOINED, MOST_STACKED = 11, 4
"""A cluster has so many characters, as a family of four with their colours of skin has, and so many of them are marks
above or below it, one more than in ancient Greek. What is beyond would lie over other lines and columns."""

_JOINER = "\u200d"
_KEPT_UNSEEN = frozenset("\u200c\u200d\u200e\u200f\u061c")
"""What is not seen itself but shapes or orders what is: joiners and marks of direction."""

_FOLLOWING_VOWELS = frozenset("\u0e33\u0eb3")
_OPENING = frozenset("（「『【〔〈《［｛“‘([{")
_CLOSING = frozenset(
    "、。，．・：；？！）」』】〕〉》］｝ー々〻ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ”’…‥,.:;?!)]}%°"
)


def cleaned(text: str) -> str:
    """One line: composed, with single blanks, and without formats that have no meaning on paper."""
    kept = "".join(_kept(each) for each in unicodedata.normalize("NFC", text))
    return BLANK.join(kept.split())


def clusters(text: str) -> list[str]:
    """The text in clusters, each without what is too much in it."""
    return [_bounded(each) for each in _whole_clusters(text)]


def may_end_before(cluster: str, following: str) -> bool:
    """Whether a line may end between two clusters: after a blank, and between ideographs and kana but for their
    punctuation."""
    if cluster == BLANK:
        return following != BLANK
    if following == BLANK or following[0] in _CLOSING or cluster[0] in _OPENING:
        return False
    return _is_ideographic(cluster) or _is_ideographic(following)


def _whole_clusters(text: str) -> list[str]:
    found: list[str] = []
    for each in text:
        if found and _belongs_to(found[-1], each):
            found[-1] += each
        else:
            found.append(each)
    return found


def _kept(character: str) -> str:
    if character.isspace() or unicodedata.category(character) == "Cc":
        return BLANK
    if unicodedata.category(character) != "Cf" or character in _KEPT_UNSEEN:
        return character
    number = ord(character)
    # Numbers and verses of Arabic and Syriac, and the tags that flags are made of.
    return character if 0x600 <= number <= 0x8FF or 0xE0020 <= number <= 0xE007F else ""


def _bounded(cluster: str) -> str:
    if len(cluster) <= MOST_STACKED:
        return cluster
    kept: list[str] = []
    stacked = 0
    for each in cluster:
        stacked += _is_stacked(each)
        if stacked <= MOST_STACKED or not _is_stacked(each):
            kept.append(each)
    return "".join(kept[:MOST_JOINED]).removesuffix(_JOINER)


def _is_stacked(character: str) -> bool:
    """Whether it is a mark that a second one stands above; vowels of Thai and Lao are not told apart by their class."""
    is_thai_or_lao = "\u0e00" <= character <= "\u0eff"
    return unicodedata.combining(character) != 0 or (is_thai_or_lao and unicodedata.category(character) == "Mn")


def _belongs_to(cluster: str, character: str) -> bool:
    if cluster == BLANK or character == BLANK:
        return False
    number = ord(character)
    if unicodedata.category(character)[0] == "M" or character in _KEPT_UNSEEN or character in _FOLLOWING_VOWELS:
        return True
    # Colours of skin, tags, and the vowels and finals of Korean syllables that are not composed.
    if 0x1F3FB <= number <= 0x1F3FF or 0xE0020 <= number <= 0xE007F or 0x1160 <= number <= 0x11FF:
        return True
    if cluster[-1] == _JOINER:
        return True
    return _is_half_a_flag(character) and len(cluster) == 1 and _is_half_a_flag(cluster)


def _is_half_a_flag(character: str) -> bool:
    return 0x1F1E6 <= ord(character) <= 0x1F1FF


def _is_ideographic(cluster: str) -> bool:
    number = ord(cluster[0])
    return 0x2E80 <= number <= 0x31FF or 0x3400 <= number <= 0x9FFF or 0xF900 <= number <= 0xFAFF or number >= 0x1F000
