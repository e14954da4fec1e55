"""Answers that the database could have written, and did not."""

from prometheus_client import CollectorRegistry, Counter

from graph.execution.observation import Unwritten


class AnswerMetrics:
    """A graph.execution.observation.AnswerObserver."""

    def __init__(self, registry: CollectorRegistry) -> None:
        counted = Counter(
            "partsgraph_executor_answers_unwritten",
            "Runs of fields that the breadth-first executor answered itself, by why the database did not write them.",
            ["reason"],
            registry=registry,
        )
        self._counted = {reason: counted.labels(reason.value).inc for reason in Unwritten}

    def not_written(self, reason: Unwritten) -> None:
        """Count one run of a field."""
        self._counted[reason]()
