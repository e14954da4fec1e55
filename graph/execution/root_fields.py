"""Which root fields an operation asks for: what rights are decided on, and which variables only they use."""

from collections.abc import Iterable, Iterator, Mapping
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
    return tuple(_root_fields(operation.selection_set, fragments, set()))


def _root_fields(
    selection_set: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], seen: set[str]
) -> Iterator[FieldNode]:
    for selection in selection_set.selections:
        match selection:
            case FieldNode():
                yield selection
            case InlineFragmentNode():
                yield from _root_fields(selection.selection_set, fragments, seen)
            case FragmentSpreadNode() if selection.name.value not in seen:
                seen.add(selection.name.value)
                yield from _root_fields(fragments[selection.name.value].selection_set, fragments, seen)


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
