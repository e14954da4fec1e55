"""Events that are answered together: each has its own answer and its own errors; and what an answer depends on."""

from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema

from graph.execution.document_cache import PreparedOperation
from graph.execution.run import coerce_variables, run_events
from graph.execution.subscribing import answer_events
from graph.schema import graphql_schema
from persistence.readers.stock_change import STOCK_CHANGES, topic
from tests.execution.bare_context import BareContext
from tests.execution.both_executors import BothExecutors, counted
from tests.execution.workshop import context_of, open_workshop
from tests.factories import Workshop
from tests.graphql_client import Json
from tests.server_process import ServerProcess

_SDL = """
type Query { nothing: Int }
type Subscription { ticked(box: Int, after: String): Tick, sure(box: Int): Tick! }
type Tick { number: Int!, label(long: Boolean): String, box: Box }
type Box { name: String! }
"""
_BROKEN = {"number": 2, "box": {"name": None}}
_NULL = {"number": None}
_WHOLE = {"number": 3, "box": {"name": "c"}}


async def _prepared(document: str) -> PreparedOperation:
    toy = build_schema(_SDL)
    root = toy.subscription_type
    assert isinstance(root, GraphQLObjectType)
    for field in root.fields.values():
        field.resolve = lambda event, _info, **_arguments: event
    return await BothExecutors(toy).prepare(document)


async def _told(document: str, *events: object) -> list[tuple[Json | None, list[tuple[str, object]]]]:
    prepared = await _prepared(document)
    results = await run_events(prepared, coerce_variables(prepared, {}, max_errors=1), BareContext(), events)
    return [(result.data, [(error.message, error.path) for error in result.errors or ()]) for result in results]


async def test_each_event_has_its_own_answer_and_its_own_errors() -> None:
    told = await _told("subscription { ticked { number box { name } } }", _WHOLE, _BROKEN, _NULL, None, _WHOLE)
    nulled = "Cannot return null for non-nullable field {}."
    assert told == [
        ({"ticked": {"number": 3, "box": {"name": "c"}}}, []),
        ({"ticked": {"number": 2, "box": None}}, [(nulled.format("Box.name"), ["ticked", "box", "name"])]),
        ({"ticked": None}, [(nulled.format("Tick.number"), ["ticked", "number"])]),
        ({"ticked": None}, []),
        ({"ticked": {"number": 3, "box": {"name": "c"}}}, []),
    ]


async def test_an_event_whose_data_is_null_leaves_the_others_theirs() -> None:
    told = await _told("subscription { sure { number } }", _WHOLE, _NULL)
    assert [data for data, _ in told] == [{"sure": {"number": 3}}, None]
    assert [len(errors) for _, errors in told] == [0, 1]


async def test_what_events_load_is_loaded_for_all_of_them_at_once(server: ServerProcess, workshop: Workshop) -> None:
    await workshop.box()
    async with open_workshop(server) as application, application.readers.live.listening():
        subscriber = await application.readers.live.subscribe(STOCK_CHANGES, topic(None, None))
        keys = [await workshop.stocked(5, f"1-{place}", description=f"Part {place}") for place in (1, 2, 3)]
        events: list[Any] = []
        while len(events) < len(keys):
            for event in await subscriber.take(10):
                events.append(event)
                subscriber.done(event)
        subscriber.close()
        prepared = await BothExecutors(graphql_schema).prepare(
            "subscription { stockChanged { change { part { key description } } } }"
        )
        variables = coerce_variables(prepared, {}, max_errors=1)
        with counted() as for_one:
            await answer_events(prepared, variables, context_of(application), events[:1])
        with counted() as for_all:
            results = await answer_events(prepared, variables, context_of(application), events)
    assert for_all.count == for_one.count > 0
    parts = [result.data["stockChanged"]["change"]["part"] for result in results if result.data]
    assert parts == [{"key": key, "description": f"Part {place}"} for place, key in enumerate(keys, start=1)]


_BY_FRAGMENTS = """
subscription ($b: Int, $l: Boolean) { ...S }
fragment S on Subscription { ticked(box: $b) { ...T } }
fragment T on Tick { label(long: $l) }
"""


@pytest.mark.parametrize(
    ("document", "below"),
    [
        ("subscription ($b: Int, $a: String) { ticked(box: $b, after: $a) { number } }", set()),
        ("subscription ($b: Int) { ticked(box: $b) { number ...T } } fragment T on Tick { box { name } }", set()),
        ("subscription ($b: Int, $l: Boolean) { ticked(box: $b) { label(long: $l) } }", {"l"}),
        (_BY_FRAGMENTS, {"l"}),
        ("subscription ($b: Int, $i: Boolean!) { ticked(box: $b) { number @skip(if: $i) } }", {"i"}),
    ],
)
async def test_an_answer_depends_on_no_variable_that_only_chose_its_events(document: str, below: set[str]) -> None:
    assert (await _prepared(document)).variables_below == below
