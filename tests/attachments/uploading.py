"""Sends files as clients do, by the GraphQL multipart request specification, and makes small files of every kind."""

import json
import struct
import zlib
from typing import Any

import httpx

from tests.graphql_client import Json, data_of, mutation

ATTACHMENT = """
id kind title version fileName mediaType sizeBytes sha256 width height url downloadUrl textState
part { key } box { number } actor
"""
ATTACH_FILE = mutation("attachFile", f"attachment {{ {ATTACHMENT} }} replayed")
PREFLIGHT = {"GraphQL-Require-Preflight": "1"}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def png(width: int = 4, height: int = 3, shade: int = 128) -> bytes:
    """A grey PNG."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + bytes([shade]) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pdf(size_bytes: int, mark: int = 0) -> bytes:
    """A PDF of about that size, whose bytes differ with the mark."""
    padding = b"%%%d" % mark + b" padding" * (max(size_bytes - len(PDF), 0) // 8)
    return PDF.replace(b"trailer", padding + b"\ntrailer")


async def upload(
    client: httpx.AsyncClient,
    owner: Json,
    content: bytes | Any,
    name: str = "file.bin",
    headers: dict[str, str] | None = None,
    **fields: Any,
) -> httpx.Response:
    """Send one file; `content` is its bytes or an open file."""
    operations = {"query": ATTACH_FILE, "variables": {"input": {"owner": owner, "file": None, **fields}}}
    parts: Any = [
        ("operations", (None, json.dumps(operations))),
        ("map", (None, json.dumps({"0": ["variables.input.file"]}))),
        ("0", (name, content, "application/x-whatever")),
    ]
    return await client.post("/graphql", files=parts, headers=PREFLIGHT | (headers or {}))


async def payload(
    client: httpx.AsyncClient, owner: Json, content: bytes, name: str = "file.bin", **fields: Any
) -> Json:
    """Send one file; what attachFile answers."""
    response = await upload(client, owner, content, name, **fields)
    answer: Json = response.json()
    assert "errors" not in answer, answer
    found: Json = answer["data"]["attachFile"]
    return found


async def attached(
    client: httpx.AsyncClient, owner: Json, content: bytes, name: str = "file.bin", **fields: Any
) -> Json:
    """Send one file that must be taken; its attachment."""
    found = await payload(client, owner, content, name, **fields)
    assert found["__typename"] == "AttachFileSuccess", found
    attachment: Json = found["attachment"]
    return attachment


async def attachments_of(client: httpx.AsyncClient, key: str) -> list[Json]:
    """The attachments of a part."""
    query = f"query Q($key: PartKey!) {{ part(key: $key) {{ attachments {{ {ATTACHMENT} }} }} }}"
    found: list[Json] = (await data_of(client, query, {"key": key}))["part"]["attachments"]
    return found
