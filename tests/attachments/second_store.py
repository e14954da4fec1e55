"""Another S3 implementation than the embedded one: moto's server as a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException

from tests.server_process import free_port

CHOICE = "TEST_OBJECT_STORE"
"""The variable by which the tests' own server takes another object store: `moto`, or nothing for the embedded one."""


@contextmanager
def chosen_store() -> Iterator[Mapping[str, str]]:
    """The settings of the object store that the tests are to use; none for the embedded one."""
    if os.environ.get(CHOICE) != "moto":
        yield {}
        return
    store = SecondStore()
    try:
        store.start()
        yield store.settings
    finally:
        store.stop()


class SecondStore:
    """Started on a free port of loopback; it keeps its objects in memory."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, patience_seconds: float = 60) -> None:
        """Start and wait until it answers."""
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + patience_seconds
        while not self._answers():
            assert self._process.poll() is None, "moto's server ended"
            assert time.monotonic() < end, "moto's server does not answer"
            time.sleep(0.1)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    @property
    def settings(self) -> dict[str, str]:
        """What makes a Partsgraph server use it."""
        return {
            "PARTSGRAPH_S3_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "PARTSGRAPH_S3_BUCKET": "second-store",
            "PARTSGRAPH_S3_ACCESS_KEY": "access",
            "PARTSGRAPH_S3_SECRET_KEY": "secret",
            "PARTSGRAPH_S3_REGION": "us-east-1",
        }

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/moto-api/data.json")
            return connection.getresponse().status == 200
        except (TimeoutError, OSError, HTTPException):
            return False
        finally:
            connection.close()
