"""What a run needs once is made once, whoever asks for it at the same time."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tests.servers.once import made_once
from tests.waiting import patience

_ASKING = 4


def _waiting_for(note: Path) -> int:
    """How many wait for the lock on the file, as the kernel tells it."""
    inode = f":{note.stat().st_ino} "
    return sum(" -> " in line and inode in line for line in Path("/proc/locks").read_text().splitlines())


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="only Linux tells who waits for a lock")
def test_whoever_waited_while_it_was_made_does_not_make_it_again(tmp_path: Path) -> None:
    note, made, begin = tmp_path / "note", [], Barrier(_ASKING)

    def make() -> None:
        made.append(1)
        # The others have opened the note, which is empty yet, and wait.
        end = time.monotonic() + patience(60)
        while _waiting_for(note) < _ASKING - 1:
            assert time.monotonic() < end
            time.sleep(0.01)

    def ask() -> None:
        begin.wait(patience(60))
        made_once(note, make)

    with ThreadPoolExecutor(_ASKING) as asking:
        for one in [asking.submit(ask) for _ in range(_ASKING)]:
            one.result(patience(60))
    assert made == [1]


def test_what_failed_is_made_by_the_next_that_asks(tmp_path: Path) -> None:
    made: list[int] = []

    def fail() -> None:
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        made_once(tmp_path / "note", fail)
    for _ in range(2):
        made_once(tmp_path / "note", lambda: made.append(1))
    assert made == [1]
