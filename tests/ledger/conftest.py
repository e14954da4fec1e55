"""The database, opened for checks."""

from tests.opened_database import database

__all__ = ["database"]
