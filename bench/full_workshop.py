"""Fills the demo workshop, beside generated parts, with what the screens of a front end are priced for.

What is asked for by number or id in a screen's variables is in the demo workshop; `more_of` names larger ones.
"""

import json
import random
import struct
import zlib
from collections.abc import Mapping
from http.client import HTTPConnection
from typing import Any

from bench.errors import BenchmarkError

_BIG_BOX, _PLACES = 7_000, 200
_BOXES, _PLACES_OF_BOX = 10, 48
_PROJECTS, _LINES, _MOST_LINES, _LISTS = 10, 25, 100, 5
_FILES, _EDITS, _CHANGES = 100, 60, 60
_MUTATION = (
    "mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ __typename ... on {kind}Success {{ {answer} }} }} }}"
)


class Client:
    """One connection to a server, which asks one thing after the other."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port)

    def post(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        """The body of the answer. Raises BenchmarkError for any other status than 200."""
        self._connection.request("POST", "/graphql", body, dict(headers))
        response = self._connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise BenchmarkError(f"the server answers {response.status}: {answer[:500]!r}")
        return answer

    def data(self, query: str, variables: Mapping[str, Any]) -> Any:
        """What an operation answers. Raises BenchmarkError when a field fails."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        answer = json.loads(self.post(body, {"Content-Type": "application/json"}))
        if "errors" in answer:
            raise BenchmarkError(f"{query[:60]}…: {answer['errors']}")
        return answer["data"]

    def change(self, name: str, answer: str = "__typename", /, **given: Any) -> Any:
        """What a mutation answers that has to succeed."""
        kind = name[0].upper() + name[1:]
        found = self.data(_MUTATION.format(kind=kind, name=name, answer=answer), {"input": given})[name]
        if found["__typename"] != f"{kind}Success":
            raise BenchmarkError(f"{name} is refused: {given}")
        return found

    def attach(self, part_key: str, content: bytes) -> None:
        """Attach an image to a part."""
        query = "mutation ($input: AttachFileInput!) { attachFile(input: $input) { __typename } }"
        operations = {"query": query, "variables": {"input": {"owner": {"partKey": part_key}, "file": None}}}
        parts = (
            ('name="operations"', json.dumps(operations).encode()),
            ('name="map"', b'{"0": ["variables.input.file"]}'),
            ('name="0"; filename="part.png"', content),
        )
        body = b"".join(
            b"--part\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + each + b"\r\n"
            for head, each in parts
        )
        headers = {"Content-Type": "multipart/form-data; boundary=part", "GraphQL-Require-Preflight": "1"}
        self.post(body + b"--part--\r\n", headers)


def fill(client: Client, variables: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    """Add what is missing; returns the variables with which some screens show more than in the demo workshop."""
    chance = random.Random(1)
    keys = _keys(client)
    _fill_boxes(client, keys)
    projects = [
        _project(client, number, chance.sample(keys, _LINES if number else _MOST_LINES)) for number in range(_PROJECTS)
    ]
    for number, key in enumerate(keys[:_FILES]):
        client.attach(key, _png(number))
        client.change("updatePart", partKey=key, lowStockThreshold=1_000_000, tags=[f"tag {number}", "measured"])
    _live_through(client, variables, projects[0])
    return {
        "box-map": {"number": _BIG_BOX},
        "project-requirements": {"id": projects[0]},
        "project-audit": {"id": projects[0]},
    }


def _keys(client: Client) -> list[str]:
    query = "query ($after: String) { parts(first: 200, after: $after) { nodes { key } pageInfo { endCursor } } }"
    first = client.data(query, {"after": None})["parts"]
    second = client.data(query, {"after": first["pageInfo"]["endCursor"]})["parts"]
    return [node["key"] for page in (first, second) for node in page["nodes"]]


def _fill_boxes(client: Client, keys: list[str]) -> None:
    client.change("createBox", number=_BIG_BOX, description="A wall of drawers", capacity=_PLACES)
    for number in range(_BIG_BOX + 1, _BIG_BOX + 1 + _BOXES):
        client.change("createBox", number=number, description="A cabinet", capacity=_PLACES_OF_BOX)
    places = [f"{_BIG_BOX}-{place}" for place in range(1, _PLACES + 1)]
    places += [f"{_BIG_BOX + box}-{place}" for box in range(1, _BOXES + 1) for place in range(1, _PLACES_OF_BOX + 1)]
    changes = [
        {"partKey": keys[number % len(keys)], "location": place, "delta": 500} for number, place in enumerate(places)
    ]
    for first in range(0, len(changes), 200):
        client.change("bookStock", changes=changes[first : first + 200], reason="filled")


def _project(client: Client, number: int, keys: list[str]) -> str:
    made = client.change("createProject", "project { id }", name=f"Series {number}", buildTarget=3)["project"]
    designators = [f"R{place}" for place in range(1, 6)]
    lines = [{"partKey": key, "perUnit": 1, "designators": designators} for key in keys]
    client.change("setRequirements", projectId=made["id"], requirements=lines)
    for _ in range(_LISTS):
        client.change("createPickList", projectId=made["id"], units=1, whenShort="TAKE_AVAILABLE")
    project_id: str = made["id"]
    return project_id


def _live_through(client: Client, variables: Mapping[str, Mapping[str, Any]], project_id: str) -> None:
    """Edits and changes of what the screens of histories show."""
    for number in range(_EDITS):
        client.change("updateProject", projectId=project_id, description=f"Edited {number}")
        for name in ("part-edits", "part-page"):
            client.change("updatePart", partKey=variables[name]["key"], series=f"Series {number}")
    for number in range(_CHANGES):
        client.change(
            "receiveStock", partKey=variables["part-history"]["key"], location=f"{_BIG_BOX}-{number + 1}", quantity=5
        )


def _png(number: int) -> bytes:
    """A small picture, another for each number."""
    side = 64
    pixels = b"".join(
        b"\x00" + bytes((number, row * 4, column * 4)[place] for column in range(side) for place in range(3))
        for row in range(side)
    )

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
