"""The client of the object store, with each call timed and told to whoever counts."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from botocore.exceptions import ClientError

from persistence.faults import STORE_FAULTS, is_missing
from persistence.observation import StoreObserver, StoreOutcome

OBSERVED_CALLS = (
    "put_object",
    "get_object",
    "head_object",
    "copy_object",
    "delete_object",
    "delete_objects",
    "list_objects_v2",
    "create_multipart_upload",
    "upload_part",
    "complete_multipart_upload",
    "abort_multipart_upload",
    "list_multipart_uploads",
    "head_bucket",
    "create_bucket",
)
"""The calls that are told; everything else of the client passes through untold."""


class ObservedClient:
    """Stands in front of an aioboto3 client, which builds its methods at run time."""

    def __init__(self, client: Any, observer: StoreObserver) -> None:
        self._client = client
        for name in OBSERVED_CALLS:
            setattr(self, name, _observed(name, getattr(client, name), observer))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


def _observed(name: str, call: Callable[..., Awaitable[Any]], observer: StoreObserver) -> Callable[..., Awaitable[Any]]:
    async def observed(**arguments: Any) -> Any:
        started = time.perf_counter()
        outcome, size_bytes = StoreOutcome.GIVEN_UP, 0
        try:
            answer = await call(**arguments)
            outcome, size_bytes = StoreOutcome.OK, _size_bytes(name, arguments, answer)
        except ClientError as error:
            outcome = StoreOutcome.MISSING if is_missing(error) else StoreOutcome.REFUSED
            raise
        except STORE_FAULTS:
            outcome = StoreOutcome.UNREACHABLE
            raise
        finally:
            observer.store_called(name, outcome, time.perf_counter() - started, size_bytes)
        return answer

    return observed


def _size_bytes(name: str, arguments: dict[str, Any], answer: dict[str, Any]) -> int:
    """The bytes of the object that travelled: those that were sent, or those that a get is about to receive."""
    if name in {"put_object", "upload_part"}:
        body = arguments.get("Body", b"")
        return len(body) if isinstance(body, bytes | bytearray | memoryview) else int(arguments.get("ContentLength", 0))
    return int(answer.get("ContentLength", 0)) if name == "get_object" else 0
