"""The messages of graphql-transport-ws: what a client may send, and why a connection is closed.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeAlias

import orjson

from graph.execution.refusals import RequestRefused
from server.wire.http.request_body import decoded
from server.wire.http.request_parameters import RequestParameters, from_json

SUBPROTOCOL = "graphql-transport-ws"

_MAX_ID_CHARACTERS = 100
_MAX_REASON_BYTES = 120


class CloseCode(IntEnum):
    """Why the server closes a connection."""

    GOING_AWAY = 1001
    TRY_AGAIN_LATER = 1013
    INVALID_MESSAGE = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INITIALISATION_TIMEOUT = 4408
    SUBSCRIBER_EXISTS = 4409
    TOO_MANY_INITIALISATIONS = 4429


class ConnectionClosed(Exception):
    """The connection has to be closed, with a code and a reason of at most 120 bytes."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:_MAX_REASON_BYTES].decode(errors="ignore")


@dataclass(frozen=True, slots=True)
class ConnectionInit:
    """The client introduces itself."""

    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ping:
    """The client wants a pong with the same payload."""

    payload: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Pong:
    """The client lives."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The client wants an operation to run: a subscription, query or mutation."""

    id: str
    parameters: RequestParameters


@dataclass(frozen=True, slots=True)
class Complete:
    """The client wants no more of an operation."""

    id: str


ClientMessage: TypeAlias = ConnectionInit | Ping | Pong | Subscribe | Complete


async def read_message(text: str | None, max_values: int) -> ClientMessage:
    """The message in a text frame; None stands for a binary frame. Raises ConnectionClosed (4400).

    `max_values` is that of `decoded`.
    """
    if text is None:
        raise _invalid("Messages are sent as text frames")
    try:
        message = await decoded(text, "The message", max_values)
        return _message(message)
    except RequestRefused as refused:
        raise _invalid(refused.errors[0].message) from None


def _message(message: object) -> ClientMessage:
    match message:
        case {"type": "connection_init", **rest}:
            return ConnectionInit(_object(rest.get("payload")) or {})
        case {"type": "ping", **rest}:
            return Ping(_object(rest.get("payload")))
        case {"type": "pong", **rest}:
            _object(rest.get("payload"))
            return Pong()
        case {"type": "subscribe", "id": str(id), "payload": dict(payload)} if 0 < len(id) <= _MAX_ID_CHARACTERS:
            return Subscribe(id, from_json(payload))
        case {"type": "complete", "id": str(id)} if 0 < len(id) <= _MAX_ID_CHARACTERS:
            return Complete(id)
    raise _invalid("This is no message of graphql-transport-ws")


def _object(value: object) -> Mapping[str, Any] | None:
    if value is None or isinstance(value, dict):
        return value
    raise _invalid("A payload must be an object")


def _invalid(reason: str) -> ConnectionClosed:
    return ConnectionClosed(CloseCode.INVALID_MESSAGE, reason)


def acknowledged() -> bytes:
    """The client may send operations."""
    return b'{"type":"connection_ack"}'


def pong(payload: Mapping[str, Any] | None) -> bytes:
    """The answer to a ping."""
    return orjson.dumps({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})


def next_result(id: str, payload: bytes) -> bytes:
    """A result of an operation."""
    return orjson.dumps({"id": id, "type": "next", "payload": orjson.Fragment(payload)})


def operation_errors(id: str, errors: list[dict[str, Any]]) -> bytes:
    """The operation did not begin or broke off; nothing else comes of it."""
    return orjson.dumps({"id": id, "type": "error", "payload": errors})


def completed(id: str) -> bytes:
    """Nothing else comes of the operation."""
    return orjson.dumps({"id": id, "type": "complete"})
