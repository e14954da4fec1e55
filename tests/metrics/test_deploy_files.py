"""The dashboard and the alert rules ask for figures that exist, by labels that they have."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml

from tests.metrics.scrape import Scrape, scrape
from tests.server_process import ROOT

_DASHBOARD = ROOT / "deploy" / "grafana" / "partsgraph.json"
_ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yaml"
_METRIC = re.compile(r"\b((?:partsgraph|process)_[a-z0-9_]+)(\{[^}]*\})?")
_SUBJECTS = ("ready", "errors", "slow", "pool", "sweep", "jobs", "subscribers")
# What only the one who scrapes adds.
_OF_PROMETHEUS = {"instance", "job"}


def dashboard_queries() -> Iterator[str]:
    """Every query of the dashboard."""
    for panel in json.loads(_DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))


def alert_rules() -> list[dict[str, Any]]:
    """The rules of all groups."""
    groups = yaml.safe_load(_ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


async def declared(client: httpx.AsyncClient) -> dict[str, set[str]]:
    """The samples that /metrics has or declares, each with the labels it was seen with."""
    text = (await client.get("/metrics")).text
    suffixes = {"counter": [""], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}
    names: dict[str, set[str]] = {}
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE):
        names.update({name + suffix: set() for suffix in suffixes[kind]})
    told: Scrape = await scrape(client)
    for sample in told.samples:
        names[sample.name] |= set(sample.labels)
    return names


async def test_every_query_of_the_dashboard_names_what_exists(client: httpx.AsyncClient) -> None:
    names = await declared(client)
    queries = list(dashboard_queries())
    assert len(queries) > 40
    for query in queries:
        assert _METRIC.search(query), query
        assert not [name for name, _ in _METRIC.findall(query) if name not in names], query


async def test_every_alert_names_what_exists_with_labels_that_it_has(client: httpx.AsyncClient) -> None:
    names = await declared(client)
    for rule in alert_rules():
        for name, labels in _METRIC.findall(rule["expr"]):
            assert name in names, rule["alert"]
            asked = set(re.findall(r"([a-z_]+)(?:=|!)", labels)) - _OF_PROMETHEUS
            assert asked <= names[name] or not names[name], rule["alert"]
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert set(rule["annotations"]) == {"summary", "description"}
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert len({rule["alert"] for rule in alert_rules()}) == len(alert_rules())


@pytest.mark.parametrize("subject", _SUBJECTS)
def test_there_is_an_alert_for_each_subject(subject: str) -> None:
    assert [rule for rule in alert_rules() if subject in rule["alert"].lower()]


async def test_every_figure_of_ours_is_shown_on_the_dashboard_or_watched(client: httpx.AsyncClient) -> None:
    asked = " ".join([*dashboard_queries(), *(rule["expr"] for rule in alert_rules())])
    shown = {name for name, _ in _METRIC.findall(asked)}
    families = {re.sub("_(bucket|sum|count)$", "", name) for name in await declared(client)}
    shown_families = {re.sub("_(bucket|sum|count)$", "", name) for name in shown}
    left_out = {"partsgraph_documents_read_total", "process_start_time_seconds"}
    assert families - shown_families == left_out


async def test_names_end_in_their_unit(client: httpx.AsyncClient) -> None:
    text = (await client.get("/metrics")).text
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE):
        assert name.startswith(("partsgraph_", "process_")), name
        assert (kind == "counter") == name.endswith("_total"), name
        assert kind != "histogram" or name.endswith("_seconds"), name
        assert "duration" not in name or name.endswith("_seconds"), name
