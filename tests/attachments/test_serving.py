"""Files over HTTP: ranges, caching, names, who may fetch them, and what keeps them harmless; asked with curl too.

Rules: docs/domain.md#signed-addresses.
"""

import asyncio
import subprocess
import time
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from domain.rules.file_addresses import is_signed, signed_path
from server.files.headers import disposition
from server.files.ranges import ByteRange, wanted_ranges
from tests.attachments.uploading import PDF, attached, pdf, png
from tests.factories import Workshop
from tests.server_process import ServerProcess
from tests.wire.conftest import code_of

HOSTILE_NAME = 'a "quoted"\\"name";\r\nX-Evil: 1 数据表 📄 ü%41.pdf'
KEPT_NAME = '"name"; X-Evil: 1 数据表 📄 ü%41.pdf'
TEXT = bytes(range(256)) * 4


@pytest.fixture
async def url(client: httpx.AsyncClient, workshop: Workshop) -> str:
    """The address of a file of 1,024 bytes."""
    made: str = (await attached(client, {"partKey": await workshop.part()}, TEXT, "bytes.bin"))["url"]
    return made


def curl(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["curl", "--silent", "--noproxy", "*", *words], capture_output=True, check=True, timeout=60)


@pytest.mark.parametrize(
    ("header", "ranges"),
    [
        (None, None),
        ("bytes=0-0", [(0, 0)]),
        ("bytes=10-", [(10, 99)]),
        ("bytes=-10", [(90, 99)]),
        ("bytes=-1000", [(0, 99)]),
        ("bytes=90-1000", [(90, 99)]),
        ("Bytes = 1-2 , 5-6", [(1, 2), (5, 6)]),
        ("bytes=5-6,1-2", [(5, 6), (1, 2)]),
        ("bytes=1-5,4-9,10-11", [(1, 11)]),
        ("bytes=0-1,200-300", [(0, 1)]),
        ("bytes=100-", []),
        ("bytes=-0", []),
        ("bytes=200-300,400-", []),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes=a-b", None),
        ("items=0-1", None),
        ("bytes=" + ",".join(f"{n}-{n}" for n in range(0, 40, 2)), None),
        ("bytes=" + "9" * 30 + "-", None),
    ],
)
def test_ranges_are_read_as_http_says(header: str | None, ranges: list[tuple[int, int]] | None) -> None:
    expected = None if ranges is None else [ByteRange(*each) for each in ranges]
    assert wanted_ranges(header, 100) == expected


async def test_a_file_is_served_whole_to_be_kept_for_ever(client: httpx.AsyncClient, url: str) -> None:
    found = await client.get(url)
    assert (found.status_code, found.content) == (200, TEXT)
    assert found.headers["content-length"] == "1024"
    assert found.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert found.headers["accept-ranges"] == "bytes"
    head = await client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    same = ("content-length", "content-type", "etag", "content-disposition", "content-security-policy")
    assert {name: head.headers[name] for name in same} == {name: found.headers[name] for name in same}


async def test_one_range_is_answered_with_206_and_none_with_416(client: httpx.AsyncClient, url: str) -> None:
    found = await client.get(url, headers={"Range": "bytes=1000-"})
    assert (found.status_code, found.content) == (206, TEXT[1000:])
    assert found.headers["content-range"] == "bytes 1000-1023/1024"
    refused = await client.get(url, headers={"Range": "bytes=1024-"})
    assert (refused.status_code, refused.headers["content-range"]) == (416, "bytes */1024")


async def test_many_ranges_come_as_the_parts_of_one_answer(client: httpx.AsyncClient, url: str) -> None:
    found = await client.get(url, headers={"Range": "bytes=0-1, 512-515, -2"})
    assert found.status_code == 206
    assert int(found.headers["content-length"]) == len(found.content)
    head = f"Content-Type: {found.headers['content-type']}\r\n\r\n".encode()
    whole: Message = BytesParser().parsebytes(head + found.content)
    parts: list[Any] = whole.get_payload()  # type: ignore[assignment]
    assert [(part["Content-Range"], part.get_payload(decode=True)) for part in parts] == [
        ("bytes 0-1/1024", TEXT[:2]),
        ("bytes 512-515/1024", TEXT[512:516]),
        ("bytes 1022-1023/1024", TEXT[-2:]),
    ]


async def test_conditions_are_kept(client: httpx.AsyncClient, url: str) -> None:
    etag = (await client.head(url)).headers["etag"]
    for condition in (etag, f'W/{etag}, "x"', "*"):
        found = await client.get(url, headers={"If-None-Match": condition})
        assert (found.status_code, found.content, found.headers["etag"]) == (304, b"", etag)
    assert (await client.get(url, headers={"If-None-Match": '"other"'})).status_code == 200
    lines = [("If-None-Match", '"other"'), ("If-None-Match", etag)]
    assert (await client.get(url, headers=lines)).status_code == 304
    for condition in (etag, f'"other", {etag}', "*"):
        assert (await client.get(url, headers={"If-Match": condition})).status_code == 200
    # Only a strong ETag names the very bytes, and If-Match comes before every other condition.
    for condition in ('"other"', f"W/{etag}"):
        found = await client.get(url, headers={"If-Match": condition, "If-None-Match": etag, "Range": "bytes=0-1"})
        assert (found.status_code, found.content) == (412, b"")
    part = {"Range": "bytes=0-1"}
    whole = await client.head(url, headers=part)
    assert (whole.status_code, "content-range" in whole.headers) == (200, False)
    assert (await client.get(url, headers=part | {"If-Range": etag})).status_code == 206
    for changed in ('"other"', f"W/{etag}", "Wed, 21 Oct 2015 07:28:00 GMT"):
        assert (await client.get(url, headers=part | {"If-Range": changed})).status_code == 200


