"""How much memory is free for another process: on the machine, and in the container that we run in.

A container's limit is that of its control group and of those above it (cgroup v2: memory.max and memory.current; what
the kernel can drop at once is in memory.stat, inactive_file). Limits of cgroup v1 are not looked at.
"""

from collections.abc import Iterator
from pathlib import Path

import psutil

_GROUPS = Path("/sys/fs/cgroup")
_OWN_GROUP = Path("/proc/self/cgroup")


def free_bytes(groups: Path = _GROUPS, own_group: Path = _OWN_GROUP) -> int:
    """The least of what the machine and each group has; the groups lie below a directory, a file names our own."""
    return min([int(psutil.virtual_memory().available), *_free_in_groups(groups, own_group)])


def _free_in_groups(groups: Path, own_group: Path) -> Iterator[int]:
    try:
        lines = own_group.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    own = next((line.removeprefix("0::/") for line in lines if line.startswith("0::/")), None)
    if own is None:
        return
    for group in (groups / own, *(groups / own).parents):
        if not group.is_relative_to(groups):
            return
        try:
            yield _free_in(group)
        except (OSError, ValueError):
            # The group above all others has no limit, and one without a limit says max.
            continue


def _free_in(group: Path) -> int:
    limit = int((group / "memory.max").read_text())
    used = int((group / "memory.current").read_text())
    stat = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    return max(0, limit - used + int(stat.get("inactive_file", 0)))
