"""What mutations show of what they did: views read after the commit, through loaders that remember nothing older."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any, TypeVar

from aiodataloader import DataLoader

from domain.entities.ids import PartKey
from domain.errors import NotFoundError
from domain.services.stock import StockOutcome
from graph.dataloaders import Loaders
from graph.execution.operation_loader import OperationLoader
from graph.global_ids import global_id, parse_global_id_of
from graph.mutations import Call
from graph.types.node import kind_in_words, type_found_by
from persistence.readers.operation import OperationView, view_of
from persistence.readers.part_view import PartView

View = TypeVar("View")
Id = TypeVar("Id", bound=int)


async def after(
    call: Call, found_by: OperationLoader[DataLoader[int, View | None]], number: int, field: str | None = None
) -> View:
    """The object of this number. Raises NotFoundError, naming the field of the input, when it was deleted since.

    Without a field it was the idempotency key that led to it.
    """
    view = await found_by.of(call.loaders_after_commit()).load(number)
    return _present(view, found_by, number, field or "idempotency_key")


async def all_after(
    call: Call, found_by: OperationLoader[DataLoader[int, View | None]], numbers: Sequence[int], field: str
) -> list[View]:
    """The objects in the order of their numbers as given."""
    views = await found_by.of(call.loaders_after_commit()).load_many(numbers)
    return [_present(view, found_by, number, field) for number, view in zip(numbers, views, strict=True)]


@contextmanager
def numbered(found_by: OperationLoader[Any], make: Callable[[int], Id], id: str, field: str) -> Iterator[Id]:
    """The number in a global id of what is found so; a refusal that there is none tells the id that was sent."""
    type_name = type_found_by(found_by)
    kind = kind_in_words(type_name)
    unknown = NotFoundError(kind, id, (field,))
    number = parse_global_id_of(type_name, id)
    if number is None:
        raise unknown
    try:
        yield make(number)
    except NotFoundError as missing:
        if missing.kind != kind:
            raise
        raise unknown from missing


async def operation_after(call: Call, outcome: StockOutcome) -> OperationView:
    """The operation: as it was recorded just now, or read where an earlier request had recorded it."""
    loaders = call.loaders_after_commit()
    if outcome.recorded is not None:
        return view_of(outcome.recorded)
    operation = await loaders.operation_by_id.load(outcome.operation_id)
    return _present(operation, Loaders.operation_by_id, outcome.operation_id, "idempotency_key")


async def stock_after(
    call: Call, outcome: StockOutcome, part_keys: Iterable[PartKey]
) -> tuple[OperationView, list[PartView]]:
    """The operation and these parts, each once, in the order in which they were named first."""
    operation = await operation_after(call, outcome)
    keys = list(dict.fromkeys(part_keys))
    parts = await call.context.loaders.part_by_key.load_many(keys)
    return operation, [_named(part, "part", key) for key, part in zip(keys, parts, strict=True)]


async def reversal_after(call: Call, outcome: StockOutcome) -> tuple[OperationView, list[PartView]]:
    """The operation and the parts it changed, each once, by key."""
    operation = await operation_after(call, outcome)
    loaders = call.context.loaders
    changes = await loaders.changes_by_operation.load(outcome.operation_id)
    parts = await loaders.part_by_id.load_many(list({change.part_id for change in changes}))
    return operation, sorted(filter(None, parts), key=attrgetter("key"))


def _present(view: View | None, found_by: OperationLoader[Any], number: int, field: str) -> View:
    if view is None:
        type_name = type_found_by(found_by)
        raise NotFoundError(kind_in_words(type_name), global_id(type_name, number), (field,))
    return view


def _named(view: View | None, kind: str, reference: str) -> View:
    if view is None:
        raise NotFoundError(kind, reference, ("part_key",))
    return view
