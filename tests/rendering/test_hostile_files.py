"""Hostile files through the real server: each is refused or inert, with its reason, and the server stays healthy."""

import asyncpg
import httpx
import pytest

from tests.attachments.uploading import attached, payload
from tests.factories import Workshop
from tests.graphql_client import Json
from tests.rendering import hostile
from tests.rendering.reading import made_from, preview_url, read
from tests.waiting import until

_BROKEN = "The PDF cannot be read; its structure is broken."
# What a form that draws itself twice meets first depends on how busy the machine is.
_NO_DRAWING = ("It takes more than 1536 MiB of memory, or it is broken.", "It takes longer than 20 seconds.")
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(document.domain)</script></svg>"
HTML = b"<!doctype html><script>fetch('/graphql')</script>"
JPEG = hostile.picture("JPEG")
GIF_AND_SCRIPT = hostile.picture("GIF") + b"=1;alert(document.domain)//"
PNG_AND_ZIP = hostile.picture("PNG") + b"PK\x03\x04 an archive"
PDF_AND_HTML = b"%PDF-1.4 <script>alert(1)</script>\n" + hostile.one_page()


@pytest.fixture
async def owner(workshop: Workshop) -> Json:
    return {"partKey": await workshop.part()}


@pytest.fixture(autouse=True)
async def _healthy(client: httpx.AsyncClient) -> None:
    """Before each test, so after the one before it: the server answers. Its log is looked at by the main fixture."""

    async def is_ready() -> bool:
        return (await client.get("/readyz")).status_code == 200

    await until(is_ready)


@pytest.mark.parametrize(
    ("name", "content", "reason", "message"),
    [
        ("empty.png", b"", "EMPTY", "The file is empty."),
        ("bomb.png", hostile.PIXEL_BOMB, "TOO_MANY_PIXELS", "50,000 × 50,000 = 2,500,000,000"),
        ("cut.jpg", JPEG[:-100], "CUT_OFF", "The JPEG image is cut off: its end is missing after byte "),
        ("cut.png", hostile.picture("PNG")[:-30], "CUT_OFF", "The PNG image is cut off"),
        ("cut.gif", hostile.picture("GIF")[:-30], "CUT_OFF", "The GIF image is cut off"),
        ("cut.webp", hostile.picture("WEBP")[:-1], "CUT_OFF", "The WebP image is cut off"),
        ("cut.pdf", hostile.one_page()[:-200], "CUT_OFF", "The PDF is cut off"),
        ("head.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "BROKEN", "The PNG image does not begin with its header."),
        ("large.png", hostile.picture("PNG").ljust(10 * 2**20 + 1, b"\0"), "TOO_LARGE", "10,485,760"),
    ],
)
async def test_a_file_that_cannot_be_kept_is_refused_with_its_reason(
    client: httpx.AsyncClient,
    owner: Json,
    database_connection: asyncpg.Connection,
    name: str,
    content: bytes,
    reason: str,
    message: str,
) -> None:
    answer = await payload(client, owner, content, name)
    assert answer["__typename"] == "FileRefusedError", answer
    assert (answer["code"], answer["fileRefused"], answer["path"]) == ("FILE_REFUSED", reason, ["file"])
    assert message in answer["message"]
    assert await database_connection.fetchval("SELECT count(*) FROM attachments") == 0


@pytest.mark.parametrize(
    ("name", "content", "kind", "media_type", "is_shown"),
    [
        ("photo.jpg", SVG, "FILE", "image/svg+xml", False),
        ("photo.png", HTML, "FILE", "application/octet-stream", False),
        ("page.html", HTML, "FILE", "application/octet-stream", False),
        ("page.html", JPEG, "IMAGE", "image/jpeg", True),
        ("script.js", GIF_AND_SCRIPT, "IMAGE", "image/gif", True),
        ("archive.zip", PNG_AND_ZIP, "IMAGE", "image/png", True),
        ("page.svg", PDF_AND_HTML, "PDF", "application/pdf", True),
    ],
)
async def test_a_file_of_another_kind_than_its_name_is_inert(
    client: httpx.AsyncClient, owner: Json, name: str, content: bytes, kind: str, media_type: str, is_shown: bool
) -> None:
    made = await attached(client, owner, content, name)
    assert (made["kind"], made["mediaType"]) == (kind, media_type)
    answer = await client.get(made["url"])
    assert answer.content == content
    assert answer.headers["content-type"] == media_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["content-disposition"].startswith("inline;" if is_shown else "attachment;")
    await read(client, made)


@pytest.mark.parametrize(
    ("content", "preview_failure", "text_state", "text_failure"),
    [
        pytest.param(hostile.LOOP_OF_PAGES, (_BROKEN,), "FAILED", _BROKEN, id="loop of pages"),
        pytest.param(hostile.TWO_BILLION_PAGES, (_BROKEN,), "FAILED", _BROKEN, id="two billion pages"),
        pytest.param(hostile.FORM_THAT_DRAWS_ITSELF_TWICE, _NO_DRAWING, "FAILED", None, id="recursive form"),
        pytest.param(hostile.ENORMOUS_PAGE, (None,), "DONE", None, id="enormous page"),
        pytest.param(hostile.NO_TEXT, (None,), "EMPTY", None, id="no text"),
        pytest.param(hostile.TEXT_WITH_NULS, (None,), "DONE", None, id="text with U+0000"),
    ],
)
async def test_a_hostile_pdf_harms_nobody(
    client: httpx.AsyncClient,
    owner: Json,
    database_connection: asyncpg.Connection,
    content: bytes,
    preview_failure: tuple[str | None, ...],
    text_state: str,
    text_failure: str | None,
) -> None:
    made = await read(client, await attached(client, owner, content, "sheet.pdf"), patience_seconds=240)
    assert made["previewState"] == ("DONE" if preview_failure == (None,) else "FAILED")
    assert made["previewFailure"] in preview_failure
    assert made["textState"] == text_state
    if text_failure is not None:
        assert made["textFailure"] == text_failure
    text = await database_connection.fetchval("SELECT text FROM attachment_texts")
    assert text == ("Hello" if text_state == "DONE" else None)


async def test_a_picture_that_cannot_be_decoded_says_so(client: httpx.AsyncClient, owner: Json) -> None:
    made = await attached(client, owner, hostile.UNDECODABLE_PICTURE, "photo.png")
    answer = await client.get(preview_url(made, 64))
    assert answer.status_code == 404
    ended = await made_from(client, made)
    assert ended["previewState"] == "FAILED"
    assert ended["previewFailure"].startswith("The image cannot be decoded (")
    assert answer.json()["errors"][0]["message"] == ended["previewFailure"]
    assert (ended["previews"], ended["placeholder"]) == ([], None)
