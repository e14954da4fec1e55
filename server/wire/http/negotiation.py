"""Which media type the client wants its answer in, by the q-values of its Accept header (RFC 9110, section 12.5.1)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from graph.execution.refusals import refusal
from server.wire.refusals import HttpCode

_LONGEST_KNOWN = 300


class MediaType(Enum):
    """The two forms of a GraphQL answer, which differ in their status codes."""

    GRAPHQL_RESPONSE = "application/graphql-response+json"
    JSON = "application/json"


@dataclass(frozen=True, slots=True)
class _Range:
    """One entry of Accept: "text/html", "text/*" or "*/*", and its weight."""

    pattern: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """How closely the entry names the media type: 3 by name, 2 by its group, 1 by a star, 0 not at all."""
        if self.pattern == media_type:
            return 3
        if self.pattern == f"{media_type.partition('/')[0]}/*":
            return 2
        return 1 if self.pattern == "*/*" else 0


def answer_type(accept: Iterable[str]) -> MediaType:
    """The media type to answer in; application/json when the client names none.

    Raises RequestRefused (NOT_ACCEPTABLE) when the client takes neither.
    """
    ranges = _ranges(accept)
    if not ranges:
        return MediaType.JSON
    # Of two equally welcome types the one that is named wins over the one that a star covers; then the newer one when
    # both are named, and the older one when a star covers both.
    json = _preference(ranges, MediaType.JSON.value)
    graphql = _preference(ranges, MediaType.GRAPHQL_RESPONSE.value)
    if max(json, graphql)[0] == 0:
        raise refusal(
            HttpCode.NOT_ACCEPTABLE,
            "Accept must allow application/graphql-response+json or application/json.",
        )
    if graphql == json:
        return MediaType.GRAPHQL_RESPONSE if graphql[1] == 3 else MediaType.JSON
    return MediaType.GRAPHQL_RESPONSE if graphql > json else MediaType.JSON


def prefers_html(accept: Iterable[str]) -> bool:
    """Whether a page is more welcome than JSON, as it is to a browser's address bar."""
    ranges = _ranges(accept)
    html = _preference(ranges, "text/html")
    return html[0] > 0 and html > max(_preference(ranges, media_type.value) for media_type in MediaType)


def wants_event_stream(accept: Iterable[str]) -> bool:
    """Whether the client takes server-sent events and no form of JSON; one that takes JSON, too, is answered in it."""
    ranges = _ranges(accept)
    if _preference(ranges, "text/event-stream")[0] == 0:
        return False
    return all(_preference(ranges, media_type.value)[0] == 0 for media_type in MediaType)


def _preference(ranges: Iterable[_Range], media_type: str) -> tuple[float, int]:
    """Quality and specificity of the entry that names the media type most closely; zeros when none does."""
    fitting = [(found, entry.quality) for entry in ranges if (found := entry.specificity(media_type))]
    if not fitting:
        return 0.0, 0
    specificity, quality = max(fitting)
    return quality, specificity


def _ranges(accept: Iterable[str]) -> Sequence[_Range]:
    written = ",".join(accept)
    return _known_ranges(written) if len(written) <= _LONGEST_KNOWN else tuple(_read_ranges(written))


@lru_cache(maxsize=200)
def _known_ranges(written: str) -> Sequence[_Range]:
    """A client sends the same header again and again."""
    return tuple(_read_ranges(written))


def _read_ranges(written: str) -> Iterator[_Range]:
    for entry in written.split(","):
        pattern, *parameters = (part.strip().lower() for part in entry.split(";"))
        if pattern:
            yield _Range(pattern, quality_of(parameters))


def quality_of(parameters: Iterable[str]) -> float:
    """The weight among the parameters of an entry; an unreadable one counts as not acceptable."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 0.0
            return quality if 0 <= quality <= 1 else 0.0
    return 1.0
