"""What the arguments of a field come to: coerced as the specification says, and made into a relation's key."""

from typing import Any

from graphql import get_argument_values

from graph.execution.breadth_first.failure import Failure, attempt
from graph.execution.breadth_first.operation_run import Run
from graph.execution.breadth_first.plan import FieldPlan
from graph.execution.relation import Relation
from graph.library_internals import converted_arguments, declaration


def arguments_of(run: Run, field: FieldPlan) -> dict[str, Any]:
    """The arguments of the field by name; none where what they come to is known already. Raises GraphQLError."""
    if field.memo is not None and field.memo.is_filled:
        return {}
    written = field.details[0]
    if not field.definition.args and not written.node.arguments:
        return {}
    return get_argument_values(
        field.definition, written.node, run.variables, written.fragment_variable_values, hide_suggestions=True
    )


def relation_arguments(run: Run, field: FieldPlan, relation: Relation) -> Any:
    """What the relation makes of the field's arguments; None where it takes none, a Failure where it cannot.

    It is the same each time for constants.
    """
    if relation.arguments is None:
        return None
    given = attempt(arguments_of, run, field)
    if type(given) is Failure:
        return given
    memo = field.memo
    if memo is not None and memo.is_filled:
        return memo.value
    asked = attempt(_asked_now, run, field, relation.arguments, given)
    if memo is not None and type(asked) is not Failure:
        memo.value, memo.is_filled = asked, True
    return asked


def _asked_now(run: Run, field: FieldPlan, arguments: Any, given: dict[str, Any]) -> Any:
    """As the field's resolver would be given its arguments."""
    declared = declaration(field.definition)
    assert declared is not None, "relations are declared with Strawberry"
    info, converted = converted_arguments(declared, run.info(field), given)
    return arguments(info, **converted)
