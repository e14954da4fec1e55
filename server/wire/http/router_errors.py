"""Answers of the router itself (unknown route, wrong method) in the same form as all others."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from graph.execution.refusals import refusal
from server.wire.http.answers import refusal_answer
from server.wire.refusals import HttpCode, with_headers

_CODES = {
    404: (HttpCode.ROUTE_NOT_FOUND, "Nothing is at this address; the API answers at /graphql."),
    405: (HttpCode.METHOD_NOT_ALLOWED, "This address does not take this method."),
}


async def answer_http_error(_: Request, exception: Exception) -> Response:
    """The GraphQL-shaped answer to Starlette's HTTPException."""
    if not isinstance(exception, HTTPException):
        raise exception
    code, message = _CODES.get(exception.status_code, (HttpCode.BAD_REQUEST, exception.detail))
    return refusal_answer(with_headers(refusal(code, message), exception.headers or {}))
