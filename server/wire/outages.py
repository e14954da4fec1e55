"""Tells a database or an object store that is away or too slow from a fault of ours."""

import asyncpg
from botocore.exceptions import BotoCoreError, ClientError

from domain.ports.unit_of_work import RepeatWork
from graph.execution.refusals import RequestCode
from persistence.repeating import connection_broke

# A statement or a lock that took too long; TimeoutError is the pool's, when no connection came free.
_TOO_SLOW = (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError)
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    # The database, or a use case that was overtaken, asked for a repetition more often than the unit of work repeats.
    asyncpg.TransactionRollbackError,
    RepeatWork,
    # A socket that is not there is an OSError, and a connection that was refused or reset too.
    OSError,
    TimeoutError,
    # The object store: refused, timed out, cut off. botocore has classes of its own for that, which are no OSError.
    BotoCoreError,
)
_TOO_MANY_REQUESTS = 429


def outage_of(exception: BaseException) -> RequestCode | None:
    """UNAVAILABLE or TIMEOUT for an outage; None for anything else."""
    if isinstance(exception, _TOO_SLOW):
        return RequestCode.TIMEOUT
    if isinstance(exception, _AWAY):
        return RequestCode.UNAVAILABLE
    if isinstance(exception, ClientError) and _is_fault_of_store(exception):
        return RequestCode.UNAVAILABLE
    return RequestCode.UNAVAILABLE if connection_broke(exception) else None


def _is_fault_of_store(error: ClientError) -> bool:
    """Whether the store answered that it cannot just now (HTTP 5xx or 429), and not that the request is wrong."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return bool(status >= 500 or status == _TOO_MANY_REQUESTS)
