"""The projects of the benchmark: 21 active ones that require the same 50 parts, more than there are of some."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.database import Observer
from bench.load import load_of
from bench.workshop import Workshop
from graph.global_ids import global_id

_PROJECTS = 21
_REQUIREMENTS = 50
_KEYS = "SELECT key FROM parts WHERE retired_at IS NULL ORDER BY hashtext(key), key LIMIT $1"
_IDS = "SELECT id FROM projects ORDER BY rank"
_CREATE = "mutation ($input: CreateProjectInput!) { createProject(input: $input) { __typename } }"
_SET = "mutation ($input: SetRequirementsInput!) { setRequirements(input: $input) { __typename } }"


def add_projects(workshop: Workshop, directory: Path) -> None:
    """Through the API, unless they are there."""
    if project_ids(workshop.observer):
        return
    keys = [row["key"] for row in workshop.observer.rows(_KEYS, _REQUIREMENTS)]
    created = [{"name": f"Project {number}", "buildTarget": 5 * number} for number in range(1, _PROJECTS + 1)]
    _send(workshop, directory / "projects.jsonl", _CREATE, created)
    lines = [{"partKey": key, "perUnit": 1 + number % 3, "attritionPercent": 5} for number, key in enumerate(keys)]
    wanted = [{"projectId": id, "requirements": lines} for id in project_ids(workshop.observer)]
    _send(workshop, directory / "requirements.jsonl", _SET, wanted)


def project_ids(observer: Observer) -> list[str]:
    """The ids of all projects by rank."""
    return [global_id("Project", row["id"]) for row in observer.rows(_IDS)]


def _send(workshop: Workshop, path: Path, document: str, inputs: Sequence[Mapping[str, Any]]) -> None:
    bodies = [{"query": document, "variables": {"input": given}} for given in inputs]
    path.write_text("".join(json.dumps(body) + "\n" for body in bodies))
    load_of(len(bodies), workshop.server.port, path)
