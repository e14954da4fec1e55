"""Fields, arguments, fragments, directives and mutations as the GraphQL specification has them."""

import asyncio
from typing import Any

from graphql import GraphQLError, Undefined

from tests.execution.sdl import answer, result_of

LAMP = """
type Query { lamp(watts: Int = 5, colours: [String!] = ["white"], shade: Shade): Lamp, lamps: [Lamp] }
input Shade { radius: Int!, glossy: Boolean = true }
type Lamp { name: String, watts: Int, label(prefix: String): String, near: Lamp, far: Lamp }
"""


def lamp(name: str = "Desk", **fields: Any) -> dict[str, Any]:
    """A lamp as a dictionary."""
    return {"name": name, "watts": 5, "near": {"name": "Near", "watts": 1}, "far": {"name": "Far", "watts": 9}} | fields


async def test_fields_are_answered_in_the_order_of_the_selection_and_under_their_aliases() -> None:
    data, errors = await answer(LAMP, {"Query.lamp": lamp()}, "{ lamp { watts power: watts name again: watts } }")
    assert errors == []
    assert data == {"lamp": {"watts": 5, "power": 5, "name": "Desk", "again": 5}}
    assert list(data["lamp"]) == ["watts", "power", "name", "again"]


async def test_fields_of_one_name_are_merged_with_all_their_selections() -> None:
    document = """
    { lamp { near { name } ...Far near { watts } } lamp { name far { name } } }
    fragment Far on Lamp { far { watts } near { near { name } } }
    """
    data, errors = await answer(LAMP, {"Query.lamp": lamp()}, document)
    assert errors == []
    assert data == {
        "lamp": {
            "near": {"name": "Near", "near": None, "watts": 1},
            "far": {"watts": 9, "name": "Far"},
            "name": "Desk",
        }
    }


async def test_arguments_come_from_literals_variables_and_defaults() -> None:
    def tell(_source: object, **arguments: Any) -> dict[str, Any]:
        return {"name": repr(arguments)}

    document = """
    query ($watts: Int, $none: Int, $radius: Int!, $colours: [String!] = ["red"]) {
      a: lamp { name } b: lamp(watts: 7, colours: "blue") { name } c: lamp(watts: $watts, colours: $colours) { name }
      d: lamp(watts: $none, shade: { radius: $radius }) { name } e: lamp(watts: null, shade: null) { name }
    }
    """
    data, errors = await answer(LAMP, {"Query.lamp": tell}, document, {"watts": 3, "radius": 4})
    assert errors == []
    assert data == {
        "a": {"name": "{'watts': 5, 'colours': ['white']}"},
        "b": {"name": "{'watts': 7, 'colours': ['blue']}"},
        "c": {"name": "{'watts': 3, 'colours': ['red']}"},
        "d": {"name": "{'watts': 5, 'colours': ['white'], 'shade': {'radius': 4, 'glossy': True}}"},
        "e": {"name": "{'watts': None, 'colours': ['white'], 'shade': None}"},
    }


async def test_a_null_for_a_required_argument_is_the_error_of_each_object_it_is_asked_of() -> None:
    sdl = 'type Query { lamps: [Lamp] } type Lamp { name: String, label(prefix: String! = "a"): String }'
    document = 'query ($prefix: String = "b") { lamps { name label(prefix: $prefix) } }'
    resolvers = {"Query.lamps": [lamp("One"), lamp("Two")], "Lamp.label": "never called"}
    data, errors = await answer(sdl, resolvers, document, {"prefix": None})
    assert data == {"lamps": [{"name": "One", "label": None}, {"name": "Two", "label": None}]}
    assert [path for _, path in errors] == [["lamps", 0, "label"], ["lamps", 1, "label"]]
    assert "prefix" in errors[0][0]


async def test_skip_and_include_decide_by_literals_and_by_variables() -> None:
    document = """
    query ($yes: Boolean!, $no: Boolean = false) {
      lamp {
        a: name @include(if: true) b: name @include(if: false) c: name @skip(if: $yes) d: name @skip(if: $no)
        e: name @include(if: $yes) @skip(if: $no) f: name @include(if: $yes) @skip(if: $yes)
        ...Watts @include(if: $no) ... @skip(if: $yes) { g: name } ... on Lamp @include(if: $yes) { h: name }
      }
    }
    fragment Watts on Lamp { watts }
    """
    data, errors = await answer(LAMP, {"Query.lamp": lamp()}, document, {"yes": True})
    assert errors == []
    assert data == {"lamp": {"a": "Desk", "d": "Desk", "e": "Desk", "h": "Desk"}}
    data, errors = await answer(LAMP, {"Query.lamp": lamp()}, document, {"yes": False, "no": True})
    assert errors == []
    assert data == {"lamp": {"a": "Desk", "c": "Desk", "watts": 5, "g": "Desk"}}


async def test_a_selection_from_which_everything_is_skipped_is_an_empty_object() -> None:
    data, errors = await answer(LAMP, {"Query.lamp": lamp()}, "{ lamp { name @skip(if: true) } }")
    assert (data, errors) == ({"lamp": {}}, [])


async def test_a_null_for_a_directive_is_the_error_of_the_field_around_it() -> None:
    document = "query ($if: Boolean = true) { lamps { name @include(if: $if) near { name } } }"
    data, errors = await answer(LAMP, {"Query.lamps": [lamp(), None, lamp()]}, document, {"if": None})
    assert data == {"lamps": [None, None, None]}
    assert [path for _, path in errors] == [["lamps", 0], ["lamps", 2]]


