"""Chance from outside; time comes from the database, which is the one clock of several servers."""

from typing import Protocol


class Randomness(Protocol):
    """A source of chance that cannot be guessed."""

    def below(self, limit: int) -> int:
        """A whole number from 0 to limit - 1, each as likely as any other."""

    def token(self, size_bytes: int) -> str:
        """So many random bytes as URL-safe text."""
