"""Why a request is refused before any of its fields ran: the codes, and the exception that carries them."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from graphql import GraphQLError


class RequestCode(StrEnum):
    """`extensions.code` of top-level errors; stable for clients, listed in docs/guide/wire.md."""

    # The request as HTTP.
    BAD_REQUEST = "BAD_REQUEST"
    BATCHING_NOT_SUPPORTED = "BATCHING_NOT_SUPPORTED"
    BODY_LIMIT = "BODY_LIMIT"
    BODY_TIMEOUT = "BODY_TIMEOUT"
    HOST_NOT_ALLOWED = "HOST_NOT_ALLOWED"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    NOT_READY = "NOT_READY"
    ORIGIN_NOT_ALLOWED = "ORIGIN_NOT_ALLOWED"
    ROUTE_NOT_FOUND = "ROUTE_NOT_FOUND"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"

    # The document and its variables.
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    OPERATION_RESOLUTION_FAILED = "OPERATION_RESOLUTION_FAILED"
    SUBSCRIPTION_NEEDS_STREAM = "SUBSCRIPTION_NEEDS_STREAM"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    TRUSTED_DOCUMENTS_ONLY = "TRUSTED_DOCUMENTS_ONLY"

    # Limits: their errors say which limit, how much was asked, and how much is allowed.
    TOKEN_LIMIT = "TOKEN_LIMIT"
    VALIDATION_ERROR_LIMIT = "VALIDATION_ERROR_LIMIT"
    COMPLEXITY_LIMIT = "COMPLEXITY_LIMIT"
    DEPTH_LIMIT = "DEPTH_LIMIT"
    ALIAS_LIMIT = "ALIAS_LIMIT"
    DIRECTIVE_LIMIT = "DIRECTIVE_LIMIT"
    ROOT_FIELD_LIMIT = "ROOT_FIELD_LIMIT"
    COST_LIMIT = "COST_LIMIT"

    # Live updates.
    CONNECTION_LIMIT = "CONNECTION_LIMIT"
    OPERATION_LIMIT = "OPERATION_LIMIT"
    CURSOR_TOO_OLD = "CURSOR_TOO_OLD"
    SUBSCRIBER_TOO_SLOW = "SUBSCRIBER_TOO_SLOW"

    # Rights.
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"

    # Faults.
    TIMEOUT = "TIMEOUT"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


_WAYS_OUT = {
    RequestCode.COST_LIMIT: " Ask for smaller pages with `first` (50 is counted when absent), also in nested lists.",
}


class RequestRefused(Exception):
    """The whole request is refused; every one of `errors` carries a code. `code` is that of the first."""

    def __init__(
        self, code: RequestCode, errors: Sequence[GraphQLError], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def refusal(
    code: RequestCode, message: str, headers: Mapping[str, str] | None = None, **facts: object
) -> RequestRefused:
    """A refusal with a single error; `facts` stand beside the code in `extensions`."""
    return RequestRefused(code, [GraphQLError(message, extensions={"code": code.value, **facts})], headers)


def refusal_of(code: RequestCode, errors: Sequence[GraphQLError]) -> RequestRefused:
    """A refusal with the library's own errors, each given the code unless it has one."""
    for error in errors:
        error.extensions = {"code": code.value, **(error.extensions or {})}
    return RequestRefused(code, errors)


def over_limit(code: RequestCode, limit: str, actual: int, maximum: int) -> RequestRefused:
    """A refusal that says which limit is passed and by how much; `limit` is the plain name of what is counted."""
    return refusal(
        code,
        f"The request has {limit} {actual}; at most {maximum} is allowed.{_WAYS_OUT.get(code, '')}",
        limit=limit,
        actual=actual,
        maximum=maximum,
    )
