"""Which fields an operation asks for below the field that is being resolved, so that nothing is counted for nobody."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    BooleanValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

from graph.context import Info
from graph.library_internals import raw_info, variables_of


def selects(info: Info, *path: str) -> bool:
    """Tell whether the field at this path below the current one is asked for.

    Names are those of the schema: aliases do not matter, fragments are looked into, @skip and @include are obeyed.
    """
    # Strawberry's own selections are copied and converted for each object; the nodes are shared by all of them.
    raw = raw_info(info)
    variables = variables_of(raw)
    selection_sets: Iterable[SelectionSetNode | None] = [node.selection_set for node in raw.field_nodes]
    for name in path:
        selection_sets = [
            node.selection_set
            for node in _fields(selection_sets, raw.fragments, variables, set())
            if node.name.value == name
        ]
        if not selection_sets:
            return False
    return True


def _fields(
    selection_sets: Iterable[SelectionSetNode | None],
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
    seen: set[str],
) -> Iterator[FieldNode]:
    for selection_set in selection_sets:
        for selection in selection_set.selections if selection_set is not None else ():
            if not _is_included(selection, variables):
                continue
            match selection:
                case FieldNode():
                    yield selection
                case InlineFragmentNode():
                    yield from _fields([selection.selection_set], fragments, variables, seen)
                case FragmentSpreadNode() if selection.name.value not in seen:
                    seen.add(selection.name.value)
                    fragment = fragments[selection.name.value]
                    yield from _fields([fragment.selection_set], fragments, variables, seen)


def _is_included(selection: SelectionNode, variables: Mapping[str, Any]) -> bool:
    for directive in selection.directives or ():
        if directive.name.value not in {"skip", "include"}:
            continue
        value = directive.arguments[0].value if directive.arguments else None
        if isinstance(value, VariableNode):
            holds = bool(variables.get(value.name.value))
        else:
            holds = isinstance(value, BooleanValueNode) and value.value
        if holds == (directive.name.value == "skip"):
            return False
    return True
