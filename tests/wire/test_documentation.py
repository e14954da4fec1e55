"""The guide names every code and every limit's default."""

from enum import StrEnum
from pathlib import Path

import pytest

from graph.execution.limits import Limits
from graph.execution.refusals import RequestCode
from server.wire.refusals import HttpCode

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "guide" / "wire.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", [*RequestCode, *HttpCode])
def test_the_guide_explains_every_code(code: StrEnum) -> None:
    assert f"| `{code.value}`" in GUIDE


@pytest.mark.parametrize("limit", Limits.__dataclass_fields__)
def test_the_guide_names_every_limit_with_its_default(limit: str) -> None:
    (row,) = [line for line in GUIDE.splitlines() if f"`PARTSGRAPH_{limit.upper()}`" in line]
    assert f" {getattr(Limits(), limit):,} " in row
