"""A child reads its own files, computes and answers; whatever else a hostile file makes it try, the kernel refuses."""

import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest
from pydantic import TypeAdapter

from server.process import confinement
from server.process.children import ChildFunction, Children, FunctionFailed, Limits

LIMITS = Limits(seconds=60, memory_bytes=2**30)
_HERE = "tests.operating.functions_of_children"
READ = ChildFunction(f"{_HERE}:read", TypeAdapter(bytes))
READ_AGAIN = ChildFunction(f"{_HERE}:read", TypeAdapter(bytes), calls=2)
ATTEMPTS = ChildFunction(f"{_HERE}:attempts", TypeAdapter(dict[str, str]))


@pytest.fixture
async def children() -> AsyncIterator[Children]:
    made = Children(at_once=1)
    yield made
    made.end_all()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that no child is given."""
    path = tmp_path / "secret"
    path.write_text("ours", encoding="utf-8")
    return path


@pytest.fixture
def victim() -> Iterator[psutil.Process]:
    """Another process of the same user."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        process.communicate()


def state_of(secret: Path) -> tuple[str, int, int, list[str]]:
    """What stands in the file, its mode, when it was changed, and what lies beside it."""
    found = secret.stat()
    beside = sorted(each.name for each in secret.parent.iterdir() if not each.is_socket())
    return secret.read_text(encoding="utf-8"), found.st_mode, found.st_mtime_ns, beside


async def test_whatever_a_hostile_file_tries_is_refused(
    children: Children, secret: Path, victim: psutil.Process, tmp_path: Path
) -> None:
    assert confinement.missing() == []
    before, limits = state_of(secret), victim.rlimit(psutil.RLIMIT_NOFILE)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        listener.listen()
        tried = await children.run(LIMITS, ATTEMPTS, str(secret), victim.pid, str(tmp_path / "socket"))
    assert len(tried) == 18
    assert set(tried.values()) == {"PermissionError"}, tried
    assert state_of(secret) == before
    assert victim.rlimit(psutil.RLIMIT_NOFILE) == limits


async def test_a_child_reads_the_files_that_it_is_given_and_no_other(children: Children, secret: Path) -> None:
    assert await children.run(LIMITS, READ, secret) == b"ours"
    other = secret.with_name("other")
    other.write_text("another", encoding="utf-8")
    assert await children.run(LIMITS, READ_AGAIN, secret) == b"ours"
    with pytest.raises(FunctionFailed, match="PermissionError"):
        await children.run(LIMITS, READ_AGAIN, other)


async def test_where_the_kernel_cannot_confine_children_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("landlockpy.supported", lambda: False)
    children = Children(at_once=1)
    try:
        await children.run(LIMITS, ChildFunction(f"{_HERE}:double", TypeAdapter(int)), 21)
    finally:
        children.end_all()
    told = "".join(capfd.readouterr())
    assert "children are confined by limits alone" in told
    assert "Landlock" in told
