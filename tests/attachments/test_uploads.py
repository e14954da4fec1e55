"""Requests with files as anybody may send them: well-formed, hostile, slow, and cut off."""

import asyncio
import json
import socket
import subprocess
from pathlib import Path

import httpx
import psutil
import pytest

from tests.attachments.multipart import TYPE, body, parts
from tests.attachments.open_files import open_files
from tests.attachments.uploading import ATTACH_FILE, PDF, attachments_of, payload, png, upload
from tests.factories import Workshop
from tests.server_process import ServerProcess
from tests.waiting import until
from tests.wire.conftest import code_of


async def test_one_documented_curl_command_attaches_a_file(
    server: ServerProcess, client: httpx.AsyncClient, workshop: Workshop, tmp_path: Path
) -> None:
    key = await workshop.part()
    (tmp_path / "datasheet.pdf").write_bytes(PDF)
    guide = Path(__file__).parents[2].joinpath("docs", "guide", "files.md").read_text()
    command = guide.partition("```sh\n")[2].partition("```")[0]
    assert command.startswith("curl ")
    command = command.replace("http://127.0.0.1:8000", server.base_url).replace("ABCD", key)
    done = await asyncio.to_thread(
        subprocess.run, command, shell=True, cwd=tmp_path, capture_output=True, check=True, timeout=120
    )
    assert json.loads(done.stdout)["data"]["attachFile"]["__typename"] == "AttachFileSuccess"
    (found,) = await attachments_of(client, key)
    assert (found["fileName"], found["kind"], found["sizeBytes"]) == ("datasheet.pdf", "PDF", len(PDF))


async def test_without_the_header_of_its_own_no_page_can_send_files(
    client: httpx.AsyncClient, workshop: Workshop
) -> None:
    headers = {"Content-Type": TYPE["Content-Type"]}
    response = await client.post("/graphql", content=body(*parts(await workshop.part())), headers=headers)
    assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")
    assert "GraphQL-Require-Preflight" in response.json()["errors"][0]["message"]
    assert await workshop.count_rows("attachments") == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"--XyZ",
        b"--XyZ--\r\n",
        b"garbage",
        b"x" * 5000,
        body(end=b""),
        body(*parts()[:1]),
        body(*parts()[1:]),
        body(parts()[1], parts()[0], parts()[2]),
        body(*parts()[:2]),
        body(*parts(), end=b""),
        body(*parts())[:-30],
        body(*parts(), parts()[2]),
        body(*parts()[:2], ('name="0"', PDF)),
        body(*parts()[:2], ('name="1"; filename="a"', PDF)),
        body(*parts()[:2], ('filename="a"', PDF)),
        body(('name="operations"', b"[]"), *parts()[1:]),
        body(('name="operations"', b"\xff"), *parts()[1:]),
        body(('name="operations"', b"null"), *parts()[1:]),
        body(parts()[0], ('name="map"', b"[]"), parts()[2]),
        body(parts()[0], ('name="map"', b"{}"), parts()[2]),
        body(parts()[0], ('name="map"', b'{"0": "variables.input.file"}'), parts()[2]),
        body(parts()[0], ('name="map"', b'{"0": []}'), parts()[2]),
        body(parts()[0], ('name="map"', b'{"0": [1]}'), parts()[2]),
        body(parts()[0], ('name="map"', b'{"0": ["query"]}'), parts()[2]),
        body(parts()[0], ('name="map"', b'{"0": ["variables.input.x.y"]}'), parts()[2]),
        body(parts()[0], ('name="map"', b'{"0": ["variables.input.owner"]}'), parts()[2]),
        body(parts()[0], ('name="map"', b'{"0": ["variables.input.file", "variables.input.file"]}'), parts()[2]),
        body(*parts()[:2], (f'name="0"; filename="a"; x="{"y" * 10_000}"', PDF)),
        b"--XyZ\r\nContent-Type: text/plain\r\n\r\nx\r\n--XyZ--\r\n",
        b"--XyZ\r\n\r\nx\r\n--XyZ--\r\n",
        b'--XyZ nonsense\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{}\r\n--XyZ--\r\n',
        b'--XyZ\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n{}\r\n--XyZ--\r\n',
        b"a preamble, " * 5000 + b"\r\n" + body(*parts()),
        body(*parts()).replace(b"\r\n\r\n", b"\r\nX-A: " + b"a" * 5000 + b"\r\nX-B: " + b"b" * 5000 + b"\r\n\r\n", 1),
    ],
    ids=range(35),
)
async def test_a_body_that_is_not_as_specified_is_refused(
    client: httpx.AsyncClient, content: bytes, workshop: Workshop
) -> None:
    response = await client.post("/graphql", content=content, headers=TYPE)
    assert response.status_code == 400, response.text
    assert code_of(response) in {"BAD_REQUEST", "BATCHING_NOT_SUPPORTED"}
    assert await workshop.count_rows("attachments") == 0


