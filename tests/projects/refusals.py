"""A request for every refusal that a mutation of projects lists, with the field that is at fault."""

from tests.graphql_client import Json
from tests.projects.facts import line

USED_KEY = "5f0c2a70-1111-4222-8333-444455556666"
KEY_OF_GONE = "5f0c2a70-1111-4222-8333-444455557777"
STALE: Json = {"expectedVersion": 99}
SET: Json = {"requirement": line("AAAA")}
SET_ALL: Json = {"requirements": [line("AAAA")]}

Row = tuple[str | None, Json, list[str]]
# (mutation, refusal): which project, the other fields, and the path the refusal answers.
REFUSALS: dict[tuple[str, str], Row] = {
    ("createProject", "ValidationError"): (None, {"name": " "}, ["name"]),
    ("createProject", "NotFoundError"): (None, {"name": "Gone", "idempotencyKey": KEY_OF_GONE}, ["idempotencyKey"]),
    ("createProject", "AlreadyExistsError"): (None, {"name": "LAMP"}, ["name"]),
    ("createProject", "IdempotencyKeyReusedError"): (
        None,
        {"name": "Other", "idempotencyKey": USED_KEY},
        ["idempotencyKey"],
    ),
    ("updateProject", "ValidationError"): ("Lamp", {"buildTarget": -1}, ["buildTarget"]),
    ("updateProject", "AlreadyExistsError"): ("Lamp", {"name": "old"}, ["name"]),
    ("updateProject", "InUseError"): ("Old", {"name": "New"}, ["projectId"]),
    ("rankProject", "ValidationError"): ("Lamp", {"rank": 4}, ["rank"]),
    ("rankProject", "InUseError"): ("Old", {"rank": 1}, ["projectId"]),
    ("archiveProject", "InUseError"): ("Picked", {}, ["projectId"]),
    ("restoreProject", "PartRetiredError"): ("Old", {}, ["projectId"]),
    ("deleteProject", "InUseError"): ("Picked", {}, ["projectId"]),
    ("setRequirements", "ValidationError"): (
        "Lamp",
        {"requirements": [line("ZZZZ")]},
        ["requirements", "0", "partKey"],
    ),
    ("setRequirements", "InUseError"): ("Old", SET_ALL, ["projectId"]),
    ("setRequirement", "ValidationError"): ("Lamp", {"requirement": line("AAAA", 0)}, ["requirement", "perUnit"]),
    ("setRequirement", "InUseError"): ("Old", SET, ["projectId"]),
    ("removeRequirement", "InUseError"): ("Old", {"partKey": "RRRR"}, ["projectId"]),
}
_EXISTING: dict[str, Json] = {
    "updateProject": {"name": "New"},
    "rankProject": {"rank": 1},
    "archiveProject": {},
    "restoreProject": {},
    "deleteProject": {},
    "setRequirements": SET_ALL,
    "setRequirement": SET,
    "removeRequirement": {"partKey": "AAAA"},
}
for _name, _fields in _EXISTING.items():
    REFUSALS[_name, "NotFoundError"] = ("nothing", _fields, ["projectId"])
    REFUSALS[_name, "ConflictError"] = ("Lamp", _fields | STALE, ["expectedVersion"])
