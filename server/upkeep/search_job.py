"""The jobs of search: documents that are to be made anew, at the start that brings it and daily, and the vocabulary.

Daily, too, because a server of before may write after that start, while another one takes its place.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar, cast

from domain.entities.job import NoPayload, Schedule
from domain.ports.search import DocumentKind, StrayPosting
from domain.services import Services
from domain.services.search import INDEX_PARTS, TIDY_WORDS
from server.jobs import JobHandlers, JobRun
from server.process.children import Children
from server.upkeep.search_indexing import Indexing

T = TypeVar("T")

_WORDS_AT_A_TIME = 1_000
_POSTINGS_AT_A_TIME = 20_000
_TRIES = 3
_REST_SECONDS = 0.1


def add_search(handlers: JobHandlers, services: Services, children: Children) -> None:
    """Give the jobs their handlers and their schedules."""

    async def index_parts(run: JobRun, _: NoPayload) -> str:
        async def tell(kind: DocumentKind, made: int, number: int, progress: float) -> None:
            await run.report(progress, f"{made:,} of {number:,} {kind.value}s")

        indexing = Indexing(services.search, children, run.actor, tell)
        await indexing.run()
        left = f" {indexing.left:,} are left to the next run." if indexing.left else ""
        return f"{indexing.written:,} documents written.{left}"

    async def tidy_words(run: JobRun, _: NoPayload) -> str:
        return await _Tidying(services, run).run()

    handlers.add_scheduled(Schedule(INDEX_PARTS, timedelta(days=1)), index_parts)
    handlers.add_scheduled(Schedule(TIDY_WORDS, timedelta(days=1)), tidy_words)


class _Tidying:
    """One run: strays are looked for without a lock, so that nobody waits on a day without any."""

    def __init__(self, services: Services, run: JobRun) -> None:
        self._service = services.search
        self._run = run
        self._put_off = 0

    async def run(self) -> str:
        postings = await self._postings()
        # After them, since a word that a stray posting has is not yet stray.
        words = await self._words()
        put_off = f" {self._put_off:,} are left to the next run." if self._put_off else ""
        return f"{words:,} words and {postings:,} postings removed.{put_off}"

    async def _words(self) -> int:
        removed, after = 0, 0
        while True:
            stray, last = await self._service.stray_words(self._run.actor, after, _WORDS_AT_A_TIME)
            removed += await self._patiently(self._service.remove_words, stray)
            # How much is left is not known, so the progress stays.
            await self._run.report(0, f"{removed:,} words removed.")
            if last is None:
                return removed
            after = last

    async def _postings(self) -> int:
        removed, after = 0, cast(StrayPosting | None, None)
        while True:
            stray, last = await self._service.stray_postings(self._run.actor, after, _POSTINGS_AT_A_TIME)
            removed += await self._patiently(self._service.remove_postings, stray)
            await self._run.report(0, f"{removed:,} postings removed.")
            if last is None:
                return removed
            after = last

    async def _patiently(self, remove: Callable[..., Awaitable[int | None]], stray: Sequence[T]) -> int:
        """Remove them in a moment in which nobody writes documents; who uploads a file does so for minutes."""
        for attempt in range(_TRIES if stray else 0):
            if (removed := await remove(self._run.actor, stray)) is not None:
                return removed
            await asyncio.sleep(_REST_SECONDS * (attempt + 1))
        self._put_off += len(stray)
        return 0
