"""Where the objects of an attachment lie in the store: `attachments/<uuid>/…`, a fresh uuid for each attachment.

The uuid is of version 7 (RFC 9562, section 5.7): its first 48 bits are the time at which it was made, in milliseconds.
So the age of a prefix is known whatever a store says of its objects; some date a copy as old as its source.
"""

from datetime import UTC, datetime
from uuid import UUID

ATTACHMENTS = "attachments/"
_VERSION = 7


def prefix_of(object_id: UUID) -> str:
    """What the keys of all objects of an attachment begin with: the file itself and its previews."""
    return f"{ATTACHMENTS}{object_id}/"


def file_key(object_id: UUID) -> str:
    """The key of the file itself."""
    return f"{prefix_of(object_id)}original"


def object_id_in(key: str) -> UUID | None:
    """The uuid in a key of ours, None for any other key."""
    top, _, rest = key.partition("/")
    written, slash, name = rest.partition("/")
    if f"{top}/" != ATTACHMENTS or not slash or not name:
        return None
    try:
        object_id = UUID(written)
    except ValueError:
        return None
    return object_id if str(object_id) == written else None


def made_at(object_id: UUID) -> datetime | None:
    """When a uuid of version 7 was made, None for any other, and for one that names no year there is."""
    if object_id.version != _VERSION:
        return None
    try:
        return datetime.fromtimestamp((object_id.int >> 80) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
