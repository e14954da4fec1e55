"""How much a word may be misspelt, and whether it is."""

from collections.abc import Sequence

_LONGEST_SWAPPED = 20


def edits_of(word: str) -> int:
    """How many letters may be wrong: none under 4 letters or beside a digit, 1 up to 7, 2 up to 11, else 3.

    What holds digits is a number or names something, and a neighbour of it is something else: NE555, NE556.
    """
    if not word.isalpha() or len(word) < 4:
        return 0
    return 1 if len(word) <= 7 else 2 if len(word) <= 11 else 3


def swapped(word: str) -> Sequence[str]:
    """The word with two neighbouring letters in the other order, each way; that is one mistake of whoever types."""
    letters = word[:_LONGEST_SWAPPED]
    turned = (letters[:at] + letters[at + 1] + letters[at] + word[at + 2 :] for at in range(len(letters) - 1))
    return [each for each in turned if each != word]


def edits_between(word: str, other: str, most: int) -> int | None:
    """How many letters are put in, left out, changed, or once swapped between two words; None if more than `most`."""
    if most and len(word) == len(other) and other in swapped(word):
        return 1
    if abs(len(word) - len(other)) > most:
        return None
    # An edit brings one letter that the other lacks at most; most words are told apart by that alone.
    letters, theirs = set(word), set(other)
    if len(letters - theirs) > most or len(theirs - letters) > most:
        return None
    row = list(range(len(other) + 1))
    for at, letter in enumerate(word, 1):
        before, row[0] = row[0], at
        for column, their in enumerate(other, 1):
            before, row[column] = row[column], min(before + (letter != their), row[column] + 1, row[column - 1] + 1)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
