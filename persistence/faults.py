"""What goes wrong outside: which exceptions mean that the database or the object store is away, is too slow, or has not
what was asked for. Nothing else decides that; what follows from it for a client is said by server/wire/outages.py.

Sources: the error codes of PostgreSQL (appendix A of its manual), asyncpg's exceptions, botocore's exceptions, and the
error codes of S3 (Amazon S3 API Reference, "Error responses").
"""

from enum import Enum, auto

import asyncpg
from botocore.exceptions import BotoCoreError, ClientError

from domain.errors import FileStoreError
from domain.ports.unit_of_work import RepeatWork


class Fault(Enum):
    """What has befallen something outside."""

    AWAY = auto()
    """It cannot be reached, broke off, or asks to be tried again."""

    TOO_SLOW = auto()
    """It was stopped at the limit of a statement or of a wait for a lock."""


class MissingObject(Exception):
    """There is no such object in the store."""


class StoreNotBelieved(OSError):
    """The store gave other bytes than it was given, or nothing shows that it did what it was asked for.

    A fault of what is outside, as a connection that breaks: it may do right the next time.
    """


DATABASE_FAULTS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
"""All that is raised where the database refuses, breaks off, or cannot be reached; asyncpg raises the third when a
connection breaks while it is between two messages."""

STORE_ERRORS = (BotoCoreError, ClientError)
"""What the client of the object store raises in words of its own: it got no answer, or one that refuses."""

BAD_ANSWERS = (*STORE_ERRORS, StoreNotBelieved)
"""All that can only come from the object store."""

STORE_FAULTS = (TimeoutError, OSError, *STORE_ERRORS)
"""All that is raised where the object store refuses, breaks off, or cannot be reached."""

OUTSIDE_FAULTS = (*DATABASE_FAULTS, *STORE_ERRORS, FileStoreError, MissingObject)
"""All that work on stored files can meet outside; an object may have been deleted meanwhile."""

STARTING = (OSError, TimeoutError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError)
"""What connecting raises while a database is starting, or is not there yet; it may answer soon."""

REFUSING = (asyncpg.PostgresError, asyncpg.InterfaceError)
"""What else connecting raises: a name or a password that is not taken will not be taken later."""

REPEATABLE = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, RepeatWork)
"""After these a unit of work runs again from its start: nothing of it was kept."""

_TOO_SLOW = (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError)
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    # The database, or a use case that was overtaken, asked for a repetition more often than the unit of work repeats.
    asyncpg.TransactionRollbackError,
    RepeatWork,
    # A socket that is not there is an OSError, and a connection that was refused or reset too. TimeoutError is the
    # pool's, when no connection came free.
    OSError,
    TimeoutError,
    # Refused, timed out, cut off: botocore has classes of its own for that, which are no OSError.
    BotoCoreError,
    # What it became in a unit of work; a use case whose caller can act on it answers it as a refusal.
    FileStoreError,
)
_BROKEN = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    ConnectionResetError,
    BrokenPipeError,
)
_MISSING = frozenset({"404", "NoSuchKey", "NoSuchUpload", "NotFound"})
_TOO_MANY_REQUESTS = 429
_BEYOND_END = 416


def fault_of(exception: BaseException) -> Fault | None:
    """What has befallen the database or the store; None for anything else, which is a fault of ours."""
    if isinstance(exception, _TOO_SLOW):
        return Fault.TOO_SLOW
    if isinstance(exception, _AWAY) or connection_broke(exception):
        return Fault.AWAY
    # Whatever the store refuses, a key that was changed or a bucket that is gone, is no fault of who asks.
    return Fault.AWAY if isinstance(exception, ClientError) and not is_missing(exception) else None


def connection_broke(error: BaseException) -> bool:
    """Whether the connection was lost while it was used; a database that cannot be reached at all is another thing."""
    if isinstance(error, asyncpg.InterfaceError):
        # asyncpg has no class of its own for a connection that is found closed.
        return "closed" in str(error) or "closing" in str(error)
    if isinstance(error, asyncpg.InternalClientError):
        # The server said its last words to an idle connection and is about to close it. asyncpg 0.32 then refuses a
        # statement, which it has not sent, as if another were running; 2 is its state of consuming an error.
        return "another operation (2) is in progress" in str(error)
    return isinstance(error, _BROKEN)


def may_have_committed(error: BaseException) -> bool:
    """Whether, after a commit that ended with this, nobody knows if it took effect."""
    return isinstance(error, asyncpg.PostgresConnectionError | OSError)


def is_missing(error: ClientError) -> bool:
    """Whether the store answered that what was asked for is not there: an object, an upload, by HEAD the bucket."""
    return _code(error) in _MISSING


def is_beyond_end(error: ClientError) -> bool:
    """Whether the store answered that an object ends before the bytes that were asked for."""
    return _status(error) == _BEYOND_END


def may_answer_later(error: BaseException) -> bool:
    """Whether the store is away or cannot just now (HTTP 5xx or 429), and did not refuse a key, a bucket or a right."""
    if isinstance(error, ClientError):
        return _status(error) >= 500 or _status(error) == _TOO_MANY_REQUESTS
    return fault_of(error) is not None


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
