"""The registry of tables, and how constraints are named."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, func, text
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import UserDefinedType

from domain.entities.box import MAX_CAPACITY, MAX_NUMBER
from domain.entities.edit import EditedKind

PLACE = f"box_number BETWEEN 1 AND {MAX_NUMBER} AND location_number BETWEEN 1 AND {MAX_CAPACITY}"
"""The condition on a place that is kept by its numbers."""


class Base(DeclarativeBase):
    """The base of all tables. Each constraint has a name, so that a refusal of the database can be translated."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


class Edited(NamedTuple):
    """Whose edits are those of a kind: a row that was deleted has left one in which `named_by` became nothing."""

    kind: EditedKind
    named_by: str


def edited_tables() -> Mapping[EditedKind, tuple[str, Edited]]:
    """The table of each kind, as its model says in `__edited__`."""
    models = (mapper.class_ for mapper in Base.registry.mappers)
    found = ((model.__tablename__, model.__edited__) for model in models if hasattr(model, "__edited__"))
    return {edited.kind: (table, edited) for table, edited in found}


GeneratedId = Annotated[int, mapped_column(BigInteger, Identity(always=False), primary_key=True)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
CreatedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())]


class TransactionNumber(UserDefinedType[int]):
    """PostgreSQL's xid8: the number of a transaction, never used again. SQLAlchemy 2.1 has no such type."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        """The type in SQL."""
        return "xid8"


# Reading the tables of a database knows the type, too.
ischema_names["xid8"] = TransactionNumber

ChangedIn = Annotated[int, mapped_column(TransactionNumber(), server_default=text("pg_current_xact_id()"))]
"""The transaction that wrote the row last, by which listeners find what was changed since they looked."""
