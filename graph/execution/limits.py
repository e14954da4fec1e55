"""How large a document may be: in characters and tokens before it is parsed, in depth and numbers afterwards."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from graph.execution.refusals import RequestCode, over_limit
from graph.execution.root_fields import root_fields


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one request may ask for; each has a setting of the same name."""

    max_document_characters: int = 100_000
    max_tokens: int = 5_000
    max_list_items: int = 1_000
    max_input_values: int = 10_000
    max_depth: int = 15
    max_aliases: int = 100
    max_directives: int = 50
    max_root_fields: int = 100
    max_cost: int = 12_000
    max_validation_errors: int = 5


# The lexical tokens of the GraphQL specification (section 2.1), and its comments, which are read as well. Counting them
# this way is some twenty times faster than lexing, so an oversized document costs next to nothing.
_TOKENS = re.compile(
    r"""
    \#[^\n\r]*
    | \"\"\"(?:\\\"\"\"|(?!\"\"\").)*(?:\"\"\")?
    | "(?:\\.|[^"\\\n\r])*"?
    | [_A-Za-z][_0-9A-Za-z]*
    | -?[0-9][0-9.eE+\-]*
    | \.\.\.
    | [!$&()\[\]{}:=@|]
    """,
    re.VERBOSE | re.DOTALL,
)
_INTROSPECTION = frozenset({"__schema", "__type"})


def check_size(text: str, limits: Limits) -> int:
    """The number of tokens and comments of the document. Raises RequestRefused for one that is too large."""
    if len(text) > limits.max_document_characters:
        most = limits.max_document_characters
        raise over_limit(RequestCode.CHARACTER_LIMIT, "characters in its document", len(text), most)
    tokens = sum(1 for _ in _TOKENS.finditer(text))
    if tokens > limits.max_tokens:
        raise over_limit(RequestCode.TOKEN_LIMIT, "tokens", tokens, limits.max_tokens)
    return tokens


def check_variables(given: Mapping[str, Any], limits: Limits) -> None:
    """Raises RequestRefused when a list has too many items, or when they are too many values in all.

    Looks before anything is made of them: making values of types costs many times as much as counting.
    """
    if not given:
        return
    values = 0
    waiting: list[Any] = [given]
    while waiting:
        held = waiting.pop()
        if isinstance(held, list):
            if len(held) > limits.max_list_items:
                raise over_limit(RequestCode.ITEM_LIMIT, "items in a list", len(held), limits.max_list_items)
            inner: Iterable[Any] = held
        elif isinstance(held, dict):
            inner = held.values()
        else:
            continue
        values += len(held)
        if values > limits.max_input_values:
            raise over_limit(RequestCode.VALUE_LIMIT, "values in its variables", values, limits.max_input_values)
        waiting.extend(inner)


def check_shape(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode], limits: Limits
) -> None:
    """Raises RequestRefused for the first limit that the operation with its fragments passes.

    The document has passed validation, so fragments exist, do not form cycles, and nest at most 200 levels.
    """
    shape = _Shape(fragments)
    shape.directives += _directives(operation)
    depth = shape.depth_of(operation.selection_set)
    for code, limit, actual, maximum in (
        (RequestCode.DEPTH_LIMIT, "depth", depth, limits.max_depth),
        (RequestCode.ALIAS_LIMIT, "aliases", shape.aliases, limits.max_aliases),
        (RequestCode.DIRECTIVE_LIMIT, "directives", shape.directives, limits.max_directives),
        (RequestCode.ROOT_FIELD_LIMIT, "root fields", len(root_fields(operation, fragments)), limits.max_root_fields),
    ):
        if actual > maximum:
            raise over_limit(code, limit, actual, maximum)


def _directives(operation: OperationDefinitionNode) -> int:
    on_variables = sum(len(variable.directives or ()) for variable in operation.variable_definitions or ())
    return len(operation.directives or ()) + on_variables


class _Shape:
    """Counts an operation as it is written: a fragment counts once, however often it is spread."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self.aliases = 0
        self.directives = 0
        self._fragments = fragments
        self._fragment_depths: dict[str, int] = {}

    def depth_of(self, selection_set: SelectionSetNode) -> int:
        """The levels of fields; what lies below __schema and __type is not counted."""
        depth = 0
        for selection in selection_set.selections:
            self.directives += len(selection.directives or ())
            match selection:
                case FieldNode():
                    depth = max(depth, self._field_depth(selection))
                case InlineFragmentNode():
                    depth = max(depth, self.depth_of(selection.selection_set))
                case FragmentSpreadNode():
                    depth = max(depth, self._fragment_depth(selection.name.value))
        return depth

    def _field_depth(self, field: FieldNode) -> int:
        self.aliases += field.alias is not None
        if not field.selection_set:
            return 1
        below = self.depth_of(field.selection_set)
        return 0 if field.name.value in _INTROSPECTION else 1 + below

    def _fragment_depth(self, name: str) -> int:
        if name not in self._fragment_depths:
            fragment = self._fragments[name]
            self.directives += len(fragment.directives or ())
            self._fragment_depths[name] = self.depth_of(fragment.selection_set)
        return self._fragment_depths[name]
