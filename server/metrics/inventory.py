"""The figures of the inventory, read at a scrape by one statement and kept for a short while."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

import structlog
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from persistence.readers.inventory import InventoryView
from server.metrics.last_read import LastRead, SharedRead
from server.metrics.multiprocess import shared_directory

_log = structlog.get_logger("partsgraph.metrics")

_PATIENCE_SECONDS = 5.0
# What is kept is kept for at least so many times as long as reading it took: watching costs a twentieth at most.
_REST = 20
_SAME = " The same from every server of one database: take the max, not the sum."
_OTHER_TYPES = "(other)"
_NO_TYPE = "(none)"
_LONGEST_TYPE = 100


class Inventory:
    """Reads the figures at most once in a while, whoever asks and however many ask at once."""

    def __init__(self, read: Callable[[], Awaitable[InventoryView]], keep_seconds: float) -> None:
        directory = shared_directory()
        self._read = read
        self._keep_seconds = keep_seconds
        self._shared = SharedRead(directory) if directory is not None else None
        self._reading = asyncio.Lock()
        self._last: LastRead | None = None

    async def families(self) -> list[Metric]:
        """The families as of now; while the database does not answer only the one that says so."""
        async with self._reading:
            if not self._is_fresh(self._last):
                await self._refresh()
        return list(self._families())

    def _is_fresh(self, last: LastRead | None) -> bool:
        return last is not None and time.monotonic() < last.read_at + max(self._keep_seconds, _REST * last.took_seconds)

    async def _refresh(self) -> None:
        if self._shared is not None and self._is_fresh(others := self._shared.last()):
            self._last = others
            return
        started = time.monotonic()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                view = await self._read()
        except Exception as exception:  # noqa: BLE001 - whatever the reason, the other figures are wanted all the more
            self._last = None
            _log.warning("inventory_not_read", reason=repr(exception))
            return
        read_at = time.monotonic()
        self._last = LastRead(view, read_at, read_at - started)
        if self._shared is not None:
            self._shared.keep(self._last)

    def _families(self) -> Iterator[Metric]:
        yield _gauge(
            "partsgraph_inventory_up", "1 when the figures of the inventory could be read.", self._last is not None
        )
        if self._last is None:
            return
        age = time.monotonic() - self._last.read_at
        yield _gauge("partsgraph_inventory_age_seconds", "How old the figures of the inventory are.", age)
        text = "How long the statement took that read the figures of the inventory."
        yield _gauge("partsgraph_inventory_read_duration_seconds", text, self._last.took_seconds)
        yield from _inventory(self._last.view)


def _inventory(view: InventoryView) -> Iterator[Metric]:
    states = {"active": view.parts, "retired": view.retired_parts}
    yield _gauges("partsgraph_parts", "Parts." + _SAME, "state", states)
    yield _gauge("partsgraph_pieces", "Pieces of all parts in stock." + _SAME, view.pieces)
    yield _gauge("partsgraph_parts_low", "Parts at or below their threshold." + _SAME, view.low_parts)
    text = "Parts without any file or link." + _SAME
    yield _gauge("partsgraph_parts_without_documents", text, view.parts_without_documents)
    text = "Parts by type: the hundred types with the most parts, the others as one." + _SAME
    yield _gauges("partsgraph_parts_by_type", text, "type", dict(_types(view)))
    uses = {"empty": view.empty_boxes, "partly": view.partly_used_boxes, "full": view.full_boxes}
    yield _gauges("partsgraph_boxes", "Boxes by how many of their locations hold stock." + _SAME, "use", uses)
    text = "Locations that hold stock, of each of the hundred boxes with the greatest share of them." + _SAME
    boxes = [str(number) for number in view.box_numbers]
    yield _gauges("partsgraph_box_occupied_locations", text, "box", _each(boxes, view.box_occupied))
    text = "Locations of these boxes." + _SAME
    yield _gauges("partsgraph_box_locations", text, "box", _each(boxes, view.box_capacities))
    locations = {"occupied": view.occupied_locations, "free": view.locations - view.occupied_locations}
    yield _gauges("partsgraph_locations", "Locations by whether they hold stock." + _SAME, "state", locations)
    changes = {"7": view.changes_in_last_7_days, "30": view.changes_in_last_30_days}
    yield _gauges("partsgraph_recent_quantity_changes", "Quantity changes of the last days." + _SAME, "days", changes)
    text = "Parts that search finds by older words, or not yet, until a job has made their documents." + _SAME
    yield _gauge("partsgraph_parts_to_be_indexed", text, view.parts_to_be_indexed)
    yield _gauge("partsgraph_search_words", "Words that search knows." + _SAME, view.search_words)
    yield _jobs(view)
    text = "How long the job that waits longest has been due." + _SAME
    yield _gauge("partsgraph_job_queue_age_seconds", text, view.job_queue_seconds)


def _jobs(view: InventoryView) -> Metric:
    family = GaugeMetricFamily("partsgraph_jobs_kept", "Jobs by kind and state." + _SAME, labels=["kind", "state"])
    for kind, state, count in zip(view.job_kinds, view.job_states, view.job_counts, strict=True):
        family.add_metric([kind.lower(), state.lower()], count)
    return family


def _types(view: InventoryView) -> Iterator[tuple[str, float]]:
    yield from zip((name[:_LONGEST_TYPE] for name in view.type_names), view.type_parts, strict=True)
    yield _NO_TYPE, view.parts_without_type
    yield _OTHER_TYPES, view.parts - view.parts_without_type - sum(view.type_parts)


def _each(labels: Sequence[str], values: Sequence[float]) -> Mapping[str, float]:
    return dict(zip(labels, values, strict=True))


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _gauges(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for label_value, value in values.items():
        family.add_metric([label_value], value)
    return family
