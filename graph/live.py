"""How fields of Subscription subscribe, and the cursors from which a client goes on after its last event.

A cursor is the position of an event in what was committed: opaque to clients, good on every server of one database, and
untrusted when it comes back. The text is base64url of a JSON array.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Hashable
from typing import Any

import orjson
from graphql import GraphQLError

from graph.context import Info
from graph.execution.refusals import RequestCode
from graph.request_errors import bad_user_input
from persistence.readers.live import (
    Event,
    ListenerStopped,
    Position,
    PositionTooOld,
    Source,
    Subscriber,
    is_snapshot,
)

_VERSION = 1
_MAX_CHARACTERS = 60_000
_MAX_ID = 2**63 - 1


def event_cursor(event: Event[Any]) -> str:
    """The cursor of an event."""
    content = orjson.dumps([_VERSION, event.source, event.before, event.until, event.id])
    return urlsafe_b64encode(content).rstrip(b"=").decode()


async def subscribe(info: Info, source: Source[Any], topic: Hashable, after: str | None = None) -> Subscriber:
    """The stream of a topic's events, from now on or from a cursor on.

    Raises a GraphQLError: BAD_USER_INPUT for what is no cursor of this source, CURSOR_TOO_OLD, UNAVAILABLE while the
    server stops; and what the database raises.
    """
    position = _position(source, after) if after is not None else None
    try:
        return await info.context.readers.live.subscribe(source, topic, position)
    except PositionTooOld:
        message = "Too much happened since `after`: read the present state, and subscribe without a cursor."
        raise GraphQLError(message, extensions={"code": RequestCode.CURSOR_TOO_OLD.value}) from None
    except ListenerStopped:
        message = "This server is stopping. Subscribe again in a moment."
        raise GraphQLError(message, extensions={"code": RequestCode.UNAVAILABLE.value}) from None


def _position(source: Source[Any], cursor: str) -> Position:
    match _content(cursor):
        case [int(version), str(name), str(before), str(until), int(number)] if (
            version == _VERSION
            and name == source.name
            and is_snapshot(before)
            and is_snapshot(until)
            and 0 < number <= _MAX_ID
        ):
            return Position(before, until, number)
    raise bad_user_input("`after` is not a cursor of this subscription's events.")


def _content(cursor: str) -> object:
    if len(cursor) > _MAX_CHARACTERS or not cursor.isascii():
        return None
    try:
        return orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        return None
