"""A count of statements."""

from tests.statement_counting import counted

__all__ = ["counted"]
