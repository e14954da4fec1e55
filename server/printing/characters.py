"""The characters of a text as they are printed: without what is not seen, one blank for any white space, and by what a
reader takes for one character.

A text is cut into clusters: a letter with its marks, an emoji with what it is joined to, a flag. No line ends within
one.
"""

import unicodedata

BLANK = " "

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
    """The text in clusters."""
    found: list[str] = []
    for each in text:
        if found and _belongs_to(found[-1], each):
            found[-1] += each
        else:
            found.append(each)
    return found


def may_end_before(cluster: str, following: str) -> bool:
    """Whether a line may end between two clusters: after a blank, and between ideographs and kana but for their
    punctuation."""
    if cluster == BLANK:
        return following != BLANK
    if following == BLANK or following[0] in _CLOSING or cluster[0] in _OPENING:
        return False
    return _is_ideographic(cluster) or _is_ideographic(following)


def _kept(character: str) -> str:
    if character.isspace() or unicodedata.category(character) == "Cc":
        return BLANK
    if unicodedata.category(character) != "Cf" or character in _KEPT_UNSEEN:
        return character
    number = ord(character)
    # Numbers and verses of Arabic and Syriac, and the tags that flags are made of.
    return character if 0x600 <= number <= 0x8FF or 0xE0020 <= number <= 0xE007F else ""


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
