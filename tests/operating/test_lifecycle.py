"""A server starts in order and stops in order, whatever signal comes and whatever was left; with real processes."""

import asyncio
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import psutil
import pytest

from tests.log_lines import coming_lines, lines_of
from tests.operating.processes import eventually, is_gone
from tests.server_process import COMMAND, ServerProcess, environment, settings_for_same_stores


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
