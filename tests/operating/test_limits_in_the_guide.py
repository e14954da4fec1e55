"""The operator's page tells every limit: its setting and default, what happens at it, and how to measure it."""

import re

import httpx
import pytest

from graph.execution.refusals import RequestCode
from server.settings import documented_settings
from server.wire.refusals import HttpCode
from tests.server_process import ROOT

GUIDE = (ROOT / "docs" / "guide" / "operating.md").read_text(encoding="utf-8")
SECTION = GUIDE.partition("\n## Limits\n")[2].partition("\n## ")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in SECTION.splitlines()
    if line.startswith("| ") and not line.startswith(("| What |", "| --- |"))
]
# Numbers that bound neither what clients may ask for nor what is waited for.
NO_BOUNDS = {
    *("PARTSGRAPH_PORT", "PARTSGRAPH_WORKERS", "PARTSGRAPH_WRITTEN_AFTER_RUNS", "PARTSGRAPH_COMPRESS_FROM_BYTES"),
    *("PARTSGRAPH_TOKEN_KEPT_SECONDS", "PARTSGRAPH_READINESS_KEPT_SECONDS", "PARTSGRAPH_METRICS_CACHE_SECONDS"),
    *("PARTSGRAPH_JOB_LOOK_SECONDS", "PARTSGRAPH_JOB_KEPT_DAYS", "PARTSGRAPH_IDEMPOTENCY_KEY_KEPT_DAYS"),
}


def bounds() -> dict[str, str]:
    """The settings that are bounds, with their defaults."""
    numbers = {
        each.variable: each.default
        for each in documented_settings()
        if re.fullmatch(r"[0-9]+(\.[0-9]+)?", each.default)
    }
    assert numbers.keys() >= NO_BOUNDS
    return {name: default for name, default in numbers.items() if name not in NO_BOUNDS}


def test_every_setting_that_is_a_bound_stands_there_once_with_its_default() -> None:
    assert len(bounds()) > 40
    told = [(setting.strip("`"), default.strip("`")) for _, setting, default, *_ in ROWS if setting != "fixed"]
    assert sorted(told) == sorted(bounds().items())


def test_every_row_says_what_happens_and_how_it_is_measured() -> None:
    for row in ROWS:
        assert len(row) == 5, row
        assert all(row), row
        assert "`" in row[4], row


def test_the_codes_exist() -> None:
    codes = {code.value for code in (*RequestCode, *HttpCode)}
    told = {name for row in ROWS for name in re.findall(r"`([A-Z_]+)`", row[3])}
    assert len(told) > 20
    assert told <= codes
    # Every limit that has a code of its own is told.
    assert {code for code in codes if code.endswith("_LIMIT")} - told == {"COMPLEXITY_LIMIT"}


async def test_the_figures_exist(client: httpx.AsyncClient) -> None:
    families = re.findall(r"^# TYPE (\S+) ", (await client.get("/metrics")).text, re.MULTILINE)
    told = {name for row in ROWS for name in re.findall(r"`((?:partsgraph|process)_[a-z_]+)`", row[4])}
    assert len(told) > 10
    assert told <= set(families)


def test_the_events_of_the_log_exist() -> None:
    files = (path for floor in ("server", "graph", "persistence") for path in (ROOT / floor).rglob("*.py"))
    sources = "".join(path.read_text(encoding="utf-8") for path in files)
    told = [name for row in ROWS for name in re.findall(r"`([^`]+)`", row[4].partition("log: ")[2])]
    assert len(told) > 5
    assert [name for name in told if f'"{name}"' not in sources] == []


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("server/process/request_bounds.py", "MAX_HEAD_BYTES", "65536"),
        ("server/process/request_bounds.py", "MAX_HEAD_LINES", "100"),
        ("server/process/http_protocol.py", "_HEAD_SECONDS", "15"),
        ("server/process/leftovers.py", "_BYTES", "10000000"),
        ("server/process/leftovers.py", "_SECONDS", "2"),
        ("server/rendering/asked_previews.py", "MOST_ASKED", "50"),
        ("server/files/preview_route.py", "_PATIENCE_SECONDS", "25"),
        ("server/files/pick_list_route.py", "_MOST_WAITING", "8"),
    ],
)
def test_fixed_limits_are_those_of_the_code(path: str, name: str, value: str) -> None:
    (written,) = re.findall(rf"^{name} = ([0-9_.]+)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    assert float(written) == float(value)
    assert any(f"`{value}`" in default for _, setting, default, *_ in ROWS if setting == "fixed")
