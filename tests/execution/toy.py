"""A schema in which everything fails for some objects: resolvers, scalars, enums, nulls, types, loaders."""

import asyncio
import inspect
from collections.abc import Callable, Hashable
from operator import attrgetter
from typing import Annotated, Any, NewType, TypeAlias

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

from graph.relations import backed_by, derived, many, one
from tests.execution import toy_pets as pets
from tests.execution.toy_loaders import ToyLoaders
from tests.execution.toy_pets import PETS, CatView, Colour, DogView, fault, pet

Fragile = NewType("Fragile", str)


def _serialize_fragile(value: str) -> str | None:
    if value.endswith("3"):
        raise ValueError(f"{value} broke")
    return None if value.endswith("5") else value.upper()


FRAGILE = ScalarDefinition(
    name="Fragile",
    description="Fails for what ends in 3, is nothing for what ends in 5.",
    specified_by_url=None,
    serialize=_serialize_fragile,
    parse_value=str,
    parse_literal=None,
)


def _listed(root: Any) -> Any:
    return [root.number]


def _addend(info: strawberry.Info, add: int = 1) -> Hashable:
    if add > 5:
        raise ValueError("too much")
    return add


def _picked(total: int) -> int:
    if total == 6:
        raise ValueError("not six")
    return total


def given_by(function: Callable[..., Any]) -> Any:
    """Declare a field by its annotation, whatever its resolver really returns."""
    signature = inspect.signature(function)
    function.__signature__ = signature.replace(return_annotation=inspect.Signature.empty)  # type: ignore[attr-defined]
    return strawberry.field(resolver=function)


CatRef: TypeAlias = Annotated["Cat", strawberry.lazy("tests.execution.toy")]
DogRef: TypeAlias = Annotated["Dog", strawberry.lazy("tests.execution.toy")]
PetRef: TypeAlias = Annotated["Pet", strawberry.lazy("tests.execution.toy")]
Thing: TypeAlias = Annotated[CatRef | DogRef, strawberry.union("Thing")]


@strawberry.interface
class Pet:
    """Cats and dogs."""

    number: int
    missing: int | None
    label: str | None = given_by(pets.label)
    name: str = given_by(pets.label)
    colour: Colour | None = given_by(pets.colour)
    colours: list[Colour] | None = given_by(lambda root: [Colour.RED, pets.colour(root)])
    fragile: Fragile | None = given_by(pets.fragile)
    sure_fragile: Fragile = given_by(pets.fragile)
    fragiles: list[list[Fragile | None]] | None = given_by(lambda root: [["a", pets.fragile(root)], ["b3"]])
    risky: int | None = given_by(pets.risky)
    sure_risky: int = given_by(pets.risky)
    risky_later: int | None = given_by(pets.risky_later)
    sure_risky_later: int = given_by(pets.risky_later)
    grid: list[list[int | None] | None] | None = given_by(pets.grid)
    strict_grid: list[list[int]] | None = given_by(pets.grid)
    half_grid: list[list[int] | None] = given_by(pets.grid)
    numbers: list[int] | None = given_by(pets.numbers)
    numbers_later: list[int] | None = given_by(pets.numbers_later)
    odd: int | None = given_by(pets.odd)
    odd_list: list[int | None] | None = given_by(lambda root: [pets.odd(root), 1] if root.number % 3 else 5)
    mixed_later: list[int | None] | None = given_by(pets.mixed_later)
    friend: PetRef | None = given_by(lambda root: pet(root.number + 1))
    sure_friend: PetRef = given_by(lambda root: pet(root.number + 2))
    things: list[list[Thing | None]] = given_by(lambda root: [[root, None, pet(3)], [pet(root.number + 5)]])
    dogs: list[DogRef | None] | None = given_by(lambda root: [root, DogView(10), pet(2)])
    related: PetRef | None = one(ToyLoaders.pet_by_number, key=attrgetter("number"), description="")
    sure_related: PetRef = one(
        ToyLoaders.pet_by_number, key=lambda root: root.number + 1 if root.number % 4 else None, description=""
    )
    relatives: list[PetRef] = many(ToyLoaders.pets_by_number, key=attrgetter("number"), description="", length=2)
    broken: int | None = derived(ToyLoaders.broken, key=attrgetter("number"), description="")
    keyless: int | None = derived(ToyLoaders.number_by_pair, key=attrgetter("nothing"), description="")
    unhashable: int | None = derived(ToyLoaders.number_by_pair, key=_listed, description="")
    unloaded: int | None = derived(ToyLoaders.unmade, key=attrgetter("number"), description="")
    total: int | None = derived(
        ToyLoaders.number_by_pair,
        key=lambda root: root.number if root.number % 3 else None,
        arguments=_addend,
        pick=_picked,
        description="",
    )


@strawberry.type
class Cat(Pet):
    """Told by the class of its view."""

    is_type_of = backed_by(CatView)

    lives: int = given_by(lambda root: 9 - root.number)


@strawberry.type
class Dog(Pet):
    """Told by a function."""

    barks: bool | None = given_by(lambda root: root.number > 4)

    @staticmethod
    def is_type_of(value: object, _info: object) -> bool:
        """All dogs but the tenth."""
        return isinstance(value, DogView) and value.number != 10


async def _pets_later(number: int = 3) -> list[Any]:
    await asyncio.sleep(0)
    fault(pet(number), 5)
    return [pet(index) for index in range(number)]


def _pet(number: int = 1) -> Any:
    return pet(number)


def _groom(number: int) -> Any:
    return pet(number)


async def _feed(info: strawberry.Info, number: int) -> Any:
    info.context.renew_loaders()
    fault(pet(number), 3)
    return await info.context.loaders.pet_by_number.load(number)


@strawberry.type
class Query:
    """What can be read."""

    pet: PetRef | None = given_by(_pet)
    pets: list[PetRef | None] | None = given_by(lambda: [*PETS, None])
    pets_later: list[PetRef | None] | None = given_by(_pets_later)
    strict_pets: list[PetRef] | None = given_by(lambda: [pet(1), pet(2), pet(1)])
    thing: Thing | None = given_by(lambda: pet(3))
    cat: CatRef = given_by(lambda: pet(3))


@strawberry.type
class Mutation:
    """Changes nothing, but renews the loaders; dogs do not let themselves be groomed."""

    feed: Thing | None = given_by(_feed)
    groom: CatRef = given_by(_groom)


schema = strawberry.Schema(Query, Mutation, types=[Cat, Dog], config=StrawberryConfig(scalar_map={Fragile: FRAGILE}))
