"""A server starts in order, tells in one line why it cannot, and stops in order; with real processes and signals."""

import asyncio
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import psutil
import pytest

from server.errors import OperatorError
from server.listening import bind, url_of
from tests.log_lines import coming_lines, lines_of
from tests.operating.processes import eventually, is_gone
from tests.server_process import COMMAND, ServerProcess, environment, settings_for_same_stores

FIRST_TOKEN = "pg_" + "a" * 43


@pytest.fixture(scope="module")
def own_server() -> Iterator[ServerProcess]:
    """A server that the tests of this module may stop, kill and start again; each leaves it stopped."""
    process = ServerProcess()
    yield process
    process.remove()


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


def _processes_of(directory: Path) -> list[psutil.Process]:
    """Whatever runs with the directory on its command line."""
    running = psutil.process_iter(["cmdline"])
    return [process for process in running if str(directory) in " ".join(process.info["cmdline"] or ())]


def _told(server: ServerProcess, event: str) -> int:
    """How often the log tells an event so far; it is of all starts of the server."""
    return len(lines_of(server, event=event)) if server.log_path.exists() else 0


def _lock_of(server: ServerProcess) -> Path:
    """The file that holds the number of the process that uses the data directory."""
    return Path(server.settings["PARTSGRAPH_DATA_DIR"]) / "run" / "lock"


def _begin_to_ask(connection: socket.socket, port: int, body: bytes) -> None:
    """Connect and send the head of a request; returns when its body is waited for."""
    connection.connect(("127.0.0.1", port))
    head = (
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Expect: 100-continue\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode())
    assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")


def _is_refused(port: int) -> bool:
    """Whether nobody listens on the port."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) != 0


def test_a_start_serves_and_sigterm_stops_everything_in_order(own_server: ServerProcess) -> None:
    own_server.start()
    embedded = own_server.embedded
    assert httpx.get(f"{own_server.base_url}/readyz", trust_env=False).status_code == 200
    assert own_server.stop() == 0
    assert is_gone(embedded.postgres_pid)
    assert is_gone(embedded.object_store_pid)
    assert [line["told"] for line in lines_of(own_server, event="progress")][-2:] == [
        f"Partsgraph is ready: {own_server.base_url}/ (GraphiQL at /, API at /graphql; Ctrl-C stops)",
        "Partsgraph has stopped.",
    ]


def test_the_second_start_makes_nothing_anew(own_server: ServerProcess) -> None:
    own_server.start()
    assert own_server.stop() == 0
    before = _told(own_server, "progress")
    own_server.start()
    assert own_server.stop() == 0
    ready, stopped = [line["told"] for line in lines_of(own_server, event="progress")[before:]]
    assert ready.startswith("Partsgraph is ready: ")
    assert stopped == "Partsgraph has stopped."


def test_a_killed_server_leaves_nothing_that_the_next_start_trips_over(own_server: ServerProcess) -> None:
    own_server.start()
    embedded = own_server.embedded
    own_server.kill()
    own_server.start()
    assert own_server.embedded.postgres_pid != embedded.postgres_pid
    assert own_server.stop() == 0


async def test_a_request_that_runs_is_answered_before_the_stop(own_server: ServerProcess) -> None:
    own_server.start()
    body = b'{"query": "{ __typename }"}'
    with socket.socket() as connection:
        _begin_to_ask(connection, own_server.port, body)
        own_server.process.send_signal(signal.SIGTERM)
        await eventually(lambda: _is_refused(own_server.port))
        connection.sendall(body)
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert own_server.process.wait(60) == 0


async def test_a_second_signal_ends_the_server_at_once_and_the_next_start_succeeds(own_server: ServerProcess) -> None:
    before = _told(own_server, "shutdown_began")
    own_server.start()
    embedded = own_server.embedded
    with socket.socket() as connection:
        _begin_to_ask(connection, own_server.port, b'{"query": "{ __typename }"}')
        own_server.process.send_signal(signal.SIGINT)
        await coming_lines(own_server, before + 1, event="shutdown_began")
        own_server.process.send_signal(signal.SIGINT)
        # A stop in order, which the request holds up for as long as it may take, would end with 0.
        assert own_server.process.wait(60) == 1
    if sys.platform == "linux":
        await eventually(lambda: is_gone(embedded.postgres_pid) and is_gone(embedded.object_store_pid))
    own_server.start()
    assert own_server.stop() == 0


def _start_unwatched(process: ServerProcess) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, "serve"], env=environment(process.settings), cwd=process.directory, stderr=subprocess.DEVNULL
    )


async def test_a_signal_during_the_start_stops_what_was_started() -> None:
    process = ServerProcess()
    try:
        started = _start_unwatched(process)
        lock = _lock_of(process)
        await eventually(lambda: lock.exists() and lock.read_text() == str(started.pid))
        started.send_signal(signal.SIGINT)
        assert started.wait(60) == 0
        assert not lock.with_name("partsgraph.json").exists()
        assert not _processes_of(process.directory)
    finally:
        process.remove()


async def test_ctrl_c_in_a_terminal_reaches_the_server_alone(own_server: ServerProcess) -> None:
    """The terminal signals its whole foreground group, which the embedded servers are not in."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(own_server.directory)
        os.execvpe(
            COMMAND[0], [*COMMAND, "serve"], environment(own_server.settings | {"PARTSGRAPH_LOG_FORMAT": "auto"})
        )
    shown = bytearray()
    reader = threading.Thread(target=_read_all, args=(terminal, shown), daemon=True)
    reader.start()
    await eventually(lambda: b"Partsgraph is ready: " in shown)
    os.write(terminal, b"\x03")
    assert await _exit_code_of(pid) == 0
    reader.join(60)
    os.close(terminal)
    assert b"Partsgraph has stopped." in shown
    assert b"Traceback" not in shown
    log = (Path(own_server.settings["PARTSGRAPH_DATA_DIR"]) / "logs" / "postgres.log").read_text()
    assert log.rstrip().endswith("database system is shut down")


