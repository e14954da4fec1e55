"""The files of the demo workshop: what documentation and front ends may rely on."""

from collections import Counter

import httpx

from server.seed.demo.files import DEMO_FILES
from tests.graphql_client import data_of

_ALL = """
{ parts(first: 100) { nodes { key cover { kind title } attachments { ...File } } }
  boxes { nodes { number attachments { ...File } } } }
fragment File on Attachment { kind title sha256 sizeBytes width height }
"""


def test_the_files_are_drawn_alike_every_time() -> None:
    assert [file.content() for file in DEMO_FILES] == [file.content() for file in DEMO_FILES]


async def test_the_demo_workshop_has_forty_attachments(demo_client: httpx.AsyncClient) -> None:
    found = await data_of(demo_client, _ALL)
    files = {
        owner.get("key") or owner["number"]: owner["attachments"]
        for owner in (*found["parts"]["nodes"], *found["boxes"]["nodes"])
    }
    every = [file for own in files.values() for file in own]
    assert Counter(file["kind"] for file in every) == {"IMAGE": 26, "PDF": 10, "FILE": 3, "LINK": 1}
    assert sum(file["sizeBytes"] or 0 for file in every) < 2_000_000
    assert [(file["width"], file["height"]) for file in files[1]] == [(90, 6_000)]
    sheets = [file["sha256"] for key in ("UREG", "UREX") for file in files[key] if file["kind"] == "PDF"]
    assert len(sheets) == 2
    assert len(set(sheets)) == 1
    covers = {part["key"]: part["cover"] for part in found["parts"]["nodes"]}
    assert covers["UREG"] == {"kind": "PDF", "title": "Data sheet"}
    assert covers["UTMA"] == {"kind": "IMAGE", "title": "On the mat"}
