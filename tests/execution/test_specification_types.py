"""Interfaces and unions as the GraphQL specification has them."""

from typing import Any

import pytest

from tests.execution.sdl import answer

PETS = """
type Query { pets: [Pet], things: [Thing], pet: Pet!, dog: Dog }
interface Pet { name: String, friends: [Pet] }
type Dog implements Pet { name: String, friends: [Pet], barks: Boolean! }
type Cat implements Pet { name: String, friends: [Pet], lives: Int }
type Bowl { size: Int }
union Thing = Dog | Cat | Bowl
"""
DOG = {"kind": "Dog", "name": "Rex", "barks": True}
CAT = {"kind": "Cat", "name": "Tom", "lives": 7, "friends": [DOG, None]}
KITTEN = {"kind": "Cat", "name": "Kit", "lives": 9}
BOWL = {"kind": "Bowl", "size": 3}
MUST = "Abstract type 'Pet' must resolve to an Object type at runtime for field 'Query.pets'"
BY_KIND = {"Pet": lambda value: value["kind"], "Thing": lambda value: value["kind"]}


async def test_objects_of_an_interface_and_a_union_are_answered_by_their_types_in_the_order_of_the_list() -> None:
    document = """
    {
      pets { __typename name ... on Dog { barks } ...CatFields friends { __typename name } }
      things { __typename ... on Pet { name } ... on Bowl { size } ... on Thing { kind: __typename } }
    }
    fragment CatFields on Cat { lives }
    """
    resolvers = {"Query.pets": [CAT, DOG, None, KITTEN, CAT], "Query.things": [BOWL, CAT]} | BY_KIND
    data, errors = await answer(PETS, resolvers, document)
    assert errors == []
    cat = {
        "__typename": "Cat",
        "name": "Tom",
        "lives": 7,
        "friends": [{"__typename": "Dog", "name": "Rex"}, None],
    }
    kitten = {"__typename": "Cat", "name": "Kit", "lives": 9, "friends": None}
    dog = {"__typename": "Dog", "name": "Rex", "barks": True, "friends": None}
    assert data == {
        "pets": [cat, dog, None, kitten, cat],
        "things": [
            {"__typename": "Bowl", "size": 3, "kind": "Bowl"},
            {"__typename": "Cat", "name": "Tom", "kind": "Cat"},
        ],
    }
    assert list(data["pets"][1]) == ["__typename", "name", "barks", "friends"]


async def test_without_a_resolver_the_types_are_asked_whether_an_object_is_theirs() -> None:
    async def is_cat(value: dict[str, Any]) -> bool:
        return bool(value["kind"] == "Cat")

    resolvers = {
        "Query.pets": [CAT, DOG, {"kind": "Fish"}],
        "Dog": lambda value: value["kind"] == "Dog",
        "Cat": is_cat,
    }
    data, errors = await answer(PETS, resolvers, "{ pets { __typename } }")
    assert data == {"pets": [{"__typename": "Cat"}, {"__typename": "Dog"}, None]}
    [(message, path)] = errors
    assert path == ["pets", 2]
    assert message.startswith(f"{MUST}. Either")


async def test_without_any_resolver_an_object_tells_its_type_by_its_own_typename() -> None:
    resolvers = {"Query.pets": [{"__typename": "Cat", "name": "Tom"}]}
    data, errors = await answer(PETS, resolvers, "{ pets { __typename name } }")
    assert (data, errors) == ({"pets": [{"__typename": "Cat", "name": "Tom"}]}, [])


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("Fish", "Abstract type 'Pet' was resolved to a type 'Fish' that does not exist inside the schema."),
        ("Pet", "Abstract type 'Pet' was resolved to a non-object type 'Pet'."),
        ("Bowl", "Runtime Object type 'Bowl' is not a possible type for 'Pet'."),
        (
            7,
            f"{MUST} with value {{'kind': 7}}, received '7', which is not a valid Object type name.",
        ),
    ],
)
async def test_a_type_that_cannot_stand_there_is_the_error_of_its_object_alone(told: object, message: str) -> None:
    resolvers = {"Query.pets": [DOG, {"kind": told}, CAT]} | BY_KIND
    data, errors = await answer(PETS, resolvers, "{ pets { name } }")
    assert data == {"pets": [{"name": "Rex"}, None, {"name": "Tom"}]}
    assert errors == [(message, ["pets", 1])]


async def test_a_type_resolver_that_raises_is_the_error_of_its_object_alone() -> None:
    async def later(value: dict[str, Any]) -> str:
        kind: str = value["kind"]
        return kind

    resolvers = {"Query.pets": [DOG, {}], "Query.things": [CAT, {}]} | BY_KIND | {"Thing": later}
    data, errors = await answer(PETS, resolvers, "{ pets { name } things { __typename } }")
    assert data == {"pets": [{"name": "Rex"}, None], "things": [{"__typename": "Cat"}, None]}
    assert errors == [("'kind'", ["pets", 1]), ("'kind'", ["things", 1])]


async def test_an_object_that_its_type_does_not_take_for_its_own_is_an_error() -> None:
    async def is_dog(value: dict[str, Any]) -> bool:
        return bool(value["kind"] == "Dog")

    resolvers = {"Query.dog": CAT, "Query.pets": [DOG], "Dog": is_dog} | BY_KIND
    data, errors = await answer(PETS, resolvers, "{ dog { name } pets { name } }")
    assert data == {"dog": None, "pets": [{"name": "Rex"}]}
    [(message, path)] = errors
    assert path == ["dog"]
    assert message.startswith("Expected value of type 'Dog' but got: {'kind': 'Cat'")


async def test_nulls_pass_through_objects_of_an_interface() -> None:
    silent = {"kind": "Dog", "name": "Mute", "barks": None}
    resolvers = {"Query.pets": [CAT, silent], "Query.pet": CAT | {"friends": [silent, DOG]}} | BY_KIND
    document = "{ pet { friends { ... on Dog { barks } } } pets { name ... on Dog { barks } } }"
    data, errors = await answer(PETS, resolvers, document)
    assert data == {
        "pet": {"friends": [None, {"barks": True}]},
        "pets": [{"name": "Tom"}, None],
    }
    message = "Cannot return null for non-nullable field Dog.barks."
    assert errors == [(message, ["pet", "friends", 0, "barks"]), (message, ["pets", 1, "barks"])]


async def test_a_required_object_of_an_interface_takes_its_parent_with_it() -> None:
    data, errors = await answer(PETS, {"Query.pet": {"kind": "Fish"}} | BY_KIND, "{ pet { name } }")
    assert data is None
    assert [path for _, path in errors] == [["pet"]]