async def test_a_single_server_takes_no_harm_from_the_signal_that_restarts_workers(own_server: ServerProcess) -> None:
    before = _told(own_server, "nothing_to_restart")
    own_server.start()
    for number in (1, 2):
        own_server.process.send_signal(signal.SIGHUP)
        await coming_lines(own_server, before + number, event="nothing_to_restart")
    assert own_server.is_ready()
    assert own_server.stop() == 0
    told = lines_of(own_server, event="nothing_to_restart")[before:]
    assert [line["reason"] for line in told] == ["one process: nothing to restart"] * 2


async def test_the_restart_signal_during_the_start_does_not_end_it(own_server: ServerProcess) -> None:
    lock = _lock_of(own_server)
    starting = asyncio.create_task(asyncio.to_thread(own_server.start))
    await eventually(
        lambda: own_server.was_started and lock.exists() and lock.read_text() == str(own_server.process.pid)
    )
    own_server.process.send_signal(signal.SIGHUP)
    await starting
    assert own_server.stop() == 0


@pytest.mark.parametrize(("hangup", "is_killed"), [(signal.SIG_DFL, False), (signal.SIG_IGN, True)])
async def test_a_terminal_that_is_closed_takes_its_server_with_it(
    own_server: ServerProcess, hangup: signal.Handlers, is_killed: bool
) -> None:
    """Unless it is told to survive that; then it stops in order when it is asked to, though nobody hears it."""
    pid, terminal = pty.fork()
    if pid == 0:
        # However the tests themselves were started.
        signal.signal(signal.SIGHUP, hangup)
        os.chdir(own_server.directory)
        os.execvpe(COMMAND[0], [*COMMAND, "serve"], environment(own_server.settings))
    shown = bytearray()
    while b"Partsgraph is ready: " not in shown:
        shown.extend(os.read(terminal, 4096))
    os.close(terminal)
    if is_killed:
        await eventually(own_server.is_ready)
        os.kill(pid, signal.SIGTERM)
    assert await _exit_code_of(pid) == 0
    log = (Path(own_server.settings["PARTSGRAPH_DATA_DIR"]) / "logs" / "postgres.log").read_text()
    assert log.rstrip().endswith("database system is shut down")


async def _exit_code_of(pid: int) -> int:
    """How a child that was forked by hand has ended; returns when it has."""
    codes: list[int] = []

    def has_ended() -> bool:
        found, status = os.waitpid(pid, os.WNOHANG)
        codes.extend([os.waitstatus_to_exitcode(status)] * (found == pid))
        return found == pid

    await eventually(has_ended)
    return codes[0]


def _read_all(terminal: int, shown: bytearray) -> None:
    try:
        while received := os.read(terminal, 4096):
            shown.extend(received)
    except OSError:
        return


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


async def test_two_servers_on_an_empty_database_start_together() -> None:
    """Both want to migrate and to load the demo; one does and the other waits and finds it done."""
    first, second = ServerProcess(demo_data=True, first_start=True), ServerProcess(demo_data=True)
    run_file = _lock_of(first).with_name("partsgraph.json")
    starting = asyncio.create_task(asyncio.to_thread(first.start))
    try:
        await eventually(run_file.exists)
        second.settings |= settings_for_same_stores(first)
        await asyncio.to_thread(second.start)
        await starting
        assert second.stop() == 0
        assert first.run_command("check").stdout == "Everything reconciles.\n"
        assert first.stop() == 0
        assert first.new_error_lines() == second.new_error_lines() == [], first.log_tail(60) + second.log_tail(60)
    finally:
        await asyncio.wait({starting})
        second.remove()
        first.remove()
