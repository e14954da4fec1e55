"""Cursors: the position of a row in an order, opaque to clients and untrusted when they come back.

The text is base64url of a JSON array: the version of this form, the order with its direction, then the values of the
order's columns. A cursor goes on working whatever the filter is, and is refused by a list in any other order.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from domain.rules.texts import is_storable
from graph.request_errors import bad_user_input
from persistence.readers.paging import Order, Position

_VERSION = 1
_MAX_CHARACTERS = 40_000
_INT64 = range(-(2**63), 2**63)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def encode_cursor(order: Order, *, descending: bool, position: Position) -> str:
    """Write the cursor of a row."""
    values = [_microseconds(value) if isinstance(value, datetime) else value for value in position]
    content = json.dumps([_VERSION, _name(order, descending), *values], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(content.encode()).rstrip(b"=").decode()


def decode_cursor(order: Order, *, descending: bool, argument: str, cursor: str) -> Position:
    """Read a cursor of this order. Raises the request error BAD_USER_INPUT for anything else."""
    values = _content(cursor)
    is_cursor = len(values) >= 2 and values[0] == _VERSION and type(values[0]) is int
    if is_cursor and values[1] != _name(order, descending):
        raise bad_user_input(f"`{argument}` is a cursor of another list or order; start again without it.")
    position = tuple(_value(kind, value) for kind, value in zip(order.kinds, values[2:], strict=False))
    if not is_cursor or len(values) != len(order.kinds) + 2 or None in position:
        raise bad_user_input(f"`{argument}` is not a cursor that this server gave out.")
    return tuple(value for value in position if value is not None)


def _name(order: Order, descending: bool) -> str:
    return f"{order.name} {'DESC' if descending else 'ASC'}"


def _content(cursor: str) -> list[object]:
    if len(cursor) > _MAX_CHARACTERS or not cursor.isascii():
        return []
    try:
        content = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
    # A deeply nested array ends in a RecursionError, a number of many digits in a ValueError, as faulty JSON does.
    except (binascii.Error, ValueError, RecursionError):
        return []
    return content if isinstance(content, list) else []


def _value(kind: type, value: object) -> str | int | datetime | None:
    """The value as the order's column wants it, None when it cannot be one."""
    if kind is str:
        return value if isinstance(value, str) and is_storable(value) else None
    if type(value) is not int or value not in _INT64:
        return None
    if kind is int:
        return value
    try:
        return _EPOCH + timedelta(microseconds=value)
    except OverflowError:
        return None


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
