"""Mutations of attachments: what each takes, what it answers, and how it is carried out.

Longer than other files because all changes of a noun stand on one page.
"""

from typing import Any
from uuid import UUID

import strawberry

import domain.errors as refusals
from domain.entities.attachment import CoverChoice as DomainCoverChoice
from domain.entities.attachment import OwnerKind, OwnerReference, UploadedFile
from domain.entities.ids import AttachmentId, PartKey
from domain.services.attachments import AttachmentService
from domain.services.use_case import Done
from graph.dataloaders import Loaders
from graph.global_ids import global_id, parse_global_id_of
from graph.mutation_fields import (
    deleted_id_field,
    expected_version_field,
    idempotency_key_field,
    named,
    optional,
    replayed_field,
    settable,
)
from graph.mutations import Call, mutation
from graph.resolvers.results import after
from graph.scalars import URL
from graph.types.attachment import Attachment, CoverChoice
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


def _attachment(description: str) -> Any:
    return strawberry.field(graphql_type=Attachment, description=description)


@strawberry.input(description="Whom files belong to: exactly one of the fields is given.")
class AttachmentOwnerInput:
    """An owner as people name it."""

    part_key: PartKey | None = optional("The key of a part; a retired one too.")
    box_number: int | None = optional("The number of a box.")
    project_id: strawberry.ID | None = optional("The id of a project; an archived one too.")

    def reference(self) -> OwnerReference:
        """The owner as the domain names it. Raises ValidationError, and NotFoundError for an id of something else."""
        named = {
            kind: value
            for kind, value in (
                (OwnerKind.PART, self.part_key),
                (OwnerKind.BOX, self.box_number),
                (OwnerKind.PROJECT, self.project_id),
            )
            if value is not None and value is not strawberry.UNSET
        }
        if len(named) != 1:
            raise refusals.ValidationError(
                [refusals.Issue(("owner",), f"exactly one of its fields is needed, not {len(named)}")]
            )
        ((kind, value),) = named.items()
        if kind is not OwnerKind.PROJECT:
            return OwnerReference(kind, value)
        number = parse_global_id_of("Project", str(value))
        if number is None:
            raise refusals.NotFoundError("project", str(value), ("owner", "projectId"))
        return OwnerReference(kind, number)


@strawberry.input(description="A file for a part, a box or a project, sent as multipart/form-data.")
class AttachFileInput:
    """What attachFile takes."""

    owner: AttachmentOwnerInput = strawberry.field(description="Whom it belongs to.")
    file: UploadedFile = strawberry.field(
        description="A part of the request: an image of 1 byte to 10 MiB and up to 50 megapixels, a PDF or any other "
        "file of 1 byte to 100 MiB."
    )
    title: str | None = optional(
        "What people call it, up to 255 characters in one line; the name of the file when left out."
    )
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="The file was attached.")
class AttachFileSuccess:
    """The answer of attachFile."""

    attachment: AttachmentView = _attachment("The new attachment.")
    replayed: bool = replayed_field()


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


@strawberry.input(description="A link for a part, a box or a project.")
class AttachLinkInput:
    """What attachLink takes."""

    owner: AttachmentOwnerInput = strawberry.field(description="Whom it belongs to.")
    url: URL = strawberry.field(description="Where it leads, http or https.")
    title: str | None = optional(
        "What people call it, up to 255 characters in one line; its host and path when left out."
    )
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="The link was attached.")
class AttachLinkSuccess:
    """The answer of attachLink."""

    attachment: AttachmentView = _attachment("The new attachment.")
    replayed: bool = replayed_field()


@mutation(AttachmentService.attach_link, ValidationError, NotFoundError, IdempotencyKeyReusedError)
async def attach_link(call: Call, input: AttachLinkInput) -> AttachLinkSuccess:
    """Attach a link."""
    added = await call.services.attachments.attach_link(
        call.repeatable(input), input.owner.reference(), input.url, named(input.title)
    )
    return AttachLinkSuccess(attachment=await _added(call, added), replayed=added.replayed)


@strawberry.input(description="Changes to an attachment. A field that is left out stays as it is.")
class UpdateAttachmentInput:
    """What updateAttachment takes."""

    attachment_id: strawberry.ID = strawberry.field(description="The id of the attachment.")
    expected_version: int | None = expected_version_field()
    title: str | None = optional("What people call it, 1 to 255 characters in one line; cannot be cleared.")
    url: URL | None = optional("Where a link leads; cannot be cleared, and a file has none.")


@strawberry.type(description="The attachment was changed, or was already as asked for.")
class UpdateAttachmentSuccess:
    """The answer of updateAttachment."""

    attachment: AttachmentView = _attachment("The attachment as it is now.")


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


@strawberry.input(description="An attachment to copy to another part, box or project.")
class CopyAttachmentInput:
    """What copyAttachment takes."""

    attachment_id: strawberry.ID = strawberry.field(description="The id of the attachment to copy.")
    owner: AttachmentOwnerInput = strawberry.field(description="Whom the copy belongs to.")
    title: str | None = optional(
        "What people call the copy, 1 to 255 characters in one line; as the original when left out."
    )
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="The attachment was copied.")
class CopyAttachmentSuccess:
    """The answer of copyAttachment."""

    attachment: AttachmentView = _attachment("The copy.")
    replayed: bool = replayed_field()


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


@strawberry.input(description="An attachment to delete.")
class DeleteAttachmentInput:
    """What deleteAttachment takes."""

    attachment_id: strawberry.ID = strawberry.field(description="The id of the attachment.")
    expected_version: int | None = expected_version_field()


@strawberry.type(description="The attachment was deleted.")
class DeleteAttachmentSuccess:
    """The answer of deleteAttachment."""

    deleted_id: strawberry.ID = deleted_id_field("attachment")


@mutation(AttachmentService.delete, NotFoundError, ConflictError)
async def delete_attachment(call: Call, input: DeleteAttachmentInput) -> DeleteAttachmentSuccess:
    """Delete an attachment with its file and previews."""
    attachment_id = attachment_id_of(input.attachment_id)
    await call.services.attachments.delete(call.actor, attachment_id, named(input.expected_version))
    return DeleteAttachmentSuccess(deleted_id=global_id("Attachment", attachment_id))


@strawberry.input(description="What is to stand for a part, a box or a project in lists.")
class SetCoverInput:
    """What setCover takes."""

    owner: AttachmentOwnerInput = strawberry.field(description="Whose cover it is.")
    choice: CoverChoice = strawberry.field(description="A chosen attachment, none at all, or the oldest image.")
    attachment_id: strawberry.ID | None = optional("With CHOSEN: an image or PDF of this owner.")

    def domain_choice(self) -> DomainCoverChoice:
        """The choice as the domain knows it."""
        return DomainCoverChoice[self.choice.name]


@strawberry.type(description="The cover is as asked for.")
class SetCoverSuccess:
    """The answer of setCover."""

    cover: AttachmentView | None = strawberry.field(
        graphql_type=Attachment | None, description="The cover as it is now; null when there is none."
    )


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


def attachment_id_of(text: str) -> AttachmentId:
    """The number in the id of an attachment. Raises NotFoundError for any other text."""
    number = parse_global_id_of("Attachment", text)
    if number is None:
        raise refusals.NotFoundError("attachment", text, ("attachmentId",))
    return AttachmentId(number)


async def _added(call: Call, added: Done[AttachmentId]) -> AttachmentView:
    return await after(call, Loaders.attachment_by_id, added.id)
