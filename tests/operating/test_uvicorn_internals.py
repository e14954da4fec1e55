"""What server/process/ uses of uvicorn's inside is there, in versions of it that somebody looked at."""

import inspect
from importlib.metadata import version

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

LOOKED_AT = {"0.54.0"}
# What is overridden or called, and what is read or set, as the text of the class names it.
METHODS = {
    uvicorn.Server: ("startup", "shutdown", "capture_signals"),
    HttpToolsProtocol: (
        *("connection_made", "connection_lost", "data_received", "on_message_begin", "on_url", "on_header"),
        *("on_headers_complete", "on_body", "on_message_complete", "handle_websocket_upgrade", "_should_upgrade"),
        *("timeout_keep_alive_handler", "_unset_keepalive_if_required", "_unsupported_upgrade_warning"),
    ),
    WebSocketsSansIOProtocol: (
        *("data_received", "handle_connect", "handle_cont", "handle_ping", "keepalive_timeout"),
        *("send_receive_event_to_app", "send", "handle_parser_exception", "shutdown"),
    ),
}
ATTRIBUTES = {
    uvicorn.Server: ("server_state", "servers", "should_exit"),
    HttpToolsProtocol: (
        *("cycle", "scope", "transport", "loop", "parser", "url", "headers"),
        *("timeout_keep_alive", "timeout_keep_alive_task"),
    ),
    RequestResponseCycle: (
        *("transport", "keep_alive", "response_started", "response_complete"),
        *("disconnected", "message_event", "more_body"),
    ),
    WebSocketsSansIOProtocol: (
        *("conn", "scope", "transport", "frames", "curr_msg_data_type", "handshake_complete", "close_sent"),
    ),
}


def test_somebody_looked_at_the_version_that_is_installed() -> None:
    """Is it a new one? See what the tests below hold, run all others, and widen the bound in pyproject.toml too."""
    assert version("uvicorn") in LOOKED_AT


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in METHODS.items() for name in names])
def test_what_is_overridden_or_called_is_a_method(kind: type, name: str) -> None:
    assert callable(getattr(kind, name))


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in ATTRIBUTES.items() for name in names])
def test_what_is_read_or_set_is_an_attribute(kind: type, name: str) -> None:
    assert f"self.{name}" in inspect.getsource(kind)