@pytest.mark.parametrize("boundary", ["", "; boundary=", '; boundary=""', f"; boundary={'x' * 71}", "; boundary=é"])
async def test_a_boundary_that_is_none_is_refused(client: httpx.AsyncClient, boundary: str) -> None:
    headers = [
        (b"Content-Type", f"multipart/form-data{boundary}".encode("latin-1")),
        (b"GraphQL-Require-Preflight", b"1"),
    ]
    response = await client.post("/graphql", content=body(*parts()), headers=headers)
    assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("boundary", ["----=_Part_5_1.2", "(x)", "a:b/c?d=e", "a?", "'a+b_c,d'"])
async def test_a_boundary_may_be_written_without_quotation_marks(
    client: httpx.AsyncClient, workshop: Workshop, boundary: str
) -> None:
    content = body(*parts(await workshop.part())).replace(b"--XyZ", f"--{boundary}".encode())
    headers = TYPE | {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    response = await client.post("/graphql", content=content, headers=headers)
    assert response.json()["data"]["attachFile"]["__typename"] == "AttachFileSuccess", response.text


async def test_what_is_wrong_with_a_body_is_said_in_words_alone(client: httpx.AsyncClient) -> None:
    content = b'--XyZ\r\nContent-Disposition: form-data; name="operations"\r\n\xff\r\n\r\n{}\r\n--XyZ--\r\n'
    response = await client.post("/graphql", content=content, headers=TYPE)
    [error] = response.json()["errors"]
    assert error["message"] == "The multipart body cannot be read: malformed segment header."


async def test_only_a_file_part_is_an_upload(client: httpx.AsyncClient, workshop: Workshop) -> None:
    key = await workshop.part()
    values: list[object] = ["x", 1, {"name": "x"}, [], True]
    for value in values:
        variables = {"input": {"owner": {"partKey": key}, "file": value}}
        response = await client.post("/graphql", json={"query": ATTACH_FILE, "variables": variables})
        assert code_of(response) == "BAD_USER_INPUT"
    literal = f'mutation {{ attachFile(input: {{owner: {{partKey: "{key}"}}, file: "x"}}) {{ __typename }} }}'
    response = await client.post("/graphql", json={"query": literal})
    assert "Upload takes a file part only" in response.text
    assert await workshop.count_rows("attachments") == 0


async def test_a_part_may_come_in_the_smallest_pieces(client: httpx.AsyncClient, workshop: Workshop) -> None:
    key = await workshop.part()
    whole = b"a preamble\r\n" + body(*parts(key, PDF + b"\r\n--Xy\r\n--XyY\r\n" + PDF)) + b"an epilogue"

    async def pieces() -> object:
        for position in range(0, len(whole), 7):
            yield whole[position : position + 7]

    response = await client.post("/graphql", content=pieces(), headers=TYPE)  # type: ignore[arg-type]
    assert response.json()["data"]["attachFile"]["__typename"] == "AttachFileSuccess", response.text
    (found,) = await attachments_of(client, key)
    assert found["sizeBytes"] == 2 * len(PDF) + len(b"\r\n--Xy\r\n--XyY\r\n")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "EMPTY"),
        (png()[:-26], "CUT_OFF"),
        (PDF[:-8], "CUT_OFF"),
        (png(50_000, 1)[:16] + b"\x00\x00\xc3\x50\x00\x00\xc3\x50" + png()[24:], "TOO_MANY_PIXELS"),
    ],
)
async def test_hostile_files_are_refused_with_the_reason(
    client: httpx.AsyncClient, workshop: Workshop, content: bytes, reason: str
) -> None:
    key = await workshop.part()
    async with workshop.unchanged():
        refused = await payload(client, {"partKey": key}, content, "a.png")
    assert (refused["__typename"], refused["fileRefused"], refused["path"]) == ("FileRefusedError", reason, ["file"])


async def test_a_file_over_its_limit_is_refused(client: httpx.AsyncClient, workshop: Workshop) -> None:
    key = await workshop.part()
    refused = await payload(client, {"partKey": key}, png() + bytes(10 * 1024 * 1024))
    assert (refused["__typename"], refused["fileRefused"]) == ("FileRefusedError", "TOO_LARGE")


