"""Temporary files of killed processes are removed on their machine; nothing else is, and nobody else's are touched."""

import asyncio
import fcntl
import os
import signal
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest

from server.errors import OperatorError
from server.upkeep.temporary_files import remove_old, temporary_root
from tests.log_lines import coming_lines
from tests.operating.processes import eventually
from tests.server_process import ServerProcess, settings_for_same_stores

DAY = timedelta(days=1)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory for temporary files of this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return temporary_root()


def _age(path: Path, days: int = 2) -> None:
    then = time.time() - days * DAY.total_seconds()
    os.utime(path, (then, then), follow_symlinks=False)


def test_old_files_and_directories_are_removed_and_young_ones_stay(root: Path) -> None:
    for name in ("old", "young"):
        (root / f"{name}-directory").mkdir()
        (root / f"{name}-directory" / "page.png").write_bytes(b"png")
        (root / f"{name}.pdf").write_bytes(b"pdf")
    _age(root / "old-directory")
    _age(root / "old.pdf")
    assert remove_old(DAY) == 2
    assert {path.name for path in root.iterdir()} == {"young-directory", "young.pdf", "cleaning.lock"}
    assert (root / "young-directory" / "page.png").read_bytes() == b"png"


def test_an_old_link_is_removed_and_what_it_points_to_stays(root: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").touch()
    (root / "link").symlink_to(tmp_path / "kept")
    (root / "broken").symlink_to(tmp_path / "nowhere")
    for name in ("link", "broken"):
        _age(root / name)
    assert remove_old(DAY) == 2
    assert (tmp_path / "kept" / "file").exists()
    assert [path.name for path in root.iterdir()] == ["cleaning.lock"]


def test_one_process_cleans_at_a_time(root: Path) -> None:
    (root / "old").touch()
    _age(root / "old")
    with (root / "cleaning.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert remove_old(DAY) == 0
    assert remove_old(DAY) == 1


def test_the_lock_is_never_removed(root: Path) -> None:
    remove_old(DAY)
    _age(root / "cleaning.lock")
    assert remove_old(DAY) == 0
    assert (root / "cleaning.lock").exists()


def test_a_link_in_place_of_the_directory_is_refused(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.rename(tmp_path / "elsewhere")
    root.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OperatorError, match="was made by somebody else"):
        temporary_root()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a directory away")
def test_a_directory_of_somebody_else_is_refused(root: Path) -> None:
    os.chown(root, 1, 1)
    with pytest.raises(OperatorError, match="was made by somebody else"):
        temporary_root()


async def test_workers_clean_their_machine_at_their_start_and_keep_their_figures(
    server: ServerProcess, root: Path
) -> None:
    for name in ("old", "young"):
        (root / name).touch()
    _age(root / "old")
    settings = {"PARTSGRAPH_WORKERS": "2", "TMPDIR": str(root.parent)}
    team = ServerProcess(settings=settings_for_same_stores(server) | settings)
    try:
        await asyncio.to_thread(team.start)
        await eventually(lambda: not (root / "old").exists())
        assert (root / "young").exists()
        (figures,) = await asyncio.to_thread(lambda: list(root.glob("figures-*")))
        _age(figures)
        team.process.send_signal(signal.SIGHUP)
        await coming_lines(team, event="restart_done")
        assert time.time() - figures.stat().st_mtime < DAY.total_seconds()
        assert await asyncio.to_thread(lambda: list(figures.glob("*.db")))
        assert await asyncio.to_thread(team.stop) == 0, team.log_tail()
        assert not figures.exists()
    finally:
        team.remove()
