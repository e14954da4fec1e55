"""Inputs of the mutations of attachments."""

from uuid import UUID

import strawberry

from domain.entities.attachment import CoverChoice as DomainCoverChoice
from domain.entities.attachment import OwnerKind, OwnerReference, UploadedFile
from domain.entities.ids import AttachmentId, PartKey
from domain.errors import Issue, NotFoundError, ValidationError
from graph.global_ids import parse_global_id_of
from graph.inputs.optional import expected_version_field, idempotency_key_field, optional
from graph.scalars import URL
from graph.types.attachment import CoverChoice


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
            raise ValidationError([Issue(("owner",), f"exactly one of its fields is needed, not {len(named)}")])
        ((kind, value),) = named.items()
        if kind is not OwnerKind.PROJECT:
            return OwnerReference(kind, value)
        number = parse_global_id_of("Project", str(value))
        if number is None:
            raise NotFoundError("project", str(value), ("owner", "projectId"))
        return OwnerReference(kind, number)


@strawberry.input(description="A file for a part, a box or a project, sent as multipart/form-data.")
class AttachFileInput:
    """What attachFile takes."""

    owner: AttachmentOwnerInput = strawberry.field(description="Whom it belongs to.")
    file: UploadedFile = strawberry.field(
        description="A part of the request: an image of 1 byte to 10 MiB and up to 50 megapixels, a PDF or any other "
        "file of 1 byte to 100 MiB."
    )
    title: str | None = optional("What people call it, up to 255 characters; the name of the file when left out.")
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.input(description="A link for a part, a box or a project.")
class AttachLinkInput:
    """What attachLink takes."""

    owner: AttachmentOwnerInput = strawberry.field(description="Whom it belongs to.")
    url: URL = strawberry.field(description="Where it leads, http or https.")
    title: str | None = optional("What people call it, up to 255 characters; its host and path when left out.")
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.input(description="Changes to an attachment. A field that is left out stays as it is.")
class UpdateAttachmentInput:
    """What updateAttachment takes."""

    attachment_id: strawberry.ID = strawberry.field(description="The id of the attachment.")
    expected_version: int | None = expected_version_field()
    title: str | None = optional("What people call it, 1 to 255 characters; cannot be cleared.")
    url: URL | None = optional("Where a link leads; cannot be cleared, and a file has none.")


@strawberry.input(description="An attachment to copy to another part, box or project.")
class CopyAttachmentInput:
    """What copyAttachment takes."""

    attachment_id: strawberry.ID = strawberry.field(description="The id of the attachment to copy.")
    owner: AttachmentOwnerInput = strawberry.field(description="Whom the copy belongs to.")
    title: str | None = optional("What people call the copy, 1 to 255 characters; as the original when left out.")
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.input(description="An attachment to delete.")
class DeleteAttachmentInput:
    """What deleteAttachment takes."""

    attachment_id: strawberry.ID = strawberry.field(description="The id of the attachment.")
    expected_version: int | None = expected_version_field()


@strawberry.input(description="What is to stand for a part, a box or a project in lists.")
class SetCoverInput:
    """What setCover takes."""

    owner: AttachmentOwnerInput = strawberry.field(description="Whose cover it is.")
    choice: CoverChoice = strawberry.field(description="A chosen attachment, none at all, or the oldest image.")
    attachment_id: strawberry.ID | None = optional("With CHOSEN: an image or PDF of this owner.")

    def domain_choice(self) -> DomainCoverChoice:
        """The choice as the domain knows it."""
        return DomainCoverChoice[self.choice.name]


def attachment_id_of(text: str) -> AttachmentId:
    """The number in the id of an attachment. Raises NotFoundError for any other text."""
    number = parse_global_id_of("Attachment", text)
    if number is None:
        raise NotFoundError("attachment", text, ("attachmentId",))
    return AttachmentId(number)
