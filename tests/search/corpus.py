"""Parts and data sheets that relevance is measured on, beside the demo workshop: corpus.json, by the API.

Whoever wrote corpus.json and the tables of queries had seen the rules of docs/domain.md and no ranking.
"""

import csv
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
from fpdf import FPDF

from server.printing.font_files import TEXT

_FOLDER = Path(__file__).parent
_CREATE = "mutation ($input: CreatePartInput!) { createPart(input: $input) { __typename } }"
_ATTACH = "mutation ($input: AttachFileInput!) { attachFile(input: $input) { __typename } }"
_RETIRE = "mutation ($input: UpdatePartsInput!) { updateParts(input: $input) { __typename } }"
_TEXTS = "query ($key: PartKey!) { part(key: $key) { attachments { textState } } }"
_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query with the parts any of which must come first."""

    kind: str
    query: str
    first: frozenset[str]


@dataclass(frozen=True, slots=True)
class FalseFriend:
    """A query with parts that must be found (maybe none), and those that must not be among the first five."""

    query: str
    found: frozenset[str]
    not_found: frozenset[str]


def wanted(table: str) -> list[Wanted]:
    """The rows of a table beside this file."""
    return [Wanted(kind, query, frozenset(keys.split())) for kind, query, keys in _rows(table)]


def false_friends() -> list[FalseFriend]:
    """The rows of false_friends.tsv."""
    return [
        FalseFriend(query, frozenset(found.split()) - {"-"}, frozenset(others.split()))
        for query, found, others in _rows("false_friends.tsv")
    ]


def load_corpus(address: str) -> None:
    """Make all parts of corpus.json by the API of a server, attach their sheets, and wait until these are read."""
    parts = json.loads((_FOLDER / "corpus.json").read_text(encoding="utf-8"))
    with httpx.Client(base_url=address, timeout=30) as client:
        for part in parts:
            sheets, retired = part.pop("sheets", []), part.pop("retired", False)
            _succeed(client, _CREATE, {"input": part}, "createPart")
            for sheet in sheets:
                _attach(client, part["key"], sheet)
            if retired:
                _succeed(client, _RETIRE, {"input": {"partKeys": [part["key"]], "retired": True}}, "updateParts")
        _wait_for_texts(client, [part["key"] for part in parts if "sheets" in part])


def pdf_of(pages: Sequence[str]) -> bytes:
    """A PDF with these texts, in a font that has Latin, Greek and Cyrillic letters."""
    paper = FPDF()
    paper.add_font("text", fname=TEXT.path)
    paper.set_font("text", size=11)
    for text in pages:
        paper.add_page()
        paper.multi_cell(0, 6, text)
    return bytes(paper.output())


def _rows(table: str) -> list[list[str]]:
    with (_FOLDER / table).open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row and row[0] != "kind"]


def _succeed(client: httpx.Client, query: str, variables: dict[str, Any], name: str) -> None:
    answer = client.post("/graphql", json={"query": query, "variables": variables}).json()
    assert "errors" not in answer, answer
    assert answer["data"][name]["__typename"].endswith("Success"), (variables, answer)


def _attach(client: httpx.Client, key: str, sheet: dict[str, Any]) -> None:
    given = {"owner": {"partKey": key}, "file": None, "title": sheet["title"]}
    files: Any = [
        ("operations", (None, json.dumps({"query": _ATTACH, "variables": {"input": given}}))),
        ("map", (None, json.dumps({"0": ["variables.input.file"]}))),
        ("0", (sheet["fileName"], BytesIO(pdf_of(sheet["pages"])), "application/pdf")),
    ]
    answer = client.post("/graphql", files=files, headers={"GraphQL-Require-Preflight": "1"}).json()
    assert answer["data"]["attachFile"]["__typename"] == "AttachFileSuccess", answer


def _wait_for_texts(client: httpx.Client, keys: Sequence[str]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    for key in keys:
        while True:
            answer = client.post("/graphql", json={"query": _TEXTS, "variables": {"key": key}}).json()
            if all(each["textState"] != "PENDING" for each in answer["data"]["part"]["attachments"]):
                break
            assert time.monotonic() < deadline, f"the sheets of {key} are not read"
            time.sleep(0.1)
