"""The database, opened for checks, and a count of statements."""

from tests.opened_database import database
from tests.statement_counting import counted

__all__ = ["counted", "database"]
