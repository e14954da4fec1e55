"""The parameters of a GraphQL request, out of a JSON body or a query string, checked for their types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from graph.execution.refusals import RequestRefused, refusal
from server.wire.http.request_body import decode_json
from server.wire.refusals import HttpCode

_MAX_URL_FIELDS = 20


@dataclass(frozen=True, slots=True)
class RequestParameters:
    """What the client asks for: a document by its text or by its id, and how to run it."""

    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: Mapping[str, Any]


def from_json(body: object) -> RequestParameters:
    """The parameters in a decoded body. Raises RequestRefused when it is no object or has parameters of wrong types."""
    if isinstance(body, list):
        raise refusal(HttpCode.BATCHING_NOT_SUPPORTED, "Send one operation per request; batches are not supported.")
    if not isinstance(body, dict):
        raise _bad("The body must be a JSON object.")
    extensions = _object(body, "extensions")
    parameters = RequestParameters(
        query=_text(body, "query"),
        document_id=_text(body, "documentId") or _persisted_hash(extensions),
        operation_name=_text(body, "operationName"),
        variables=_object(body, "variables"),
    )
    if parameters.query is None and parameters.document_id is None:
        raise _bad("The parameter query (or documentId) is missing.")
    return parameters


def from_query_string(query_string: bytes) -> RequestParameters:
    """The parameters of a GET, whose variables and extensions are JSON texts. Raises RequestRefused."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_URL_FIELDS
        )
    except ValueError:
        raise _bad("The query string must be URL-encoded UTF-8 with at most 20 parameters.") from None
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise _bad("The query string names a parameter twice.")
        fields[name] = value
    for name in ("variables", "extensions"):
        if fields.get(name):
            fields[name] = decode_json(fields[name], f"The parameter {name}")
        else:
            fields.pop(name, None)
    return from_json(fields)


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None or isinstance(value, str):
        return value
    raise _bad(f"The parameter {name} must be a string.")


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise _bad(f"The parameter {name} must be an object.")


def _persisted_hash(extensions: Mapping[str, Any]) -> str | None:
    """The hash in Apollo's persistedQuery extension."""
    persisted = extensions.get("persistedQuery")
    return _text(persisted, "sha256Hash") if isinstance(persisted, dict) else None


def _bad(message: str) -> RequestRefused:
    return refusal(HttpCode.BAD_REQUEST, message)
