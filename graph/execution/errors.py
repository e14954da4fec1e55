"""Errors of fields that ran, made fit to be shown: refusals keep their code, faults are masked and logged once."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from graphql import GraphQLError, ValueNode

from domain.errors import DomainError, NotAllowed
from graph.execution.refusals import RequestCode
from graph.schema_names import told_message

_log = structlog.get_logger("partsgraph.graph")

Outage = Callable[[BaseException], RequestCode | None]
"""Tells the code of an exception that means something else is away or too slow; None for any other exception."""

OUTAGE_MESSAGES = {
    RequestCode.UNAVAILABLE: "The data cannot be reached just now. Try again in a moment.",
    RequestCode.TIMEOUT: "This took too long and was stopped.",
}


class ErrorPresenter:
    """Presents the errors of one operation; one exception that reaches many fields is logged once, under one id."""

    def __init__(self, request_id: str, outage_of: Outage) -> None:
        self._request_id = request_id
        self._outage_of = outage_of
        # The exceptions are kept with their ids: an id() alone could be given out again.
        self._told: dict[int, tuple[BaseException, str]] = {}

    def present(self, errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
        """The errors as the response shows them, in their order."""
        return [self._present(error) for error in errors]

    def fault(self, exception: Exception) -> dict[str, Any]:
        """The error for an exception that reached no field."""
        message, extensions = self._masked(exception)
        return {"message": message, "extensions": extensions}

    def _present(self, error: GraphQLError) -> dict[str, Any]:
        message, extensions = self._told_to_client(error)
        shown: dict[str, Any] = {"message": message}
        if error.locations:
            shown["locations"] = [location.formatted for location in error.locations]
        if error.path is not None:
            shown["path"] = error.path
        shown["extensions"] = extensions
        return shown

    def _told_to_client(self, error: GraphQLError) -> tuple[str, dict[str, Any]]:
        origin: Exception = error
        while isinstance(origin, GraphQLError):
            if origin.extensions and "code" in origin.extensions:
                return origin.message, dict(origin.extensions)
            if any(isinstance(node, ValueNode) for node in origin.nodes or ()):
                # The executor points at a value when the document gives an argument something it does not take.
                return origin.message, {"code": RequestCode.BAD_USER_INPUT.value}
            if origin.original_error is None:
                break
            origin = origin.original_error
        if isinstance(origin, NotAllowed):
            return str(origin), {"code": RequestCode.FORBIDDEN.value}
        if isinstance(origin, DomainError):
            return told_message(origin), {"code": origin.code.value}
        return self._masked(origin)

    def _masked(self, exception: Exception) -> tuple[str, dict[str, Any]]:
        code = self._outage_of(exception)
        if code is not None:
            self._log_once(exception, code)
            return OUTAGE_MESSAGES[code], {"code": code.value}
        return "Internal error", {
            "code": RequestCode.INTERNAL_SERVER_ERROR.value,
            "errorId": self._log_once(exception, RequestCode.INTERNAL_SERVER_ERROR),
            "requestId": self._request_id,
        }

    def _log_once(self, exception: Exception, code: RequestCode) -> str:
        known = self._told.get(id(exception))
        if known is not None:
            return known[1]
        error_id = uuid.uuid4().hex
        self._told[id(exception)] = (exception, error_id)
        if code is RequestCode.INTERNAL_SERVER_ERROR:
            _log.error("fault", error_id=error_id, request_id=self._request_id, exc_info=exception)
        else:
            kind = type(exception).__name__
            _log.warning("outage", code=code.value, kind=kind, reason=str(exception), request_id=self._request_id)
        return error_id
