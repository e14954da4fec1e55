"""Every list that the schema takes has a bound of its own, and a longer one is refused before its items are looked at.

The items here are none of the right type: what is refused for its length was not coerced.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLList,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_input_type,
    is_object_type,
    is_required_argument,
)

from graph.execution.list_bounds import Position, taken_by
from graph.schema import graphql_schema
from server.settings import Settings
from tests.graphql_client import Json, RawGraphQL

ROOTS = tuple(each for each in (graphql_schema.query_type, graphql_schema.mutation_type) if each is not None)
MOST_OF_ALL = Settings.model_fields["max_list_items"].default


@dataclass(frozen=True, slots=True)
class Place:
    """A list in a document: what stands before the value and after it, the type of the argument, and the way to it."""

    before: str
    after: str
    argument: str
    type: str
    fields: tuple[str, ...]
    most: int

    def in_variable(self, items: list[Any]) -> tuple[str, Json]:
        """The document with a variable, and its value."""
        kind = "mutation" if "input" in self.argument and self.before.startswith("!") else "query"
        document = f"{kind} ($v: {self.type}) {{ {self.before.lstrip('!')}$v{self.after} }}"
        value: Any = items
        for name in reversed(self.fields):
            value = {name: value}
        return document, {"v": value}

    def in_document(self, number: int) -> str:
        """The same with the list written out."""
        written = "[" + "true " * number + "]"
        for name in reversed(self.fields):
            written = f"{{{name}: {written}}}"
        kind = "mutation" if self.before.startswith("!") else "query"
        return f"{kind} {{ {self.before.lstrip('!')}{written}{self.after} }}"

    @property
    def path(self) -> tuple[str, ...]:
        """Where it is, from the argument on; the items of lists above it are left out."""
        return (self.argument, *self.fields)


def _lists_in(position: Position, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    """The ways to the lists of a value, and how many items each takes."""
    if isinstance(get_nullable_type(position.type), GraphQLList):
        most = taken_by(position)
        yield way, min(most or MOST_OF_ALL, MOST_OF_ALL)
    named = get_named_type(position.type)
    if isinstance(named, GraphQLInputObjectType):
        for name, field in named.fields.items():
            yield from _lists_in(field, (*way, name))


def _places() -> Iterator[Place]:
    for root in ROOTS:
        sign = "!" if root is graphql_schema.mutation_type else ""
        for name, field in root.fields.items():
            below = " { __typename }" if not is_input_type(get_named_type(field.type)) else ""
            for argument, declared in field.args.items():
                # Those that must be given besides are texts.
                needed = [other for other, each in field.args.items() if is_required_argument(each)]
                besides = "".join(f'{other}: "a" ' for other in needed if other != argument)
                before = f"{sign}{name}({besides}{argument}: "
                yield from (
                    Place(before, f"){below}", argument, str(declared.type), way, most)
                    for way, most in _lists_in(declared, ())
                )


PLACES = list(_places())


def _inputs_with_lists() -> set[str]:
    return {
        kind.name
        for kind in graphql_schema.type_map.values()
        if is_input_object_type(kind)
        and any(isinstance(get_nullable_type(field.type), GraphQLList) for field in kind.fields.values())
    }


def _inputs_of(position: Position) -> Iterator[str]:
    named = get_named_type(position.type)
    if isinstance(named, GraphQLInputObjectType):
        yield named.name
        for field in named.fields.values():
            yield from _inputs_of(field)


def _positions() -> Iterator[tuple[str, Position]]:
    for kind in graphql_schema.type_map.values():
        if is_input_object_type(kind):
            yield from ((f"{kind.name}.{name}", field) for name, field in kind.fields.items())
        elif is_object_type(kind) and not kind.name.startswith("__"):
            for name, field in kind.fields.items():
                yield from ((f"{kind.name}.{name}({each})", argument) for each, argument in field.args.items())


def test_every_list_says_how_many_items_it_takes() -> None:
    lists = [(name, each) for name, each in _positions() if isinstance(get_nullable_type(each.type), GraphQLList)]
    assert [name for name, each in lists if taken_by(each) is None] == []
    # What only a field below Query takes is tried by the last test but two.
    arguments = [each for root in ROOTS for field in root.fields.values() for each in field.args.values()]
    tried = {root.name for root in ROOTS} | {kind for each in arguments for kind in _inputs_of(each)}
    assert {name.split(".")[0] for name, _ in lists} - tried == {"ChangeFilter", "PickListFilter"}
    assert len(PLACES) >= 20


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join((place.before.split("(")[0], *place.fields)))
async def test_a_list_past_its_bound_is_refused_in_variables(graphql_raw: RawGraphQL, place: Place) -> None:
    for number, is_refused in ((place.most, False), (place.most + 1, True), (min(100 * place.most, 9_000), True)):
        (error, *_) = (await graphql_raw(*place.in_variable([{}] * number))).json()["errors"]
        assert (error["extensions"]["code"] == "ITEM_LIMIT") is is_refused, error
        if is_refused and number <= MOST_OF_ALL:
            path = ["v", *place.fields]
            told = {"limit": "items in a list", "actual": number, "maximum": place.most, "path": path}
            assert error["extensions"] == {"code": "ITEM_LIMIT", **told}
            message = f"The request has items in a list ({'.'.join(path)}) {number}; at most {place.most} is allowed."
            assert error["message"] == message


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join((place.before.split("(")[0], *place.fields)))
async def test_a_list_past_its_bound_is_refused_in_documents(graphql_raw: RawGraphQL, place: Place) -> None:
    for number, is_refused in ((place.most, False), (place.most + 1, True), (min(100 * place.most, 4_900), True)):
        (error, *_) = (await graphql_raw(place.in_document(number))).json()["errors"]
        assert (error["extensions"]["code"] == "ITEM_LIMIT") is is_refused, error
        if is_refused:
            assert error["extensions"]["path"] == list(place.path)
            assert (error["extensions"]["actual"], error["extensions"]["maximum"]) == (number, place.most)


IDS: Json = {"v": [{}] * 201}
TAGS: Json = {"v": [{}] * 51}
OF_TAGS = "query ($v: [String!]) "


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query ($v: [ID!]!) { ...F } fragment F on Query { nodes(ids: $v) { id } }", IDS),
        ("query ($v: [ID!]!) { ...G } fragment F on Query { nodes(ids: $v) { id } } fragment G on Query { ...F }", IDS),
        ("query ($v: [ID!]! = [" + "{} " * 201 + "]) { nodes(ids: $v) { id } }", {}),
        ("query ($v: [ID!]! = [" + '"" ' * 201 + "]) { ...F } fragment F on Query { nodes(ids: $v) { id } }", {}),
        (OF_TAGS + "{ parts(filter: {tagsAll: $v}) { totalCount } }", TAGS),
        (OF_TAGS + "{ nodes(ids: []) { id } parts(filter: {tagsAll: $v}) { totalCount } }", TAGS),
        (
            "mutation ($v: SetRequirementsInput!) { setRequirements(input: $v) { __typename } }",
            {"v": {"requirements": [{}, {"designators": [{}] * 501}]}},
        ),
        ("{ boxes(first: 1) { nodes { history(filter: {kinds: [" + "USE " * 100 + "]}) { totalCount } } } }", {}),
        ("{ projects(first: 1) { nodes { pickLists(filter: {states: [" + "A " * 100 + "]}) { totalCount } } } }", {}),
    ],
    ids=[
        "fragment",
        "deeper",
        "default",
        "default of a fragment",
        "object",
        "beside others",
        "list",
        "below",
        "project",
    ],
)
async def test_a_list_is_found_wherever_it_goes(graphql_raw: RawGraphQL, query: str, variables: Json) -> None:
    (error,) = (await graphql_raw(query, variables)).json()["errors"]
    assert error["extensions"]["code"] == "ITEM_LIMIT"


async def test_two_operations_of_one_document_have_bounds_of_their_own(client: httpx.AsyncClient) -> None:
    of_ids = "query Ids($v: [ID!]!) { nodes(ids: $v) { id } }"
    of_tags = "query Tags($v: [String!]!) { parts(filter: {tagsAll: $v}) { totalCount } }"
    for name, most in (("Ids", 200), ("Tags", 50)):
        for number in (most, most + 1):
            body = {"query": of_ids + of_tags, "operationName": name, "variables": {"v": [{}] * number}}
            (error, *_) = (await client.post("/graphql", json=body)).json()["errors"]
            assert error["extensions"]["code"] == ("ITEM_LIMIT" if number > most else "BAD_USER_INPUT")


async def test_an_item_alone_is_a_list_of_one(graphql_raw: RawGraphQL) -> None:
    document = "query ($v: [ID!]!) { nodes(ids: $v) { id } }"
    assert (await graphql_raw(document, {"v": "x"})).json()["data"]["nodes"] == [None]
