"""Which object type each object is of, and whether the type takes it for its own."""

from collections.abc import Coroutine
from typing import Any, TypeAlias

from graphql import GraphQLAbstractType, GraphQLError, GraphQLObjectType, default_type_resolver, is_object_type
from graphql.pyutils import inspect, is_awaitable

from graph.execution.breadth_first.failure import Failure, attempt
from graph.execution.breadth_first.operation_run import Run
from graph.execution.breadth_first.plan import FieldPlan
from graph.execution.breadth_first.special_values import awaited

Values: TypeAlias = list[Any]
Later: TypeAlias = Coroutine[Any, Any, Values]


def of_type(run: Run, field: FieldPlan, object_type: GraphQLObjectType, sources: Values) -> Values | Later:
    """The sources, with a Failure in place of one that the type does not take for its own."""
    is_type_of = object_type.is_type_of
    # Most types are told by the class of their view (graph.relations.backed_by): one look at the classes is enough.
    if is_type_of is None or set(map(type, sources)) == {getattr(is_type_of, "view", None)}:
        return sources
    info = run.info(field)
    fits = [attempt(is_type_of, source, info) for source in sources]
    if any(map(is_awaitable, fits)):
        return _of_type_later(field, object_type, sources, fits)
    return _fitting(field, object_type, sources, fits)


async def _of_type_later(field: FieldPlan, object_type: GraphQLObjectType, sources: Values, fits: Values) -> Values:
    return _fitting(field, object_type, sources, await awaited(fits))


def _fitting(field: FieldPlan, object_type: GraphQLObjectType, sources: Values, fits: Values) -> Values:
    return [
        fit if type(fit) is Failure else source if fit else Failure(_wrong_type(field, object_type, source))
        for source, fit in zip(sources, fits, strict=True)
    ]


def types_of(run: Run, field: FieldPlan, abstract_type: GraphQLAbstractType, sources: Values) -> Values | Later:
    """The object type of each source, or a Failure."""
    resolve_type, info = abstract_type.resolve_type or default_type_resolver, run.info(field)
    names = [attempt(resolve_type, source, info, abstract_type) for source in sources]
    if any(map(is_awaitable, names)):
        return _types_later(run, field, abstract_type, sources, names)
    return _named(run, field, abstract_type, sources, names)


async def _types_later(
    run: Run, field: FieldPlan, abstract_type: GraphQLAbstractType, sources: Values, names: Values
) -> Values:
    return _named(run, field, abstract_type, sources, await awaited(names))


def _named(run: Run, field: FieldPlan, abstract_type: GraphQLAbstractType, sources: Values, names: Values) -> Values:
    return [
        name if type(name) is Failure else attempt(_object_type, run, field, abstract_type, name, source)
        for name, source in zip(names, sources, strict=True)
    ]


def _wrong_type(field: FieldPlan, object_type: GraphQLObjectType, source: Any) -> GraphQLError:
    return GraphQLError(f"Expected value of type '{object_type}' but got: {inspect(source)}.", field.nodes)


def _object_type(
    run: Run, field: FieldPlan, abstract_type: GraphQLAbstractType, name: Any, source: Any
) -> GraphQLObjectType:
    """The object type of this name. Raises GraphQLError, as graphql-core does, where it cannot stand here."""
    place = f"for field '{field.parent_type}.{field.name}'"
    must = f"Abstract type '{abstract_type}' must resolve to an Object type at runtime {place}"
    if name is None:
        advice = (
            "should provide a 'resolve_type' function or each possible type should provide an 'is_type_of' function."
        )
        raise GraphQLError(f"{must}. Either the '{abstract_type}' type {advice}", field.nodes)
    if not isinstance(name, str):
        received = f"received '{inspect(name)}', which is not a valid Object type name."
        raise GraphQLError(f"{must} with value {inspect(source)}, {received}", field.nodes)
    found = run.schema.get_type(name)
    resolved = f"Abstract type '{abstract_type}' was resolved to a"
    if found is None:
        raise GraphQLError(f"{resolved} type '{name}' that does not exist inside the schema.", field.nodes)
    if not is_object_type(found):
        raise GraphQLError(f"{resolved} non-object type '{name}'.", field.nodes)
    if not run.schema.is_sub_type(abstract_type, found):
        message = f"Runtime Object type '{found}' is not a possible type for '{abstract_type}'."
        raise GraphQLError(message, field.nodes)
    return found
