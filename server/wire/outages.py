"""The codes of requests that could not be answered because something outside is away or too slow."""

from graph.execution.refusals import RequestCode
from persistence.faults import Fault, fault_of

_CODES = {Fault.AWAY: RequestCode.UNAVAILABLE, Fault.TOO_SLOW: RequestCode.TIMEOUT}


def outage_of(exception: BaseException) -> RequestCode | None:
    """UNAVAILABLE or TIMEOUT for an outage; None for anything else."""
    fault = fault_of(exception)
    return _CODES[fault] if fault is not None else None
