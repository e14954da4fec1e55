"""Answers of a protocol itself, where no request could be read that the application could answer."""

import orjson

from server.wire.refusals import HttpCode


def bad_request(message: str) -> bytes:
    """The whole of a 400 in the form of every other answer, after which the connection is closed."""
    error = {"message": message, "extensions": {"code": HttpCode.BAD_REQUEST.value}}
    body = orjson.dumps({"errors": [error]})
    head = (
        "HTTP/1.1 400 Bad Request\r\n"
        "content-type: application/json; charset=utf-8\r\n"
        f"content-length: {len(body)}\r\n"
        "connection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
