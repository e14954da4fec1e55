"""Which root fields an operation asks for: what rights are decided on, and which variables only they use."""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    SKIP,
    ArgumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    VisitorAction,
    visit,
)


def root_fields(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> tuple[FieldNode, ...]:
    """All root fields, through fragments and whatever @skip and @include say; each fragment once."""
    fields: list[FieldNode] = []
    seen: set[str] = set()

    def collect(selection_set: SelectionSetNode) -> None:
        for selection in selection_set.selections:
            match selection:
                case FieldNode():
                    fields.append(selection)
                case InlineFragmentNode():
                    collect(selection.selection_set)
                case FragmentSpreadNode() if selection.name.value not in seen:
                    seen.add(selection.name.value)
                    collect(fragments[selection.name.value].selection_set)

    collect(operation.selection_set)
    return tuple(fields)


def variables_below(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> frozenset[str]:
    """The variables that are used anywhere but in the arguments of root fields.

    They are what a subscription makes of an event depends on: the arguments have chosen its events before.
    """
    used = _UsedVariables(argument for field in root_fields(operation, fragments) for argument in field.arguments or ())
    for selection_set in (operation.selection_set, *(fragment.selection_set for fragment in fragments.values())):
        visit(selection_set, used)
    return frozenset(used.names)


class _UsedVariables(Visitor):
    def __init__(self, left_out: Iterable[ArgumentNode]) -> None:
        super().__init__()
        self.names: set[str] = set()
        self._left_out = set(map(id, left_out))

    def enter_argument(self, node: ArgumentNode, *_: Any) -> VisitorAction:
        return SKIP if id(node) in self._left_out else None

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(node.name.value)