async def test_a_null_for_a_directive_at_the_root_is_an_error_without_data() -> None:
    document = "query ($if: Boolean = true) { lamp { name } lamps @skip(if: $if) { name } }"
    data, errors = await answer(LAMP, {"Query.lamp": lamp()}, document, {"if": None})
    assert data is None
    assert [path for _, path in errors] == [None]


async def test_the_name_of_the_type_can_be_asked_anywhere() -> None:
    data, errors = await answer(LAMP, {"Query.lamp": lamp()}, "{ kind: __typename lamp { __typename } }")
    assert (data, errors) == ({"kind": "Query", "lamp": {"__typename": "Lamp"}}, [])


async def test_a_resolver_may_return_anything_that_can_be_awaited() -> None:
    async def later(_source: object, **_arguments: object) -> dict[str, Any]:
        await asyncio.sleep(0)
        return lamp("Later")

    def future(source: dict[str, Any], prefix: str = "") -> "asyncio.Future[str]":
        promised: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        promised.set_result(f"{prefix}{source['name']}")
        return promised

    resolvers = {"Query.lamp": later, "Query.lamps": [lamp("One"), lamp("Two")], "Lamp.label": future}
    data, errors = await answer(LAMP, resolvers, '{ lamp { label(prefix: "a ") } lamps { label } }')
    assert errors == []
    assert data == {"lamp": {"label": "a Later"}, "lamps": [{"label": "One"}, {"label": "Two"}]}


async def test_an_exception_that_is_raised_returned_or_awaited_is_the_error_of_its_field_alone() -> None:
    def fail(source: dict[str, Any]) -> Any:
        kind = source["name"]
        error = ValueError(f"{kind} failed")
        if kind == "raised":
            raise error
        if kind == "returned":
            return error
        promised: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        promised.set_exception(error)
        return promised

    kinds = ["raised", "returned", "awaited"]
    resolvers = {"Query.lamps": [lamp(kind) for kind in kinds], "Lamp.label": fail}
    data, errors = await answer(LAMP, resolvers, "{ lamps { name label } }")
    assert data == {"lamps": [{"name": kind, "label": None} for kind in kinds]}
    assert errors == [(f"{kind} failed", ["lamps", index, "label"]) for index, kind in enumerate(kinds)]


async def test_an_error_keeps_its_extensions_its_places_and_what_it_was_raised_from() -> None:
    refused = GraphQLError("No.", extensions={"code": "REFUSED"})

    def refuse(_source: object, **_arguments: object) -> None:
        raise refused

    result = await result_of(
        LAMP, {"Query.lamp": refuse}, "{\n  a: lamp { name }\n  ...A }\nfragment A on Query { a: lamp { watts } }"
    )
    assert result.data == {"a": None}
    [error] = result.errors or []
    assert error.extensions == {"code": "REFUSED"}
    assert [(place.line, place.column) for place in error.locations or ()] == [(2, 3), (4, 23)]
    assert error.original_error is refused


async def test_undefined_is_null() -> None:
    data, errors = await answer(
        LAMP, {"Query.lamp": lamp(watts=Undefined), "Query.lamps": Undefined}, "{ lamp { watts } lamps { name } }"
    )
    assert (data, errors) == ({"lamp": {"watts": None}, "lamps": None}, [])


METER = """
type Query { value: Int }
type Mutation { set(value: Int!): Meter, must(value: Int!): Meter! }
type Meter { value: Int, later: Int }
"""


class Meter:
    """Holds what mutations set, and writes down when they begin and when they are answered."""

    def __init__(self) -> None:
        self.value = 0
        self.log: list[str] = []

    async def set(self, _source: object, value: int) -> dict[str, int]:
        """Set the value, after giving others a chance to run."""
        self.log.append(f"begin {value}")
        await asyncio.sleep(0.001)
        if value < 0:
            raise ValueError("less than nothing")
        self.value = value
        return {"value": value}

    async def later(self, source: dict[str, int]) -> int:
        """The value as it is when the field below the mutation is answered."""
        await asyncio.sleep(0.001)
        self.log.append(f"answered {source['value']}")
        return self.value

    def resolvers(self) -> dict[str, Any]:
        """What resolves the schema."""
        return {"Mutation.set": self.set, "Mutation.must": self.set, "Meter.later": self.later}


async def test_each_mutation_is_answered_whole_before_the_next_begins() -> None:
    meter = Meter()
    document = "mutation { a: set(value: 1) { value later } b: set(value: -1) { value } c: must(value: 2) { later } }"
    data, errors = await answer(METER, meter.resolvers(), document)
    assert data == {"a": {"value": 1, "later": 1}, "b": None, "c": {"later": 2}}
    assert errors == [("less than nothing", ["b"])]
    log = ["begin 1", "answered 1", "begin -1", "begin 2", "answered 2"]
    assert meter.log == log + log  # of one executor and of the other


async def test_a_required_mutation_that_fails_ends_the_run_and_takes_the_whole_answer() -> None:
    meter = Meter()
    document = "mutation { a: set(value: 1) { value } b: must(value: -1) { value } c: set(value: 5) { value } }"
    data, errors = await answer(METER, meter.resolvers(), document)
    assert data is None
    assert errors == [("less than nothing", ["b"])]
    assert meter.value == 1
