"""Use cases of attachments: attach a file or a link, rename, copy, delete, choose the cover.

Attaching and copying lock nothing that a stock change wants: the owner's row is kept from being deleted, nothing more.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.entities.actor import Actor, Role
from domain.entities.attachment import (
    Attachment,
    AttachmentKind,
    CoverChoice,
    Owner,
    OwnerReference,
    StoredFile,
    UploadedFile,
)
from domain.entities.edit import EditedKind, FieldChange
from domain.entities.ids import AttachmentId
from domain.entities.unset import UNSET, Settable
from domain.errors import DuplicateFileError, Issue, NotFoundError, ValidationError
from domain.ports.outside import FileExaminer
from domain.ports.unit_of_work import UnitOfWork, UnitsOfWork
from domain.rules import attachment_details
from domain.rules.object_keys import file_key, prefix_of
from domain.rules.versions import refuse_stale
from domain.services.use_case import Done, creating_use_case, first_time, preparing, use_case


@dataclass(frozen=True, slots=True)
class AttachmentService:
    """What people do with files and links. All raise ValidationError and NotFoundError (attachment, part, box)."""

    units_of_work: UnitsOfWork
    examiner: FileExaminer

    @creating_use_case(Role.EDITOR, makes=None, uploads=True)
    async def _attach_file(
        self,
        uow: UnitOfWork,
        reference: OwnerReference,
        upload: UploadedFile,
        file: StoredFile,
        title: str,
    ) -> AttachmentId:
        await first_time(uow)
        owner = await _owner_with_room(uow, reference)
        attachment_id, object_id = await _add_file(uow, owner, title, file, ("file",))
        uow.put_object(file_key(object_id), upload.content, file.size_bytes, file.sha256, file.facts.media_type)
        _record(uow, owner, None, title)
        return attachment_id

    @preparing(_attach_file)
    async def attach_file(
        self,
        actor: Actor,
        owner: OwnerReference,
        upload: UploadedFile,
        title: str | None = None,
    ) -> Done[AttachmentId]:
        """Look at the bytes, then store the file and its row.

        Raises FileRefusedError, DuplicateFileError, FileStoreError, IdempotencyKeyReusedError.
        """
        name, kept_title = attachment_details.checked_file(upload.name, title)
        facts = await self.examiner.facts_of(upload)
        file = StoredFile(name, upload.size_bytes, upload.sha256, facts)
        return await self._attach_file(actor, owner, upload, file, kept_title)

    @creating_use_case(Role.EDITOR, makes=None)
    async def attach_link(
        self,
        uow: UnitOfWork,
        reference: OwnerReference,
        url: str,
        title: str | None = None,
    ) -> AttachmentId:
        """Add a link. Raises IdempotencyKeyReusedError."""
        address, kept_title = attachment_details.checked_link(url, title)
        await first_time(uow)
        owner = await _owner_with_room(uow, reference)
        attachment_id = await uow.attachments.add_link(owner, kept_title, address)
        _record(uow, owner, None, kept_title)
        return attachment_id

    @use_case(Role.EDITOR)
    async def update(
        self,
        uow: UnitOfWork,
        attachment_id: AttachmentId,
        title: Settable[str | None] = UNSET,
        url: Settable[str | None] = UNSET,
        expected_version: int | None = None,
    ) -> AttachmentId:
        """Change the title, or the address of a link; nothing happens when neither differs. Raises ConflictError."""
        attachment = await _locked(uow, attachment_id)
        refuse_stale(attachment.version, expected_version)
        new_title, new_url = attachment_details.revised(attachment, title, url)
        if (new_title, new_url) != (attachment.title, attachment.url):
            await uow.attachments.save(attachment, new_title, new_url)
            _record(uow, attachment.owner, attachment.title, new_title)
        return attachment.id

    @creating_use_case(Role.EDITOR, makes=None, uploads=True)
    async def copy(
        self,
        uow: UnitOfWork,
        attachment_id: AttachmentId,
        reference: OwnerReference,
        title: str | None = None,
    ) -> AttachmentId:
        """Copy to another owner, or a link to the same one too; a file is copied in the store before the commit.

        The source cannot be deleted meanwhile. Raises DuplicateFileError, FileStoreError, IdempotencyKeyReusedError.
        """
        kept_title = attachment_details.checked_title(title) if title is not None else None
        await first_time(uow)
        owner = await _owner_with_room(uow, reference)
        source = await uow.attachments.share(attachment_id)
        if source is None:
            raise _missing(attachment_id)
        new_title = kept_title or source.title
        if source.file is None or source.object_id is None:
            copied = await uow.attachments.add_link(owner, new_title, source.url or "")
        else:
            copied, object_id = await _add_file(uow, owner, new_title, source.file, ("owner", reference.field))
            keys = file_key(source.object_id), file_key(object_id)
            uow.copy_object(*keys, source.file.size_bytes, source.file.sha256)
        _record(uow, owner, None, new_title)
        return copied

    @use_case(Role.EDITOR)
    async def delete(
        self, uow: UnitOfWork, attachment_id: AttachmentId, expected_version: int | None = None
    ) -> AttachmentId:
        """Remove an attachment; its objects are deleted after the commit. Raises ConflictError."""
        attachment = await _locked(uow, attachment_id)
        refuse_stale(attachment.version, expected_version)
        await uow.attachments.delete(attachment.id)
        if attachment.object_id is not None:
            uow.delete_objects(prefix_of(attachment.object_id))
        _record(uow, attachment.owner, attachment.title, None)
        return attachment.id

    @use_case(Role.EDITOR)
    async def set_cover(
        self, uow: UnitOfWork, reference: OwnerReference, choice: CoverChoice, attachment_id: AttachmentId | None
    ) -> Owner:
        """Choose an image or PDF of the owner as its cover, clear the cover, or go back to the oldest image."""
        if (choice is CoverChoice.CHOSEN) != (attachment_id is not None):
            raise ValidationError([Issue(("attachment_id",), "is named with CHOSEN, and only then")])
        owner = await _owner(uow, reference)
        if choice is CoverChoice.OLDEST:
            await uow.attachments.forget_cover(owner)
        else:
            chosen = await _fit_for_cover(uow, owner, attachment_id) if attachment_id is not None else None
            await uow.attachments.set_cover(owner, chosen.id if chosen is not None else None)
        return owner


async def _owner(uow: UnitOfWork, reference: OwnerReference) -> Owner:
    owner = await uow.attachments.find_owner(reference)
    if owner is None:
        raise NotFoundError(reference.kind.value.lower(), str(reference.reference), ("owner", reference.field))
    return owner


async def _owner_with_room(uow: UnitOfWork, reference: OwnerReference) -> Owner:
    owner = await _owner(uow, reference)
    attachment_details.refuse_too_many(await uow.attachments.count(owner), reference.field)
    return owner


async def _locked(uow: UnitOfWork, attachment_id: AttachmentId) -> Attachment:
    attachment = await uow.attachments.lock(attachment_id)
    if attachment is None:
        raise _missing(attachment_id)
    return attachment


async def _add_file(
    uow: UnitOfWork, owner: Owner, title: str, file: StoredFile, path: tuple[str, ...]
) -> tuple[AttachmentId, UUID]:
    """Add the row, unless the owner has the same bytes. A twin that is deleted in the same moment is no twin."""
    while (added := await uow.attachments.add_file(owner, title, file)) is None:
        twin = await uow.attachments.twin(owner, file.sha256)
        if twin is not None:
            raise DuplicateFileError(twin.id, twin.title, path)
    return added


async def _fit_for_cover(uow: UnitOfWork, owner: Owner, attachment_id: AttachmentId) -> Attachment:
    attachment = await uow.attachments.share(attachment_id)
    if attachment is None or attachment.owner != owner:
        raise _missing(attachment_id)
    if attachment.kind not in {AttachmentKind.IMAGE, AttachmentKind.PDF}:
        raise ValidationError([Issue(("attachment_id",), f"must be an image or a PDF, not a {attachment.kind.value}")])
    return attachment


def _record(uow: UnitOfWork, owner: Owner, before: str | None, after: str | None) -> None:
    """An edit of the owner, whose row stays as it is."""
    if before != after:
        uow.edits.record(EditedKind[owner.kind.name], owner.id, [FieldChange("attachments", before, after)])


def _missing(attachment_id: AttachmentId) -> NotFoundError:
    return NotFoundError("attachment", str(attachment_id), ("attachment_id",))
