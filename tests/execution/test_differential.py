"""Generated documents over the workshop's schema and a real database: both executors answer the same."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from graphql import GraphQLField, GraphQLNamedType, OperationType
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from graph.execution.refusals import RequestRefused
from server.wiring import Application
from tests.execution.both_executors import BothExecutors, assert_equal_but_for_timing
from tests.execution.documents import Document, DocumentWriter, check_until_shown
from tests.execution.workshop import contexts, entered, filled_workshop, workshop_schema
from tests.execution.workshop_arguments import WorkshopArguments, refused_inputs
from tests.graphql_client import Json
from tests.property_sizes import examples
from tests.server_process import ServerProcess

EXAMPLES = sorted((Path(__file__).parents[2] / "explorer" / "src" / "examples").glob("*.graphql"))
FEATURES = (
    "alias",
    "fragment spread",
    "inline fragment",
    "@include with a variable",
    "@skip with a variable",
    "variable",
    "union",
    "interface",
    "mutation",
    "null",
    "failing resolver",
    "introspection",
)

REFUSED = refused_inputs(workshop_schema)

executors = BothExecutors(workshop_schema)


def takes(parent: GraphQLNamedType, name: str, _definition: GraphQLField) -> bool:
    """All of the schema, but of the mutations those that are refused or repeated."""
    return parent.name != "Mutation" or name in REFUSED


@st.composite
def documents(draw: st.DrawFn, arguments: WorkshopArguments) -> Document:
    """Queries, one time in five mutations, one time in ten with introspection."""
    chance = Random(draw(st.integers(0, 2**64)))
    writer = DocumentWriter(workshop_schema, chance, arguments.choose, takes, max_depth=5)
    kind = OperationType.MUTATION if chance.random() < 0.2 else OperationType.QUERY
    root = workshop_schema.get_root_type(kind)
    assert root is not None
    document = writer.write(root, kind.value)
    if kind is OperationType.QUERY and chance.random() < 0.1:
        text = document.text + "\nfragment Schema on Query { __schema { queryType { name } } }"
        return Document(text.replace("{", "{ ...Schema ", 1), document.variables, document.features)
    return document


async def compare(document: Document, application: Application, seen: Counter[str]) -> None:
    """Run a valid document through both executors, and count what it shows."""
    try:
        await executors.prepare(document.text)
    except RequestRefused:
        assume(False)
    seen["documents"] += 1
    answers = await executors.run(document.text, document.variables, contexts(application))
    assert_equal_but_for_timing(answers)
    # An error that nulls its parent keeps graphql-core from loading what stands beside it.
    assert answers.our_statements <= answers.their_statements or answers.theirs.errors
    seen.update(feature for feature, times in document.features.items() if times)
    seen["introspection"] += "__schema" in document.text
    seen["null"] += "None" in repr(answers.theirs.data)
    seen["failing resolver"] += bool(answers.theirs.errors)


@pytest.mark.properties
def test_both_executors_answer_the_same_from_the_database(server: ServerProcess) -> None:
    seen: Counter[str] = Counter()
    with (
        asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner,
        entered(runner, filled_workshop(server)) as opened,
    ):
        application, arguments = opened

        @settings(max_examples=examples(500), deadline=None, suppress_health_check=list(HealthCheck))
        @given(document=documents(arguments))
        def check(document: Document) -> None:
            runner.run(compare(document, application, seen))

        check_until_shown(check, seen, FEATURES)


def test_both_executors_answer_them_the_same(server: ServerProcess) -> None:
    assert len(EXAMPLES) >= 8
    with (
        asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner,
        entered(runner, filled_workshop(server)) as (application, _),
    ):
        for example in EXAMPLES:
            variables = example.with_suffix(".json")
            given_variables = json.loads(variables.read_bytes()) if variables.exists() else {}
            runner.run(compare_example(example.read_text(), given_variables, application))


async def compare_example(text: str, variables: Json, application: Application) -> None:
    """Run an example of GraphiQL; a mutation is only looked at."""
    prepared = await executors.prepare(text)
    if prepared.kind is OperationType.QUERY:
        answers = await executors.run(text, variables, contexts(application))
        assert_equal_but_for_timing(answers)
        assert answers.our_statements <= answers.their_statements
