"""The tables as readers name them in statements: `from persistence.readers.tables import parts, part_types`."""

from sqlalchemy import Table

from persistence.models.base import Base


def __getattr__(name: str) -> Table:
    """A table by its name. Raises AttributeError where there is none."""
    try:
        return Base.metadata.tables[name]
    except KeyError:
        raise AttributeError(f"there is no table {name}") from None
