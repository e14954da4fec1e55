"""A server that is stopped and started."""

from collections.abc import Iterator

import pytest

from tests.server_process import ServerProcess


@pytest.fixture(scope="module")
def own_server() -> Iterator[ServerProcess]:
    """A server that the tests of this module may stop, kill and start again; each leaves it stopped."""
    process = ServerProcess()
    yield process
    process.remove()
