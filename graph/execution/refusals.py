"""Why a request is refused, all but always before any of its fields ran: the codes, and what carries them."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from graphql import GraphQLError


class RequestCode(StrEnum):
    """`extensions.code` of top-level errors; stable for clients, listed in docs/guide/wire.md.

    What may be wrong with a request as HTTP has its codes in server/wire/refusals.py.
    """

    # The document and its variables.
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    OPERATION_RESOLUTION_FAILED = "OPERATION_RESOLUTION_FAILED"
    SUBSCRIPTION_NEEDS_STREAM = "SUBSCRIPTION_NEEDS_STREAM"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    PERSISTED_QUERY_NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"
    TRUSTED_DOCUMENTS_ONLY = "TRUSTED_DOCUMENTS_ONLY"

    # Limits: their errors say which limit, how much was asked, and how much is allowed.
    CHARACTER_LIMIT = "CHARACTER_LIMIT"
    TOKEN_LIMIT = "TOKEN_LIMIT"
    ITEM_LIMIT = "ITEM_LIMIT"
    VALUE_LIMIT = "VALUE_LIMIT"
    VALIDATION_ERROR_LIMIT = "VALIDATION_ERROR_LIMIT"
    COMPLEXITY_LIMIT = "COMPLEXITY_LIMIT"
    DEPTH_LIMIT = "DEPTH_LIMIT"
    ALIAS_LIMIT = "ALIAS_LIMIT"
    DIRECTIVE_LIMIT = "DIRECTIVE_LIMIT"
    ROOT_FIELD_LIMIT = "ROOT_FIELD_LIMIT"
    COST_LIMIT = "COST_LIMIT"
    ANSWER_LIMIT = "ANSWER_LIMIT"
    RATE_LIMIT = "RATE_LIMIT"

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


_WAYS_OUT: Mapping[StrEnum, str] = {
    RequestCode.ANSWER_LIMIT: " Ask for smaller pages or fewer fields. What mutations did is committed.",
    RequestCode.COST_LIMIT: " Ask for smaller pages with `first` (50 is counted when absent), also in nested lists.",
}


class RequestRefused(Exception):
    """The whole request is refused; every one of `errors` carries a code. `code` is that of the first."""

    def __init__(self, code: StrEnum, errors: Sequence[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = tuple(errors)


def refusal(code: StrEnum, message: str, **facts: object) -> RequestRefused:
    """A refusal with a single error; `facts` stand beside the code in `extensions`."""
    return RequestRefused(code, [GraphQLError(message, extensions={"code": code.value, **facts})])


def refusal_of(code: RequestCode, errors: Sequence[GraphQLError]) -> RequestRefused:
    """A refusal with the library's own errors, each given the code unless it has one.

    They know their places in the text, and forget the document, which would live as long as they do.
    """
    for error in errors:
        error.nodes = None
        error.extensions = {"code": code.value, **(error.extensions or {})}
    return RequestRefused(code, errors)


def over_limit(
    code: StrEnum, limit: str, actual: int, maximum: int, path: Sequence[str] | None = None
) -> RequestRefused:
    """A refusal that says which limit is passed and by how much; `limit` is the plain name of what is counted, `path`
    where it was."""
    way_out = _WAYS_OUT.get(code, "")
    place = f" ({'.'.join(path)})" if path else ""
    told = f"The request has {limit}{place} {actual}; at most {maximum} is allowed.{way_out}"
    where = {"path": list(path)} if path else {}
    return refusal(code, told, limit=limit, actual=actual, maximum=maximum, **where)
