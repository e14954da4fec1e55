"""Tells a database or an object store that is away or too slow from a fault of ours."""

import asyncpg
from botocore.exceptions import BotoCoreError, ClientError

from graph.execution.refusals import RequestCode

# A statement or a lock that took too long; TimeoutError is the pool's, when no connection came free.
_TOO_SLOW = (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError)
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    # The database asked for a repetition more often than the unit of work repeats.
    asyncpg.TransactionRollbackError,
    # A socket that is not there is an OSError, and a connection that was refused or reset too.
    OSError,
    TimeoutError,
    # The object store, by a socket or by its word.
    BotoCoreError,
    ClientError,
)


def outage_of(exception: BaseException) -> RequestCode | None:
    """UNAVAILABLE or TIMEOUT for an outage; None for anything else."""
    if isinstance(exception, _TOO_SLOW):
        return RequestCode.TIMEOUT
    if isinstance(exception, _AWAY):
        return RequestCode.UNAVAILABLE
    # asyncpg tells a connection that broke while it was used by this class alone, which it also uses for misuse.
    if isinstance(exception, asyncpg.InterfaceError) and ("closed" in str(exception) or "closing" in str(exception)):
        return RequestCode.UNAVAILABLE
    return None
