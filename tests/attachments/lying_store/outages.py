"""What a client and the log are told of an outage of the store."""

import httpx

from tests.log_lines import coming_lines, lines_of
from tests.server_process import ServerProcess
from tests.wire.conftest import code_of


async def assert_outage(server: ServerProcess, answer: httpx.Response) -> None:
    """503 with a time to come back, and one line in the log, which is a warning."""
    assert (answer.status_code, code_of(answer)) == (503, "UNAVAILABLE")
    assert int(answer.headers["retry-after"]) > 0
    request_id = answer.headers["x-request-id"]
    await coming_lines(server, request_id=request_id)
    told = [(line["event"], line["level"]) for line in lines_of(server, request_id=request_id)]
    assert told == [("outage", "warning")]
    assert server.new_error_lines() == []
