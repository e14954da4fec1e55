"""What a child that reads a stranger's file may not do, whatever code the file makes it run.

It opens no file but those it is given and those of the installation, for reading alone (Landlock, Linux 5.13 or newer);
it opens no socket, starts no process, sends no signal, and changes no owner, mode or limit (seccomp). The server's
memory, its environment below /proc and its data directory are not to be read either. Where the kernel or the container
offers one of the two alone, that one holds; `missing()` tells what does not.
"""

import errno
import platform
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import landlockpy
import seccompy
from landlockpy import AccessFS, Ruleset, Scope

_CODE = Path(__file__).resolve().parents[2]
_READABLE = (
    *(_CODE / name for name in ("domain", "graph", "persistence", "server")),
    *(Path(name) for name in (sys.prefix, sys.base_prefix, "/usr", "/lib", "/lib64", "/etc/ld.so.cache")),
)
"""Libraries, fonts and our own code, which may be loaded late. Settings (.env) and data lie elsewhere."""

_CLONE_THREAD = 0x00010000
_X32 = 0x40000000
"""The first number of another calling convention, which some kernels of x86-64 know; it has all calls once more."""

_MOST_X32 = 600

_FORBIDDEN = {
    "sockets": "socket socketpair connect bind listen accept accept4 sendto sendmsg sendmmsg recvmsg recvmmsg",
    "all of it by another way": "io_uring_setup bpf userfaultfd perf_event_open",
    "processes": "fork vfork execve execveat unshare setns pidfd_open",
    "other processes' memory": "ptrace process_vm_readv process_vm_writev pidfd_getfd process_madvise",
    "signals": "kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal",
    "shares": "setpriority ioprio_set sched_setaffinity sched_setattr sched_setparam sched_setscheduler setrlimit",
    "modes": "chmod fchmod fchmodat fchmodat2",
    "owners": "chown fchown lchown fchownat",
    "times": "utime utimes futimesat utimensat",
    "attributes": "setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat",
    "messages": "shmget shmat msgget semget mq_open mq_unlink add_key request_key keyctl syslog",
    "mounts": "mount umount2 chroot pivot_root open_tree move_mount fsopen name_to_handle_at open_by_handle_at",
}


def missing() -> list[str]:
    """Which of the two the kernel does not offer."""
    offered = {"Landlock": landlockpy.supported(), "seccomp": seccompy.supported() and bool(_numbers_are_known())}
    return [name for name, is_offered in offered.items() if not is_offered]


def prepare() -> None:
    """Do what need not be done by each child anew; for the process whose forks they are."""
    if not missing():
        _filter()


def confine(readable: Iterable[Path]) -> None:
    """From here on this process does nothing but compute, read its own files and these, and answer."""
    if landlockpy.supported():
        _close_the_files(readable)
    if seccompy.supported() and _numbers_are_known():
        _filter().load()


def _close_the_files(readable: Iterable[Path]) -> None:
    with Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL) as rules:
        for path in (*_READABLE, *readable):
            if path.exists():
                may = AccessFS.READ_FILE | AccessFS.READ_DIR if path.is_dir() else AccessFS.READ_FILE
                rules.allow_path(path, may)
        rules.restrict()


def _numbers_are_known() -> bool:
    return platform.machine().lower() in {"x86_64", "amd64", "aarch64", "arm64"}


@cache
def _filter() -> seccompy.Filter:
    """Made once, by the process whose forks are confined."""
    made = seccompy.Filter()
    for number in _numbers():
        made.errno(number, errno.EPERM)
    # Threads are no processes; libraries try the newer call first, whose arguments a filter cannot see.
    made.errno("clone", errno.EPERM, args=[(0, seccompy.CmpOp.MASKED_EQ, 0, _CLONE_THREAD)])
    made.errno("clone3", errno.ENOSYS)
    # Limits may be asked for, of this process alone, and not set.
    for argument in (0, 2):
        made.errno("prlimit64", errno.EPERM, args=[(argument, seccompy.CmpOp.NE, 0)])
    return made


def _numbers() -> Iterator[int]:
    """The numbers of what is forbidden; of the calls that this kind of processor does not have there are none."""
    for name in " ".join(_FORBIDDEN.values()).split():
        with suppress(ValueError):
            yield seccompy.syscall_nr(name)
    if seccompy.arch() == "x86_64":
        yield from range(_X32, _X32 + _MOST_X32)
