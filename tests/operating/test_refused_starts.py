"""What keeps a server from starting is told in one line that names the way out; and where it may listen."""

import socket
import subprocess
from functools import partial
from pathlib import Path

import httpx
import pytest

from server.errors import OperatorError
from server.process.listening_socket import bind, url_of
from tests.server_process import COMMAND, ServerProcess, environment, settings_for_same_stores

FIRST_TOKEN = "pg_" + "a" * 43


def _refused_start(settings: dict[str, str], *words: str, seconds: float = 120) -> str:
    """What a start that fails says; it is one line."""
    finished = subprocess.run(
        [*COMMAND, "serve", *words],
        env=environment(settings),
        cwd="/",
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert finished.returncode == 1, finished.stderr
    lines = finished.stderr.splitlines()
    assert len(lines) == 1, finished.stderr
    return lines[0]


def test_a_taken_port_is_told_at_once(own_server: ServerProcess) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = _refused_start(own_server.settings, "--port", str(port))
    assert told.startswith(
        f"partsgraph: port {port} on 127.0.0.1 is taken by another program; stop that one, or choose"
    )


@pytest.mark.parametrize(
    ("host", "told"),
    [("192.0.2.1", "cannot listen on 192.0.2.1 port 0"), ("no host", "the host 'no host' is not an address")],
)
def test_a_host_of_another_machine_is_told(host: str, told: str) -> None:
    with pytest.raises(OperatorError, match=told):
        bind(host, 0)


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("localhost", "127.0.0.1"), ("127.0.0.1", None)])
def test_the_address_told_can_be_opened_in_a_browser(host: str, shown: str | None) -> None:
    with bind(host, 0) as bound:
        assert url_of(bound) == f"http://{shown or host}:{bound.getsockname()[1]}/"


def test_a_second_server_on_the_data_directory_is_told_who_uses_it(own_server: ServerProcess) -> None:
    own_server.start()
    told = _refused_start(own_server.settings, "--port", "0")
    assert own_server.stop() == 0
    assert f"another partsgraph server uses this data directory (process {own_server.process.pid})" in told


def test_an_unwritable_data_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = {"PARTSGRAPH_DATA_DIR": str(tmp_path / "file" / "data"), "PARTSGRAPH_PORT": "0"}
    assert "cannot be written (Not a directory)" in _refused_start(settings)


def test_a_file_in_place_of_the_data_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    told = _refused_start({"PARTSGRAPH_DATA_DIR": str(tmp_path / "file"), "PARTSGRAPH_PORT": "0"})
    assert told == (
        f"partsgraph: the data directory {tmp_path}/file is not a directory; name another one with PARTSGRAPH_DATA_DIR"
    )


def test_an_invalid_setting_is_told(tmp_path: Path) -> None:
    settings = {"PARTSGRAPH_DATA_DIR": str(tmp_path), "PARTSGRAPH_MAX_DEPTH": "deep"}
    assert _refused_start(settings).startswith("partsgraph: PARTSGRAPH_MAX_DEPTH: should be a valid integer")


def test_a_database_that_does_not_answer_is_told_without_its_password(server: ServerProcess) -> None:
    settings = settings_for_same_stores(server) | {
        "PARTSGRAPH_DATABASE_URL": "postgresql://somebody:very-secret@127.0.0.1:1/parts",
        "PARTSGRAPH_DATABASE_CONNECT_TIMEOUT_SECONDS": "0.2",
        "PARTSGRAPH_PORT": "0",
    }
    told = _refused_start(settings)
    assert told.startswith("partsgraph: the database 127.0.0.1:1/parts cannot be reached (")
    assert "very-secret" not in told


def test_a_wrong_key_of_the_object_store_is_told(server: ServerProcess) -> None:
    settings = settings_for_same_stores(server) | {"PARTSGRAPH_S3_SECRET_KEY": "wrong", "PARTSGRAPH_PORT": "0"}
    assert "cannot be used (" in _refused_start(settings)


def test_an_open_server_on_a_foreign_address_is_refused(server: ServerProcess) -> None:
    settings = settings_for_same_stores(server) | {"PARTSGRAPH_PORT": "0", "PARTSGRAPH_HOST": "0.0.0.0"}
    told = _refused_start(settings)
    assert told.startswith("partsgraph: refusing to serve on 0.0.0.0 without any API token")


def test_an_initial_token_opens_the_door_to_other_machines(server: ServerProcess) -> None:
    settings = {"PARTSGRAPH_HOST": "0.0.0.0", "PARTSGRAPH_INITIAL_ADMIN_TOKEN": FIRST_TOKEN}
    process = ServerProcess(settings=settings_for_same_stores(server) | settings)
    try:
        process.start()
        ask = partial(httpx.post, f"{process.base_url}/graphql", json={"query": "{ viewer { role } }"}, trust_env=False)
        assert ask().status_code == 401
        answered = ask(headers={"Authorization": f"Bearer {FIRST_TOKEN}"})
        assert answered.json()["data"] == {"viewer": {"role": "ADMIN"}}
        assert process.stop() == 0
    finally:
        process.remove()
