"""Generated documents over a schema in which everything fails: both executors answer the same."""

import asyncio
import re
from collections import Counter
from random import Random
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLNamedType,
    OperationType,
    get_named_type,
    is_input_object_type,
    is_required_argument,
)
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from graph.execution.breadth_first.column_sources import column_of
from graph.execution.refusals import RequestRefused
from graph.execution.relation import Relation
from graph.library_internals import core_schema
from tests.execution.both_executors import Answers, BothExecutors, assert_equal, assert_equal_but_for_timing
from tests.execution.documents import LEFT_OUT, Document, DocumentWriter, check_until_shown
from tests.execution.toy import schema
from tests.execution.toy_loaders import ToyContext
from tests.property_sizes import examples

FEATURES = (
    "alias",
    "fragment spread",
    "inline fragment",
    "@include with a variable",
    "@skip with a variable",
    "variable",
    "union",
    "interface",
    "list of lists",
    "mutation",
    "null",
    "failing resolver",
    "failing scalar",
)
_FAILING_SCALAR = re.compile(r"cannot represent| broke$|coerce_output_value")

# graphql-core drops work that it has begun when a field beside it fails.
pytestmark = pytest.mark.filterwarnings("ignore:.*was never awaited", "ignore::pytest.PytestUnraisableExceptionWarning")

toy_schema = core_schema(schema)


def choose(chance: Random, _field: str, _name: str, argument: GraphQLArgument) -> Any:
    """Small numbers and lists of them, now and then nothing."""
    assert not is_input_object_type(get_named_type(argument.type))
    if not is_required_argument(argument) and chance.random() < 0.4:
        return LEFT_OUT
    return [chance.randint(0, 3), 2] if "[" in str(argument.type) else chance.randint(0, 7)


def is_synchronous(_parent: GraphQLNamedType, name: str, definition: GraphQLField) -> bool:
    """Tell whether a field is answered without waiting."""
    return not name.endswith("Later") and not isinstance(column_of(name, definition), Relation) and name != "feed"


@st.composite
def documents(draw: st.DrawFn, *, synchronous: bool) -> Document:
    """Queries, and mutations one time in five."""
    chance = Random(draw(st.integers(0, 2**64)))
    writer = DocumentWriter(toy_schema, chance, choose)
    if synchronous:
        writer.takes = is_synchronous
    kind = OperationType.MUTATION if chance.random() < 0.2 else OperationType.QUERY
    root = toy_schema.get_root_type(kind)
    assert root is not None
    return writer.write(root, kind.value)


def run_both(runner: asyncio.Runner, executors: BothExecutors, document: Document) -> Answers:
    """Both answers; documents that are not valid are left out."""
    contexts = ToyContext, ToyContext

    async def run() -> Answers:
        return await executors.run(document.text, document.variables, (contexts[0](), contexts[1]()))

    try:
        return runner.run(run())
    except RequestRefused:
        assume(False)
        raise


def count_features(seen: Counter[str], document: Document, answers: Answers) -> None:
    """Count each feature once for a document that uses it, or whose answer shows it."""
    seen.update(feature for feature, times in document.features.items() if times)
    messages = [error.message for error in answers.theirs.errors or ()]
    seen["null"] += "None" in repr(answers.theirs.data)
    seen["failing scalar"] += any(map(_FAILING_SCALAR.search, messages))
    seen["failing resolver"] += any(re.search(r"^\d+ failed$", message) for message in messages)
    seen["documents"] += 1


@pytest.mark.properties
def test_both_executors_answer_the_same_whatever_fails() -> None:
    seen: Counter[str] = Counter()
    executors = BothExecutors(toy_schema)

    @settings(max_examples=examples(400), deadline=None, suppress_health_check=list(HealthCheck))
    @given(document=documents(synchronous=False))
    def check(document: Document) -> None:
        answers = run_both(runner, executors, document)
        count_features(seen, document, answers)
        assert_equal_but_for_timing(answers)

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        check_until_shown(check, seen, FEATURES)


@pytest.mark.properties
def test_without_waiting_even_the_choice_and_the_order_of_the_errors_are_the_same() -> None:
    seen: Counter[str] = Counter()
    executors = BothExecutors(toy_schema)

    @settings(max_examples=examples(600), deadline=None, suppress_health_check=list(HealthCheck))
    @given(document=documents(synchronous=True))
    def check(document: Document) -> None:
        answers = run_both(runner, executors, document)
        count_features(seen, document, answers)
        assert_equal(answers)

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        check_until_shown(check, seen, ["failing resolver"])
