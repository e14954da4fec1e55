"""Pictures and PDFs as people have them: what each is, how large it is shown, and what becomes of it.

Rules: docs/domain.md#file-kinds.
"""

import json
from io import BytesIO
from typing import Any

import httpx
from PIL import Image, ImageChops

from server.rendering.pictures import drawn_frame
from tests.attachments.samples import Sample, samples
from tests.attachments.uploading import PREFLIGHT
from tests.factories import Workshop
from tests.graphql_client import Json, data_of
from tests.waiting import until

SAMPLES = samples()
AT_ONCE = 20
MOST_LOST_BY_PACKING = 16
_ATTACHED = "__typename ... on FileRefusedError { reason message } ... on AttachFileSuccess { attachment { id kind } }"
_READ = """
query Read($key: PartKey!) {
  part(key: $key) { attachments { title kind mediaType width height previewState previewFailure textState textFailure
    pageCount text(page: 1) url previews { size width height url } } }
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
    assert "errors" not in answer, answer["errors"]
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


async def previews_of(client: httpx.AsyncClient, found: dict[str, Json], names: list[str]) -> dict[str, Image.Image]:
    """The largest preview of each file, by its name."""
    shown: dict[str, Image.Image] = {}
    for name in names:
        answer = await client.get(found[name]["previews"][-1]["url"])
        shown[name] = Image.open(BytesIO(answer.content))
    return shown


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


def text_told(found: Json, sample: Sample) -> bool:
    """Whether the text of a PDF is as files.tsv has it: a piece of the first page, or why there is none."""
    text = " ".join((found["text"] or "").split())
    match sample.shown:
        case "ENCRYPTED":
            return (found["textState"], found["textFailure"]) == ("FAILED", "The PDF needs a password.")
        case "EMPTY":
            # A PDF whose pages cannot be loaded cannot be read either.
            states = {"EMPTY", "FAILED"} if sample.preview == "FAILED" else {"EMPTY"}
            return found["textState"] in states and not text
    return sample.shown in text


def blocks(image: Image.Image) -> Image.Image:
    """What is left of an image on white when every eight pixels across and down become one."""
    flat = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA")).convert("RGB")
    return flat.reduce(8) if min(flat.size) >= 8 else flat


def difference(one: Image.Image, other: Image.Image) -> int:
    """How far the two are apart where they are farthest, of 255."""
    extremes: Any = ImageChops.difference(one, other).getextrema()
    return int(max(highest for _, highest in extremes))


async def test_each_file_is_what_its_readers_open(client: httpx.AsyncClient, workshop: Workshop) -> None:
    found = await attached_and_read(client, await workshop.part(), SAMPLES)
    wrong = {
        each.name: (*told(found[each.name]), found[each.name].get("previewFailure"))
        for each in SAMPLES
        if not is_like(found[each.name], each)
    }
    assert wrong == {}
    pdfs = [each for each in SAMPLES if each.kind == "PDF"]
    misread = {each.name: found[each.name] for each in pdfs if not text_told(found[each.name], each)}
    assert misread == {}
    assert [name for name, each in found.items() if "\2" in (each.get("text") or "")] == []
    # What Chromium is compared with (tests/browser/test_pictures.py) is what comes by the addresses of previews.
    images = [each for each in SAMPLES if each.is_drawn]
    drawn = {each.name: drawn_frame(each.content, found[each.name]["mediaType"])[1] for each in images}
    previews = await previews_of(client, found, list(drawn))
    apart = {name: difference(blocks(drawn[name]), blocks(preview)) for name, preview in previews.items()}
    assert {name: by for name, by in apart.items() if by > MOST_LOST_BY_PACKING} == {}


async def test_what_browsers_do_not_draw_is_only_downloaded(client: httpx.AsyncClient, workshop: Workshop) -> None:
    shown = {
        "hopper.heif": "attachment",
        "hopper_lzw.tif": "attachment",
        "rgba32.bmp": "inline",
        "plain.svg": "attachment",
    }
    found = await attached_and_read(client, await workshop.part(), [each for each in SAMPLES if each.name in shown])
    told = {name: (await client.head(found[name]["url"])).headers["content-disposition"] for name in shown}
    assert {name: each.partition(";")[0] for name, each in told.items()} == shown


async def test_what_is_cut_off_is_told_with_the_byte_where_it_ends(
    client: httpx.AsyncClient, workshop: Workshop
) -> None:
    cut = [each for each in SAMPLES if each.kind == "REFUSED CUT_OFF"]
    told = await attached_all(client, await workshop.part(), cut)
    for sample, refusal in zip(cut, told, strict=True):
        assert f"its end is missing after byte {len(sample.content):,}." in refusal["message"]
    assert len(cut) == 15
