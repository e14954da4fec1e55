"""What may be wrong with a request as HTTP, before anybody looks at its document; and refusals that set headers."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from graphql import GraphQLError

from graph.execution.refusals import RequestRefused


class HttpCode(StrEnum):
    """`extensions.code` of these errors; stable for clients, listed in docs/guide/wire.md."""

    BAD_REQUEST = "BAD_REQUEST"
    BATCHING_NOT_SUPPORTED = "BATCHING_NOT_SUPPORTED"
    BODY_LIMIT = "BODY_LIMIT"
    BODY_TIMEOUT = "BODY_TIMEOUT"
    HEAD_LIMIT = "HEAD_LIMIT"
    HOST_NOT_ALLOWED = "HOST_NOT_ALLOWED"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    NOT_READY = "NOT_READY"
    ORIGIN_NOT_ALLOWED = "ORIGIN_NOT_ALLOWED"
    PRINT_LIMIT = "PRINT_LIMIT"
    ROUTE_NOT_FOUND = "ROUTE_NOT_FOUND"
    TARGET_LIMIT = "TARGET_LIMIT"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    UPLOAD_LIMIT = "UPLOAD_LIMIT"


class HttpRefused(RequestRefused):
    """A refusal whose answer has headers of its own."""

    def __init__(self, code: StrEnum, errors: Sequence[GraphQLError], headers: Mapping[str, str]) -> None:
        super().__init__(code, errors)
        self.headers = headers


def with_headers(refused: RequestRefused, headers: Mapping[str, str]) -> HttpRefused:
    """The refusal with these headers on its answer."""
    return HttpRefused(refused.code, refused.errors, headers)


def closing(refused: RequestRefused) -> HttpRefused:
    """The refusal, after which the connection closes: what still comes on it is of no use."""
    return with_headers(refused, {"connection": "close"})


def headers_of(refused: RequestRefused) -> Mapping[str, str]:
    """The headers of a refusal's answer."""
    return refused.headers if isinstance(refused, HttpRefused) else {}
