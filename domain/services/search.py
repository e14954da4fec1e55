"""Use cases of the documents that search finds things by, which the server makes anew and tidies up by itself.

Documents are written with what they are of. Those that are missing, that older rules made, or that a server left
behind which knows nothing of search, are made here, page by page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from domain.entities.actor import Role
from domain.entities.ids import AttachmentId
from domain.entities.job import JobKind, NoPayload
from domain.entities.search import TextWord
from domain.ports.search import DocumentKind, StrayPosting
from domain.ports.unit_of_work import UnitOfWork, UnitsOfWork
from domain.services.use_case import use_case

INDEX_PARTS = JobKind("INDEX_PARTS", NoPayload, timeout_seconds=12 * 60 * 60)
"""Makes the documents that are to be made anew; see docs/domain.md#documents-of-search."""

TIDY_WORDS = JobKind("TIDY_WORDS", NoPayload, timeout_seconds=12 * 60 * 60)
"""Removes words and postings that no document has any more; see docs/domain.md#the-vocabulary."""


@dataclass(frozen=True, slots=True)
class IndexedPage:
    """What became of a page of documents: how many are written, which a rival had, and where to go on.

    `last` is None at the end. Of attachments `texts` are those whose texts are still to be taken apart.
    """

    written: int = 0
    passed_over: Sequence[int] = ()
    last: int | None = None
    texts: Sequence[AttachmentId] = ()


@dataclass(frozen=True, slots=True)
class SearchService:
    """Documents of search; nobody edited anything, so nothing gets a version or an edit."""

    units_of_work: UnitsOfWork

    @use_case(Role.EDITOR)
    async def begin(self, uow: UnitOfWork) -> bool:
        """Have INDEX_PARTS run at once, if there is anything to make; returns whether there is."""
        for kind in DocumentKind:
            if await uow.search_documents.old(kind, 0, 1):
                await uow.jobs.bring_forward(INDEX_PARTS)
                return True
        return False

    @use_case(Role.EDITOR)
    async def count_old(self, uow: UnitOfWork) -> Mapping[DocumentKind, int]:
        """How many documents of each kind are to be made."""
        return {kind: await uow.search_documents.count_old(kind) for kind in DocumentKind}

    @use_case(Role.EDITOR)
    async def index(self, uow: UnitOfWork, kind: DocumentKind, after: int, limit: int) -> IndexedPage:
        """Make up to `limit` documents past an id, but for those whose parts a rival has. Does no harm twice."""
        old = await uow.search_documents.old(kind, after, limit)
        return await _written(uow, kind, old, last=old[-1] if len(old) == limit else None)

    @use_case(Role.EDITOR)
    async def index_these(self, uow: UnitOfWork, kind: DocumentKind, ids: Sequence[int]) -> IndexedPage:
        """Make those of these documents that are still to be made; for what was passed over."""
        return await _written(uow, kind, await uow.search_documents.still_old(kind, ids), last=None)

    @use_case(Role.EDITOR)
    async def text(self, uow: UnitOfWork, attachment_id: AttachmentId) -> str | None:
        """The text that is to be taken apart; None when there is none any more."""
        return await uow.search_documents.text(attachment_id)

    @use_case(Role.EDITOR)
    async def keep_words(
        self, uow: UnitOfWork, attachment_id: AttachmentId, text: str, words: Sequence[TextWord]
    ) -> bool:
        """Keep the words of this text, and make the document of its attachment; false when a rival has that, or it has
        another text by now."""
        if not await uow.search_documents.lock(DocumentKind.ATTACHMENT, [attachment_id]):
            return False
        await uow.search_documents.write(DocumentKind.ATTACHMENT, [attachment_id])
        return await uow.search_documents.keep_words(attachment_id, sha256(text.encode()).digest(), words)

    @use_case(Role.EDITOR)
    async def mark_old(self, uow: UnitOfWork, kind: DocumentKind, after: int, limit: int) -> int | None:
        """Have up to `limit` documents past an id made anew; returns the last id, None at the end."""
        return await uow.search_documents.mark_old(kind, after, limit)

    @use_case(Role.EDITOR)
    async def begin_again(self, uow: UnitOfWork) -> None:
        """Have INDEX_PARTS run at once."""
        await uow.jobs.bring_forward(INDEX_PARTS)

    @use_case(Role.EDITOR)
    async def stray_words(self, uow: UnitOfWork, after: int, limit: int) -> tuple[Sequence[int], int | None]:
        """Look at so many words of the vocabulary: those that no document has, and where to go on."""
        return await uow.search_vocabulary.stray_words(after, limit)

    @use_case(Role.EDITOR)
    async def stray_postings(
        self, uow: UnitOfWork, after: StrayPosting | None, limit: int
    ) -> tuple[Sequence[StrayPosting], StrayPosting | None]:
        """Look at so many postings: those that follow from no document, and where to go on."""
        return await uow.search_vocabulary.stray_postings(after, limit)

    @use_case(Role.EDITOR)
    async def remove_words(self, uow: UnitOfWork, ids: Sequence[int]) -> int | None:
        """Remove those of the words that are still stray; None while somebody writes documents."""
        if not await uow.search_vocabulary.lock_vocabulary():
            return None
        return await uow.search_vocabulary.remove_words(ids)

    @use_case(Role.EDITOR)
    async def remove_postings(self, uow: UnitOfWork, postings: Sequence[StrayPosting]) -> int | None:
        """Remove those of the postings that are still stray; None while somebody writes documents."""
        if not await uow.search_vocabulary.lock_vocabulary():
            return None
        return await uow.search_vocabulary.remove_postings(postings)


async def _written(uow: UnitOfWork, kind: DocumentKind, old: Sequence[int], last: int | None) -> IndexedPage:
    if not old:
        return IndexedPage()
    locked = await uow.search_documents.lock(kind, old)
    passed_over = sorted(set(old) - set(locked))
    if not locked:
        return IndexedPage(0, passed_over, last)
    await uow.search_documents.write(kind, locked)
    texts: Sequence[AttachmentId] = ()
    if kind is DocumentKind.ATTACHMENT:
        texts = await uow.search_documents.texts_of([AttachmentId(each) for each in locked])
    return IndexedPage(len(locked), passed_over, last, texts)
