"""The values of a field, for all objects at once."""

from collections.abc import Coroutine
from operator import attrgetter
from typing import Any, assert_never

from graphql.execution.values import get_argument_values
from strawberry import Info
from strawberry.types.arguments import convert_arguments

from graph.execution.breadth_first.column_sources import Attribute, Function, Resolver, TypeName
from graph.execution.breadth_first.failure import Failure, attempt, each, failed
from graph.execution.breadth_first.plan import FieldPlan
from graph.execution.breadth_first.run import Run
from graph.relations import Relation


def column(run: Run, field: FieldPlan, sources: list[Any]) -> list[Any] | Coroutine[Any, Any, list[Any]]:
    """The value of the field for each source, a Failure where that failed; a coroutine when it has to be loaded.

    Values are as the field's function returned them: they may have to be awaited, or be exceptions.
    """
    match field.column:
        case Attribute(name):
            return each(attrgetter(name), sources)
        case Function(function):
            return each(function, sources)
        case TypeName():
            return [field.parent_type.name] * len(sources)
        case Relation() as relation:
            return _related(run, field, relation, sources)
        case Resolver(resolve):
            return _resolved(run, field, resolve, sources)
        case _ as unknown:
            assert_never(unknown)


def _resolved(run: Run, field: FieldPlan, resolve: Any, sources: list[Any]) -> list[Any]:
    arguments = attempt(_arguments, run, field)
    if type(arguments) is Failure:
        return [arguments] * len(sources)
    info = run.info(field)
    return [attempt(resolve, source, info, **arguments) for source in sources]


def _related(
    run: Run, field: FieldPlan, relation: Relation, sources: list[Any]
) -> list[Any] | Coroutine[Any, Any, list[Any]]:
    arguments = attempt(_arguments, run, field)
    if type(arguments) is Failure:
        return [arguments] * len(sources)
    keys = each(relation.key, sources)
    wanted = [key for key in keys if key is not None and type(key) is not Failure]
    if wanted and relation.arguments is not None:
        asked = attempt(_asked, run, field, relation.arguments, arguments)
        if type(asked) is Failure:
            return _laid_out(keys, [asked] * len(wanted), relation.nothing)
        wanted = [(key, asked) for key in wanted]
    return _loaded(run, relation, keys, wanted) if wanted else _laid_out(keys, [], relation.nothing)


def _asked(run: Run, field: FieldPlan, arguments: Any, given: dict[str, Any]) -> Any:
    """What the relation makes of the field's arguments, as its resolver would be given them."""
    declared = field.definition.extensions["strawberry-definition"]
    info: Any = Info(_raw_info=run.info(field), _field=declared)
    converter = info.schema.schema_converter
    converted = convert_arguments(given, declared.arguments, converter.scalar_registry, converter.config, info)
    return arguments(info, **converted)


async def _loaded(run: Run, relation: Relation, keys: list[Any], wanted: list[Any]) -> list[Any]:
    try:
        loaded = await run.column_loaders().named(relation.loader).load(wanted)
    except Exception as error:  # noqa: BLE001 - a key that cannot be hashed is the error of this field
        loaded = [Failure(error)] * len(wanted)
    pick = relation.pick
    if pick is None:
        return _laid_out(keys, loaded, relation.nothing)
    if failed(loaded):
        picked = [value if type(value) is Failure else attempt(pick, value) for value in loaded]
    else:
        picked = each(pick, loaded)
    return _laid_out(keys, picked, relation.nothing)


def _laid_out(keys: list[Any], loaded: list[Any], nothing: Any) -> list[Any]:
    """What was loaded, in the places of the keys it was loaded for."""
    if len(loaded) == len(keys):
        return loaded
    following = iter(loaded)
    return [nothing if key is None else key if type(key) is Failure else next(following) for key in keys]


def _arguments(run: Run, field: FieldPlan) -> dict[str, Any]:
    node = field.nodes[0]
    if not field.definition.args and not node.arguments:
        return {}
    return get_argument_values(
        field.definition, node, run.variables, field.details.fragment_variable_values, hide_suggestions=True
    )
