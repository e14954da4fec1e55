"""The documents of this folder: each the one operation of a screen, and the variables it is sent with.

A comment before the operation says what the person sees, and what the demo workshop has too little of to fill it:
"Smaller on the demo workshop: …" in words, "Empty on the demo workshop: jobs, …" for fields of Query.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from tests.graphql_client import Json

FOLDER = Path(__file__).parent
_EMPTY = re.compile(r"^# Empty on the demo workshop: ([\w, ]+)\.$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen, by the name of its file."""

    name: str
    document: str
    variables: Json

    @property
    def operation_name(self) -> str:
        """The name that its operation has to have."""
        return "".join(word.capitalize() for word in self.name.split("-"))

    @property
    def may_be_empty(self) -> set[str]:
        """The fields of Query of which the demo workshop may have nothing."""
        return {field.strip() for fields in _EMPTY.findall(self.document) for field in fields.split(",")}

    def empty_fields(self, data: Json) -> list[str]:
        """Those that an answer shows nothing of, though the demo workshop has some."""
        return [name for name, value in data.items() if name not in self.may_be_empty and not _shows_something(value)]


def _shows_something(value: object) -> bool:
    """Whether it is an object, a page with rows or of which only the number was asked, or a list without a gap."""
    if isinstance(value, dict):
        return all(value[rows] for rows in ("nodes", "edges") if rows in value)
    if isinstance(value, list):
        return bool(value) and None not in value
    return value is not None


def _screen(path: Path) -> Screen:
    variables = path.with_suffix(".json")
    return Screen(
        path.stem,
        path.read_text(encoding="utf-8"),
        json.loads(variables.read_text(encoding="utf-8")) if variables.exists() else {},
    )


SCREENS = [_screen(path) for path in sorted(FOLDER.glob("*.graphql"))]
