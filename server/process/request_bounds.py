"""How much a request may bring besides its body: a head, trailers, and what stands beside the chunks of a body."""

import httptools

from graph.execution.refusals import RequestRefused, over_limit, refusal
from server.wire.refusals import HttpCode

MAX_HEAD_BYTES = 65_536
"""Of the target and all header lines together, of all trailers together, and of anything that is not yet whole."""

MAX_HEAD_LINES = 100
"""Header lines of a head, and trailers of a body."""

_BESIDE_A_LINE = len(": \r\n")


class RequestNotServed(Exception):
    """What is answered in place of the application, and its status. The connection is of no further use."""

    def __init__(self, status: int, refused: RequestRefused) -> None:
        super().__init__(refused.code)
        self.status = status
        self.refused = refused


class RequestTooLarge(RequestNotServed):
    """A bound was passed."""


class RequestBounds:
    """Counts one request of a connection at a time. Each method raises RequestTooLarge when a bound is passed.

    They are called for each line of each head, and so call nothing themselves.
    """

    __slots__ = ("_bytes", "_is_in_target", "_lines", "_unread")

    def __init__(self) -> None:
        self._unread = 0
        self.begin_head()

    def begin_head(self) -> None:
        """A request begins."""
        self._bytes = self._lines = self._unread = 0
        self._is_in_target = True

    def begin_body(self) -> None:
        """The head is there; what is counted from now on are the trailers."""
        self._bytes = self._lines = self._unread = 0
        self._is_in_target = False

    def came(self, size: int) -> None:
        """So many bytes came from the client."""
        self._unread += size

    def went_on(self) -> None:
        """Something of what came was whole, and was taken."""
        self._unread = 0

    def target(self, size: int) -> None:
        """So many bytes of the target were read."""
        self._bytes += size
        self._unread = 0
        if self._bytes > MAX_HEAD_BYTES:
            raise self._too_many(self._bytes)

    def line(self, size: int) -> None:
        """A header line or a trailer was read, of so many bytes of name and value."""
        self._is_in_target = False
        self._bytes += size + _BESIDE_A_LINE
        self._lines += 1
        self._unread = 0
        if self._lines > MAX_HEAD_LINES:
            raise RequestTooLarge(431, over_limit(HttpCode.HEAD_LIMIT, "header lines", self._lines, MAX_HEAD_LINES))
        if self._bytes > MAX_HEAD_BYTES:
            raise self._too_many(self._bytes)

    def look_at_unread(self) -> None:
        """After a piece was read: what is not whole yet lies in memory until it is."""
        if self._bytes + self._unread > MAX_HEAD_BYTES:
            raise self._too_many(self._bytes + self._unread)

    def _too_many(self, number: int) -> RequestTooLarge:
        if self._is_in_target:
            return RequestTooLarge(414, over_limit(HttpCode.TARGET_LIMIT, "target bytes", number, MAX_HEAD_BYTES))
        return RequestTooLarge(431, over_limit(HttpCode.HEAD_LIMIT, "head bytes", number, MAX_HEAD_BYTES))


def refusal_in(error: httptools.HttpParserError) -> tuple[int, RequestRefused]:
    """What is told of it. The parser has an error of its own for what its callbacks raise.

    Whoever kept that beside what came would wait with it for the garbage collector: its traceback leads back to him.
    """
    cause = error.__context__
    if isinstance(cause, RequestNotServed):
        return cause.status, cause.refused
    return 400, refusal(HttpCode.BAD_REQUEST, "Invalid HTTP request received.")
