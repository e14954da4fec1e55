"""A counter that follows a total which somebody else keeps."""

from prometheus_client import Counter


class Followed:
    """Adds what the total has risen by since it was last looked at; right with several processes too."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._seen = 0.0

    def rise_to(self, total: float) -> None:
        """Take over the total; one that fell is left alone."""
        if total > self._seen:
            self._counter.inc(total - self._seen)
            self._seen = total
