"""What the use cases of owners do about the files of an owner that goes."""

from collections.abc import Sequence

from domain.entities.attachment import Attachment
from domain.ports.unit_of_work import UnitOfWork
from domain.rules.object_keys import prefix_of


def delete_objects_of(uow: UnitOfWork, removed: Sequence[Attachment]) -> None:
    """Announce the deletion of everything in the store that belongs to attachments whose rows were removed."""
    for attachment in removed:
        if attachment.object_id is not None:
            uow.delete_objects(prefix_of(attachment.object_id))
