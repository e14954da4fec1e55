"""The limit of open files, raised at start as far as the process may: every connection is one."""

import itertools
import resource

import structlog

from server.process.descriptor_reserve import first_kept

# Pools, the object store, requests that are answered, files that are received, the log, and what the libraries open.
_BESIDE_LIVE_CONNECTIONS = 200

_log = structlog.get_logger("partsgraph.open_files")


def raise_limit_of_open_files(max_live_connections: int) -> None:
    """Raise the soft limit to the hard one, and warn when the live connections of one process would pass it.

    Processes that are started later inherit it.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        except (ValueError, OSError) as error:
            # macOS names no limit as the hard one, and takes none.
            _log.info("limit_of_open_files_not_raised", soft_limit=soft, reason=str(error))
    most = max_live_connections + _BESIDE_LIVE_CONNECTIONS
    if soft != resource.RLIM_INFINITY and first_kept(soft) < most:
        _log.warning(
            "limit_of_open_files_is_low",
            limit=soft,
            needed=next(limit for limit in itertools.count(most) if first_kept(limit) >= most),
            max_live_connections=max_live_connections,
        )
