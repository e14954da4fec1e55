"""Loads for whole columns: the batch functions of the data loaders, called with all keys at once.

A key is loaded once in an operation; what a resolver has loaded through the data loader itself is taken from there.
Where resolvers are awaited beside the columns, these ask through the data loader as well, so that both share its batch.
"""

import asyncio
from collections.abc import Hashable, Iterable
from typing import Any

from aiodataloader import DataLoader

from graph.execution.breadth_first.failure import Failure
from graph.execution.operation_loader import OperationLoader
from graph.library_internals import known_to


class ColumnLoader:
    """Loads many keys of one data loader at a time."""

    __slots__ = ("_batches", "_loader", "values")

    def __init__(self, loader: DataLoader[Any, Any]) -> None:
        self.values: dict[Hashable, Any] = {}
        """What was loaded for each key; a Failure where that failed."""
        self._loader = loader
        # The batch of each key that is being loaded.
        self._batches: dict[Hashable, asyncio.Future[None]] = {}

    async def load(self, keys: Iterable[Hashable], *, beside_resolvers: bool = False) -> None:
        """See to it that `values` has the keys."""
        values, batches = self.values, self._batches
        missing = [key for key in dict.fromkeys(keys) if key not in values]
        if not missing:
            return
        new = [key for key in missing if key not in batches] if batches else missing
        # All that wait for a batch belong to one operation, which ends as a whole.
        others = {batches[key] for key in missing if key in batches} if batches else ()
        if new:
            await self._next_batch(new, beside_resolvers=beside_resolvers)
        for other in others:
            await other

    async def _next_batch(self, keys: list[Hashable], *, beside_resolvers: bool) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._batches.update(dict.fromkeys(keys, done))
        try:
            await (self._take_all(keys) if beside_resolvers else self._load_all(keys))
        finally:
            done.set_result(None)
            for key in keys:
                del self._batches[key]

    async def _load_all(self, keys: list[Hashable]) -> None:
        known = known_to(self._loader)
        new = [key for key in keys if key not in known] if known else keys
        size = self._loader.max_batch_size or len(keys)
        for start in range(0, len(new), size):
            await self._load(new[start : start + size])
        if len(new) < len(keys):
            await self._take_all([key for key in keys if key not in self.values])

    async def _load(self, keys: list[Hashable]) -> None:
        try:
            loaded = await self._loader.batch_load_fn(keys)
            self.values.update(zip(keys, map(_loaded, loaded), strict=True))
        except Exception as error:  # noqa: BLE001 - whatever fails is the error of each field that waits for it
            self.values.update(dict.fromkeys(keys, Failure(error)))

    async def _take_all(self, keys: list[Hashable]) -> None:
        """Take the keys from the data loader, which loads together what is asked of it in one turn of the loop."""
        for key, answer in [(key, self._loader.load(key)) for key in keys]:
            try:
                self.values[key] = await answer
            except Exception as error:  # noqa: BLE001 - whatever fails is the error of each field that waits for it
                self.values[key] = Failure(error)


class ColumnLoaders:
    """The column loaders over one set of data loaders, made when first asked for."""

    __slots__ = ("_made", "loaders")

    def __init__(self, loaders: Any) -> None:
        self.loaders = loaders
        self._made: dict[OperationLoader[Any], ColumnLoader] = {}

    def over(self, loader: OperationLoader[Any]) -> ColumnLoader:
        """The column loader over this data loader."""
        found = self._made.get(loader)
        if found is None:
            found = self._made[loader] = ColumnLoader(loader.of(self.loaders))
        return found


def _loaded(value: Any) -> Any:
    return Failure(value) if isinstance(value, Exception) else value
