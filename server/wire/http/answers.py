"""Every answer of the server is GraphQL-shaped JSON with a code, and each code has one HTTP status."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.responses import Response

from graph.execution.refusals import RequestCode, RequestRefused
from server.wire.http.negotiation import MediaType
from server.wire.refusals import HttpCode, headers_of

_STATUS: Mapping[StrEnum, int] = {
    HttpCode.BAD_REQUEST: 400,
    HttpCode.BATCHING_NOT_SUPPORTED: 400,
    HttpCode.BODY_LIMIT: 413,
    HttpCode.BODY_TIMEOUT: 408,
    HttpCode.HOST_NOT_ALLOWED: 421,
    RequestCode.CONNECTION_LIMIT: 429,
    HttpCode.METHOD_NOT_ALLOWED: 405,
    HttpCode.NOT_ACCEPTABLE: 406,
    HttpCode.NOT_READY: 503,
    HttpCode.ORIGIN_NOT_ALLOWED: 403,
    HttpCode.PRINT_LIMIT: 413,
    RequestCode.RATE_LIMIT: 429,
    HttpCode.ROUTE_NOT_FOUND: 404,
    HttpCode.UNSUPPORTED_MEDIA_TYPE: 415,
    HttpCode.UPLOAD_LIMIT: 429,
    RequestCode.UNAUTHENTICATED: 401,
    RequestCode.FORBIDDEN: 403,
    RequestCode.UNAVAILABLE: 503,
    RequestCode.INTERNAL_SERVER_ERROR: 500,
}
_CONTENT_TYPES = {
    media_type: (b"content-type", f"{media_type.value}; charset=utf-8".encode()) for media_type in MediaType
}

_ASK_AGAIN: Mapping[str, str] = {"retry-after": "5"}


def status_of(code: StrEnum, media_type: MediaType) -> int:
    """The HTTP status of a refusal.

    What is wrong with the GraphQL request itself is 400, but 200 for clients of application/json, who cannot tell a
    400 of this server from one of an intermediary (GraphQL over HTTP, sections 6.4.1 and 6.4.2).
    """
    return _STATUS.get(code, 200 if media_type is MediaType.JSON else 400)


def json_answer(
    content: Mapping[str, Any],
    status: int = 200,
    media_type: MediaType = MediaType.JSON,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A JSON response that no cache keeps; one of 503 says when to ask again."""
    added = _ASK_AGAIN if status == 503 else {}
    return _JsonAnswer(orjson.dumps(content), status, media_type, {**added, **(headers or {})})


def written_json(body: bytes, media_type: MediaType, *, closes: bool) -> Response:
    """The response of an operation that ran, whose JSON is written already; it may be the connection's last."""
    return _JsonAnswer(body, 200, media_type, {"connection": "close"} if closes else {})


class _JsonAnswer(Response):
    """Starlette's response without the search for what its headers should be: here they are known."""

    def __init__(self, body: bytes, status: int, media_type: MediaType, headers: Mapping[str, str]) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = [
            (b"cache-control", b"no-store"),
            (b"vary", b"Accept, Accept-Encoding"),
            *((name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()),
            (b"content-length", str(len(body)).encode()),
            _CONTENT_TYPES[media_type],
        ]


def refusal_answer(refused: RequestRefused, media_type: MediaType = MediaType.JSON) -> Response:
    """The answer to a request that was refused before any field ran: errors, and no data."""
    content = {"errors": [shown(error) for error in refused.errors]}
    return json_answer(content, status_of(refused.code, media_type), media_type, headers_of(refused))


def shown(error: GraphQLError) -> dict[str, Any]:
    """A refusal's error as the response shows it."""
    return {**error.formatted}
