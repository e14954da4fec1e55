"""Makes documents of search anew: parts, then types, then attachments with the words of their texts.

Each page is a transaction of its own, and what is made is no longer old: whoever goes on after a kill begins where the
last page ended, and several can work at once. What an editor has is passed over and come back to.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import structlog

from domain.entities.actor import Actor
from domain.entities.ids import AttachmentId
from domain.entities.search import TextWord
from domain.ports.search import DocumentKind
from domain.services.search import IndexedPage, SearchService
from server.process.children import ChildFailed, ChildFunction, Children, Limits
from server.rendering.answers import WORDS

_AT_A_TIME = 100
# A text is one that a child took from a file; nothing of the file is opened here.
_WORDS_OF = ChildFunction("server.rendering.packed_words:words_of", WORDS, calls=100)
_LIMITS = Limits(seconds=60, memory_bytes=768 * 2**20, niceness=10)
_REST_SECONDS = 0.5
_MOST_RESTS = 120

Tell = Callable[[DocumentKind, int, int, float], Awaitable[None]]
"""Told of a kind how many are made, of how many, and how far all of it is, 0 to 1."""

_log = structlog.get_logger(__name__)


class Indexing:
    """One run over all that is old."""

    def __init__(self, service: SearchService, children: Children, actor: Actor, tell: Tell) -> None:
        self._service = service
        self._children = children
        self._actor = actor
        self._tell = tell
        self.written = 0
        """How many documents were made."""
        self.left = 0
        """How many are left to the next run."""

    async def run(self) -> None:
        """Make all that is old at the beginning; what becomes old meanwhile may be left."""
        counts = await self._service.count_old(self._actor)
        total = max(sum(counts.values()), 1)
        for kind, number in counts.items():
            before, made = self.written, 0
            async for page_made in self._pages(kind):
                made += page_made
                self.written = before + made
                await self._tell(kind, min(made, number), number, min(self.written / total, 1))

    async def _pages(self, kind: DocumentKind) -> AsyncIterator[int]:
        """How many documents each page made."""
        after: int | None = 0
        passed_over: list[int] = []
        while after is not None:
            page = await self._service.index(self._actor, kind, after, _AT_A_TIME)
            yield page.written
            passed_over += page.passed_over
            passed_over += await self._take_texts_apart(page)
            after = page.last
        for _ in range(_MOST_RESTS):
            if not passed_over:
                return
            await asyncio.sleep(_REST_SECONDS)
            again = passed_over
            passed_over = []
            for start in range(0, len(again), _AT_A_TIME):
                page = await self._service.index_these(self._actor, kind, again[start : start + _AT_A_TIME])
                yield page.written
                passed_over += page.passed_over
                passed_over += await self._take_texts_apart(page)
        self.left += len(passed_over)

    async def _take_texts_apart(self, page: IndexedPage) -> Sequence[AttachmentId]:
        """Keep the words of the texts; returns those that a rival has."""
        missed: list[AttachmentId] = []
        for attachment_id in page.texts:
            text = await self._service.text(self._actor, attachment_id)
            if text is None:
                continue
            words = await self._words_of(attachment_id, text)
            if words is None:
                self.left += 1
            elif not await self._service.keep_words(self._actor, attachment_id, text, words):
                missed.append(attachment_id)
        return missed

    async def _words_of(self, attachment_id: AttachmentId, text: str) -> Sequence[TextWord] | None:
        try:
            words: Sequence[TextWord] = await self._children.run(_LIMITS, _WORDS_OF, text)
        except ChildFailed as error:
            _log.warning("a text was not taken apart", attachment=attachment_id, reason=str(error))
            return None
        return words
