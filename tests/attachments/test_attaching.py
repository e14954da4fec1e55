"""Attaching files and links, copying, renaming, deleting: the rows, and the objects they name.

Rules: docs/domain.md#owners-and-attachments, #covers, #rows-and-objects.
"""

import hashlib
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from domain.rules.object_keys import file_key, made_at, prefix_of
from persistence.object_store import ObjectStore
from tests.attachments.uploading import PDF, attached, attachments_of, payload, pdf, png
from tests.factories import Workshop
from tests.locks import held, part_row
from tests.waiting import until


async def object_id(connection: asyncpg.Connection, title: str) -> UUID:
    """The object id of the newest attachment of this title."""
    found: UUID = await connection.fetchval(
        "SELECT object_id FROM attachments WHERE title = $1 ORDER BY id DESC LIMIT 1", title
    )
    return found


async def until_gone(store: ObjectStore, found: UUID) -> None:
    """Return when nothing is left below the prefix: deletion follows the answer."""

    async def left() -> list[str]:
        return [each.key async for page in store.pages(prefix_of(found)) for each in page]

    await until(left, lambda keys: not keys)


async def test_a_file_is_stored_with_what_its_bytes_tell(
    client: httpx.AsyncClient, workshop: Workshop, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    key, content = await workshop.part(), png(4, 3)
    before = await database_connection.fetchval("SELECT clock_timestamp()")
    made = await attached(client, {"partKey": key}, content, "photo.txt", title=" Front ")
    assert {
        name: made[name] for name in ("kind", "title", "fileName", "mediaType", "sizeBytes", "width", "height")
    } == {
        "kind": "IMAGE",
        "title": "Front",
        "fileName": "photo.txt",
        "mediaType": "image/png",
        "sizeBytes": len(content),
        "width": 4,
        "height": 3,
    }
    assert made["sha256"] == hashlib.sha256(content).hexdigest()
    assert made["part"] == {"key": key}
    found = await object_id(database_connection, "Front")
    assert await store.read(file_key(found)) == content
    moment, after = made_at(found), await database_connection.fetchval("SELECT clock_timestamp()")
    assert moment is not None
    # An id counts milliseconds.
    assert before - timedelta(milliseconds=1) <= moment <= after
    assert await attachments_of(client, key) == [made]


async def test_a_large_file_arrives_as_it_was(
    client: httpx.AsyncClient, workshop: Workshop, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    key, content = await workshop.part(), pdf(12_000_000)
    made = await attached(client, {"partKey": key}, content, "manual.pdf")
    assert (made["kind"], made["title"], made["textState"]) == ("PDF", "manual.pdf", "PENDING")
    assert await store.read(file_key(await object_id(database_connection, "manual.pdf"))) == content


async def test_a_box_has_files_of_its_own(client: httpx.AsyncClient, workshop: Workshop) -> None:
    await workshop.box(7)
    made = await attached(client, {"boxNumber": 7}, png())
    found = await workshop.graphql("{ box(number: 7) { attachments { id box { number } part { key } } cover { id } } }")
    assert found["box"]["attachments"] == [{"id": made["id"], "box": {"number": 7}, "part": None}]
    assert found["box"]["cover"] == {"id": made["id"]}


async def test_a_project_has_files_of_its_own(
    client: httpx.AsyncClient, workshop: Workshop, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    project = (await workshop.done("createProject", name="Lamp"))["project"]["id"]
    made = await attached(client, {"projectId": project}, png(), "lamp.png", title="Front")
    assert (made["kind"], made["part"], made["box"]) == ("IMAGE", None, None)
    query = "query Q($id: ID!) { node(id: $id) { ... on Project { name %s cover { id } } } }"
    found = await workshop.graphql(query % "attachments { id title project { name } }", {"id": project})
    own = {"id": made["id"], "title": "Front", "project": {"name": "Lamp"}}
    assert found["node"] == {"name": "Lamp", "attachments": [own], "cover": {"id": made["id"]}}
    of_project = "SELECT object_id FROM attachments JOIN projects ON projects.id = project_id WHERE name = 'Lamp'"
    below = await database_connection.fetchval(of_project)
    assert await store.read(file_key(below)) == png()
    await workshop.done("deleteProject", projectId=project)
    assert await workshop.count_rows("attachments") == 0
    await until_gone(store, below)


@pytest.mark.parametrize("owner", [{}, {"partKey": "AAAA", "boxNumber": 1}])
async def test_exactly_one_owner_is_named(
    client: httpx.AsyncClient, workshop: Workshop, owner: dict[str, object]
) -> None:
    async with workshop.unchanged():
        refused = await payload(client, owner, png())
    assert (refused["__typename"], refused["path"]) == ("ValidationError", ["owner"])


@pytest.mark.parametrize(
    ("owner", "path"),
    [
        ({"partKey": "ZZZZ"}, ["owner", "partKey"]),
        ({"boxNumber": 99}, ["owner", "boxNumber"]),
        ({"projectId": "UHJvamVjdDo5OTk"}, ["owner", "projectId"]),
        ({"projectId": "x"}, ["owner", "projectId"]),
    ],
)
async def test_an_owner_that_does_not_exist_is_told(
    client: httpx.AsyncClient, workshop: Workshop, owner: dict[str, object], path: list[str]
) -> None:
    async with workshop.unchanged():
        refused = await payload(client, owner, png())
    assert (refused["__typename"], refused["path"]) == ("NotFoundError", path)


async def test_bytes_that_the_owner_has_are_refused_naming_the_twin(
    client: httpx.AsyncClient, workshop: Workshop, store: ObjectStore
) -> None:
    key, other = await workshop.part(), await workshop.part()
    first = await attached(client, {"partKey": key}, PDF, "a.pdf", title="Datasheet")
    async with workshop.unchanged():
        refused = await payload(client, {"partKey": key}, PDF, "b.pdf")
    assert refused["__typename"] == "DuplicateFileError"
    assert refused["twin"] == {"id": first["id"], "title": "Datasheet"}
    assert refused["message"] == "The same bytes are there already: Datasheet."
    assert (await attached(client, {"partKey": other}, PDF))["id"] != first["id"]


async def test_of_two_uploads_of_the_same_bytes_at_once_one_is_refused(
    client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    key = await workshop.part()
    part_id = await database_connection.fetchval("SELECT id FROM parts WHERE key = $1", key)
    rival = (
        "INSERT INTO attachments (part_id, kind, title, file_name, media_type, size_bytes, sha256, object_id, "
        "preview_state, text_state, actor) "
        "VALUES ($1, 'PDF', 'Rival', 'r', 'application/pdf', $2, $3, gen_random_uuid(), 'PENDING', 'PENDING', 'ada')"
    )
    digest = hashlib.sha256(PDF).digest()
    async with held(database_connection, rival, part_id, len(PDF), digest) as rivals:
        await rivals.start(payload(client, {"partKey": key}, PDF))
    (refused,) = await rivals.answers()
    assert (refused["__typename"], refused["twin"]["title"]) == ("DuplicateFileError", "Rival")
    await database_connection.execute("DELETE FROM attachments")


async def test_a_file_is_attached_while_a_stock_change_holds_the_part(
    client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    key = await workshop.part()
    async with part_row(database_connection, key):
        assert (await attached(client, {"partKey": key}, png()))["kind"] == "IMAGE"


async def test_a_request_sent_again_attaches_once(client: httpx.AsyncClient, workshop: Workshop) -> None:
    key, other = await workshop.part(), await workshop.part()
    again = str(uuid4())
    first = await payload(client, {"partKey": key}, PDF, idempotencyKey=again)
    second = await payload(client, {"partKey": key}, PDF, idempotencyKey=again)
    assert (first["replayed"], second["replayed"]) == (False, True)
    # Its text may have been read in between.
    assert second["attachment"] == first["attachment"] | {"textState": second["attachment"]["textState"]}
    for content, owner in ((png(), key), (PDF, other)):
        refused = await payload(client, {"partKey": owner}, content, idempotencyKey=again)
        assert refused["__typename"] == "IdempotencyKeyReusedError"


async def test_links_are_attached_edited_and_copied(workshop: Workshop) -> None:
    key, other = await workshop.part(), await workshop.part()
    made = (await workshop.done("attachLink", owner={"partKey": key}, url="https://example.org/a/"))["attachment"]
    assert (made["kind"], made["title"], made["url"]) == ("LINK", "example.org/a", "https://example.org/a/")
    assert made["sizeBytes"] is None
    edited = await workshop.done(
        "updateAttachment", attachmentId=made["id"], url="http://example.org/b", title="B", expectedVersion=1
    )
    assert {name: edited["attachment"][name] for name in ("url", "title", "version")} == {
        "url": "http://example.org/b",
        "title": "B",
        "version": 2,
    }
    await workshop.refused("updateAttachment", "ConflictError", attachmentId=made["id"], title="C", expectedVersion=1)
    copy = (await workshop.done("copyAttachment", attachmentId=made["id"], owner={"partKey": other}))["attachment"]
    assert (copy["url"], copy["title"], copy["part"]) == ("http://example.org/b", "B", {"key": other})


async def test_a_file_has_no_address_to_edit_and_a_title_is_never_blank(
    client: httpx.AsyncClient, workshop: Workshop
) -> None:
    made = await attached(client, {"partKey": await workshop.part()}, PDF)
    for fields, path in (({"url": "http://example.org"}, ["url"]), ({"title": " "}, ["title"])):
        refused = await workshop.refused("updateAttachment", "ValidationError", attachmentId=made["id"], **fields)
        assert refused["path"] == path


async def test_a_copy_has_an_object_of_its_own(
    client: httpx.AsyncClient, workshop: Workshop, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    key, other = await workshop.part(), await workshop.part()
    made = await attached(client, {"partKey": key}, PDF, "a.pdf", title="Original")
    copy = await workshop.done("copyAttachment", attachmentId=made["id"], owner={"partKey": other}, title="Copy")
    assert copy["attachment"]["fileName"] == "a.pdf"
    source = await object_id(database_connection, "Original")
    await workshop.done("deleteAttachment", attachmentId=made["id"])
    await until_gone(store, source)
    assert await store.read(file_key(await object_id(database_connection, "Copy"))) == PDF
    await workshop.refused(
        "copyAttachment", "DuplicateFileError", attachmentId=copy["attachment"]["id"], owner={"partKey": other}
    )


@pytest.mark.provokes_faults
async def test_a_copy_whose_source_object_is_missing_is_refused_and_says_so(
    client: httpx.AsyncClient, workshop: Workshop, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    key, other = await workshop.part(), await workshop.part()
    # Of no kind that is read by itself: its row stays as it is.
    made = await attached(client, {"partKey": key}, b"a file", title="Original")
    await store.delete_below(prefix_of(await object_id(database_connection, "Original")))
    refused = await workshop.refused(
        "copyAttachment", "FileStoreError", attachmentId=made["id"], owner={"partKey": other}
    )
    assert refused["message"].startswith("The file could not be copied")
    await workshop.done("deleteAttachment", attachmentId=made["id"])


async def test_a_source_that_is_being_copied_is_not_deleted_meanwhile(
    client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    made = await attached(client, {"partKey": await workshop.part()}, PDF)
    async with held(database_connection, "SELECT 1 FROM attachments FOR KEY SHARE") as rivals:
        await rivals.start(workshop.run("deleteAttachment", attachmentId=made["id"]))
    (answer,) = await rivals.answers()
    assert answer["__typename"] == "DeleteAttachmentSuccess"


@pytest.mark.parametrize("kind", ["part", "box"])
async def test_an_owner_that_is_deleted_takes_its_files_with_it(
    client: httpx.AsyncClient,
    workshop: Workshop,
    store: ObjectStore,
    database_connection: asyncpg.Connection,
    kind: str,
) -> None:
    key, number = await workshop.part(), await workshop.box(7)
    owner: dict[str, object] = {"partKey": key} if kind == "part" else {"boxNumber": number}
    await attached(client, owner, PDF, title="Datasheet")
    await workshop.done("attachLink", owner=owner, url="https://example.org")
    found = await object_id(database_connection, "Datasheet")
    if kind == "part":
        await workshop.done("deletePart", partKey=key)
    else:
        await workshop.done("deleteBox", number=number)
    assert await workshop.count_rows("attachments") == 0
    await until_gone(store, found)


async def test_deleting_an_owner_waits_for_an_upload_to_it_and_takes_it_along(
    workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    key = await workshop.part()
    part_id = await database_connection.fetchval("SELECT id FROM parts WHERE key = $1", key)
    link = "INSERT INTO attachments (part_id, kind, title, url, actor) VALUES ($1, 'LINK', 'x', 'http://x', 'ada')"
    async with held(database_connection, link, part_id) as rivals:
        await rivals.start(workshop.run("deletePart", partKey=key))
    (answer,) = await rivals.answers()
    assert answer["__typename"] == "DeletePartSuccess"
    assert await workshop.count_rows("attachments") == 0


async def test_merging_moves_the_files_and_drops_the_twins(
    client: httpx.AsyncClient, workshop: Workshop, store: ObjectStore, database_connection: asyncpg.Connection
) -> None:
    keep, drop = await workshop.part(), await workshop.part()
    kept = await attached(client, {"partKey": keep}, PDF, title="Kept")
    await attached(client, {"partKey": drop}, PDF, title="Twin")
    moved = await attached(client, {"partKey": drop}, png(), title="Moved")
    twin = await object_id(database_connection, "Twin")
    await workshop.done("mergeParts", keep=keep, drop=drop)
    assert [each["id"] for each in await attachments_of(client, keep)] == [kept["id"], moved["id"]]
    assert await attachments_of(client, drop) == []
    await until_gone(store, twin)


async def test_the_cover_is_the_chosen_one_none_or_the_oldest_image(
    client: httpx.AsyncClient, workshop: Workshop
) -> None:
    key = await workshop.part()
    owner = {"partKey": key}
    document = await attached(client, owner, PDF)
    oldest = await attached(client, owner, png(shade=1))
    newer = await attached(client, owner, png(shade=2))
    file = await attached(client, owner, b"text")

    async def cover() -> object:
        found = (await workshop.graphql(f'{{ part(key: "{key}") {{ version cover {{ id }} }} }}'))["part"]
        assert found["version"] == 1
        return found["cover"] and found["cover"]["id"]

    assert await cover() == oldest["id"]
    for chosen in (newer, document):
        made = await workshop.done("setCover", owner=owner, choice="CHOSEN", attachmentId=chosen["id"])
        assert made["cover"] == {"id": chosen["id"]}
        assert await cover() == chosen["id"]
    assert (await workshop.done("setCover", owner=owner, choice="NONE"))["cover"] is None
    assert await cover() is None
    assert (await workshop.done("setCover", owner=owner, choice="OLDEST"))["cover"] == {"id": oldest["id"]}
    await workshop.done("setCover", owner=owner, choice="CHOSEN", attachmentId=newer["id"])
    await workshop.done("deleteAttachment", attachmentId=newer["id"])
    assert await cover() == oldest["id"]
    await workshop.done("deleteAttachment", attachmentId=oldest["id"])
    assert await cover() is None
    await workshop.refused("setCover", "ValidationError", owner=owner, choice="CHOSEN", attachmentId=file["id"])
    await workshop.refused("setCover", "ValidationError", owner=owner, choice="CHOSEN")
    await workshop.refused("setCover", "ValidationError", owner=owner, choice="NONE", attachmentId=file["id"])
    other = await attached(client, {"partKey": await workshop.part()}, png())
    await workshop.refused("setCover", "NotFoundError", owner=owner, choice="CHOSEN", attachmentId=other["id"])


async def test_every_change_of_files_leaves_an_edit_of_the_owner(client: httpx.AsyncClient, workshop: Workshop) -> None:
    key = await workshop.part()
    made = await attached(client, {"partKey": key}, PDF, title="A")
    await workshop.done("updateAttachment", attachmentId=made["id"], title="B")
    await workshop.done("deleteAttachment", attachmentId=made["id"])
    found = await workshop.graphql(f'{{ part(key: "{key}") {{ edits {{ nodes {{ field before after }} }} }} }}')
    assert [(each["field"], each["before"], each["after"]) for each in found["part"]["edits"]["nodes"]] == [
        ("attachments", "B", None),
        ("attachments", "A", "B"),
        ("attachments", None, "A"),
    ]


async def test_an_owner_has_at_most_two_hundred_attachments(workshop: Workshop) -> None:
    key = await workshop.part()
    await workshop.connection.execute(
        "INSERT INTO attachments (part_id, kind, title, url, actor) "
        "SELECT id, 'LINK', 'x', 'http://x', 'ada' FROM parts, generate_series(1, 200) WHERE key = $1",
        key,
    )
    refused = await workshop.refused("attachLink", "ValidationError", owner={"partKey": key}, url="http://example.org")
    assert refused["path"] == ["owner", "partKey"]
