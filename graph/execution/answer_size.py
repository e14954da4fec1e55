"""How large an answer may be, and how it is written without ever holding much more than that.

An object that is named many times is answered once and stands in the answer in many places, so a little data may make
much JSON. The executor counts the values that stand in an answer, which costs next to nothing. Only where they could be
too many bytes, were each of them a long text, is the answer measured before it is written. Texts that are far longer,
as the pages of a document may be, are counted when they are loaded, and no more of them than may stand in an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLError

from graph.execution.refusals import RequestCode, over_limit
from graph.execution.side_thread import SideThread

# But for those that are counted when they are loaded, the longest texts have 2,000 characters or so, most values a few.
_BYTES_OF_A_LONG_VALUE = 2_000
_BYTES_OF_A_VALUE = 30
# Writing so many bytes takes a millisecond or two; more is written beside the event loop.
_ON_THE_LOOP = 1_000_000
_WRITER = SideThread("answers")


class AnswerTooLarge(Exception):
    """The answer would have more bytes than it may have; `error` tells it to the client."""

    def __init__(self, size: int, most: int) -> None:
        super().__init__(size)
        self.error: GraphQLError = over_limit(RequestCode.ANSWER_LIMIT, "bytes in its answer", size, most).errors[0]


@dataclass(slots=True)
class AnswerSize:
    """What is known of the answers of one operation: no more values, and no more bytes of finished JSON in them where
    any of it may stand there twice."""

    most: int
    """The bytes that an answer may have."""

    values: int = 0
    written: int = 0
    answers: int = 1
    """How many answers are put together at a time: one, or one for each of some events."""
    loaded: int = 0
    """The bytes of the long texts that were loaded for them; each stands in an answer once at least."""

    @property
    def has_room(self) -> bool:
        """Whether more long texts may be loaded; once they are too many, the answer is refused."""
        return self.loaded <= self.most * self.answers

    def begin(self, answers: int) -> None:
        """So many other answers are put together."""
        self.answers, self.loaded = answers, 0

    async def json_of(self, content: Mapping[str, Any]) -> bytes:
        """An answer as JSON. Raises AnswerTooLarge before more bytes than it may have are held."""
        if not self.has_room:
            raise AnswerTooLarge(self.loaded, self.most)
        if self.values * _BYTES_OF_A_VALUE + self.written + self.loaded <= _ON_THE_LOOP:
            return self._json_of(content)
        return await _WRITER.run(lambda: self._json_of(content))

    def _json_of(self, content: Mapping[str, Any]) -> bytes:
        # A long text may stand there many times.
        if self.loaded or self.values * _BYTES_OF_A_LONG_VALUE + self.written > self.most:
            _Measure(self.most).of(content)
        body = orjson.dumps(content)
        if len(body) > self.most:
            raise AnswerTooLarge(len(body), self.most)
        return body


class _Measure:
    """Counts the bytes of JSON, each dictionary and list once however often it stands in the content."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[int, int] = {}

    def of(self, value: object) -> int:
        """The bytes of a value. Raises AnswerTooLarge as soon as they are known to be too many."""
        if isinstance(value, dict):
            size = self._known.get(id(value)) or self._of_entries(value, value.values(), sum(map(len, value)))
        elif isinstance(value, list):
            size = self._known.get(id(value)) or self._of_entries(value, value, 0)
        else:
            size = len(orjson.dumps(value))
        if size > self._most:
            raise AnswerTooLarge(size, self._most)
        return size

    def _of_entries(self, whole: dict[str, Any] | list[Any], values: Any, keys: int) -> int:
        kinds = set(map(type, values))
        if kinds.isdisjoint(_HOLDING):
            size = len(orjson.dumps(whole))
        else:
            size = keys + 4 * len(whole) + sum(map(self.of, values))
        self._known[id(whole)] = size
        return size


_HOLDING = frozenset((dict, list))
