"""What the server and its children say to each other: a message is a head in JSON and a body of plain bytes.

A child that opened a hostile file may say anything. So nothing that it says can run, as a pickle could, and its size is
known and bounded before any of it is taken: heads are small, and long texts and bytes lie one after the other in the
body, where the head says how long each is.

    ! I size of the head · I size of the body · head · body
"""

import struct
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from io import BytesIO

import orjson

FIXED = struct.Struct("!II")
"""How a message begins."""

MOST_HEAD_BYTES = 64 * 2**10
MOST_BODY_BYTES = 48 * 2**20

_LONG_TEXT = 500
_DEEPEST = 8
_IN_BODY = "in body"


class MalformedMessage(Exception):
    """The other side said something that is no message."""


def packed(value: object) -> bytes:
    """A message of a value: dataclasses, mappings, lists, texts, bytes, numbers."""
    body = bytearray()
    head = orjson.dumps(_head_of(value, body), option=orjson.OPT_NON_STR_KEYS)
    return FIXED.pack(len(head), len(body)) + head + body


def bytes_after(fixed: bytes) -> int:
    """How many bytes follow the first ones (FIXED). Raises MalformedMessage when they are more than a message has."""
    head_size, body_size = FIXED.unpack(fixed)
    if head_size > MOST_HEAD_BYTES or body_size > MOST_BODY_BYTES:
        raise MalformedMessage
    return int(head_size + body_size)


def unpacked(fixed: bytes, rest: bytes) -> object:
    """The value as plain data: a dataclass is a dictionary, and what lay in the body is bytes, texts too.

    Raises MalformedMessage.
    """
    head_size, _ = FIXED.unpack(fixed)
    try:
        head = orjson.loads(rest[:head_size])
    except orjson.JSONDecodeError:
        raise MalformedMessage from None
    return _filled(head, BytesIO(rest[head_size:]), _DEEPEST)


def _head_of(value: object, body: bytearray) -> object:
    """The value with places in the body instead of what is added to it."""
    if isinstance(value, str):
        return _added(value.encode(), body) if len(value) > _LONG_TEXT else value
    if isinstance(value, bytes):
        return _added(value, body)
    if is_dataclass(value):
        return {field.name: _head_of(getattr(value, field.name), body) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _head_of(each, body) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_head_of(each, body) for each in value]
    return value


def _added(content: bytes, body: bytearray) -> object:
    body += content
    return {_IN_BODY: len(content)}


def _filled(value: object, body: BytesIO, deepest: int) -> object:
    """Each byte of the body is taken once, so what is made of a message is no larger than the message."""
    if deepest == 0:
        raise MalformedMessage
    if isinstance(value, dict):
        size = value.get(_IN_BODY)
        if isinstance(size, int):
            return body.read(size)
        return {key: _filled(each, body, deepest - 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, body, deepest - 1) for each in value]
    return value
