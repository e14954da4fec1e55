"""What is asked: which parts, boxes and places, and the request bodies for each scenario and peer, in files for wrk."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.database import Observer
from bench.load import load_of
from bench.peers import PEERS
from bench.projects import add_projects, project_ids
from bench.queries import document
from bench.workshop import Workshop
from domain.entities.ids import PartTypeId
from graph.cursors import encode_cursor
from persistence.readers.part_order import PART_ORDERS
from server.seed.generated.parts import FAMILIES, generated_details

Variables = Sequence[Mapping[str, Any]]

_PARTS_READ = 200
_PARTS_USED = 1_000
_CHANGES_READ = 20
_CHANGES_GENERATED = 10
_LINES_OF_BOOKING = 200
_PROJECTS_READ = 5
_FILLED_UP_TO = 1_000_000
_DEEP_FROM = 0.9
_PARTS_MADE = 2_000
# Of 20 requests of the mixture: many small ones, some changes, and one long list.
_MIXTURE = (*("part",) * 8, *("use",) * 4, *("box",) * 3, *("first page",) * 2, *("deep page",) * 2, "list")

# Spread over the catalogue by a hash of the key, the same ones for the same data.
_PLACES = """
SELECT DISTINCT ON (part.key) part.key, box.number || '-' || location.number AS reference, stock.quantity
  FROM (SELECT id, key FROM parts WHERE retired_at IS NULL ORDER BY hashtext(key), key LIMIT $1) AS part
  JOIN stock ON stock.part_id = part.id
  JOIN locations AS location ON location.id = stock.location_id
  JOIN boxes AS box ON box.id = location.box_id
 ORDER BY part.key, stock.quantity DESC, location.id
"""
_BOXES = "SELECT number FROM boxes WHERE capacity >= 60 ORDER BY hashtext(number::text) LIMIT $1"
_DEEP_KEYS = "SELECT key FROM parts WHERE retired_at IS NULL ORDER BY key OFFSET $1 LIMIT 50"
_MUTATIONS = {
    "receive": "mutation ($input: ReceiveStockInput!) { receiveStock(input: $input) { __typename } }",
    "book": "mutation ($input: BookStockInput!) { bookStock(input: $input) { __typename } }",
}


@dataclass(frozen=True, slots=True)
class Workload:
    """The variables of each scenario's requests, and where the bodies are."""

    directory: Path
    variables: Mapping[str, Variables]

    def bodies(self, scenario: str, peer: str) -> Path:
        """The file with one request body per line."""
        return self.directory / f"{scenario.replace(' ', '-')}.{peer}.jsonl"


def prepare_workload(workshop: Workshop) -> Workload:
    """Chooses what is asked, brings its history and stock to where the scenarios need it, and writes the bodies."""
    directory = workshop.directory / "bodies"
    directory.mkdir(exist_ok=True)
    places = workshop.observer.rows(_PLACES, _PARTS_USED)
    add_projects(workshop, directory)
    _fill_up(workshop, directory, [(key, reference) for key, reference, _ in places])
    variables = _variables(workshop.observer, [(key, reference) for key, reference, _ in places])
    workload = Workload(directory, variables)
    for scenario in variables:
        document_name = "page" if scenario.endswith("page") else scenario
        for peer in PEERS:
            if scenario not in peer.scenarios:
                continue
            if peer.dialect is None:
                bodies = [{"scenario": scenario, "variables": given} for given in variables[scenario]]
                _write(workload.bodies(scenario, peer.name), bodies)
            else:
                text = document(document_name, peer.dialect)
                _write(workload.bodies(scenario, peer.name), _requests(text, variables[scenario]))
        text = document(document_name, "partsgraph")
        _write(workload.bodies(scenario, "partsgraph"), _requests(text, variables[scenario]))
    _write_mixture(workload)
    return workload


def _variables(observer: Observer, places: Sequence[tuple[str, str]]) -> Mapping[str, Variables]:
    parts = observer.value("SELECT count(*) FROM parts")
    deep = observer.rows(_DEEP_KEYS, int(parts * _DEEP_FROM))
    cursors = [encode_cursor(PART_ORDERS["KEY"], descending=False, position=(row["key"],)) for row in deep]
    return {
        "list": [{}],
        "part": [{"key": key} for key, _ in places[:: max(1, len(places) // _PARTS_READ)]],
        "box": [{"number": row["number"]} for row in observer.rows(_BOXES, _PARTS_READ)],
        "coverage": [{"id": id} for id in project_ids(observer)[-_PROJECTS_READ:]],
        "use": [
            {"input": {"partKey": key, "location": reference, "quantity": 1, "reason": "Benchmark"}}
            for key, reference in places
        ],
        "create": [{"input": given} for given in _new_parts()],
        "first page": [{}],
        "deep page": [{"after": cursor} for cursor in cursors],
    }


def _new_parts() -> list[Mapping[str, Any]]:
    """Parts as people enter them, each another one."""
    chance = random.Random(1)
    families = [chance.choice(FAMILIES) for _ in range(_PARTS_MADE)]
    any_id = {family.type_name: PartTypeId(1) for family in FAMILIES}
    details = [generated_details(number, family, chance, any_id, None) for number, family in enumerate(families)]
    return [
        {
            "description": part.description,
            "manufacturer": part.manufacturer,
            "manufacturerCode": part.manufacturer_code,
            "typeName": family.type_name,
            "tags": list(part.tags),
            "package": part.package,
            "series": part.series,
            "parameters": [{"name": each.name, "value": each.value} for each in part.parameters],
        }
        for family, part in zip(families, details, strict=True)
    ]


def _fill_up(workshop: Workshop, directory: Path, places: Sequence[tuple[str, str]]) -> None:
    """Through the API: stock that no run uses up, and twenty changes for each part whose history is read."""
    bookings = []
    for first in range(0, len(places), _LINES_OF_BOOKING):
        lines = [
            {"partKey": key, "location": reference, "delta": _FILLED_UP_TO}
            for key, reference in places[first : first + _LINES_OF_BOOKING]
        ]
        bookings.append({"input": {"reason": "Stock for the benchmark", "changes": lines}})
    receipts = [
        {"input": {"partKey": key, "location": reference, "quantity": 5, "reason": "Delivery"}}
        for key, reference in places[:: max(1, len(places) // _PARTS_READ)]
    ]
    for name, given, rounds in (("book", bookings, 1), ("receive", receipts, _CHANGES_READ - _CHANGES_GENERATED)):
        path = directory / f"{name}.jsonl"
        _write(path, _requests(_MUTATIONS[name], given))
        load_of(len(given) * rounds, workshop.server.port, path)


def _write_mixture(workload: Workload) -> None:
    names = set(_MIXTURE)
    lines = {name: workload.bodies(name, "partsgraph").read_text().splitlines() for name in names}
    bodies = [lines[name][turn % len(lines[name])] for turn in range(_PARTS_READ) for name in _MIXTURE]
    workload.bodies("mixture", "partsgraph").write_text("\n".join(bodies) + "\n")


def _requests(text: str, variables: Variables) -> list[Mapping[str, Any]]:
    return [{"query": text, "variables": given} for given in variables]


def _write(path: Path, bodies: Sequence[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(body, separators=(",", ":")) + "\n" for body in bodies))
