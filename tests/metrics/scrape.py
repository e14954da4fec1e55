"""Reads /metrics with prometheus-client's own parser."""

from collections import defaultdict
from collections.abc import Iterable

import httpx
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample


class Scrape:
    """The samples of one answer, or of the answers of several servers added up."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self.samples = list(samples)

    def value(self, name: str, **labels: str) -> float:
        """The sum of the samples of this name that carry these labels; 0 when there is none."""
        return sum(
            sample.value for sample in self.samples if sample.name == name and labels.items() <= sample.labels.items()
        )

    def by(self, name: str, label: str) -> dict[str, float]:
        """The sums of the samples of this name by one of their labels, without those that are 0."""
        sums: dict[str, float] = defaultdict(float)
        for sample in self.samples:
            if sample.name == name and sample.value:
                sums[sample.labels[label]] += sample.value
        return dict(sums)

    def names(self) -> set[str]:
        """The names of the samples."""
        return {sample.name for sample in self.samples}

    def __add__(self, other: "Scrape") -> "Scrape":
        return Scrape(self.samples + other.samples)


async def scrape(client: httpx.AsyncClient, **headers: str) -> Scrape:
    """Scrape one server; fails when the answer is not what a Prometheus server takes."""
    answer = await client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return parsed(answer.text)


def parsed(text: str) -> Scrape:
    """The samples of an answer's text."""
    families = list(text_string_to_metric_families(text))
    assert all(family.documentation and family.type != "unknown" for family in families)
    assert len({family.name for family in families}) == len(families)
    return Scrape(sample for family in families for sample in family.samples)
