"""Figures of live updates, counted where they happen and exposed with all others."""

from enum import StrEnum

from prometheus_client import Counter, Gauge

SUBSCRIBERS = Gauge(
    "partsgraph_subscribers",
    "Subscriptions that are open at the moment, by transport.",
    ["transport"],
    multiprocess_mode="livesum",
)
EVENTS = Counter(
    "partsgraph_subscription_events",
    "Events sent to subscribers, by field of Subscription; one event sent to ten subscribers counts ten.",
    ["field"],
)
"""Exposed as partsgraph_subscription_events_total."""
DROPPED = Counter(
    "partsgraph_subscribers_dropped",
    "Subscribers that were let go because they did not keep up, by reason.",
    ["reason"],
)
"""Exposed as partsgraph_subscribers_dropped_total."""
GIVEN_UP = Counter(
    "partsgraph_answers_given_up",
    "Connections that were cut off because their client took nothing of what it was sent, by what that was.",
    ["kind"],
)
"""Exposed as partsgraph_answers_given_up_total."""


ENDED = Counter(
    "partsgraph_connections_ended",
    "Connections that were ended without asking the application, by why.",
    ["reason"],
)
"""Exposed as partsgraph_connections_ended_total."""


class EndReason(StrEnum):
    """Why a connection was ended."""

    NO_HTTP = "no_http"
    HEAD_LIMIT = "head_limit"
    TARGET_LIMIT = "target_limit"
    OPEN_FILES = "open_files"
    """Only descriptors were left that are kept for questions about health."""
    SLOW_HEAD = "slow_head"
    REST_OF_BODY = "rest_of_body"
    """What came after the answer to its request was too much, or too slow."""


class DropReason(StrEnum):
    """Why a subscriber was let go."""

    QUEUE_FULL = "queue_full"
    NOT_READING = "not_reading"
    NOT_ANSWERING = "not_answering"
    """No answer to a ping of the WebSocket: the client is gone, or reads nothing."""


class AnswerKind(StrEnum):
    """What a client is being sent."""

    ANSWER = "answer"
    FILE = "file"
    EVENT_STREAM = "event_stream"
    WEBSOCKET = "websocket"

    @property
    def is_of_subscriber(self) -> bool:
        """Whether who is sent it counts as a subscriber."""
        return self in {AnswerKind.EVENT_STREAM, AnswerKind.WEBSOCKET}


# An alert on the first one needs the series to be there before it.
for _reason in DropReason:
    DROPPED.labels(_reason.value)
for _end in EndReason:
    ENDED.labels(_end.value)
for _kind in AnswerKind:
    GIVEN_UP.labels(_kind.value)


class Transport(StrEnum):
    """How a subscriber is connected."""

    WEBSOCKET = "websocket"
    EVENT_STREAM = "event_stream"
