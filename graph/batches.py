"""Data loaders over the readers' methods: what reads many keys with one statement."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Sequence
from typing import Any, TypeAlias, TypeVar

from aiodataloader import DataLoader

from graph.execution.loader_reads import ending_with_operation
from persistence.readers.paging import Page, PageRequest

_MAX_KEYS = 1_000

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
PageLoader: TypeAlias = DataLoader[tuple[K, PageRequest], Page[V]]


class SharedLoader(DataLoader[K, V]):
    """A data loader whose answers are for all fields that wait for a key, whoever of them is cancelled.

    graphql-core cancels the fields beside one that failed, and whoever is cancelled cancels what it waits for:
    aiodataloader's one future of a key, which fields elsewhere in the answer wait for too.
    """

    def load(self, key: K) -> "asyncio.Future[V]":
        """What there is for the key; raises where loading failed."""
        return asyncio.shield(super().load(key))


def loader(read: Callable[[list[K]], Coroutine[Any, Any, list[V]]]) -> DataLoader[K, V]:
    """The loader of what a reader has for each key, in the order of the keys."""
    return SharedLoader(ending_with_operation(read), max_batch_size=_MAX_KEYS)


def each_alone(read: Callable[[K], Coroutine[Any, Any, V]]) -> Callable[[list[K]], Coroutine[Any, Any, list[V]]]:
    """A read of one key, run for each of those that are asked for at the same time."""

    async def read_each(keys: list[K]) -> list[V]:
        return [await read(keys[0])] if len(keys) == 1 else await asyncio.gather(*map(read, keys))

    return read_each


def page_loader(
    read: Callable[[Sequence[K], PageRequest], Coroutine[Any, Any, list[Page[V]]]],
) -> PageLoader[K, V]:
    """The loader of pages; those that are asked for with the same page request are read by one statement."""

    async def read_groups(keys: list[tuple[K, PageRequest]]) -> list[Page[V]]:
        groups: dict[PageRequest, list[K]] = {}
        for parent, request in keys:
            groups.setdefault(request, []).append(parent)
        if len(groups) == 1:
            [(request, parents)] = groups.items()
            return await read(parents, request)
        pages = await asyncio.gather(*(read(parents, request) for request, parents in groups.items()))
        found = {
            (parent, request): page
            for (request, parents), own in zip(groups.items(), pages, strict=True)
            for parent, page in zip(parents, own, strict=True)
        }
        return [found[key] for key in keys]

    return loader(read_groups)
