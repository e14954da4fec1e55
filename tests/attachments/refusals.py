"""A request for every refusal that a payload of attachments names."""

from collections.abc import Callable
from typing import TypeAlias

from tests.attachments.uploading import PDF, png
from tests.graphql_client import Json

USED_KEY = "5f0c2a70-1111-4222-8333-444455559999"
LINK = "https://example.org/"

Known: TypeAlias = dict[str, str]
_NO_OWNER: Json = {"partKey": "ZZZZ"}

# (mutation, refusal): the input.
REFUSALS: dict[tuple[str, str], Callable[[Known], Json]] = {
    ("attachLink", "ValidationError"): lambda _known: {"owner": {}, "url": LINK},
    ("attachLink", "NotFoundError"): lambda _known: {"owner": _NO_OWNER, "url": LINK},
    ("attachLink", "IdempotencyKeyReusedError"): lambda known: {
        "owner": {"partKey": known["part"]},
        "url": LINK,
        "idempotencyKey": USED_KEY,
    },
    ("updateAttachment", "ValidationError"): lambda known: {"attachmentId": known["file"], "url": LINK},
    ("updateAttachment", "NotFoundError"): lambda _known: {"attachmentId": "bogus", "title": "B"},
    ("updateAttachment", "ConflictError"): lambda known: {
        "attachmentId": known["file"],
        "title": "B",
        "expectedVersion": 7,
    },
    ("copyAttachment", "ValidationError"): lambda known: {"attachmentId": known["file"], "owner": {}},
    ("copyAttachment", "NotFoundError"): lambda known: {"attachmentId": known["file"], "owner": _NO_OWNER},
    ("copyAttachment", "DuplicateFileError"): lambda known: {
        "attachmentId": known["file"],
        "owner": {"partKey": known["part"]},
    },
    ("copyAttachment", "IdempotencyKeyReusedError"): lambda known: {
        "attachmentId": known["file"],
        "owner": {"partKey": known["other"]},
        "idempotencyKey": USED_KEY,
    },
    ("deleteAttachment", "NotFoundError"): lambda _known: {"attachmentId": "bogus"},
    ("deleteAttachment", "ConflictError"): lambda known: {"attachmentId": known["file"], "expectedVersion": 7},
    ("setCover", "ValidationError"): lambda known: {"owner": {"partKey": known["part"]}, "choice": "CHOSEN"},
    ("setCover", "NotFoundError"): lambda _known: {"owner": _NO_OWNER, "choice": "NONE"},
}
# (mutation, refusal): the owner, the content, the other fields.
UPLOAD_REFUSALS: dict[tuple[str, str], Callable[[Known], tuple[Json, bytes, Json]]] = {
    ("attachFile", "ValidationError"): lambda _known: ({}, PDF, {}),
    ("attachFile", "NotFoundError"): lambda _known: (_NO_OWNER, PDF, {}),
    ("attachFile", "FileRefusedError"): lambda known: ({"partKey": known["part"]}, b"", {}),
    ("attachFile", "DuplicateFileError"): lambda known: ({"partKey": known["part"]}, PDF, {}),
    ("attachFile", "IdempotencyKeyReusedError"): lambda known: (
        {"partKey": known["part"]},
        png(),
        {"idempotencyKey": USED_KEY},
    ),
}
# The store has to be at fault: tests/database/test_unit_of_work.py (put) and test_attaching.py (copy).
ELSEWHERE = {("attachFile", "FileStoreError"), ("copyAttachment", "FileStoreError")}
