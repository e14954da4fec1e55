"""`__schema` and `__type`: answered by graphql-core on a thread of their own, and kept.

The schema does not change while the server runs, so an answer follows from the document and its variables alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import orjson
from graphql import (
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableValues,
)

from graph.execution.side_thread import SideThread
from graph.library_internals import FragmentDetails, execution_of

META_FIELDS = frozenset({"__schema", "__type"})
"""The fields of Query that every schema has, and that describe it."""

# Some twenty answers to GraphiQL; one that is larger than all of this is made anew each time.
_MAX_KEPT_BYTES = 3_000_000

_Asked: TypeAlias = tuple[str, str | None, str, bytes]
_Answer: TypeAlias = orjson.Fragment | None


class SchemaAnswers:
    """The answers that are kept, the oldest first out. They are made one after the other, beside the event loop."""

    def __init__(self, max_kept_bytes: int = _MAX_KEPT_BYTES) -> None:
        self._max_kept_bytes = max_kept_bytes
        self._kept: dict[_Asked, tuple[_Answer, int]] = {}
        self._kept_bytes = 0
        self.made_count = 0
        """Answers that were made so far, the forgotten ones included."""
        self.thread = SideThread("introspection")
        """The only one that keeps and forgets; everybody may look."""

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, asked: _Asked) -> tuple[_Answer, int] | None:
        """An answer that is kept, with its bytes."""
        return self._kept.get(asked)

    def keep(self, asked: _Asked, answer: tuple[_Answer, int]) -> None:
        """Count an answer and keep it; forget the oldest where they are too many bytes."""
        self.made_count += 1
        if answer[1] > self._max_kept_bytes:
            return
        self._kept[asked] = answer
        self._kept_bytes += answer[1]
        while self._kept_bytes > self._max_kept_bytes:
            oldest = next(iter(self._kept))
            self._kept_bytes -= self._kept.pop(oldest)[1]


class Introspection:
    """Answers the meta fields of one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragment_definitions: Mapping[str, FragmentDefinitionNode],
        fragments: Mapping[str, FragmentDetails],
        document_hash: str,
        answers: SchemaAnswers,
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragment_definitions = fragment_definitions
        self._fragments = fragments
        self._document_hash = document_hash
        self._answers = answers

    async def answer(self, nodes: Sequence[FieldNode], variables: VariableValues) -> _Answer:
        """The JSON of one meta field, whose selections are `nodes`; None for a type that does not exist.

        Raises the GraphQLError of a field below, which can only be an argument that is given null.
        """
        asked = self._asked(nodes, variables)
        kept = self._answers.get(asked)
        if kept is None:
            kept = await self._answers.thread.run(lambda: self._made(asked, nodes, variables))
        return kept[0]

    def _asked(self, nodes: Sequence[FieldNode], variables: VariableValues) -> _Asked:
        name = self._operation.name
        values = orjson.dumps(variables.coerced, default=repr, option=orjson.OPT_SORT_KEYS)
        key = (nodes[0].alias or nodes[0].name).value
        return self._document_hash, name.value if name else None, key, values

    def _made(self, asked: _Asked, nodes: Sequence[FieldNode], variables: VariableValues) -> tuple[_Answer, int]:
        kept = self._answers.get(asked)
        if kept is not None:
            return kept
        result = self._executed(nodes, variables)
        if result.errors:
            raise result.errors[0]
        [found] = (result.data or {}).values()
        written = orjson.dumps(found)
        answer = (None if found is None else orjson.Fragment(written), len(written) + len(asked[3]))
        self._answers.keep(asked, answer)
        return answer

    def _executed(self, nodes: Sequence[FieldNode], variables: VariableValues) -> ExecutionResult:
        written = self._operation
        operation = OperationDefinitionNode(
            operation=written.operation,
            name=written.name,
            variable_definitions=written.variable_definitions,
            directives=written.directives,
            selection_set=SelectionSetNode(selections=tuple(nodes)),
        )
        execution = execution_of(
            self._schema, operation, self._fragment_definitions, self._fragments, variables, context=None
        )
        result: Any = execution.execute_operation()
        assert isinstance(result, ExecutionResult)
        return result
