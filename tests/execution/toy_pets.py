"""The objects of the toy schema and the functions that tell their fields, which fail for some of them.

What fails depends on an object's number alone, so that both executors meet the same faults.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

import strawberry
from graphql import Undefined


@strawberry.enum
class Colour(Enum):
    """A colour."""

    RED = "red"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class CatView:
    """A cat."""

    number: int


@dataclass(frozen=True, slots=True)
class DogView:
    """A dog; the tenth is taken for none by its type."""

    number: int


@dataclass(frozen=True, slots=True)
class GhostView:
    """Of no type of the schema."""

    number: int


def pet(number: int) -> Any:
    """The pet of a number: the same object each time."""
    return PETS[number % len(PETS)]


PETS = [GhostView(n) if n % 7 == 6 else CatView(n) if n % 2 else DogView(n) for n in range(12)]


def fault(root: Any, when: int) -> None:
    """Fail for one object in `when`."""
    if root.number % when == 1:
        raise ValueError(f"{root.number} failed")


def label(root: Any) -> str | None:
    return None if root.number % 4 == 2 else f"label {root.number}"


def colour(root: Any) -> Any:
    return "blue" if root.number % 5 == 4 else Colour.RED if root.number % 2 else Colour.GREEN


def fragile(root: Any) -> str:
    return f"f{root.number}"


def risky(root: Any, n: int = 2, times: list[int] | None = None) -> int | None:
    fault(root, n)
    return None if n == 4 else root.number * sum(times or [1])


async def risky_later(root: Any, n: int = 3) -> int:
    await asyncio.sleep(0)
    fault(root, n)
    return int(root.number)


def grid(root: Any) -> Any:
    return [[root.number, None], None, [], [3, "x"] if root.number % 3 == 1 else [3]]


def numbers(root: Any) -> Iterator[int]:
    yield root.number
    fault(root, 4)
    yield 0


async def numbers_later(root: Any) -> AsyncIterator[int]:
    for number in numbers(root):
        yield number


def odd(root: Any) -> Any:
    return [ValueError("returned"), Undefined, None, "text"][root.number % 4]


def mixed_later(root: Any) -> Any:
    return [risky_later(root), root.number, None, risky_later(root, 5)]
