"""A source of events: the rows of a table that carry the transaction they were written in."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, Text, bindparam, cast, func, select
from sqlalchemy.types import UserDefinedType

from persistence.readers.live.snapshots import Position
from persistence.statements import Connection, Statement

V = TypeVar("V")

PAGE_ROWS = 500
"""At most so many rows are read at a time."""


class _Snapshot(UserDefinedType[str]):
    """PostgreSQL's pg_snapshot."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        """The type in SQL."""
        return "pg_snapshot"


@dataclass(slots=True)
class Event(Generic[V]):
    """Something that was committed, told to all its subscribers.

    `answers` keeps what was made of it for one subscriber, for others who ask the same.
    """

    view: V
    source: str
    before: str
    """The snapshot that does not show the row yet."""
    until: str
    """The snapshot that shows it."""
    id: int
    answers: dict[Hashable, Any] = field(default_factory=dict)


class Source(Generic[V]):
    """Where events of one kind are read from; see the package's docstring for how to declare one."""

    def __init__(
        self,
        name: str,
        selected: Select[Any],
        *,
        written_in: ColumnElement[Any],
        id: ColumnElement[int],
        view: Callable[[Sequence[Any]], V],
        topics: Callable[[V], Iterable[Hashable]],
    ) -> None:
        self.name = name
        self._view = view
        self._topics = topics
        rows = _since(selected, written_in, id)
        self._statement = Statement(rows.order_by(id).limit(cast(PAGE_ROWS, Integer())))
        bounded = rows.limit(cast(bindparam("at_most", type_=Integer()), Integer())).subquery()
        self._count = Statement(select(func.count()).select_from(bounded))

    async def read(self, connection: Connection, position: Position) -> tuple[list[Event[V]], Position, bool]:
        """The next page of events by id, the position after them, and whether that is all there is now."""
        rows = await self._statement.rows(
            connection, seen=position.seen, until=position.until, after_id=position.after_id
        )
        if not rows:
            return [], Position(position.until or position.seen), position.until is None
        until: str = rows[0][0]
        events = [Event(self._view(row[2:]), self.name, position.seen, until, row[1]) for row in rows]
        if len(rows) == PAGE_ROWS:
            return events, Position(position.seen, until, rows[-1][1]), False
        return events, Position(until), position.until is None

    async def count(self, connection: Connection, position: Position, until: str, at_most: int) -> int:
        """How many rows another snapshot shows beyond the position, counting no further than `at_most`."""
        counted: int = 0
        if position.until is not None:
            # Of the look that the position lies in only what comes behind it.
            values = {"seen": position.seen, "until": position.until, "after_id": position.after_id}
            counted = await self._count.value(connection, **values, at_most=at_most)
        seen = position.until or position.seen
        counted += await self._count.value(connection, seen=seen, until=until, after_id=0, at_most=at_most)
        return counted

    def topics(self, event: Event[V]) -> Iterator[Hashable]:
        """What an event is about, as subscribers name it."""
        return iter(self._topics(event.view))


def _since(selected: Select[Any], written_in: ColumnElement[Any], id: ColumnElement[int]) -> Select[Any]:
    """Rows whose transaction had not ended in the one snapshot and has in the other."""
    seen = cast(cast(bindparam("seen", type_=Text()), Text()), _Snapshot())
    until = func.coalesce(cast(cast(bindparam("until", type_=Text()), Text()), _Snapshot()), func.pg_current_snapshot())
    columns = (cast(until, Text()).label("shown_by"), id.label("event_id"), *selected.selected_columns)
    return selected.with_only_columns(*columns, maintain_column_froms=True).where(
        written_in >= func.pg_snapshot_xmin(seen),
        ~func.pg_visible_in_snapshot(written_in, seen),
        func.pg_visible_in_snapshot(written_in, until),
        id > cast(bindparam("after_id", type_=BigInteger()), BigInteger()),
    )
