"""A server opens as many files as the system lets it, and says so when they are too few for its live connections."""

import resource
import subprocess
import sys

import psutil

from tests.server_process import ROOT, ServerProcess, environment, settings_for_same_stores

_LIMITED = """
import resource
from server.process.open_files import raise_limit_of_open_files
resource.setrlimit(resource.RLIMIT_NOFILE, (1024, {hard}))
raise_limit_of_open_files(2000)
print(resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def _told_under(hard: int) -> str:
    return subprocess.run(
        [sys.executable, "-c", _LIMITED.format(hard=hard)],
        cwd=ROOT,
        env=environment({}),
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_the_limit_is_raised_and_enough() -> None:
    assert _told_under(2_628) == "(2628, 2628)\n"


def test_a_limit_that_live_connections_would_pass_is_told() -> None:
    told = _told_under(2_627)
    assert "limit_of_open_files_is_low" in told
    assert "limit=2627" in told
    assert "needed=2628" in told
    assert told.endswith("(2627, 2627)\n")


def test_a_server_raises_its_limit_at_start(server: ServerProcess) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    process = ServerProcess(settings=settings_for_same_stores(server))
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard // 2, hard))
    try:
        process.start()
        assert psutil.Process(process.process.pid).rlimit(psutil.RLIMIT_NOFILE) == (hard, hard)
        assert process.stop() == 0
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        process.remove()
