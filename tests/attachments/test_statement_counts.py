"""Attachments and covers take so many statements whatever the number of their owners and of their files."""

import asyncpg
import pytest

from tests.statement_counting import Counted

FILE = """
id kind title url downloadUrl sizeBytes previewState placeholder previews { size url } textState actor
part { key } box { number } project { name }
"""
OWNED = f"attachments {{ {FILE} }} cover {{ {FILE} }}"
QUERIES = {
    "parts": f"parts(first: 30) {{ nodes {{ key {OWNED} }} }}",
    "boxes": f"boxes(first: 30) {{ nodes {{ number {OWNED} }} }}",
    "projects": f"projects(first: 30) {{ nodes {{ name {OWNED} }} }}",
}
OWNERS = {
    "parts": "INSERT INTO parts (key, description, description_key) SELECT 'AAA' || chr(64 + i), 'x', 'x'",
    "boxes": "INSERT INTO boxes (number, description, capacity) SELECT i, 'x', 1",
    "projects": "INSERT INTO projects (name, name_key, rank, build_target) SELECT 'P' || i, 'p' || i, i, 1",
}
COLUMNS = {"parts": "part_id", "boxes": "box_id", "projects": "project_id"}


async def filled(connection: asyncpg.Connection, name: str, owners: int, files: int) -> None:
    """So many owners with so many images and one link each, nothing of which is to be made; every second chose one."""
    column = COLUMNS[name]
    await connection.execute(
        f"""
        DELETE FROM covers; DELETE FROM attachments; DELETE FROM {name};
        {OWNERS[name]} FROM generate_series(1, {owners}) AS i;
        INSERT INTO attachments ({column}, kind, title, file_name, media_type, size_bytes, sha256, object_id, width,
                                 height, preview_state, preview_failure, actor)
        SELECT owner.id, 'IMAGE', 'x', 'x', 'image/png', 1, sha256(i::text::bytea), gen_random_uuid(), 300, 200,
               'FAILED', 'x', 'ada'
          FROM {name} AS owner, generate_series(1, {files}) AS i;
        INSERT INTO attachments ({column}, kind, title, url, actor)
        SELECT id, 'LINK', 'x', 'http://x', 'ada' FROM {name};
        INSERT INTO covers ({column}, attachment_id)
        SELECT {column}, max(id) FILTER (WHERE kind = 'IMAGE') FROM attachments
         WHERE {column} % 2 = 0 GROUP BY {column};
        """
    )


@pytest.mark.parametrize("name", QUERIES)
async def test_the_number_of_statements_does_not_grow(
    counted: Counted, database_connection: asyncpg.Connection, name: str
) -> None:
    """One for the owners, their files, their covers, and the owner of each file."""
    counts = []
    for owners, files in ((2, 1), (26, 12)):
        await filled(database_connection, name, owners, files)
        data, count = await counted("{ " + QUERIES[name] + " }")
        nodes = data[name]["nodes"]
        assert [len(node["attachments"]) for node in nodes] == [files + 1] * owners
        assert all(node["cover"]["kind"] == "IMAGE" for node in nodes)
        counts.append(count)
    assert counts == [4, 4]
