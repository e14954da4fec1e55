"""Loads for whole columns: the batch functions of the data loaders, with one future a batch instead of one a key.

Columns that ask the same loader in the same turn of the event loop share one batch. A key is loaded once in an
operation; what a resolver has loaded through the data loader itself is taken from there.
"""

import asyncio
from collections.abc import Hashable, Sequence
from typing import Any

from aiodataloader import DataLoader

from graph.execution.breadth_first.failure import Failure


class ColumnLoader:
    """Loads many keys of one data loader at a time."""

    __slots__ = ("_batch", "_batches", "_loader", "_values", "_waiting")

    def __init__(self, loader: DataLoader[Any, Any]) -> None:
        self._loader = loader
        self._values: dict[Hashable, Any] = {}
        # The keys that wait for the next batch, that batch, and the batch of each key that was asked for.
        self._waiting: list[Hashable] = []
        self._batch: asyncio.Future[None] | None = None
        self._batches: dict[Hashable, asyncio.Future[None]] = {}

    async def load(self, keys: Sequence[Hashable]) -> list[Any]:
        """The value of each key, in the order of the keys; a Failure where its load failed."""
        values = self._values
        missing = [key for key in dict.fromkeys(keys) if key not in values]
        if missing:
            for batch in self._batches_of(missing):
                # All that wait for a batch belong to one operation: cancelling it cancels the statement that runs.
                await batch
        return [values[key] for key in keys]

    def _batches_of(self, missing: list[Hashable]) -> set[asyncio.Future[None]]:
        batches = self._batches
        new = [key for key in missing if key not in batches]
        if new:
            if self._batch is None:
                self._batch = asyncio.ensure_future(self._next_batch())
            self._waiting += new
            batches.update(dict.fromkeys(new, self._batch))
        return {batches[key] for key in missing}

    async def _next_batch(self) -> None:
        # Everything that is ready to run now may still add its keys.
        await asyncio.sleep(0)
        keys, self._waiting, self._batch = self._waiting, [], None
        # aiodataloader has no other way to ask what it has without asking for it.
        known = self._loader._cache
        new = [key for key in keys if key not in known] if known else keys
        size = self._loader.max_batch_size or len(keys)
        for start in range(0, len(new), size):
            await self._load(new[start : start + size])
        for key in keys if len(new) < len(keys) else ():
            if key not in self._values:
                await self._take(key)

    async def _load(self, keys: list[Hashable]) -> None:
        try:
            loaded = await self._loader.batch_load_fn(keys)
            self._values.update(zip(keys, map(_loaded, loaded), strict=True))
        except Exception as error:  # noqa: BLE001 - whatever fails is the error of each field that waits for it
            self._values.update(dict.fromkeys(keys, Failure(error)))

    async def _take(self, key: Hashable) -> None:
        try:
            self._values[key] = await self._loader.load(key)
        except Exception as error:  # noqa: BLE001 - whatever fails is the error of each field that waits for it
            self._values[key] = Failure(error)


class ColumnLoaders:
    """The column loaders over one set of data loaders, made when first asked for."""

    __slots__ = ("_by_name", "loaders")

    def __init__(self, loaders: Any) -> None:
        self.loaders = loaders
        self._by_name: dict[str, ColumnLoader] = {}

    def named(self, name: str) -> ColumnLoader:
        """The column loader over the data loader of this name."""
        found = self._by_name.get(name)
        if found is None:
            found = self._by_name[name] = ColumnLoader(getattr(self.loaders, name))
        return found


def _loaded(value: Any) -> Any:
    return Failure(value) if isinstance(value, Exception) else value
