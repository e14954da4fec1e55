"""How much a word may be misspelt, and whether it is."""


def edits_of(word: str) -> int:
    """How many letters may be wrong: none under 4 letters or beside a digit, 1 up to 7, 2 up to 11, else 3.

    What holds digits is a number or names something, and a neighbour of it is something else: NE555, NE556.
    """
    if not word.isalpha() or len(word) < 4:
        return 0
    return 1 if len(word) <= 7 else 2 if len(word) <= 11 else 3


def is_like(word: str, other: str, edits: int) -> bool:
    """Whether at most so many letters are put in, left out or changed between two words, as PostgreSQL counts them."""
    if abs(len(word) - len(other)) > edits:
        return False
    row = list(range(len(other) + 1))
    for at, letter in enumerate(word, 1):
        before, row[0] = row[0], at
        for column, theirs in enumerate(other, 1):
            before, row[column] = row[column], min(before + (letter != theirs), row[column] + 1, row[column - 1] + 1)
        if min(row) > edits:
            return False
    return row[-1] <= edits
