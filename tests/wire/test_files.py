"""Files on servers with tokens and with other settings."""

import asyncio
import time

import httpx

from tests.attachments.multipart import TYPE, body, parts
from tests.attachments.uploading import PDF, attached, upload
from tests.conftest import connect
from tests.graphql_client import data_of
from tests.server_process import ServerProcess
from tests.wire.conftest import GuardedServer, code_of

TEXT = bytes(range(256)) * 4


async def test_a_file_is_for_whoever_has_a_token_or_a_signed_address(
    guarded_server: GuardedServer, guarded_client: httpx.AsyncClient
) -> None:
    create = 'mutation { createPart(input: {description: "x"}) { ... on CreatePartSuccess { part { key } } } }'
    async with connect(guarded_server.process) as editor:
        editor.headers.update(guarded_server.headers("EDITOR"))
        key = (await data_of(editor, create))["createPart"]["part"]["key"]
        made = await attached(editor, {"partKey": key}, TEXT)
    signed = made["url"]
    path = signed.partition("?")[0]
    assert (await guarded_client.get(signed)).content == TEXT
    refused = await guarded_client.get(path)
    assert (refused.status_code, code_of(refused)) == (401, "UNAUTHENTICATED")
    assert (await guarded_client.get(path, headers=guarded_server.headers("VIEWER"))).content == TEXT
    old = f"{path}?expires={int(time.time()) - 10}&signature={'0' * 64}"
    for wrong in (signed[:-1] + ("0" if signed[-1] != "0" else "1"), old, f"{path}?signature="):
        refused = await guarded_client.get(wrong)
        assert (refused.status_code, code_of(refused)) == (403, "FORBIDDEN")
        assert (await guarded_client.get(wrong, headers=guarded_server.headers("VIEWER"))).content == TEXT
    assert (await guarded_client.get(f"{signed}&download=1")).headers["content-disposition"].startswith("attachment")


async def test_a_body_that_comes_too_slowly_is_refused(hasty_server: ServerProcess) -> None:
    """The server waits one second, and for as long as the bytes so far give at 50 kB/s."""
    reader, writer = await asyncio.open_connection("127.0.0.1", hasty_server.port)
    head = "".join(f"{name}: {value}\r\n" for name, value in TYPE.items())
    writer.write(f"POST /graphql HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: 10000000\r\n\r\n".encode())
    writer.write(body(*parts(), end=b""))
    # The head and the body of an answer may arrive one after the other; after them the connection is closed.
    answer = await asyncio.wait_for(reader.read(), 60)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"BODY_TIMEOUT" in answer
    writer.close()


async def test_a_viewer_attaches_nothing(guarded_server: GuardedServer) -> None:
    async with connect(guarded_server.process) as viewer:
        response = await upload(viewer, {"partKey": "AAAA"}, PDF, headers=guarded_server.headers("VIEWER"))
        assert (response.status_code, code_of(response)) == (403, "FORBIDDEN")
        assert code_of(await upload(viewer, {"partKey": "AAAA"}, PDF)) == "UNAUTHENTICATED"
