"""A server whose limits on live connections are reached soon."""

from collections.abc import Iterator

import pytest

from tests.server_process import ServerProcess, settings_for_same_stores

FRONT_END = "http://localhost:5173"
NARROW = {
    "PARTSGRAPH_CONNECTION_INIT_TIMEOUT_SECONDS": "0.3",
    "PARTSGRAPH_MAX_LIVE_CONNECTIONS": "3",
    "PARTSGRAPH_MAX_MESSAGE_BYTES": "20000",
    "PARTSGRAPH_MAX_OPERATIONS_PER_SOCKET": "2",
    "PARTSGRAPH_SUBSCRIPTION_QUEUE_EVENTS": "20",
    "PARTSGRAPH_SUBSCRIPTION_RESUME_EVENTS": "4",
    "PARTSGRAPH_SUBSCRIPTION_SEND_TIMEOUT_SECONDS": "1",
    "PARTSGRAPH_CORS_ORIGINS": FRONT_END,
}


@pytest.fixture(scope="package")
def narrow_server(server: ServerProcess) -> Iterator[ServerProcess]:
    """Another server on the stores of the first, with narrow limits."""
    process = ServerProcess(settings=settings_for_same_stores(server) | NARROW)
    try:
        process.start()
        yield process
        assert process.stop() == 0, process.log_tail()
        assert process.new_error_lines() == []
    finally:
        process.remove()
