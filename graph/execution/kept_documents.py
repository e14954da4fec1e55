"""What of a parsed document is kept: its nodes, and where those stand in the text that errors of execution name.

The library's locations hold the tokens on their two sides, and each token its neighbours: one node would keep the whole
chain in memory, with every comment in it. The garbage collector alone would free it, and stop every thread for that.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from graphql import (
    ArgumentNode,
    ASTValidationRule,
    DocumentNode,
    ExecutableDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    Location,
    NamedTypeNode,
    NameNode,
    Node,
    SelectionSetNode,
    Token,
    TokenKind,
    ValidationContext,
    Visitor,
    validate,
)

from graph.library_internals import overwrite

_BYTES_OF_A_TOKEN = 400
_MOST_NAMES = 1_000
# What no error of execution names: those name fields, variables and the values of arguments.
_UNNAMED = (ArgumentNode, DocumentNode, FragmentSpreadNode, InlineFragmentNode, NamedTypeNode, SelectionSetNode)
_NO_TOKEN = Token(TokenKind.SOF, 0, 0, 0, 0)


def forget_tokens(document: DocumentNode) -> None:
    """Let go of the tokens, and of them each other; errors find their lines by the text, which is kept."""
    token = document.loc.start_token if document.loc else None
    while token is not None:
        following, token.prev, token.next = token.next, None, None
        token = following
    for node in _nodes(document):
        if isinstance(node.loc, Location):
            node.loc.start_token = node.loc.end_token = _NO_TOKEN


def validated(
    schema: GraphQLSchema, document: DocumentNode, rules: Sequence[type[ASTValidationRule]], max_errors: int
) -> list[GraphQLError]:
    """The errors of the library's validation, whose visitors let go of the document afterwards.

    Each of them knows its own methods, which know it, and with them everything that it found. What runs them all holds
    on to some nodes, so that `take_apart` is needed as well.
    """
    made: list[Visitor] = []

    def remembered(rule: type[ASTValidationRule]) -> Callable[[ValidationContext], ASTValidationRule]:
        def make(context: ValidationContext) -> ASTValidationRule:
            made.append(visitor := rule(context))
            return visitor

        return make

    callables: Any = [remembered(rule) for rule in rules]
    try:
        return validate(schema, document, callables, max_errors=max_errors, hide_suggestions=True)
    finally:
        for visitor in made:
            vars(visitor).clear()


def take_apart(document: DocumentNode) -> None:
    """Let go of all that is below the definitions of a document that nobody wants."""
    for definition in document.definitions:
        if isinstance(definition, ExecutableDefinitionNode):
            overwrite(definition, "selection_set", None)


class Tree:
    """A document as long as somebody wants it; whoever uses its nodes holds this as well."""

    __slots__ = ("_document",)

    def __init__(self, document: DocumentNode) -> None:
        self._document = document

    def __del__(self) -> None:
        take_apart(self._document)


def make_small(document: DocumentNode) -> None:
    """Let go of what validation alone wanted, and share names: each object that is kept costs the garbage collector
    time, for which every thread stops."""
    for node in _nodes(document):
        if isinstance(node, _UNNAMED):
            overwrite(node, "loc", None)
        for key in ("name", "alias"):
            if isinstance(name := getattr(node, key, None), NameNode):
                overwrite(node, key, _name(name.value))


@lru_cache(maxsize=_MOST_NAMES)
def _name(value: str) -> NameNode:
    return NameNode(value=value)


def _nodes(document: DocumentNode) -> Iterator[Node]:
    waiting: list[Node] = [document]
    while waiting:
        node = waiting.pop()
        yield node
        for key in node.keys:
            held = getattr(node, key, None)
            if isinstance(held, Node):
                waiting.append(held)
            elif isinstance(held, (list, tuple)):
                waiting.extend(each for each in held if isinstance(each, Node))


def bytes_kept(text: str, tokens: int) -> int:
    """About how many bytes a document takes that is kept: its text, and its nodes by the number of its tokens."""
    return sys.getsizeof(text) + _BYTES_OF_A_TOKEN * tokens
