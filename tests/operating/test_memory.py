"""The memory that is free is the least of what the machine and each control group above us has."""

from pathlib import Path

import psutil
import pytest

from server.process.memory import free_bytes

MIB = 2**20


@pytest.fixture
def groups(tmp_path: Path) -> Path:
    """Control groups: the pod has 100 MiB left, its container 60, of which the kernel holds 20 in files."""
    _group(tmp_path / "pod", 512, 412)
    _group(tmp_path / "pod" / "container", 200, 160, 20)
    return tmp_path


def _group(path: Path, limit: int | None, used: int, in_files: int = 0) -> None:
    path.mkdir(parents=True, exist_ok=True)
    (path / "memory.max").write_text("max\n" if limit is None else f"{limit * MIB}\n")
    (path / "memory.current").write_text(f"{used * MIB}\n")
    (path / "memory.stat").write_text(f"anon 1\ninactive_file {in_files * MIB}\nactive_file 7\n")


def _own(path: Path, line: str) -> Path:
    own = path / "own"
    own.write_text(line)
    return own


def test_each_group_above_us_counts(groups: Path) -> None:
    own = _own(groups, "0::/pod/container\n")
    assert free_bytes(groups, own) == 60 * MIB
    _group(groups / "pod", 512, 482)
    assert free_bytes(groups, own) == 30 * MIB
    _group(groups / "pod" / "container", 200, 230)
    assert free_bytes(groups, own) == 0


@pytest.mark.parametrize("line", ["0::/elsewhere\n", "0::/\n", "5:memory:/pod\n", ""])
def test_without_a_limit_the_machine_counts(groups: Path, line: str) -> None:
    _group(groups, None, 10)
    machine = psutil.virtual_memory().total
    assert 100 * MIB < free_bytes(groups, _own(groups, line)) <= machine
    assert 100 * MIB < free_bytes(groups, groups / "missing") <= machine


def test_a_group_without_a_limit_leaves_the_others(groups: Path) -> None:
    _group(groups / "pod" / "container", None, 160)
    assert free_bytes(groups, _own(groups, "0::/pod/container\n")) == 100 * MIB
