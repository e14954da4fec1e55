"""Runs a document through the breadth-first executor and through graphql-core, and compares the two answers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError, GraphQLSchema

from graph.execution.breadth_first.executor import execute_breadth_first
from graph.execution.document_cache import DocumentCache, PreparedOperation
from graph.execution.limits import Limits
from graph.execution.run import coerce_variables
from persistence.statements import StatementCounter, statement_counter
from tests.execution.bare_context import BareContext
from tests.execution.field_by_field import execute_field_by_field

# The limits are tested elsewhere; here they would only be in the way.
WIDE = Limits(
    max_tokens=100_000,
    max_depth=100,
    max_aliases=10_000,
    max_directives=10_000,
    max_root_fields=1_000,
    max_cost=10**9,
    max_validation_errors=5,
)

Path = tuple[str | int, ...]
Told = tuple[Path | None, str, tuple[tuple[int, int], ...], str]


@dataclass(frozen=True, slots=True)
class Answers:
    """What both executors answered, and how many statements they ran for it."""

    ours: ExecutionResult
    theirs: ExecutionResult
    our_statements: int
    their_statements: int


class BothExecutors:
    """Both executors over one schema; documents are prepared as the server prepares them."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.documents = DocumentCache(schema, WIDE, max_documents=50)

    async def prepare(self, text: str) -> PreparedOperation:
        """The only operation of the document."""
        return await self.documents.prepare(text, None)

    async def run(self, text: str, variables: Mapping[str, Any], contexts: tuple[Any, Any] | None = None) -> Answers:
        """Both answers, each executor with a context of its own; bare ones when left out."""
        our_context, their_context = contexts or (BareContext(), BareContext())
        prepared = await self.prepare(text)
        coerced = coerce_variables(prepared, variables, max_errors=5)
        with counted() as our_statements:
            ours = _read(await execute_breadth_first(prepared, coerced, our_context))
        with counted() as their_statements:
            theirs = await execute_field_by_field(prepared, coerced, their_context)
        return Answers(ours, theirs, our_statements.count, their_statements.count)


def _read(result: ExecutionResult) -> ExecutionResult:
    """The result with what was written in it read."""
    data = result.data and {
        key: orjson.loads(orjson.dumps(value)) if isinstance(value, orjson.Fragment) else value
        for key, value in result.data.items()
    }
    return ExecutionResult(data, result.errors)


@contextmanager
def counted() -> Iterator[StatementCounter]:
    """A counter of the statements of a block."""
    token = statement_counter.set(StatementCounter())
    try:
        counter = statement_counter.get()
        assert counter is not None
        yield counter
    finally:
        statement_counter.reset(token)


def assert_equal(answers: Answers) -> None:
    """The same data, and the same errors in the same order."""
    assert _with_order(answers.ours.data) == _with_order(answers.theirs.data)
    assert [_told(error) for error in answers.ours.errors or ()] == [
        _told(error) for error in answers.theirs.errors or ()
    ]


def assert_equal_but_for_timing(answers: Answers) -> None:
    """The same data and the same errors, but for what depends on timing in graphql-core.

    That is the order of the errors, and which of several errors below one nulled position are told. Of those, both must
    tell at least one.
    """
    assert _with_order(answers.ours.data) == _with_order(answers.theirs.data)
    assert _without_timing(answers.ours) == _without_timing(answers.theirs)


def _without_timing(result: ExecutionResult) -> tuple[list[Told], set[Path]]:
    """The errors at positions of their own, and the positions that were nulled by an error below them."""
    own: list[Told] = []
    nulled: set[Path] = set()
    for error in result.errors or ():
        path = tuple(error.path or ())
        position = _nulled_position(result.data, path)
        if position == path:
            own.append(_told(error))
        else:
            nulled.add(position)
    return sorted(own, key=repr), nulled


def _nulled_position(answer: Any, path: Path) -> Path:
    """The first position on the way of the path that is null."""
    for length, key in enumerate(path):
        if answer is None:
            return path[:length]
        answer = answer[key]
    assert answer is None, f"an error is told at {path}, where there is a value"
    return path


def _told(error: GraphQLError) -> Told:
    places = tuple((place.line, place.column) for place in error.locations or ())
    return tuple(error.path) if error.path else None, error.message, places, type(error.original_error).__name__


def _with_order(answer: Any) -> Any:
    """Answers compared by this are equal only when their fields stand in the same order."""
    if isinstance(answer, dict):
        return [(key, _with_order(value)) for key, value in answer.items()]
    return [_with_order(item) for item in answer] if isinstance(answer, list) else (type(answer), answer)
