"""How long a job waits after a failed attempt."""

from datetime import timedelta

_FIRST_SECONDS = 2.0
_LONGEST_SECONDS = 600.0


def retry_after(attempt: int, chance: float) -> timedelta:
    """The pause after the attempt of this number (from 1): 2 s, 8 s, 32 s … at most 10 minutes.

    `chance`, from 0 to 1, spreads it between half and the whole, so that jobs that failed together do not return
    together.
    """
    whole = min(_FIRST_SECONDS * 4.0 ** (attempt - 1), _LONGEST_SECONDS)
    return timedelta(seconds=whole * (0.5 + 0.5 * chance))
