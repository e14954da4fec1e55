"""What the inventory was when it was last read: kept by one process, or beside the figures that several share.

Without that each of several workers would read it for itself, and a scrape that meets another worker every time would
cost as many statements as there are workers.
"""

import dataclasses
import json
import os
from dataclasses import dataclass
from pathlib import Path

from persistence.readers.inventory import InventoryView


@dataclass(frozen=True, slots=True)
class LastRead:
    """The figures, when they were read (by time.monotonic, which processes of a machine share) and how long it took."""

    view: InventoryView
    read_at: float
    took_seconds: float


class SharedRead:
    """One file in a directory that the processes of a server share."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "inventory.json"

    def last(self) -> LastRead | None:
        """What another process read last; None when nobody has, or when it is from another version."""
        try:
            written = json.loads(self._path.read_bytes())
            return LastRead(InventoryView(**written["view"]), written["read_at"], written["took_seconds"])
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def keep(self, read: LastRead) -> None:
        """Let the others have it; whole, since one that looks meanwhile finds the file before."""
        fresh = self._path.with_name(f"inventory-{os.getpid()}.json")
        fresh.write_text(json.dumps(dataclasses.asdict(read)), encoding="utf-8")
        fresh.replace(self._path)
