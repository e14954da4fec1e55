"""Generated documents over the workshop's schema and a real database: both executors answer the same."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import asyncpg
from graphql import GraphQLField, GraphQLNamedType, OperationType
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from graph.context import OperationContext
from graph.execution.fallbacks import fallback_reason
from graph.execution.refusals import RequestRefused
from graph.execution.run import coerce_variables, run_operation
from graph.schema import schema
from server.wiring import Application
from tests.execution.both_executors import BothExecutors, assert_equal_but_for_timing
from tests.execution.documents import Document, DocumentWriter, check_until_shown
from tests.execution.workshop import context_of, open_workshop
from tests.execution.workshop_arguments import MUTATIONS, REPLAYS, WorkshopArguments, ids_of_rows
from tests.graphql_client import Json
from tests.rows import fill
from tests.server_process import ServerProcess

T = TypeVar("T")

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
)
_CURSORS = """{
  parts(first: 3) { edges { cursor } } boxes(first: 1) { edges { cursor } } history(first: 2) { edges { cursor } }
  partTypes(first: 1) { edges { cursor } } part(key: "PAAB") { history(first: 2) { edges { cursor } } }
}"""

workshop_schema = schema._schema
executors = BothExecutors(workshop_schema)


@asynccontextmanager
async def filled_workshop(
    server: ServerProcess, **others: object
) -> AsyncIterator[tuple[Application, WorkshopArguments]]:
    """The server's database with forty parts, opened in this process, and arguments that name what is there."""
    connection = await asyncpg.connect(server.database_url)
    try:
        await fill(connection, 40)
    finally:
        await connection.close()
    async with open_workshop(server, **others) as application:
        project_id = await plan_a_project(application)
        for name, given_input in REPLAYS.items():
            kind = name[0].upper() + name[1:]
            document = f"mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ __typename }} }}"
            answers = await executors.run(document, {"input": given_input}, contexts(application))
            assert answers.ours.data == {name: {"__typename": f"{kind}Success"}}, answers.ours
            assert answers.theirs.data == answers.ours.data
        found = await executors.run(_CURSORS, {}, contexts(application))
        ids = await ids_of_rows(server.database_url)
        yield application, WorkshopArguments(ids, project_id, ("nonsense", *_cursors(found.ours.data)))


async def plan_a_project(application: Application) -> str:
    """A project that needs a part, a list that picks some of it, and a link: each made once. The project's id."""
    made = await changed(application, "createProject", {"name": "Amplifier", "buildTarget": 5}, "project { id }")
    project_id: str = made["project"]["id"]
    requirement = {"partKey": "PAAB", "perUnit": 1, "substituteKeys": ["PAAC"]}
    await changed(application, "setRequirement", {"projectId": project_id, "requirement": requirement})
    await changed(application, "createPickList", {"projectId": project_id, "units": 1})
    await changed(application, "attachLink", {"owner": {"partKey": "PAAB"}, "url": "https://example.org/sheet.pdf"})
    return project_id


async def changed(application: Application, name: str, given_input: Json, selection: str = "") -> Json:
    """What a mutation answers that is run once, by our executor."""
    kind = name[0].upper() + name[1:]
    document = f"""mutation ($input: {kind}Input!) {{
      {name}(input: $input) {{ __typename ... on {kind}Success {{ {selection or "__typename"} }} }}
    }}"""
    prepared = await executors.prepare(document)
    variables = coerce_variables(prepared, {"input": given_input}, max_errors=1)
    result = await run_operation(prepared, variables, context_of(application))
    assert result.data is not None, result.errors
    answer: Json = result.data[name]
    assert answer["__typename"] == f"{kind}Success", answer
    return answer


def _cursors(answer: Any) -> list[str]:
    if isinstance(answer, dict):
        own = [answer["cursor"]] if "cursor" in answer else []
        return own + [cursor for value in answer.values() for cursor in _cursors(value)]
    return [cursor for item in answer for cursor in _cursors(item)] if isinstance(answer, list) else []


def contexts(application: Application) -> tuple[OperationContext, OperationContext]:
    """A context for each executor."""
    return context_of(application), context_of(application)


def takes(parent: GraphQLNamedType, name: str, _definition: GraphQLField) -> bool:
    """All of the schema, but of the mutations those that are refused or repeated."""
    return parent.name != "Mutation" or name in MUTATIONS


@st.composite
def documents(draw: st.DrawFn, arguments: WorkshopArguments) -> Document:
    """Queries, one time in five mutations, one time in fifty with introspection."""
    chance = Random(draw(st.integers(0, 2**64)))
    writer = DocumentWriter(workshop_schema, chance, arguments.choose, takes, max_depth=5)
    kind = OperationType.MUTATION if chance.random() < 0.2 else OperationType.QUERY
    root = workshop_schema.get_root_type(kind)
    assert root is not None
    document = writer.write(root, kind.value)
    if kind is OperationType.QUERY and chance.random() < 0.02:
        text = document.text + "\nfragment Schema on Query { __schema { queryType { name } } }"
        return Document(text.replace("{", "{ ...Schema ", 1), document.variables, document.features)
    return document


async def compare(document: Document, application: Application, seen: Counter[str]) -> None:
    """Run a valid document through both executors, and count what it shows."""
    try:
        prepared = await executors.prepare(document.text)
    except RequestRefused:
        assume(False)
    seen["documents"] += 1
    if fallback_reason(prepared) is not None:
        seen["fallbacks"] += 1
        return
    answers = await executors.run(document.text, document.variables, contexts(application))
    assert_equal_but_for_timing(answers)
    # An error that nulls its parent keeps graphql-core from loading what stands beside it.
    assert answers.our_statements <= answers.their_statements or answers.theirs.errors
    seen.update(feature for feature, times in document.features.items() if times)
    seen["null"] += "None" in repr(answers.theirs.data)
    seen["failing resolver"] += bool(answers.theirs.errors)


def test_both_executors_answer_the_same_from_the_database(server: ServerProcess) -> None:
    seen: Counter[str] = Counter()
    with (
        asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner,
        entered(runner, filled_workshop(server)) as opened,
    ):
        application, arguments = opened

        @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
        @given(document=documents(arguments))
        def check(document: Document) -> None:
            runner.run(compare(document, application, seen))

        check_until_shown(check, seen, FEATURES)
    assert seen["fallbacks"] < 0.05 * seen["documents"]


@contextmanager
def entered(runner: asyncio.Runner, manager: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """An asynchronous context manager, entered and left from synchronous code."""
    stack = AsyncExitStack()
    try:
        yield runner.run(stack.enter_async_context(manager))
    finally:
        runner.run(stack.aclose())


def test_no_example_of_graphiql_falls_back_and_both_executors_answer_them_the_same(server: ServerProcess) -> None:
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
    assert fallback_reason(prepared) is None
    if prepared.kind is OperationType.QUERY:
        answers = await executors.run(text, variables, contexts(application))
        assert_equal_but_for_timing(answers)
        assert answers.our_statements <= answers.their_statements
