"""What use cases wish from storage to make documents of search anew, and to tidy up after them.

Whoever writes a part, a type or an attachment writes its document too: that is no wish of its own. Here are those that
are missing, that older rules made, or that a server left behind which knows nothing of search.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.entities.ids import AttachmentId, PartId
from domain.entities.search import TextWord


class DocumentKind(StrEnum):
    """What documents are of, in the order in which they are made anew."""

    PART = "part"
    TYPE = "type"
    ATTACHMENT = "attachment"
    """Of a part; attachments of boxes and projects have none."""


@dataclass(frozen=True, slots=True)
class StrayPosting:
    """A posting that follows from no document."""

    word: str
    part_id: PartId


class SearchDocuments(Protocol):
    """Documents by kind and by the id of what they are of. Nobody edits anything here: no version, no history."""

    async def count_old(self, kind: DocumentKind) -> int:
        """How many are still to be made: missing, of older rules, or older than what they are of."""

    async def old(self, kind: DocumentKind, after: int, limit: int) -> Sequence[int]:
        """The first of them past an id, ascending."""

    async def still_old(self, kind: DocumentKind, ids: Sequence[int]) -> Sequence[int]:
        """Those of these ids that are still to be made, ascending."""

    async def lock(self, kind: DocumentKind, ids: Sequence[int]) -> Sequence[int]:
        """Lock what documents are of, passing over what a rival has locked or what is gone; returns what is locked."""

    async def write(self, kind: DocumentKind, ids: Sequence[int]) -> None:
        """Make these documents from what they are of. It is locked. Where an attachment has a text, its document stays
        old until `keep_words`."""

    async def texts_of(self, attachment_ids: Sequence[AttachmentId]) -> Sequence[AttachmentId]:
        """Those of the attachments that have a text, ascending."""

    async def text(self, attachment_id: AttachmentId) -> str | None:
        """The text of an attachment; None when it has none any more."""

    async def keep_words(self, attachment_id: AttachmentId, sha256: bytes, words: Sequence[TextWord]) -> bool:
        """Write the words of the text with this digest; false when the text is another by now."""

    async def mark_old(self, kind: DocumentKind, after: int, limit: int) -> int | None:
        """Have so many documents past an id made anew, passing over those that are being written; returns the last id,
        None at the end. They are found as they are until then."""


class SearchVocabulary(Protocol):
    """What follows from documents, and stays behind when they change."""

    async def stray_words(self, after: int, limit: int) -> tuple[Sequence[int], int | None]:
        """Look at so many words of the vocabulary past an id: those that no document has or that are there twice, and
        the last id that was looked at, None at the end."""

    async def stray_postings(
        self, after: StrayPosting | None, limit: int
    ) -> tuple[Sequence[StrayPosting], StrayPosting | None]:
        """As `stray_words`, for postings in the order of word and part."""

    async def lock_vocabulary(self) -> bool:
        """Lock the vocabulary against all who write documents, until the end; false when somebody does. Never waits."""

    async def remove_words(self, ids: Sequence[int]) -> int:
        """Remove those of these words that are still stray; returns how many. The vocabulary is locked."""

    async def remove_postings(self, postings: Sequence[StrayPosting]) -> int:
        """Remove those of these postings that are still stray; returns how many. The vocabulary is locked."""
