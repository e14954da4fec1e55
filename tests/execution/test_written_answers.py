"""What the database writes is what the executor answers otherwise, in one statement for each field of Query."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import chain
from math import sqrt
from random import Random
from typing import Any

import asyncpg
import httpx
import orjson
import pytest
from graphql import ExecutionResult, GraphQLField, GraphQLNamedType
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from graph.execution.breadth_first.executor import execute_breadth_first
from graph.execution.document_cache import PreparedOperation
from graph.execution.refusals import RequestRefused
from graph.execution.run import coerce_variables
from graph.library_internals import declaration
from persistence.readers.written.writable_columns import WRITABLE_OBJECTS
from server.wiring import Application
from tests.execution.both_executors import Answers, BothExecutors, assert_equal_but_for_timing, counted
from tests.execution.documents import Document, DocumentWriter, check_until_shown
from tests.execution.field_by_field import execute_field_by_field
from tests.execution.workshop import context_of, entered, filled_workshop, open_workshop, workshop_schema
from tests.execution.workshop_arguments import WorkshopArguments
from tests.factories import Workshop
from tests.graphql_client import RawGraphQL
from tests.property_sizes import examples
from tests.rows import fill
from tests.server_process import ServerProcess

ROOT_FIELDS = {"part", "parts", "box", "boxes"}
_WRITTEN_SHARE = 0.43
"""Of the documents that are generated below."""

executors = BothExecutors(workshop_schema)


def takes(parent: GraphQLNamedType, name: str, definition: GraphQLField) -> bool:
    """What the database can write, as far as one field tells, and what may stand around it."""
    if parent.name == "Query":
        return name in ROOT_FIELDS
    if parent.name.endswith("Connection"):
        return name == "nodes" or parent.name in {"PartConnection", "BoxConnection"}
    writable = WRITABLE_OBJECTS.get(parent.name)
    if writable is None:
        return True
    declared = declaration(definition)
    assert declared is not None
    return name == "id" or declared.python_name in {*writable.values, *writable.inner, *writable.rows, *writable.pages}


@st.composite
def documents(draw: st.DrawFn, arguments: WorkshopArguments) -> Document:
    """Queries that the database can write most of."""
    chance = Random(draw(st.integers(0, 2**64)))
    writer = DocumentWriter(workshop_schema, chance, arguments.choose, takes, max_depth=5)
    root = workshop_schema.query_type
    assert root is not None
    return writer.write(root, "query")


async def run(prepared: PreparedOperation, variables: Any, application: Application) -> tuple[ExecutionResult, int]:
    """Our answer, what the database wrote of it included, and the statements that it took."""
    coerced = coerce_variables(prepared, variables, max_errors=5)
    context = context_of(application)
    with counted() as statements:
        result = await execute_breadth_first(prepared, coerced, context)
    values, written = sizes_of(result.data)
    pieces = list(pieces_in(result.data))
    recur = len(set(map(id, pieces))) < len(pieces)
    are_of_several = len([answer for answer in (result.data or {}).values() if written_in(answer)]) > 1
    assert context.answer_size.values >= values
    # Pieces that one field gave stand there once, and need not be counted.
    assert context.answer_size.written >= written or not (recur or are_of_several)
    return result, statements.count


def sizes_of(answer: Any) -> tuple[int, int]:
    """How many values stand in an answer, wherever they stand, and how many bytes the database wrote of it."""
    match answer:
        case orjson.Fragment():
            return 0, len(orjson.dumps(answer))
        case dict():
            inner = list(map(sizes_of, answer.values()))
        case list():
            inner = list(map(sizes_of, answer))
        case _:
            return 0, 0
    return len(inner) + sum(values for values, _ in inner), sum(written for _, written in inner)


def pieces_in(answer: Any) -> Iterator[orjson.Fragment]:
    """What the database wrote of an answer, wherever it stands."""
    match answer:
        case orjson.Fragment():
            yield answer
        case dict():
            yield from chain.from_iterable(map(pieces_in, answer.values()))
        case list():
            yield from chain.from_iterable(map(pieces_in, answer))


def written_in(answer: Any) -> int:
    """How many pieces of an answer the database wrote."""
    return len(list(pieces_in(answer)))


def as_json(result: ExecutionResult) -> Any:
    """The data as a client reads it."""
    return orjson.loads(orjson.dumps(result.data))


async def compare(document: Document, application: Application, seen: Counter[str]) -> None:
    """Run a document twice, in the ordinary way and by what the database writes, and once by graphql-core."""
    seen["tries"] += 1
    try:
        # A document of its own each time: hypothesis repeats itself, and runs are counted.
        prepared = await executors.prepare(f"{document.text}# {seen['tries']}")
    except RequestRefused:
        assume(False)
    coerced = coerce_variables(prepared, document.variables, max_errors=5)
    ordinary, ordinary_statements = await run(prepared, document.variables, application)
    written, statements = await run(prepared, document.variables, application)
    theirs = await execute_field_by_field(prepared, coerced, context_of(application))
    assert written_in(ordinary.data) == 0
    # Different selections of one kind of object are written by themselves, where views would have come together.
    assert statements < ordinary_statements + max(len(ordinary.data or ()), 1)
    seen["documents"] += 1
    seen["written"] += written_in(written.data) > 0
    seen.update(feature for feature, times in document.features.items() if times and written_in(written.data))
    shown = ExecutionResult(as_json(written), written.errors)
    assert list(map(repr, flat(shown.data))) == list(map(repr, flat(as_json(ordinary))))
    assert_equal_but_for_timing(Answers(ordinary, theirs, ordinary_statements, 0))
    assert [error.path for error in written.errors or ()] == [error.path for error in ordinary.errors or ()]


def flat(answer: Any) -> list[Any]:
    """All keys and values in their order, so that the order of fields counts."""
    match answer:
        case dict():
            return [piece for key, value in answer.items() for piece in (key, *flat(value))]
        case list():
            return ["[", *(piece for item in answer for piece in flat(item)), "]"]
        case _:
            return [answer]


@pytest.mark.properties
def test_generated_documents_are_written_as_they_are_answered_otherwise(server: ServerProcess) -> None:
    seen: Counter[str] = Counter()
    with (
        asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner,
        entered(runner, filled_workshop(server, written_after_runs=1)) as opened,
    ):
        application, arguments = opened

        @settings(max_examples=examples(400), deadline=None, suppress_health_check=list(HealthCheck))
        @given(document=documents(arguments))
        def check(document: Document) -> None:
            runner.run(compare(document, application, seen))

        features = ("alias", "fragment spread", "inline fragment", "@include with a variable", "variable")
        check_until_shown(check, seen, (*features, "documents"))
    # Five standard deviations below the share that is written: less is no chance.
    expected = _WRITTEN_SHARE * seen["documents"]
    assert seen["written"] > expected - 5 * sqrt(expected * (1 - _WRITTEN_SHARE)), seen


@asynccontextmanager
async def opened(server: ServerProcess, after_runs: int) -> AsyncIterator[Application]:
    """The workshop with another patience."""
    async with open_workshop(server, written_after_runs=after_runs) as application:
        yield application


PART = """query Part($key: PartKey!) {
  part(key: $key) {
    __typename id key description tags createdAt type { id name createdAt } totalQuantity isLow lowStockThreshold
    parameters { name value number unit readings { __typename number unit sign } }
    stock { quantity location { id reference isFree box { number description columns } } }
    history(first: 2) { __typename lines: nodes { id delta locationReference operation { kind reason at } } }
  }
}"""


async def test_a_selection_is_written_from_the_run_after_the_given_number_on(
    server: ServerProcess, workshop: Workshop
) -> None:
    key = await _part_with_history(workshop)
    async with opened(server, 2) as application:
        prepared = await executors.prepare(PART + "# after two")
        runs = [await run(prepared, {"key": key}, application) for _ in range(5)]
    assert [written_in(result.data) for result, _ in runs] == [0, 0, 1, 1, 1]
    assert [statements for _, statements in runs] == [5, 5, 1, 1, 1]
    first, *others = [as_json(result) for result, _ in runs]
    assert others == [first] * 4
    assert first["part"]["totalQuantity"] == 12


USE = """mutation Use($input: UseStockInput!) {
  useStock(input: $input) {
    ... on UseStockSuccess { operation { id kind actor at reason } part { key totalQuantity stock { quantity } } }
  }
}"""


async def test_the_part_that_a_change_of_stock_answers_is_written_as_it_is_after_the_change(
    server: ServerProcess, workshop: Workshop
) -> None:
    """Lock, read, append, and the part: what was recorded is answered without being read again."""
    await workshop.box()
    key = await workshop.stocked(10)
    async with opened(server, 1) as application:
        prepared = await executors.prepare(USE)
        wish = {"input": {"partKey": key, "location": "1-1", "quantity": 1, "reason": "a test"}}
        runs = [await run(prepared, wish, application) for _ in range(3)]
        read = await executors.prepare("query ($id: ID!) { operation(id: $id) { id kind actor at reason } }")
        answers = [as_json(result)["useStock"] for result, _ in runs]
        stored = [as_json((await run(read, each["operation"], application))[0])["operation"] for each in answers]
    assert [written_in(result.data) for result, _ in runs] == [0, 1, 1]
    assert [statements for _, statements in runs] == [5, 4, 4]
    assert [each["operation"] for each in answers] == stored
    shown = [(each["part"]["totalQuantity"], each["part"]["stock"]) for each in answers]
    assert shown == [(left, [{"quantity": left}]) for left in (9, 8, 7)]


async def test_nothing_is_written_where_the_setting_says_never(server: ServerProcess, workshop: Workshop) -> None:
    key = await _part_with_history(workshop)
    async with opened(server, -1) as application:
        prepared = await executors.prepare(PART + "# never")
        runs = [await run(prepared, {"key": key}, application) for _ in range(6)]
    assert [written_in(result.data) for result, _ in runs] == [0] * 6


async def test_a_selection_too_long_to_be_kept_prepared_is_not_written(
    server: ServerProcess, workshop: Workshop
) -> None:
    key = await workshop.part(description="Long")
    many = " ".join(f"d{number}: description" for number in range(300))
    async with opened(server, 0) as application:
        prepared = await executors.prepare(f"query ($key: PartKey!) {{ part(key: $key) {{ {many} }} }}")
        answers = [await run(prepared, {"key": key}, application) for _ in range(2)]
    assert [written_in(result.data) for result, _ in answers] == [0, 0]
    assert answers[0][0].data == {"part": {f"d{number}": "Long" for number in range(300)}}


async def test_what_is_not_there_is_null_and_an_empty_list(
    server: ServerProcess, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    key = await workshop.part(description="Bare")
    async with opened(server, 0) as application:
        prepared = await executors.prepare(PART + "# bare")
        nothing, _ = await run(prepared, {"key": "ZZZZ"}, application)
        bare, _ = await run(prepared, {"key": key}, application)
    assert nothing.data == {"part": None}
    part = as_json(bare)["part"]
    assert (part["type"], part["lowStockThreshold"], part["totalQuantity"], part["isLow"]) == (None, None, 0, False)
    assert (part["stock"], part["parameters"]) == ([], [])
    assert part["history"] == {"__typename": "QuantityChangeConnection", "lines": []}


@pytest.mark.parametrize(
    "text",
    [
        'He said "no"',
        "C:\\parts\\new",
        "it's ''quoted''",
        "two\nlines\tand a tab",
        "4k7 Ω, 10 µF, 電阻 🔧",
        "{}[]:,",
        "$1 || %s :name",
        "\x01\x1f\x7f\u2028",
        "</script>",
    ],
)
async def test_any_text_comes_through_as_it_was_given(
    server: ServerProcess, workshop: Workshop, database_connection: asyncpg.Connection, text: str
) -> None:
    key = await workshop.part(description="To be changed")
    await database_connection.execute(
        "UPDATE parts SET description = $1, tags = $2, tag_keys = $2 WHERE key = $3", text, [text], key
    )
    async with opened(server, 0) as application:
        prepared = await executors.prepare("query ($key: PartKey!) { part(key: $key) { description tags } }")
        written, _ = await run(prepared, {"key": key}, application)
    assert written_in(written.data) == 1
    assert as_json(written) == {"part": {"description": text, "tags": [text]}}


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-01-31 14:30:00+00", "2026-01-31T14:30:00Z"),
        ("2026-01-31 14:30:00.5+02", "2026-01-31T12:30:00.500000Z"),
        ("2026-12-31 23:59:59.999999+00", "2026-12-31T23:59:59.999999Z"),
        ("0999-01-01 00:00:00+00", "0999-01-01T00:00:00Z"),
    ],
)
async def test_moments_are_written_as_everywhere_else(
    server: ServerProcess, workshop: Workshop, database_connection: asyncpg.Connection, moment: str, shown: str
) -> None:
    key = await workshop.part()
    await database_connection.execute(f"UPDATE parts SET retired_at = '{moment}' WHERE key = $1", key)
    async with opened(server, 1) as application:
        prepared = await executors.prepare("query ($key: PartKey!) { part(key: $key) { retiredAt } } # " + moment)
        answers = [as_json((await run(prepared, {"key": key}, application))[0]) for _ in range(2)]
    assert answers == [{"part": {"retiredAt": shown}}] * 2


async def test_a_written_page_has_its_cursors_its_borders_and_its_total(
    server: ServerProcess, workshop: Workshop
) -> None:
    for number in range(5):
        await workshop.part(description=f"Part {number}")
    text = """query ($after: String) {
      parts(first: 2, after: $after) {
        totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { key } }
      }
    }"""
    async with opened(server, 1) as application:
        prepared = await executors.prepare(text)
        after, pages = None, []
        for _ in range(3):
            ordinary, _ = await run(await executors.prepare(f"{text} # {after}"), {"after": after}, application)
            written, statements = await run(prepared, {"after": after}, application)
            pages.append(written_in(written.data))
            assert as_json(written) == ordinary.data
            assert statements == 1
            after = as_json(written)["parts"]["pageInfo"]["endCursor"]
    assert pages == [0, 2, 1]


async def test_a_written_answer_that_takes_too_long_is_the_error_of_its_field(
    server: ServerProcess, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    key = await workshop.part()
    async with open_workshop(server, written_after_runs=0, statement_timeout_seconds=2) as application:
        prepared = await executors.prepare(
            "query ($key: PartKey!) { part(key: $key) { stock { quantity } } boxes(first: 1) { nodes { number } } }"
        )
        async with database_connection.transaction():
            await database_connection.execute("LOCK TABLE stock IN ACCESS EXCLUSIVE MODE")
            result, _ = await run(prepared, {"key": key}, application)
        assert application.database.reads.in_use == 0
    assert as_json(result) == {"part": None, "boxes": {"nodes": []}}
    [error] = result.errors or []
    assert error.path == ["part"]
    assert isinstance(error.original_error, asyncpg.QueryCanceledError)


async def test_over_http_the_same_answer_comes_however_often_it_is_asked(
    graphql_raw: RawGraphQL, workshop: Workshop
) -> None:
    key = await _part_with_history(workshop)
    answers: list[httpx.Response] = [await graphql_raw(PART + "# over HTTP", {"key": key}) for _ in range(6)]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert answers[0].json()["data"]["part"]["key"] == key
    assert answers[0].json()["extensions"] == answers[-1].json()["extensions"]


async def _part_with_history(workshop: Workshop) -> str:
    values = [{"name": name, "value": name} for name in ("4k7", "100nF 50V ±5 %", "red")]
    key = await workshop.part(description='A "special" part', parameters=values)
    box = await workshop.box(capacity=3)
    await workshop.receive(key, f"{box}-1", 10)
    await workshop.receive(key, f"{box}-2", 2)
    return key


async def test_an_object_that_is_named_many_times_counts_wherever_it_stands(
    server: ServerProcess, workshop: Workshop
) -> None:
    """`run` compares what stands in an answer with what was counted: forty parts share three types."""
    await fill(workshop.connection, 40)
    async with opened(server, -1) as application:
        prepared = await executors.prepare("{ parts(first: 40) { nodes { type { id name version createdAt } } } }")
        result, _ = await run(prepared, {}, application)
    assert sizes_of(result.data) == (1 + 1 + 40 + 40 + 40 * 4, 0)
