"""Words that say nothing about a part, in English and German."""

_ENGLISH = "a an and are as at be by for from in into is it its of on or that the this to was with"
_GERMAN = (
    "am auf aus bei das dem den der des die ein eine einem einen einer eines fur im ist mit oder und vom von zu zum zur"
)
STOP_WORDS = frozenset(f"{_ENGLISH} {_GERMAN}".split())
"""Folded, as all words are."""
