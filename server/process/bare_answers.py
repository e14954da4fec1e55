"""Answers of a protocol itself, where no request could be read that the application could answer."""

from collections.abc import Mapping
from enum import StrEnum

import orjson

from graph.execution.refusals import RequestCode, RequestRefused, refusal
from server.metrics.live import EndReason
from server.wire.refusals import HttpCode, headers_of

_REASONS = {
    400: "Bad Request",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


_ENDS: Mapping[StrEnum, EndReason] = {
    HttpCode.BAD_REQUEST: EndReason.NO_HTTP,
    HttpCode.HEAD_LIMIT: EndReason.HEAD_LIMIT,
    HttpCode.TARGET_LIMIT: EndReason.TARGET_LIMIT,
    RequestCode.UNAVAILABLE: EndReason.OPEN_FILES,
}


def end_of(refused: RequestRefused) -> EndReason:
    """As what the end of the connection counts."""
    return _ENDS[refused.code]


def bare_answer(status: int, refused: RequestRefused) -> bytes:
    """The whole of a refusal in the form of every other answer, after which the connection is closed."""
    body = orjson.dumps({"errors": [error.formatted for error in refused.errors]})
    told = "".join(f"{name}: {value}\r\n" for name, value in headers_of(refused).items())
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\n"
        "content-type: application/json; charset=utf-8\r\n"
        f"content-length: {len(body)}\r\n"
        f"{told}connection: close\r\n\r\n"
    )
    return head.encode("ascii") + body


def bad_request(message: str) -> bytes:
    """That of a 400."""
    return bare_answer(400, refusal(HttpCode.BAD_REQUEST, message))
