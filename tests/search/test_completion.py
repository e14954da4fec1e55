"""Words that go on as somebody has begun to type."""

import pytest

from tests.factories import Workshop
from tests.graphql_client import GraphQL, RawGraphQL

COMPLETE = "query ($text: String!, $first: Int! = 10) { completeWords(text: $text, first: $first) { word partCount } }"


async def _completed(graphql: GraphQL, text: str, **arguments: int) -> dict[str, int]:
    words = (await graphql(COMPLETE, {"text": text, **arguments}))["completeWords"]
    return {each["word"]: each["partCount"] for each in words}


async def test_words_of_parts_and_types_complete_the_last_word_those_of_most_parts_first(
    workshop: Workshop, graphql: GraphQL
) -> None:
    for name in ("Capacitor", "Cable"):
        await workshop.part_type(name)
    for key in ("ZZZV", "ZZZW", "ZZZX"):
        await workshop.part("Ceramic", key=key, typeName="Capacitor")
    await workshop.part("Capable thing", key="ZZZZ")
    await workshop.part("Café au lait", key="ZZZY")
    assert await _completed(graphql, "ceramic Ca") == {"capacitor": 3, "cafe": 1, "capable": 1}
    assert await _completed(graphql, "CAPA", first=1) == {"capacitor": 3}
    assert await _completed(graphql, "café") == {"cafe": 1}
    assert await _completed(graphql, "cap ") == {}
    assert await _completed(graphql, "capx") == {}
    assert list(await _completed(graphql, "c")) == ["ceramic", "capacitor", "cafe", "capable"]


async def test_references_to_types_are_no_words(workshop: Workshop, graphql: GraphQL) -> None:
    await workshop.part("Relay", typeName=await workshop.part_type("Relay"), key="AAAA")
    assert await _completed(graphql, "ty") == {}
    assert await _completed(graphql, "type") == {}


async def test_neither_values_nor_joined_words_complete_anything(workshop: Workshop, graphql: GraphQL) -> None:
    await workshop.part("Op amp", key="ZZZZ", parameters=[{"name": "Gain", "value": "opamps"}])
    assert await _completed(graphql, "op") == {"op": 1, "opamps": 1}
    assert await _completed(graphql, "=") == {}


async def test_the_reference_to_a_type_completes_nothing(workshop: Workshop, graphql: GraphQL) -> None:
    await workshop.part_type("Capacitor")
    await workshop.part("Typewriter ribbon", key="ZZZZ", typeName="Capacitor")
    assert await _completed(graphql, "type") == {"typewriter": 1}


@pytest.mark.parametrize("first", [0, 51, -1])
async def test_one_to_fifty_words_are_completed(graphql_raw: RawGraphQL, first: int) -> None:
    answer = (await graphql_raw(COMPLETE, {"text": "a", "first": first})).json()
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
