"""The loaders of the toy schema, which fail for some keys or wholly, and the context that holds them."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias

from aiodataloader import DataLoader

from graph.batches import SharedLoader
from graph.execution.operation_loader import OperationLoader
from tests.execution.bare_context import BareContext
from tests.execution.toy_pets import pet

Batches: TypeAlias = list[tuple[str, tuple[Any, ...]]]


class ToyLoaders:
    """Loaders that fail for some keys, or wholly."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches

    @OperationLoader
    def pet_by_number(self) -> DataLoader[int, Any]:
        """One pet, a fault or nothing."""
        return _loader("pet_by_number", self._batches, _pet_or_fault)

    @OperationLoader
    def pets_by_number(self) -> DataLoader[int, Any]:
        """Two pets."""
        return _loader("pets_by_number", self._batches, lambda number: [pet(number), pet(number + 3)])

    @OperationLoader
    def number_by_pair(self) -> DataLoader[tuple[int, int], int]:
        """The sum of the two."""
        return _loader("number_by_pair", self._batches, sum)

    @OperationLoader
    def broken(self) -> DataLoader[int, Any]:
        """A fault for all keys together."""
        return _loader("broken", self._batches, lambda number: 1 // 0)

    @OperationLoader
    def unmade(self) -> DataLoader[int, Any]:
        """No loader: it cannot even be made."""
        raise LookupError("there is no such loader")


class ToyContext(BareContext):
    """What the toy's resolvers share; `batches` are the loads that ran."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: Batches = []
        self.loaders = ToyLoaders(self.batches)

    def renew_loaders(self) -> None:
        """Forget what was loaded."""
        self.loaders = ToyLoaders(self.batches)


def _pet_or_fault(number: int) -> Any:
    if number % 5 == 2:
        return ValueError(f"{number} cannot be loaded")
    return None if number % 5 == 4 else pet(number)


def _loader(name: str, batches: Batches, load_one: Callable[[Any], Any]) -> DataLoader[Any, Any]:
    async def load(keys: list[Any]) -> list[Any]:
        batches.append((name, tuple(keys)))
        await asyncio.sleep(0)
        return [load_one(key) for key in keys]

    return SharedLoader(load, max_batch_size=5)
