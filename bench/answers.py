"""Whether all peers answer the same: each answer is brought into one form, then compared."""

import json
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench.errors import BenchmarkError

_LOOKED_AT = 5
_TIMES = {"at", "createdAt"}
# What differs when the same change is made twice.
_OF_THE_MOMENT = {"at", "totalQuantity"}


def check_answers(scenario: str, ports: dict[str, int], bodies: dict[str, Path]) -> int:
    """The number of fields in the first answer. Raises BenchmarkError when peers answer differently."""
    answers = {name: _first_answers(scenario, name, port, bodies[name]) for name, port in ports.items()}
    wanted = answers["partsgraph"]
    for name, found in answers.items():
        if found != wanted:
            raise BenchmarkError(f"{scenario}: {name} answers something else:\n{found}\ninstead of\n{wanted}")
    return count_fields(wanted[0])


def count_fields(value: Any) -> int:
    """Fields that were resolved for an answer: one for each name in each object."""
    if isinstance(value, dict):
        return sum(1 + count_fields(inner) for inner in value.values())
    return sum(map(count_fields, value)) if isinstance(value, list) else 0


def _first_answers(scenario: str, name: str, port: int, bodies: Path) -> list[Any]:
    lines = bodies.read_text().splitlines()[:_LOOKED_AT]
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    answers = []
    for line in lines:
        connection.request("POST", "/graphql", line, {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
        answer = json.loads(content) if response.status == 200 else {}
        if "data" not in answer or answer.get("errors"):
            raise BenchmarkError(f"{scenario}: {name} answers {response.status} {content.decode(errors='replace')}")
        answers.append(_same_form(answer["data"], is_change=scenario == "use"))
    connection.close()
    return answers


def _same_form(value: Any, *, is_change: bool) -> Any:
    """Without what differs by dialect: connections are lists, totals numbers, contents of a place in one order."""
    if isinstance(value, list):
        return sorted((_same_form(item, is_change=is_change) for item in value), key=_place_in_list)
    if not isinstance(value, dict):
        return value
    if set(value) == {"nodes"}:
        return _same_form(value["nodes"], is_change=is_change)
    formed: dict[str, Any] = {}
    for name, inner in value.items():
        if name == "total":
            formed["totalQuantity"] = int(inner["totalQuantity"])
        elif name in _TIMES:
            formed[name] = datetime.fromisoformat(inner)
        else:
            formed[name] = _same_form(inner, is_change=is_change)
    if is_change:
        return {name: None if name in _OF_THE_MOMENT else inner for name, inner in formed.items()}
    return formed


def _place_in_list(item: Any) -> str:
    """Only the contents of a place are put in order; everything else keeps its own."""
    return item["part"]["key"] if isinstance(item, dict) and "part" in item else ""
