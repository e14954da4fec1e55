"""Global ids: opaque to clients, the type and the number of an object inside.

The text is base64url (RFC 4648 section 5, without padding) of "Part:123".
"""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from strawberry import ID

_TYPE_NAMES: dict[type, str] = {}
_MAX_CHARACTERS = 100
_MAX_NUMBER = 2**63 - 1
_WRITTEN = re.compile(r"([A-Za-z]{1,40}):([1-9][0-9]{0,18})", re.ASCII)


def know(view: type, type_name: str) -> None:
    """Say of which type of the schema the objects are that a view shows."""
    _TYPE_NAMES[view] = type_name


def global_id(type_name: str, number: int) -> ID:
    """The id of an object of a type of the schema, by its number in the database."""
    return ID(urlsafe_b64encode(f"{type_name}:{number}".encode()).rstrip(b"=").decode())


def global_id_of(view: object) -> ID:
    """The id of the object that a view shows."""
    return global_id(_TYPE_NAMES[type(view)], view.id)  # type: ignore[attr-defined]  # every view of the table has one


def parse_global_id(text: str) -> tuple[str, int] | None:
    """Type name and number of an id that `global_id` made, None for any other text."""
    if len(text) > _MAX_CHARACTERS or not text.isascii():
        return None
    try:
        decoded = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    written = _WRITTEN.fullmatch(decoded)
    if written is None or int(written[2]) > _MAX_NUMBER or global_id(written[1], int(written[2])) != text:
        return None
    return written[1], int(written[2])


def parse_global_id_of(type_name: str, text: str) -> int | None:
    """The number in an id of this type, None for any other text."""
    parsed = parse_global_id(text)
    return parsed[1] if parsed is not None and parsed[0] == type_name else None
