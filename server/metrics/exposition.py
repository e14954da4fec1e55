"""The figures as a text: of this process alone, or of all processes behind one address."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector

from server.metrics.inventory import Inventory
from server.metrics.metrics import Metrics
from server.metrics.multiprocess import shared_directory
from server.process.readiness import Readiness

_OURS = "partsgraph_"
_OPEN_METRICS = "application/openmetrics-text"


class _Together(Collector):
    """What the processes count, and what was read for this scrape."""

    def __init__(self, counted: Collector, read: Sequence[Metric]) -> None:
        self._counted = counted
        self._read = read

    def collect(self) -> Iterator[Metric]:
        yield from self._counted.collect()
        yield from self._read


class _OwnFamilies(Collector):
    """The families of this process: those that were built in wiring, and ours among those of the library's registry."""

    def __init__(self, own: CollectorRegistry) -> None:
        self._own = own

    def collect(self) -> Iterator[Metric]:
        yield from self._own.collect()
        yield from (family for family in REGISTRY.collect() if family.name.startswith(_OURS))


class Exposition:
    """Makes the text that a scrape is answered with."""

    def __init__(self, metrics: Metrics, inventory: Inventory, readiness: Readiness) -> None:
        self._metrics = metrics
        self._inventory = inventory
        self._readiness = readiness

    async def text(self, accepted: Iterable[str]) -> tuple[bytes, str]:
        """The text and its media type: OpenMetrics where it is accepted, else Prometheus' own format.

        Costs at most one statement, however many processes there are; the text is made off the event loop.
        """
        inventory, _ = await asyncio.gather(self._inventory.families(), self._readiness.findings())
        self._metrics.refresh()
        return await asyncio.to_thread(_written, _Together(_counted(self._metrics.registry), inventory), accepted)


def _counted(own: CollectorRegistry) -> Collector:
    directory = shared_directory()
    if directory is None:
        return _OwnFamilies(own)
    # It would register itself with a registry; here it is asked directly.
    return MultiProcessCollector(None, str(directory))  # type: ignore[no-untyped-call]


def _written(figures: Collector, accepted: Iterable[str]) -> tuple[bytes, str]:
    media_types = {each.partition(";")[0].strip().lower() for header in accepted for each in header.split(",")}
    if _OPEN_METRICS in media_types:
        text: bytes = openmetrics.generate_latest(figures)  # type: ignore[no-untyped-call]
        return text, openmetrics.CONTENT_TYPE_LATEST
    return generate_latest(figures), CONTENT_TYPE_PLAIN_0_0_4
