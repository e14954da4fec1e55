"""How a type names what belongs to it: one declaration per relation, so that a type reads like a table of contents.

    part: Part = one(Loaders.part_by_id, key=attrgetter("part_id"), description="…")

A declaration makes a field that loads through `info.context.loaders`, and keeps itself as a frozen `Relation` in the
field's metadata: an executor that has all objects of a level at hand can load for all of them without calling the
field's resolver.
"""

import inspect
from collections.abc import Awaitable, Callable, Hashable
from typing import Any

import strawberry

from domain.entities.actor import Role
from graph.arguments import signature_for_schema
from graph.context import Info
from graph.execution.operation_loader import OperationLoader
from graph.execution.relation import RELATION, Relation, Source
from graph.prices import dear, expected
from graph.relay_connections import ConnectionView
from graph.required_role import required_role


def one(
    loader: OperationLoader[Any],
    *,
    key: Callable[[Source], Hashable | None],
    description: str,
    given: Callable[[Source], Any] | None = None,
) -> Any:
    """Declare a field that answers one object, or null when there is none."""
    return _field(Relation(loader, key, given=given), description)


def many(
    loader: OperationLoader[Any], *, key: Callable[[Source], Hashable | None], description: str, length: int
) -> Any:
    """Declare a field that answers a short list, of which so many items are to be expected (graph/prices.py)."""
    return _field(Relation(loader, key, nothing=()), description, length)


def derived(
    loader: OperationLoader[Any],
    *,
    key: Callable[[Source], Hashable | None],
    description: str,
    pick: Callable[[Any], Any] | None = None,
    arguments: Callable[..., Hashable] | None = None,
    length: int | None = None,
    lookups: int = 1,
) -> Any:
    """Declare a field that answers something picked from what the loader gives; with a length if it is a list, and
    with how many lookups it takes as much as."""
    return _field(Relation(loader, key, arguments, pick), description, length, lookups)


def connection(
    loader: OperationLoader[Any], *, key: Callable[[Source], Hashable], page: Callable[..., Hashable], description: str
) -> Any:
    """Declare a field that answers a page of a long list; the parameters of `page` are the field's arguments."""
    return _field(Relation(loader, key, page, ConnectionView), description)


def found_by(
    loader: OperationLoader[Any],
    *,
    arguments: Callable[..., Hashable | None],
    description: str,
    pick: Callable[[Any], Any] | None = None,
    lookups: int = 1,
) -> Any:
    """Declare a field of Query, readable by everyone who may read at all: what the loader has for the arguments.

    The parameters of `arguments` are the field's arguments, and what it returns is the key; None finds nothing. It
    takes as much as so many lookups.
    """
    relation = Relation(loader, _no_key, arguments, pick, is_of_arguments=True)
    return strawberry.field(
        resolver=_resolver(relation),
        description=description,
        metadata={RELATION: relation, **required_role(Role.VIEWER), **dear(lookups - 1)},
    )


def _no_key(_: Source) -> None:
    return None


def backed_by(view: type[object]) -> Callable[[object, object], bool]:
    """Tell the type of an object behind an interface by the class of its view; assigned to `is_type_of`."""

    def is_type_of(value: object, _info: object) -> bool:
        return isinstance(value, view)

    # An executor that has many objects at hand can look at their classes instead of asking for each.
    is_type_of.view = view  # type: ignore[attr-defined]
    return is_type_of


def _field(relation: Relation, description: str, length: int | None = None, lookups: int = 1) -> Any:
    told = {} if length is None else expected(length)
    if lookups > 1:
        told = {**told, **dear(lookups - 1)}
    metadata = {RELATION: relation, **told}
    return strawberry.field(resolver=_resolver(relation), description=description, metadata=metadata)


def _resolver(relation: Relation) -> Callable[..., Any]:
    def resolve(root: Source, info: Info, **arguments: Any) -> Any:
        there = relation.given(root) if relation.given is not None else None
        if there is not None:
            return there
        key = _key(relation, root, info, arguments)
        if key is None:
            return relation.nothing
        loaded = relation.loader.of(info.context.loaders).load(key)
        return loaded if relation.pick is None else _picked(loaded, relation.pick)

    # Strawberry reads the arguments of a field from its resolver's signature.
    resolve.__signature__ = _signature(relation)  # type: ignore[attr-defined]
    return resolve


def _key(relation: Relation, root: Source, info: Info, arguments: dict[str, Any]) -> Hashable | None:
    if relation.arguments is None:
        return relation.key(root)
    if relation.is_of_arguments:
        return relation.arguments(info, **arguments)
    key = relation.key(root)
    return None if key is None else (key, relation.arguments(info, **arguments))


async def _picked(loaded: Awaitable[Any], pick: Callable[[Any], Any]) -> Any:
    return pick(await loaded)


def _signature(relation: Relation) -> inspect.Signature:
    own = [
        inspect.Parameter("root", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Any),
        inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Info),
    ]
    named = signature_for_schema(relation.arguments).parameters.values() if relation.arguments is not None else ()
    return inspect.Signature([*own, *(parameter for parameter in named if parameter.name != "info")])
