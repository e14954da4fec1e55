"""Mutations of attachments."""

from domain.entities.attachment import OwnerKind
from domain.entities.ids import AttachmentId
from domain.services.attachments import AttachmentService
from domain.services.use_case import Done
from graph.dataloaders import Loaders
from graph.global_ids import global_id
from graph.inputs.attachment import (
    AttachFileInput,
    AttachLinkInput,
    CopyAttachmentInput,
    DeleteAttachmentInput,
    SetCoverInput,
    UpdateAttachmentInput,
    attachment_id_of,
)
from graph.inputs.optional import named, settable
from graph.mutations import Call, mutation
from graph.resolvers.results import after
from graph.types.attachment_payloads import (
    AttachFileSuccess,
    AttachLinkSuccess,
    CopyAttachmentSuccess,
    DeleteAttachmentSuccess,
    SetCoverSuccess,
    UpdateAttachmentSuccess,
)
from graph.types.errors import (
    ConflictError,
    DuplicateFileError,
    FileRefusedError,
    FileStoreError,
    IdempotencyKeyReusedError,
    NotFoundError,
    ValidationError,
)
from persistence.readers.attachment import AttachmentView


@mutation(
    AttachmentService.attach_file,
    ValidationError,
    NotFoundError,
    FileRefusedError,
    DuplicateFileError,
    FileStoreError,
    IdempotencyKeyReusedError,
)
async def attach_file(call: Call, input: AttachFileInput) -> AttachFileSuccess:
    """Attach a file. Its kind comes from its bytes; bytes that the owner has already are refused, naming the twin."""
    added = await call.services.attachments.attach_file(
        call.repeatable(input), input.owner.reference(), input.file, named(input.title)
    )
    return AttachFileSuccess(attachment=await _added(call, added), replayed=added.replayed)


@mutation(AttachmentService.attach_link, ValidationError, NotFoundError, IdempotencyKeyReusedError)
async def attach_link(call: Call, input: AttachLinkInput) -> AttachLinkSuccess:
    """Attach a link."""
    added = await call.services.attachments.attach_link(
        call.repeatable(input), input.owner.reference(), input.url, named(input.title)
    )
    return AttachLinkSuccess(attachment=await _added(call, added), replayed=added.replayed)


@mutation(AttachmentService.update, ValidationError, NotFoundError, ConflictError)
async def update_attachment(call: Call, input: UpdateAttachmentInput) -> UpdateAttachmentSuccess:
    """Change the title of an attachment, or where a link leads."""
    attachment_id = attachment_id_of(input.attachment_id)
    await call.services.attachments.update(
        call.actor, attachment_id, settable(input.title), settable(input.url), named(input.expected_version)
    )
    return UpdateAttachmentSuccess(
        attachment=await after(call, Loaders.attachment_by_id, attachment_id, "attachment_id")
    )


@mutation(
    AttachmentService.copy,
    ValidationError,
    NotFoundError,
    DuplicateFileError,
    FileStoreError,
    IdempotencyKeyReusedError,
)
async def copy_attachment(call: Call, input: CopyAttachmentInput) -> CopyAttachmentSuccess:
    """Copy an attachment to another part, box or project; a file is copied in the store. The original stays."""
    copied = await call.services.attachments.copy(
        call.repeatable(input),
        attachment_id_of(input.attachment_id),
        input.owner.reference(),
        named(input.title),
    )
    return CopyAttachmentSuccess(attachment=await _added(call, copied), replayed=copied.replayed)


@mutation(AttachmentService.delete, NotFoundError, ConflictError)
async def delete_attachment(call: Call, input: DeleteAttachmentInput) -> DeleteAttachmentSuccess:
    """Delete an attachment with its file and previews."""
    attachment_id = attachment_id_of(input.attachment_id)
    await call.services.attachments.delete(call.actor, attachment_id, named(input.expected_version))
    return DeleteAttachmentSuccess(deleted_id=global_id("Attachment", attachment_id))


@mutation(AttachmentService.set_cover, ValidationError, NotFoundError)
async def set_cover(call: Call, input: SetCoverInput) -> SetCoverSuccess:
    """Choose what stands for a part, a box or a project in lists. The version of the owner stays as it is."""
    chosen = named(input.attachment_id)
    owner = await call.services.attachments.set_cover(
        call.actor,
        input.owner.reference(),
        input.domain_choice(),
        attachment_id_of(chosen) if chosen is not None else None,
    )
    loaders = call.loaders_after_commit()
    by_owner = {
        OwnerKind.PART: loaders.cover_by_part,
        OwnerKind.BOX: loaders.cover_by_box,
        OwnerKind.PROJECT: loaders.cover_by_project,
    }[owner.kind]
    return SetCoverSuccess(cover=await by_owner.load(owner.id))


async def _added(call: Call, added: Done[AttachmentId]) -> AttachmentView:
    return await after(call, Loaders.attachment_by_id, added.id)
