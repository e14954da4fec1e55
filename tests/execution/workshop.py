"""The workshop opened in the process of a test, on the database of the server under test, as it is or filled."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, TypeVar

import asyncpg
from graphql import get_named_type, is_non_null_type

from domain.entities.actor import Actor, Role
from graph.context import OperationContext
from graph.execution.answer_size import AnswerSize
from graph.execution.run import coerce_variables, run_operation
from graph.schema import graphql_schema
from server.settings import Settings
from server.wiring import Application, open_application
from tests.execution.both_executors import BothExecutors
from tests.execution.workshop_arguments import REPLAYS, WorkshopArguments, ids_of_rows, refused_inputs
from tests.graphql_client import Json
from tests.rows import fill
from tests.server_process import ServerProcess, settings_for_same_stores

T = TypeVar("T")

_CURSORS = """{
  parts(first: 3) { edges { cursor } } boxes(first: 1) { edges { cursor } } history(first: 2) { edges { cursor } }
  partTypes(first: 1) { edges { cursor } } part(key: "OAAB") { history(first: 2) { edges { cursor } } }
}"""

workshop_schema = graphql_schema
_executors = BothExecutors(workshop_schema)
_EXAMPLES = {"String!": "Some words", "Int!": 7}

_DOCUMENTS = """
INSERT INTO search_documents (part_id, words, fields, rules_version)
    SELECT id, ARRAY[lower(key), 'part', 'type:' || coalesce(type_id, 0)], '{1,6,5}', 1 FROM parts;
INSERT INTO search_types (type_id, words, rules_version) SELECT id, ARRAY['type'], 1 FROM part_types;
"""


@asynccontextmanager
async def open_workshop(server: ServerProcess, **others: object) -> AsyncIterator[Application]:
    """Services and readers over the server's database, with pools of their own and, maybe, other settings."""
    named = {key.removeprefix("PARTSGRAPH_").lower(): value for key, value in settings_for_same_stores(server).items()}
    async with open_application(Settings(**named, **others)) as application:  # type: ignore[arg-type]
        yield application


def context_of(application: Application) -> OperationContext:
    """The context of one operation."""
    return OperationContext(
        Actor("test", Role.ADMIN),
        "in-process",
        application.services,
        application.readers,
        application.file_addresses,
        application.answer_writer,
        application.metrics.answers,
        AnswerSize(10**9),
    )


@asynccontextmanager
async def filled_workshop(
    server: ServerProcess, **others: object
) -> AsyncIterator[tuple[Application, WorkshopArguments]]:
    """The server's database with forty parts, opened in this process, and arguments that name what is there."""
    connection = await asyncpg.connect(server.database_url)
    try:
        await fill(connection, 40)
        await connection.execute(_DOCUMENTS)
    finally:
        await connection.close()
    async with open_workshop(server, **others) as application:
        project_id = await _plan_a_project(application)
        await _make_one_of_each_noun(application)
        for name, given_input in REPLAYS.items():
            assert await _answered(application, name, given_input) == _success(name)
        refused = refused_inputs(workshop_schema)
        for name, inputs in refused.items():
            for given_input in inputs:
                assert await _answered(application, name, given_input) != _success(name), given_input
        found = await _executors.run(_CURSORS, {}, contexts(application))
        ids = await ids_of_rows(server.database_url)
        yield application, WorkshopArguments(refused, ids, project_id, ("nonsense", *_cursors(found.ours.data)))


async def _plan_a_project(application: Application) -> str:
    """A project that needs a part, a list that picks some of it, and a link: each made once. The project's id."""
    made = await _changed(application, "createProject", {"name": "Amplifier", "buildTarget": 5}, "project { id }")
    project_id: str = made["project"]["id"]
    requirement = {"partKey": "OAAB", "perUnit": 1, "substituteKeys": ["OAAC"]}
    await _changed(application, "setRequirement", {"projectId": project_id, "requirement": requirement})
    await _changed(application, "createPickList", {"projectId": project_id, "units": 1})
    await _changed(application, "attachLink", {"owner": {"partKey": "OAAB"}, "url": "https://example.org/sheet.pdf"})
    return project_id


async def _make_one_of_each_noun(application: Application) -> None:
    """One of whatever is made of texts and numbers alone."""
    assert workshop_schema.mutation_type is not None
    for name, field in workshop_schema.mutation_type.fields.items():
        if not name.startswith("create"):
            continue
        given = {key: each.type for key, each in get_named_type(field.args["input"].type).fields.items()}
        needed = {key: str(kind) for key, kind in given.items() if is_non_null_type(kind)}
        if set(needed.values()) <= _EXAMPLES.keys():
            await _changed(application, name, {key: _EXAMPLES[kind] for key, kind in needed.items()})


async def _answered(application: Application, name: str, given_input: Json) -> str:
    """The type of what both executors answer to a mutation that is run by one after the other."""
    document = f"mutation ($input: {_kind(name)}Input!) {{ {name}(input: $input) {{ __typename }} }}"
    answers = await _executors.run(document, {"input": given_input}, contexts(application))
    assert answers.theirs.data == answers.ours.data
    assert answers.ours.data is not None, answers.ours.errors
    answered: str = answers.ours.data[name]["__typename"]
    return answered


def _kind(name: str) -> str:
    return name[0].upper() + name[1:]


def _success(name: str) -> str:
    return f"{_kind(name)}Success"


async def _changed(application: Application, name: str, given_input: Json, selection: str = "") -> Json:
    """What a mutation answers that is run once, by our executor."""
    document = f"""mutation ($input: {_kind(name)}Input!) {{
      {name}(input: $input) {{ __typename ... on {_success(name)} {{ {selection or "__typename"} }} }}
    }}"""
    prepared = await _executors.prepare(document)
    variables = coerce_variables(prepared, {"input": given_input}, max_errors=1)
    result = await run_operation(prepared, variables, context_of(application))
    assert result.data is not None, result.errors
    answer: Json = result.data[name]
    assert answer["__typename"] == _success(name), answer
    return answer


def _cursors(answer: Any) -> list[str]:
    if isinstance(answer, dict):
        own = [answer["cursor"]] if "cursor" in answer else []
        return own + [cursor for value in answer.values() for cursor in _cursors(value)]
    return [cursor for item in answer for cursor in _cursors(item)] if isinstance(answer, list) else []


def contexts(application: Application) -> tuple[OperationContext, OperationContext]:
    """A context for each executor."""
    return context_of(application), context_of(application)


@contextmanager
def entered(runner: asyncio.Runner, manager: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """An asynchronous context manager, entered and left from synchronous code."""
    stack = AsyncExitStack()
    try:
        yield runner.run(stack.enter_async_context(manager))
    finally:
        runner.run(stack.aclose())
