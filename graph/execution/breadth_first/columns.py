"""The values of a field, for all objects at once."""

from typing import Any, assert_never

from graphql.execution.values import get_argument_values
from strawberry import Info
from strawberry.types.arguments import convert_arguments

from graph.execution.breadth_first.column_sources import Attribute, Function, Resolver, TypeName
from graph.execution.breadth_first.failure import Failure, attempt, each
from graph.execution.breadth_first.gaps import Load
from graph.execution.breadth_first.plan import FieldPlan
from graph.execution.breadth_first.run import Run
from graph.relations import Relation


def column(run: Run, field: FieldPlan, sources: list[Any]) -> list[Any] | Load:
    """The value of the field for each source, a Failure where that failed; or the load that gives them.

    Values are as the field's function returned them: they may have to be awaited, or be exceptions.
    """
    match field.column:
        case Attribute(read):
            return each(read, sources)
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


def _related(run: Run, field: FieldPlan, relation: Relation, sources: list[Any]) -> list[Any] | Load:
    asked = None
    if relation.arguments is not None:
        given = attempt(_arguments, run, field)
        if type(given) is Failure:
            return [given] * len(sources)
        asked = _asked(run, field, relation.arguments, given)
    if relation.is_of_arguments:
        keys = [asked] * len(sources)
        wanted = [] if asked is None or type(asked) is Failure else keys
        return Load(relation, keys, wanted) if wanted else laid_out(keys, [], relation.nothing)
    if relation.given is not None:
        given = each(relation.given, sources)
        if None not in given:
            return given
    keys = each(relation.key, sources)
    wanted = [key for key in keys if key is not None and type(key) is not Failure]
    if type(asked) is Failure:
        return laid_out(keys, [asked] * len(wanted), relation.nothing)
    if relation.arguments is not None:
        wanted = [(key, asked) for key in wanted]
    return Load(relation, keys, wanted) if wanted else laid_out(keys, [], relation.nothing)


def _asked(run: Run, field: FieldPlan, arguments: Any, given: dict[str, Any]) -> Any:
    """What the relation makes of the field's arguments; a Failure where it cannot. The same each time for constants."""
    memo = field.memo
    if memo is not None and memo.is_filled:
        return memo.value
    asked = attempt(_asked_now, run, field, arguments, given)
    if memo is not None and type(asked) is not Failure:
        memo.value, memo.is_filled = asked, True
    return asked


def _asked_now(run: Run, field: FieldPlan, arguments: Any, given: dict[str, Any]) -> Any:
    """As the field's resolver would be given its arguments."""
    declared = field.definition.extensions["strawberry-definition"]
    info: Any = Info(_raw_info=run.info(field), _field=declared)
    converter = info.schema.schema_converter
    converted = convert_arguments(given, declared.arguments, converter.scalar_registry, converter.config, info)
    return arguments(info, **converted)


def laid_out(keys: list[Any], loaded: list[Any], nothing: Any) -> list[Any]:
    """What was loaded, in the places of the keys it was loaded for."""
    if len(loaded) == len(keys):
        return loaded
    following = iter(loaded)
    return [nothing if key is None else key if type(key) is Failure else next(following) for key in keys]


def _arguments(run: Run, field: FieldPlan) -> dict[str, Any]:
    if field.memo is not None and field.memo.is_filled:
        return {}
    node = field.nodes[0]
    if not field.definition.args and not node.arguments:
        return {}
    return get_argument_values(
        field.definition, node, run.variables, field.details.fragment_variable_values, hide_suggestions=True
    )
