"""An HTTP proxy before a real S3 server, which tells lies of one kind at a time.

What passes keeps its Host, so that signatures stay good.
"""

import hashlib
import re
import threading
from enum import Enum
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PAGE = b"<html>a page</html>"
_NOT_PASSED = {"content-length", "transfer-encoding", "connection"}


class Lie(Enum):
    """What the store does wrong."""

    NONE = "nothing"
    REFUSES = "403 to everything, as after the key was changed"
    REFUSES_PUTS = "403 to whatever is sent"
    WRONG_REGION = "400 to everything"
    PAGE = "200 and a page to everything"
    PAGE_FOR_CHANGES = "200 and a page to whatever changes something"
    FORGETS = "200 with some ETag to whatever is sent, and nothing is kept"
    HALF = "half of each object, as if it were whole"
    HALF_UNTOLD = "half of each object, and nothing of its length"
    FLIPPED = "the last bit of each object the other way round"
    LONGER = "something behind each object"
    CUT = "half of each object, then the connection is cut"
    OTHER_ETAGS = "ETags that are no MD5, as of objects that are encrypted; no lie at all"


_OF_OBJECTS = {Lie.HALF, Lie.HALF_UNTOLD, Lie.FLIPPED, Lie.LONGER, Lie.CUT}
_PUTS = {"PUT", "POST"}
_CHANGES = _PUTS | {"DELETE"}
_ETAG = re.compile(b"<ETag>.*?</ETag>")


class LyingStore:
    """Listens on a free port of loopback; `lie` is what it does from now on."""

    def __init__(self, upstream_port: int) -> None:
        self.lie = Lie.NONE
        self.upstream_port = upstream_port
        self._server = _Server(self)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Passes one request on; which lie it tells, and where to, its server knows."""

    server: "_Server"
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def serve(self) -> None:
        lie, body = self.server.store.lie, self.rfile.read(int(self.headers.get("content-length") or 0))
        if lie is Lie.REFUSES or (lie is Lie.REFUSES_PUTS and self.command in _PUTS):
            self.give(403, {}, b"<Error><Code>InvalidAccessKeyId</Code></Error>")
        elif lie is Lie.WRONG_REGION:
            self.give(400, {}, b"<Error><Code>AuthorizationHeaderMalformed</Code></Error>")
        elif lie is Lie.PAGE or (lie is Lie.PAGE_FOR_CHANGES and self.command in _CHANGES):
            self.give(200, {"content-type": "text/html"}, _PAGE)
        elif lie is Lie.FORGETS and self.command == "PUT":
            self.give(200, {"etag": f'"{hashlib.md5(b"something else").hexdigest()}"'}, b"")
        else:
            self.pass_on(lie, body)

    def pass_on(self, lie: Lie, body: bytes) -> None:
        upstream = HTTPConnection("127.0.0.1", self.server.store.upstream_port)
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            upstream.putheader(name, value)
        upstream.endheaders(body or None)
        found = upstream.getresponse()
        content = found.read()
        upstream.close()
        headers = {name: value for name, value in found.headers.items() if name.lower() not in _NOT_PASSED}
        # The ETags of parts come back with the end of their upload.
        if lie is Lie.OTHER_ETAGS and "partNumber=" not in self.path:
            headers = {name: '"no-md5"' if name.lower() == "etag" else value for name, value in headers.items()}
            content = _ETAG.sub(b"<ETag>no-md5</ETag>", content) if b"UploadResult>" in content else content
        if lie in _OF_OBJECTS and self.is_object(found):
            self.spoil(lie, found.status, headers, content)
        elif self.command == "HEAD":
            length = found.headers.get("content-length")
            self.give(found.status, headers | ({"content-length": length} if length else {}), None)
        else:
            self.give(found.status, headers, content)

    def is_object(self, found: HTTPResponse) -> bool:
        return self.command == "GET" and found.status in {200, 206} and "/attachments/" in self.path

    def spoil(self, lie: Lie, status: int, headers: dict[str, str], content: bytes) -> None:
        if lie is Lie.HALF:
            self.give(status, headers, content[: len(content) // 2])
        elif lie is Lie.LONGER:
            self.give(status, headers, content + b"and more")
        elif lie is Lie.FLIPPED:
            self.give(status, headers, content[:-1] + bytes([content[-1] ^ 1]))
        else:
            length = {} if lie is Lie.HALF_UNTOLD else {"content-length": str(len(content))}
            self.give(status, headers | length, None)
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True

    def give(self, status: int, headers: dict[str, str], content: bytes | None) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if content is not None and status != 204:
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        if content and self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = serve  # noqa: N815


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, store: LyingStore) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = store
