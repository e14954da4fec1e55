"""curl, told to offer an upgrade to HTTP/2, to wait for leave to send what is large, or to speak HTTP/1.0."""

import json
from pathlib import Path

import pytest

from tests.attachments.uploading import ATTACH_FILE, pdf
from tests.clients.commands import JSON, body_file, line_of, printed_by, running
from tests.clients.conftest import Subscribed
from tests.factories import Workshop
from tests.live.sockets import STOCK_CHANGES
from tests.programs import program
from tests.server_process import ServerProcess

pytestmark = pytest.mark.needs("curl")

# Without the settings and proxies of this machine.
PLAIN = ("--disable", "--noproxy", "*", "--silent", "--show-error", "--no-buffer")
SENT = ("--header", f"Content-Type: {JSON}")


async def asked(server: ServerProcess, *options: str) -> tuple[int, str, str]:
    """Status, version of HTTP, and body of an answer."""
    printed = await printed_by(
        program("curl"), *PLAIN, *options, "--write-out", "\n%{http_code} %{http_version}", f"{server.base_url}/graphql"
    )
    text, _, told = printed.rpartition("\n")
    status, version = told.split()
    return int(status), version, text


@pytest.mark.parametrize("size", [0, 20_000, 1_000_000])
@pytest.mark.parametrize("version", ["--http2", "--http1.1", "--http1.0"])
async def test_curl_gets_each_body_through(server: ServerProcess, tmp_path: Path, size: int, version: str) -> None:
    body = body_file(tmp_path, "{ __typename }", size=size)
    status, spoken, text = await asked(server, version, *SENT, "--data-binary", f"@{body}")
    # RFC 9110, 6.2: an answer names the version that the server speaks, whatever it was asked in.
    assert (status, spoken, json.loads(text)["data"]) == (200, "1.1", {"__typename": "Query"})


@pytest.mark.parametrize("size", [1_000_001, 20_000_000])
@pytest.mark.parametrize("expect", ["Expect:", "Expect: 100-continue"])
async def test_curl_reads_why_a_body_is_refused(server: ServerProcess, tmp_path: Path, size: int, expect: str) -> None:
    body = body_file(tmp_path, "{ __typename }", size=size)
    status, _, text = await asked(server, "--http2", *SENT, "--header", expect, "--data-binary", f"@{body}")
    assert (status, json.loads(text)["errors"][0]["extensions"]["code"]) == (413, "BODY_LIMIT")


@pytest.mark.parametrize("size", [100, 3_000_000])
async def test_curl_attaches_a_file(server: ServerProcess, workshop: Workshop, tmp_path: Path, size: int) -> None:
    sent = tmp_path / "manual.pdf"
    sent.write_bytes(pdf(size))
    variables = {"input": {"owner": {"partKey": await workshop.part()}, "file": None}}
    forms = {
        "operations": json.dumps({"query": ATTACH_FILE, "variables": variables}),
        "map": '{"0": ["variables.input.file"]}',
    }
    fields = [word for name, value in forms.items() for word in ("--form-string", f"{name}={value}")]
    preflight = ("--header", "GraphQL-Require-Preflight: 1")
    status, _, text = await asked(server, "--http2", *preflight, *fields, "--form", f"0=@{sent}")
    answer = json.loads(text)["data"]["attachFile"]
    assert (status, answer["attachment"]["sizeBytes"]) == (200, sent.stat().st_size)


@pytest.mark.parametrize("version", ["--http2", "--http1.0"])
async def test_curl_subscribes_by_an_event_stream(
    server: ServerProcess, workshop: Workshop, subscribed: Subscribed, tmp_path: Path, version: str
) -> None:
    await workshop.box()
    key = await workshop.part()
    body = body_file(tmp_path, STOCK_CHANGES, partKey=key)
    options = (*PLAIN, version, *SENT, "--header", "Accept: text/event-stream", "--data-binary", f"@{body}")
    async with running(program("curl"), *options, f"{server.base_url}/graphql") as curl:
        assert [await line_of(curl) for _ in range(2)] == [":", ""]
        await subscribed()
        await workshop.receive(key, "1-1", 5)
        event = dict(line.split(": ", 1) for line in [await line_of(curl) for _ in range(3)])
    assert event["event"] == "next"
    assert json.loads(event["data"])["data"]["stockChanged"]["change"]["totalAfter"] == 5
