"""Words that nobody uses, made by rule from syllables, and how often each is drawn: few often, most hardly ever."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

_ONSETS = (
    "b", "br", "d", "dr", "f", "fl", "g", "gl", "h", "j", "k", "kl", "l", "m", "n", "p", "pr", "r", "s", "st", "t",
    "tr", "v", "z",
)  # fmt: skip
_VOWELS = "aeiou"
_OPEN_SYLLABLES = len(_ONSETS) * len(_VOWELS)
# No divisor of any number of words, so that each number has a word of its own, and neighbours are not alike.
_STRIDE = 7_654_321


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """As many words as there are syllables for, each by its number; `endings` are consonants after the last vowel.

    Two vocabularies without a common ending have no common word: what stands between two vowels is one onset. Where
    they begin at different numbers (`first`), their words are not alike either.
    """

    endings: Sequence[str]
    syllables: int = 3
    first: int = 1

    @property
    def size(self) -> int:
        """How many words there are."""
        combinations: int = _OPEN_SYLLABLES**self.syllables
        return combinations * len(self.endings)

    def word(self, number: int) -> str:
        """The word with this number, from 0 to below the size."""
        left, ending = divmod((number + self.first) * _STRIDE % self.size, len(self.endings))
        written = self.endings[ending]
        for _ in range(self.syllables):
            left, syllable = divmod(left, _OPEN_SYLLABLES)
            onset, vowel = divmod(syllable, len(_VOWELS))
            written = _ONSETS[onset] + _VOWELS[vowel] + written
        return written


def rank(size: int, chance: Random) -> int:
    """A number from 0 to below the size; each about as often as one through its place from 1 (Zipf's law)."""
    return int(math.pow(size + 1, chance.random())) - 1


def ranked(words: Sequence[str], chance: Random) -> str:
    """One of the words, the earlier the more often."""
    return words[rank(len(words), chance)]
