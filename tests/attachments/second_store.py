"""Another S3 implementation than the embedded one: localbucket, as a process of its own.

It keeps each object as a file, checks no signature, keeps no metadata, and lists no unfinished uploads: whatever
Partsgraph asks of a store beyond the plain operations has to get along without.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.ports import free_port


class SecondStore:
    """Started on a free port of loopback, with a directory that is removed at its end."""

    def __init__(self) -> None:
        self.port = free_port()
        self._directory = Path(tempfile.mkdtemp(prefix="partsgraph-store-"))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, patience_seconds: float = 60) -> None:
        """Start and wait until it answers."""
        command = [sys.executable, "-m", "localbucket", "--port", str(self.port), str(self._directory)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + patience_seconds
        while not self._answers():
            assert self._process.poll() is None, "the second store ended"
            assert time.monotonic() < end, "the second store does not answer"
            time.sleep(0.05)

    def stop(self) -> None:
        """End it, and forget what it kept."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
        shutil.rmtree(self._directory)

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
            connection.request("GET", "/")
            return connection.getresponse().status == 200
        except (TimeoutError, OSError, HTTPException):
            return False
        finally:
            connection.close()