async def test_curl_reads_ranges_and_goes_on_where_it_was_cut_off(
    server: ServerProcess, client: httpx.AsyncClient, workshop: Workshop, tmp_path: Path
) -> None:
    content = pdf(300_000)
    made = await attached(client, {"partKey": await workshop.part()}, content, "manual.pdf")
    address = f"{server.base_url}{made['downloadUrl']}"
    assert (await asyncio.to_thread(curl, "--range", "5-9", address)).stdout == content[5:10]
    target = tmp_path / "manual.pdf"
    target.write_bytes(content[:100_000])
    await asyncio.to_thread(curl, "--continue-at", "-", "--output", str(target), address)
    assert target.read_bytes() == content
    await asyncio.to_thread(
        curl, "--remote-name", "--remote-header-name", "--output-dir", str(tmp_path / "x"), "--create-dirs", address
    )
    assert (tmp_path / "x" / "manual.pdf").read_bytes() == content
    kept = tmp_path / "etag"
    await asyncio.to_thread(curl, "--etag-save", str(kept), "--output", str(target), address)
    again = await asyncio.to_thread(
        curl, "--etag-compare", str(kept), "--output", str(tmp_path / "y"), "--write-out", "%{http_code}", address
    )
    assert again.stdout == b"304"


@pytest.mark.parametrize(
    ("content", "name", "media_type", "kind"),
    [
        (png(), "a.png", "image/png", "inline"),
        (PDF, "a.pdf", "application/pdf", "inline"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "a.svg",
            "image/svg+xml",
            "attachment",
        ),
        (b"<html><script>alert(1)</script></html>", "a.html", None, "attachment"),
        (b"<script>alert(1)</script>", "a.png", None, "attachment"),
        (b"MZ\x90", "a.pdf", None, "attachment"),
    ],
)
async def test_only_images_and_pdfs_are_shown_whatever_a_file_is_called(
    client: httpx.AsyncClient, workshop: Workshop, content: bytes, name: str, media_type: str | None, kind: str
) -> None:
    made = await attached(client, {"partKey": await workshop.part()}, content, name)
    found = await client.get(made["url"])
    assert found.headers["content-type"] == media_type or (media_type is None)
    assert found.headers["content-type"].partition(";")[0] in {media_type, "application/octet-stream"}
    assert found.headers["content-disposition"].startswith(f"{kind};")
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    download = await client.get(made["downloadUrl"])
    assert (download.content, download.headers["content-disposition"][:11]) == (content, "attachment;")


async def test_a_name_with_quotes_line_breaks_chinese_and_emoji_survives(
    client: httpx.AsyncClient, workshop: Workshop
) -> None:
    made = await attached(client, {"partKey": await workshop.part()}, PDF, HOSTILE_NAME)
    assert made["fileName"] == KEPT_NAME
    found = await client.get(made["url"])
    assert "x-evil" not in found.headers
    assert found.headers["content-disposition"] == disposition(KEPT_NAME, is_inline=True)
    extended = found.headers["content-disposition"].partition("filename*=UTF-8''")[2]
    assert unquote(extended) == KEPT_NAME
    plain = found.headers["content-disposition"].partition('filename="')[2].partition('"; filename*')[0]
    assert plain.isascii()
    assert plain.isprintable()
    assert not {'"', "\\", "%"} & set(plain)


async def test_an_unknown_file_is_not_found(client: httpx.AsyncClient, url: str) -> None:
    object_id = url.partition("?")[0].rpartition("/")[2]
    for name in ("x", "00000000-0000-4000-8000-000000000000", object_id.upper(), f"{object_id}x"):
        found = await client.get(f"/files/{name}")
        assert (found.status_code, code_of(found)) == (404, "ROUTE_NOT_FOUND")
    assert (await client.post(url)).status_code == 405


def test_a_signature_is_for_one_path_and_ends_with_the_next_hour() -> None:
    secret, path, noon = b"s" * 32, "/files/x", 12 * 3600
    signed = signed_path(path, noon, secret, download="1")
    assert signed == signed_path(path, noon + 3599, secret, download="1")
    assert signed != signed_path(path, noon + 3600, secret, download="1")
    given = dict(pair.split("=") for pair in signed.partition("?")[2].split("&"))
    assert (given["download"], given["expires"]) == ("1", str(noon + 7200))

    def holds(at: str = path, now: float = noon, key: bytes = secret, **changed: Any) -> bool:
        parts = given | changed
        return is_signed(at, parts["expires"], parts["signature"], now, key)

    assert holds()
    assert holds(now=noon + 7199)
    assert not holds(now=noon + 7200)
    assert not holds(at="/files/y")
    assert not holds(key=b"t" * 32)
    for changed in ({"expires": str(noon + 7201)}, {"expires": "9" * 40}, {"expires": "é"}, {"signature": "é"}):
        forged: dict[str, Any] = {**changed}
        assert not holds(**forged)


async def test_the_address_stays_the_same_within_the_hour(client: httpx.AsyncClient, workshop: Workshop) -> None:
    made = await attached(client, {"partKey": await workshop.part()}, TEXT)
    part = made["part"]["key"]
    query = f'{{ part(key: "{part}") {{ attachments {{ url }} }} }}'
    for _ in range(3):
        before = int(time.time()) // 3600
        found = (await workshop.graphql(query))["part"]["attachments"][0]["url"]
        if int(time.time()) // 3600 == before and f"expires={(before + 2) * 3600}&" in made["url"]:
            assert found == made["url"]
            return
        made["url"] = found
    raise AssertionError("the hour changed three times")