@pytest.mark.parametrize(("name", "kept"), [("", "file"), (" ", "file"), ("x" * 256, "x" * 255), ("a\x00b", "ab")])
async def test_a_name_that_is_blank_too_long_or_cannot_be_kept_is_cleaned_and_never_refused(
    client: httpx.AsyncClient, workshop: Workshop, name: str, kept: str
) -> None:
    content = body(*parts(await workshop.part())[:2], (f'name="0"; filename="{name}"', PDF))
    response = await client.post("/graphql", content=content, headers=TYPE)
    assert response.json()["data"]["attachFile"]["attachment"]["fileName"] == kept, response.text


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('filename="a%22b%0D%0Ac%20d.pdf"', 'a"b c%20d.pdf'),
        (r'filename="a\"b\\c.pdf"', "c.pdf"),
        (r'filename="a\"b.pdf"', 'a"b.pdf'),
        (r'filename="C:\fakepath\a.pdf"', "a.pdf"),
        ("filename=plain.pdf", "plain.pdf"),
        ("filename=\"x\"; filename*=UTF-8''%E6%95%B0%20%F0%9F%93%84.pdf", "数 📄.pdf"),
        ('filename="../../etc/数据.pdf"', "数据.pdf"),
        # Found by trying: a language, another encoding, one that is unknown, and nothing but a name of that kind.
        ("filename*=UTF-8'de'%C3%A4.pdf", "ä.pdf"),
        ("filename*=iso-8859-1''%E4.pdf; filename=\"a.pdf\"", "ä.pdf"),
        ("filename*=windows-1251''%E4.pdf; filename=\"a.pdf\"", "a.pdf"),
        ("filename*=windows-1251''%E4.pdf", "file"),
        ("filename*=UTF-8''; filename=\"a.pdf\"", "a.pdf"),
        # curl on Windows writes a name in the encoding of the machine, whichever that is.
        ('filename="W\udce4chter.pdf"', "W\ufffdchter.pdf"),
    ],
)
async def test_names_are_read_as_clients_write_them(
    client: httpx.AsyncClient, workshop: Workshop, written: str, name: str
) -> None:
    key = await workshop.part()
    content = body(*parts(key)[:2], (f'name="0"; {written}', PDF))
    response = await client.post("/graphql", content=content, headers=TYPE)
    assert response.json()["data"]["attachFile"]["__typename"] == "AttachFileSuccess", response.text
    assert [each["fileName"] for each in await attachments_of(client, key)] == [name]


async def test_five_gigabytes_are_refused_by_their_announcement(server: ServerProcess, workshop: Workshop) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = f"Content-Type: {TYPE['Content-Type']}\r\nGraphQL-Require-Preflight: 1\r\nExpect: 100-continue\r\n"
    writer.write(f"POST /graphql HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: 5368709120\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(65536), 60)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"BODY_LIMIT"' in answer
    assert b'"actual":5368709120' in answer
    writer.close()


async def test_a_client_that_goes_away_leaves_nothing_behind(server: ServerProcess, workshop: Workshop) -> None:
    process = psutil.Process(server.process.pid)
    key = await workshop.part()
    opened, ports = open_files(process), set()
    content = body(*parts(key, PDF + bytes(3_000_000)))
    for _ in range(5):
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        head = "".join(f"{name}: {value}\r\n" for name, value in TYPE.items())
        writer.write(
            f"POST /graphql HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: {len(content)}\r\n\r\n".encode()
        )
        writer.write(content[:2_000_000])
        await writer.drain()
        ports.add(writer.get_extra_info("sockname")[1])
        writer.transport.abort()

    async def left() -> tuple[int, set[int | None]]:
        connections = {getattr(each.raddr, "port", None) for each in process.net_connections("tcp")}
        return open_files(process) - opened, connections & ports

    await until(left, lambda found: found[0] <= 0 and not found[1])
    assert await workshop.count_rows("attachments") == 0


async def test_a_reader_that_goes_away_gives_the_connection_to_the_store_back(
    server: ServerProcess, client: httpx.AsyncClient, workshop: Workshop
) -> None:
    key = await workshop.part()
    made = (await upload(client, {"partKey": key}, PDF + bytes(20_000_000) + PDF, "a.pdf")).json()["data"]["attachFile"]
    process = psutil.Process(server.process.pid)

    async def held() -> set[int]:
        """The ports of its connections to the store on which something waits to be read."""
        ports = {each.laddr.port for each in process.net_connections("tcp")}
        return ports & _ports_with_unread_bytes(to=_port(server))

    for _ in range(3):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1024)
        _sock(writer).setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        writer.write(f"GET {made['attachment']['url']} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        await reader.readexactly(100)
        writer.transport.abort()
    # On a connection that is held for a reader most of the file waits; whoever reads in the background reads on.
    await until(held, lambda ports: not ports)
    assert (await client.get(made["attachment"]["url"])).status_code == 200


def _ports_with_unread_bytes(to: int) -> set[int]:
    """The local ports of connections to a port whose receive queue is not empty (proc(5), /proc/net/tcp)."""
    found = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, queues, *_ = line.split()
        if int(remote.rpartition(":")[2], 16) == to and int(queues.rpartition(":")[2], 16) > 0:
            found.add(int(local.rpartition(":")[2], 16))
    return found


def _sock(writer: asyncio.StreamWriter) -> socket.socket:
    found: socket.socket = writer.get_extra_info("socket")
    return found


def _port(server: ServerProcess) -> int:
    return int(server.addresses.s3_endpoint_url.rpartition(":")[2])
