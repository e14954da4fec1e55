"""The values of a field, for all objects at once."""

from typing import Any, assert_never

from graph.execution.breadth_first.argument_values import arguments_of, relation_arguments
from graph.execution.breadth_first.column_sources import Attribute, Function, Meta, Resolver, TypeName
from graph.execution.breadth_first.failure import Failure, attempt, each
from graph.execution.breadth_first.operation_run import Run
from graph.execution.breadth_first.pending import Load
from graph.execution.breadth_first.plan import FieldPlan
from graph.execution.breadth_first.writing import tell_resolver, writing_of
from graph.execution.relation import Relation


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
        case Meta():
            return [run.introspection.answer(field.nodes, run.variables)]
        case Relation() as relation:
            return _related(run, field, relation, sources)
        case Resolver(resolve):
            return _resolved(run, field, resolve, sources)
        case _ as unknown:
            assert_never(unknown)


def _resolved(run: Run, field: FieldPlan, resolve: Any, sources: list[Any]) -> list[Any]:
    arguments = attempt(arguments_of, run, field)
    if type(arguments) is Failure:
        return [arguments] * len(sources)
    tell_resolver(run, field)
    info = run.info(field)
    return [attempt(resolve, source, info, **arguments) for source in sources]


def _related(run: Run, field: FieldPlan, relation: Relation, sources: list[Any]) -> list[Any] | Load:
    asked = relation_arguments(run, field, relation)
    if relation.is_of_arguments:
        keys = [asked] * len(sources)
        wanted = [] if asked is None or type(asked) is Failure else keys
        if not wanted:
            return laid_out(keys, [], relation.nothing)
        return Load(relation, keys, wanted, writing_of(run, field, relation))
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
    if not wanted:
        return laid_out(keys, [], relation.nothing)
    return Load(relation, keys, wanted, writing_of(run, field, relation))


def laid_out(keys: list[Any], loaded: list[Any], nothing: Any) -> list[Any]:
    """What was loaded, in the places of the keys it was loaded for."""
    if len(loaded) == len(keys):
        return loaded
    following = iter(loaded)
    return [nothing if key is None else key if type(key) is Failure else next(following) for key in keys]
