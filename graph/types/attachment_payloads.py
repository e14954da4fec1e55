"""What the mutations of attachments answer when they succeed, read after the commit."""

from typing import Any

import strawberry

from graph.types.attachment import Attachment
from graph.types.payloads import deleted_id_field, replayed_field
from persistence.readers.attachment import AttachmentView


def _attachment(description: str) -> Any:
    return strawberry.field(graphql_type=Attachment, description=description)


@strawberry.type(description="The file was attached.")
class AttachFileSuccess:
    """The answer of attachFile."""

    attachment: AttachmentView = _attachment("The new attachment.")
    replayed: bool = replayed_field()


@strawberry.type(description="The link was attached.")
class AttachLinkSuccess:
    """The answer of attachLink."""

    attachment: AttachmentView = _attachment("The new attachment.")
    replayed: bool = replayed_field()


@strawberry.type(description="The attachment was changed, or was already as asked for.")
class UpdateAttachmentSuccess:
    """The answer of updateAttachment."""

    attachment: AttachmentView = _attachment("The attachment as it is now.")


@strawberry.type(description="The attachment was copied.")
class CopyAttachmentSuccess:
    """The answer of copyAttachment."""

    attachment: AttachmentView = _attachment("The copy.")
    replayed: bool = replayed_field()


@strawberry.type(description="The attachment was deleted.")
class DeleteAttachmentSuccess:
    """The answer of deleteAttachment."""

    deleted_id: strawberry.ID = deleted_id_field("attachment")


@strawberry.type(description="The cover is as asked for.")
class SetCoverSuccess:
    """The answer of setCover."""

    cover: AttachmentView | None = strawberry.field(
        graphql_type=Attachment | None, description="The cover as it is now; null when there is none."
    )
