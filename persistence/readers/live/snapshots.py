"""How far a listener has seen: commit-safe positions in what was committed.

A position is a snapshot of the database (PostgreSQL's pg_snapshot: which transactions had ended at a moment). What is
new since then are the rows of transactions that it does not show and the present one does. A transaction that ends late
is found whenever it ends, and one that stays open for long delays nothing.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

_SNAPSHOT = re.compile(r"(?P<least>[1-9][0-9]{0,18}):(?P<next>[1-9][0-9]{0,18}):(?P<running>[0-9,]{0,20000})", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Position:
    """Everything that `seen` shows has been told, and of what `until` shows besides the rows up to the id `after_id`.

    Without `until` nothing besides has been told. Both are pg_snapshots as text.
    """

    seen: str
    until: str | None = None
    after_id: int = 0


def is_snapshot(text: str) -> bool:
    """Tell whether PostgreSQL would read the text as a pg_snapshot, as strictly as it does."""
    written = _SNAPSHOT.fullmatch(text)
    if written is None:
        return False
    least, following = int(written["least"]), int(written["next"])
    running = written["running"].split(",") if written["running"] else []
    if not all(_NUMBER.fullmatch(number) for number in running):
        return False
    numbers = [int(number) for number in running]
    in_order = all(earlier < later for earlier, later in pairwise(numbers))
    in_range = not numbers or (least <= numbers[0] and numbers[-1] < following)
    return least <= following <= _MOST and in_order and in_range
