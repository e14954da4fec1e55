"""What the executor tells whoever counts: answers that nobody wrote for it."""

from enum import StrEnum
from typing import Protocol


class Unwritten(StrEnum):
    """Why an answer was put together field by field, although the database could have written it as a whole.

    Where there are several reasons, the one that was met first.
    """

    NOT_A_LOOKUP = "not_a_lookup"
    """A field of Query that calls a resolver."""
    NO_STATEMENT = "no_statement"
    """A field of Query that looks up objects for which the database has no statement."""
    TURNED_OFF = "turned_off"
    """The settings say that nothing is written."""
    SELDOM_ASKED = "seldom_asked"
    """The selection has not run often enough to be worth a statement."""
    RESOLVER = "resolver"
    """A field below calls a function."""
    ARGUMENTS = "arguments"
    """A field below takes arguments, and is no connection."""
    VARIABLES = "variables"
    """The arguments of a connection below hold variables."""
    REFUSED = "refused"
    """The arguments of a connection below are refused, or @include or @skip below is given null."""
    SEVERAL_TYPES = "several_types"
    """There is an interface or a union below."""
    SCALAR = "scalar"
    """A scalar below has no form in SQL."""
    CONNECTION = "connection"
    """Something else is asked of a connection than its nodes, once: its edges, its count, where the page lies."""
    PAGE = "page"
    """The page of a connection below is chosen by a filter or a cursor."""
    NO_COLUMN = "no_column"
    """A field below is not declared as a column that can be written, nor as rows."""
    TABLES = "tables"
    """A table is needed where the statement does not have it, or has it already."""
    REPEATED = "repeated"
    """A selection below asks for the same field twice, under two names."""
    TOO_LONG = "too_long"
    """The statement would be too long to stay prepared."""


class AnswerObserver(Protocol):
    """Is told of answers that were not written; must not wait and must not fail."""

    def not_written(self, reason: Unwritten) -> None:
        """A field ran whose answer was not written; told once for each run of the field, over all its objects."""


class Unobserved:
    """Tells nobody."""

    def not_written(self, reason: Unwritten) -> None:
        """Does nothing."""
