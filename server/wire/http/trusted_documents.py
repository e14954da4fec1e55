"""Documents known by their hash: a manifest made when a front end is built, and perhaps nothing else is allowed."""

import re
from collections.abc import Mapping
from pathlib import Path

import orjson

from graph.execution.refusals import RequestCode, refusal
from server.errors import OperatorError
from server.wire.http.request_parameters import RequestParameters

_PREFIX = "sha256:"
_OPERATION_NAME = re.compile(r"\b(?:query|mutation|subscription)\s+([_A-Za-z][_0-9A-Za-z]*)")


class TrustedDocuments:
    """Finds the text of the document that a request means."""

    def __init__(self, documents: Mapping[str, str], only: bool) -> None:
        self._documents = {name.removeprefix(_PREFIX): text for name, text in documents.items()}
        self._only = only

    @classmethod
    def load(cls, manifest: Path | None, only: bool) -> "TrustedDocuments":
        """Reads a manifest of hashes and documents, as graphql-codegen writes it. Raises OperatorError."""
        if manifest is None:
            return cls({}, only)
        try:
            documents = orjson.loads(manifest.read_bytes())
        except (OSError, ValueError) as error:
            raise OperatorError(f"cannot read the trusted documents {manifest}: {error}") from None
        if not isinstance(documents, dict) or not all(isinstance(text, str) for text in documents.values()):
            raise OperatorError(f"the trusted documents {manifest} must be a JSON object of hashes and documents")
        return cls(documents, only)

    def operation_names(self) -> frozenset[str]:
        """The names of the operations in the documents."""
        return frozenset(name for text in self._documents.values() for name in _OPERATION_NAME.findall(text))

    def text_of(self, parameters: RequestParameters) -> str:
        """The document to run; a text that is sent counts before an id. Raises RequestRefused."""
        if self._only and parameters.document_id is None:
            raise refusal(RequestCode.TRUSTED_DOCUMENTS_ONLY, "This server runs only its own documents, by documentId.")
        if parameters.query is not None and not self._only:
            return parameters.query
        if not self._documents:
            # Clients that hear these words stop asking by hash.
            raise refusal(RequestCode.PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported")
        text = self._documents.get((parameters.document_id or "").removeprefix(_PREFIX))
        if text is None:
            # The messages are Apollo's own: its clients look for these words before they send the text.
            raise refusal(RequestCode.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
        return text
