"""Nulls, required values and lists as the GraphQL specification has them."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from graphql import Undefined

from tests.execution.sdl import answer


async def test_a_null_where_a_value_is_required_makes_the_nearest_nullable_parent_null() -> None:
    sdl = """
    type Query { box: Box, sure: Box! }
    type Box { name: String!, inner: Box, strict: Box! }
    """
    boxes = {"name": "a", "inner": {"name": "b", "strict": {"name": "c", "strict": {"name": None}}}}
    document = "{ box { name inner { name strict { name strict { name } } } } }"
    data, errors = await answer(sdl, {"Query.box": boxes}, document)
    assert data == {"box": {"name": "a", "inner": None}}
    path = ["box", "inner", "strict", "strict", "name"]
    assert errors == [("Cannot return null for non-nullable field Box.name.", path)]


async def test_a_null_for_a_required_field_of_the_root_makes_the_data_null() -> None:
    sdl = "type Query { box: Box, sure: Box! } type Box { name: String! }"
    document = "{ box { name } sure { name } }"
    data, errors = await answer(sdl, {"Query.box": {"name": "a"}, "Query.sure": {"name": None}}, document)
    assert data is None
    assert errors == [("Cannot return null for non-nullable field Box.name.", ["sure", "name"])]


async def test_an_error_in_a_nullable_field_is_told_beside_the_one_that_nulls_its_parent() -> None:
    def fail(_source: object) -> None:
        raise ValueError("broken")

    sdl = "type Query { box: Box, name: String } type Box { label: String, name: String! }"
    resolvers = {"Query.box": {}, "Query.name": "kept", "Box.label": fail, "Box.name": fail}
    data, errors = await answer(sdl, resolvers, "{ box { label name } name }")
    assert data == {"box": None, "name": "kept"}
    assert errors == [("broken", ["box", "label"]), ("broken", ["box", "name"])]
    data, errors = await answer(sdl, resolvers, "{ box { name label } name }")
    assert errors == [("broken", ["box", "name"])]


@pytest.mark.parametrize(
    ("declared", "value", "expected", "paths"),
    [
        ("[Int]", [1, None, 2], [1, None, 2], []),
        ("[Int]", None, None, []),
        ("[Int]!", [1, None], [1, None], []),
        ("[Int!]", [1, None, 2], None, [["list", 1]]),
        ("[Int!]", [1, "x", None], None, [["list", 1]]),
        ("[Int]", [1, "x", 3, "y"], [1, None, 3, None], [["list", 1], ["list", 3]]),
        ("[Int]", [1, ValueError("broken"), Undefined], [1, None, None], [["list", 1]]),
        ("[Int]", 5, None, [["list"]]),
        ("[Int]", "text is no list", None, [["list"]]),
        ("[[Int]]", [[1], None, [], [None]], [[1], None, [], [None]], []),
        ("[[Int!]]", [[1], [2, None], [3]], [[1], None, [3]], [["list", 1, 1]]),
        ("[[Int!]!]", [[1], [2, None], [3]], None, [["list", 1, 1]]),
        ("[[Int]!]", [[None], None], None, [["list", 1]]),
        ("[[Int]]", [[1], 7, [3, "x"]], [[1], None, [3, None]], [["list", 1], ["list", 2, 1]]),
    ],
)
async def test_lists_hold_what_their_type_allows(
    declared: str, value: Any, expected: Any, paths: list[list[str | int]]
) -> None:
    data, errors = await answer(f"type Query {{ list: {declared} }}", {"Query.list": lambda _: value}, "{ list }")
    assert data == {"list": expected}
    assert [path for _, path in errors] == paths


@pytest.mark.parametrize(
    ("declared", "value", "path"),
    [
        ("[Int]!", None, ["list"]),
        ("[Int!]!", [1, None], ["list", 1]),
        ("[[Int!]!]!", [[1, None]], ["list", 0, 1]),
        ("[Int]!", ValueError("broken"), ["list"]),
    ],
)
async def test_a_required_list_takes_its_parent_with_it(declared: str, value: Any, path: list[str | int]) -> None:
    data, errors = await answer(f"type Query {{ list: {declared} }}", {"Query.list": lambda _: value}, "{ list }")
    assert data is None
    assert [told for _, told in errors] == [path]


def counting() -> Iterator[int]:
    """Numbers, then a fault."""
    yield 1
    yield 2
    raise ValueError("no more")


async def counting_later() -> AsyncIterator[int]:
    """The same, asynchronously."""
    for number in counting():
        yield number


async def one_later() -> int:
    """A number."""
    return 1


async def fault_later() -> int:
    """A fault."""
    raise ValueError("broken")


async def test_any_iterable_is_a_list_and_one_that_fails_halfway_fails_whole() -> None:
    async def numbers() -> AsyncIterator[int]:
        yield 1
        yield 2

    sdl = "type Query { set: [Int], tuple: [Int], iterator: [Int], later: [Int], fault: [Int], faultLater: [Int] }"
    resolvers = {
        "Query.set": {7},
        "Query.tuple": (1, 2),
        "Query.iterator": lambda _: iter(range(3)),
        "Query.later": lambda _: numbers(),
        "Query.fault": lambda _: counting(),
        "Query.faultLater": lambda _: counting_later(),
    }
    data, errors = await answer(sdl, resolvers, "{ set tuple iterator later fault faultLater }")
    assert data == {
        "set": [7],
        "tuple": [1, 2],
        "iterator": [0, 1, 2],
        "later": [1, 2],
        "fault": None,
        "faultLater": None,
    }
    assert errors == [("no more", ["fault"]), ("no more", ["faultLater"])]


async def test_items_may_have_to_be_awaited_and_fail_one_by_one() -> None:
    resolvers = {"Query.list": lambda _: [one_later(), 2, fault_later(), None]}
    data, errors = await answer("type Query { list: [Int] }", resolvers, "{ list }")
    assert data == {"list": [1, 2, None, None]}
    assert errors == [("broken", ["list", 2])]


async def test_an_error_in_one_object_of_a_list_leaves_the_others_alone() -> None:
    def double(source: dict[str, Any]) -> int:
        return 10 // int(source["n"])

    sdl = "type Query { items: [Item] } type Item { n: Int, tenth: Int!, deep: [Item!] }"
    items = [{"n": 1, "deep": [{"n": 0}]}, {"n": 0}, {"n": 5, "deep": [{"n": 2}]}]
    resolvers = {"Query.items": items, "Item.tenth": double}
    data, errors = await answer(sdl, resolvers, "{ items { n tenth deep { tenth } } }")
    assert data == {"items": [{"n": 1, "tenth": 10, "deep": None}, None, {"n": 5, "tenth": 2, "deep": [{"tenth": 5}]}]}
    message = "integer division or modulo by zero"
    assert errors == [(message, ["items", 0, "deep", 0, "tenth"]), (message, ["items", 1, "tenth"])]


async def test_an_object_named_twice_is_settled_at_each_of_its_places() -> None:
    sdl = "type Query { loose: [Item], strict: [Item!] } type Item { name: String! }"
    nameless, named = {"name": None}, {"name": "a"}
    both = [nameless, named, nameless]
    data, errors = await answer(sdl, {"Query.loose": both, "Query.strict": both}, "{ loose { name } strict { name } }")
    assert data == {"loose": [None, {"name": "a"}, None], "strict": None}
    assert [path for _, path in errors] == [["loose", 0, "name"], ["loose", 2, "name"], ["strict", 0, "name"]]


async def test_what_a_scalar_or_an_enum_does_not_take_is_the_error_of_its_field() -> None:
    sdl = """
    type Query {
      int: Int, big: Int, float: Float, text: String, flag: Boolean, id: ID, colour: Colour, own: Own, empty: Own
    }
    enum Colour { RED GREEN }
    scalar Own
    """

    def own(value: str) -> str | None:
        return None if value == "empty" else value.upper()

    resolvers: dict[str, Any] = {
        "Query.int": "7a",
        "Query.big": 2**31,
        "Query.float": float("nan"),
        "Query.text": lambda _: [1],
        "Query.flag": "yes",
        "Query.id": 7,
        "Query.colour": "BLUE",
        "Query.own": "a",
        "Query.empty": "empty",
        "Own": own,
    }
    data, errors = await answer(sdl, resolvers, "{ int big float text flag id colour own empty }")
    refused = ["int", "big", "float", "text", "flag", "colour", "empty"]
    assert data == dict.fromkeys(["int", "big", "float", "text", "flag"]) | {
        "id": "7",
        "colour": None,
        "own": "A",
        "empty": None,
    }
    assert [path for _, path in errors] == [[name] for name in refused]
    assert errors[1][0] == "Int cannot represent non 32-bit signed integer value: 2147483648"
    assert errors[5][0] == "Enum 'Colour' cannot represent value: 'BLUE'"
    assert errors[6][0].endswith("to return non-nullable value, returned: None")


async def test_values_that_a_scalar_converts_are_converted() -> None:
    sdl = "type Query { ints: [Int], texts: [String], flags: [Boolean], ids: [ID], floats: [Float] }"
    resolvers = {
        "Query.ints": [1, True, 2.0, "3", None, 2**31 - 1, -(2**31)],
        "Query.texts": ["a", 1, True, 1.5, None],
        "Query.flags": [True, 0, 1.0, None],
        "Query.ids": ["a", 1, None],
        "Query.floats": [1, 1.5, "2.5", True, None],
    }
    data, errors = await answer(sdl, resolvers, "{ ints texts flags ids floats }")
    assert errors == []
    assert data == {
        "ints": [1, 1, 2, 3, None, 2147483647, -2147483648],
        "texts": ["a", "1", "true", "1.5", None],
        "flags": [True, False, True, None],
        "ids": ["a", "1", None],
        "floats": [1.0, 1.5, 2.5, 1.0, None],
    }
