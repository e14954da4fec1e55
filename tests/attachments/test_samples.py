"""Pictures and PDFs as people have them: what each is, how large it is shown, and what becomes of it.

Rules: docs/domain.md#file-kinds.
"""

import json
from typing import Any

import httpx
from graphql import GraphQLError

from tests.attachments.samples import Sample, samples
from tests.attachments.uploading import PREFLIGHT
from tests.factories import Workshop
from tests.graphql_client import Json, data_of
from tests.waiting import until

SAMPLES = samples()
AT_ONCE = 20
_ATTACHED = "__typename ... on FileRefusedError { reason message } ... on AttachFileSuccess { attachment { id kind } }"
_READ = """
query Read($key: PartKey!) {
  part(key: $key) { attachments { title kind mediaType width height previewState previewFailure textState url
    previews { size width height url } } }
}
"""


async def attached_all(client: httpx.AsyncClient, key: str, files: list[Sample]) -> list[Json]:
    """What attachFile answers for each file, all of them in one request."""
    numbers = range(len(files))
    variables = ", ".join(f"$i{number}: AttachFileInput!" for number in numbers)
    fields = " ".join(f"f{number}: attachFile(input: $i{number}) {{ {_ATTACHED} }}" for number in numbers)
    inputs = {f"i{n}": {"owner": {"partKey": key}, "file": None, "title": files[n].name} for n in numbers}
    parts: Any = [
        ("operations", (None, json.dumps({"query": f"mutation({variables}) {{ {fields} }}", "variables": inputs}))),
        ("map", (None, json.dumps({str(number): [f"variables.i{number}.file"] for number in numbers}))),
        *((str(number), (files[number].name, files[number].content)) for number in numbers),
    ]
    answer = (await client.post("/graphql", files=parts, headers=PREFLIGHT)).json()
    assert "errors" not in answer, GraphQLError(str(answer["errors"]))
    return [answer["data"][f"f{number}"] for number in numbers]


async def attached_and_read(client: httpx.AsyncClient, key: str, files: list[Sample]) -> dict[str, Json]:
    """What became of each file, by its name: its refusal, or the attachment once nothing is to be made any more."""
    found: dict[str, Json] = {}
    for start in range(0, len(files), AT_ONCE):
        some = files[start : start + AT_ONCE]
        found |= dict(zip((each.name for each in some), await attached_all(client, key, some), strict=True))

    async def read() -> list[Json]:
        listed: list[Json] = (await data_of(client, _READ, {"key": key}))["part"]["attachments"]
        return listed

    def is_made(listed: list[Json]) -> bool:
        return all("PENDING" not in (each["previewState"], each["textState"]) for each in listed)

    return found | {each["title"]: each for each in await until(read, is_made, patience_seconds=120)}


def told(found: Json) -> tuple[str, str]:
    """The kind and the size as files.tsv has them."""
    if "kind" not in found:
        return f"REFUSED {found['reason']}", "NONE"
    if found["previewState"] is None:
        return found["kind"], "NONE"
    if found["previewState"] == "FAILED":
        return found["kind"], "FAILED"
    return found["kind"], f"{found['width']}x{found['height']}"


def is_like(found: Json, sample: Sample) -> bool:
    """Whether a file is what it is to be; the first page of a PDF has a shape, not a size."""
    kind, size = told(found)
    if kind != sample.kind or "x" not in size or "x" not in sample.preview:
        return (kind, size) == (sample.kind, sample.preview)
    width, height = map(int, size.split("x"))
    wanted_width, wanted_height = map(int, sample.preview.split("x"))
    if kind != "PDF":
        return size == sample.preview
    longest = max(wanted_width, wanted_height)
    return (width, height) == tuple(max(1, round(1024 * side / longest)) for side in (wanted_width, wanted_height))


async def test_each_file_is_what_its_readers_open(client: httpx.AsyncClient, workshop: Workshop) -> None:
    found = await attached_and_read(client, await workshop.part(), SAMPLES)
    wrong = {
        each.name: (*told(found[each.name]), found[each.name].get("previewFailure"))
        for each in SAMPLES
        if not is_like(found[each.name], each)
    }
    assert wrong == {}
