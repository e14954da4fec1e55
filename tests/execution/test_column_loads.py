"""Loads of whole columns: batches are shared, keys are loaded once, and faults are those of their keys."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiodataloader import DataLoader

from graph.execution.breadth_first.failure import Failure, each
from graph.execution.breadth_first.loads import ColumnLoader


def doubled(numbers: list[int]) -> list[int]:
    """What is loaded for numbers."""
    return [2 * number for number in numbers]


class Batches:
    """A loader of numbers, and the batches that it was asked for."""

    def __init__(self, load: Callable[[list[int]], list[Any]]) -> None:
        self.keys: list[list[int]] = []
        self.has_begun = asyncio.Event()

        async def batch(keys: list[int]) -> list[Any]:
            self.keys.append(list(keys))
            self.has_begun.set()
            await asyncio.sleep(0)
            return load(keys)

        self.data_loader: DataLoader[int, Any] = DataLoader(batch, max_batch_size=3)
        self.column_loader = ColumnLoader(self.data_loader)

    async def load(self, keys: list[int]) -> list[Any]:
        """What the column loader has for the keys."""
        await self.column_loader.load(keys)
        return [self.column_loader.values[key] for key in keys]


async def test_a_load_waits_for_the_keys_of_one_that_began_before_and_loads_its_own() -> None:
    batches = Batches(doubled)
    loads = (batches.load(keys) for keys in ([1, 2, 1], [2, 3]))
    assert await asyncio.gather(*loads) == [[2, 4, 2], [4, 6]]
    assert batches.keys == [[1, 2], [3]]


async def test_a_key_is_loaded_once_also_while_its_batch_is_running() -> None:
    batches = Batches(doubled)
    first = asyncio.ensure_future(batches.load([1, 2]))
    await batches.has_begun.wait()
    assert not first.done()
    assert await batches.load([2, 3]) == [4, 6]
    assert await first == [2, 4]
    assert await batches.load([3, 1]) == [6, 2]
    assert batches.keys == [[1, 2], [3]]


async def test_large_batches_are_divided_as_the_data_loader_divides_them() -> None:
    batches = Batches(doubled)
    assert await batches.load([1, 2, 3, 4]) == [2, 4, 6, 8]
    assert batches.keys == [[1, 2, 3], [4]]


async def test_what_a_resolver_has_loaded_is_not_loaded_again() -> None:
    batches = Batches(doubled)
    assert await batches.data_loader.load(1) == 2
    assert await batches.load([1, 5]) == [2, 10]
    assert batches.keys == [[1], [5]]


async def test_a_fault_that_a_resolver_has_met_is_met_again() -> None:
    fault = ValueError("no")
    batches = Batches(lambda keys: [fault for _ in keys])
    waiting = batches.data_loader.load(1)
    await asyncio.wait([waiting])
    [loaded] = await batches.load([1])
    assert loaded.error is fault is waiting.exception()
    assert batches.keys == [[1]]


async def test_an_exception_among_the_values_is_the_fault_of_its_key_alone() -> None:
    fault = ValueError("no")
    batches = Batches(lambda keys: [fault if key == 2 else key for key in keys])
    one, two, three = await batches.load([1, 2, 3])
    assert (one, three) == (1, 3)
    assert isinstance(two, Failure)
    assert two.error is fault


async def test_a_batch_that_fails_or_answers_too_little_is_the_fault_of_all_its_keys() -> None:
    for batches in (Batches(lambda keys: [1 // 0]), Batches(lambda keys: keys[:-1])):
        loaded = await batches.load([1, 2])
        assert [type(value) for value in loaded] == [Failure, Failure]


def test_a_function_is_called_once_for_each_value_whichever_of_them_fail() -> None:
    called: list[int] = []

    def halve(number: int) -> int:
        called.append(number)
        if number % 2:
            raise ValueError(number)
        return number // 2

    results = each(halve, [1, 2, 3, 3, 4])
    assert called == [1, 2, 3, 3, 4]
    assert [type(result) for result in results] == [Failure, int, Failure, Failure, int]
    assert (results[1], results[4]) == (1, 2)
