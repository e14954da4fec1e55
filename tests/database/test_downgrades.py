"""A database full of data goes down step by step and up again, and keeps whatever the older schema has a place for.

The demo workshop fills most tables; the rest is filled here, so that no table is empty.
"""

import asyncio
import json
import re
from typing import Any
from unicodedata import normalize

import asyncpg
import pytest

from domain.rules.texts import order_key
from persistence.folded_columns import folded_columns
from persistence.models.base import Base
from tests.database.migrating import REVISIONS, go_to
from tests.server_process import ServerProcess
from tests.servers.run import RunStores

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]

FILLED_HERE = """
INSERT INTO api_tokens (name, name_key, role, digest) VALUES ('ada', 'ada', 'ADMIN', sha256('x'));
INSERT INTO jobs (kind, payload, owner, max_attempts, timeout_seconds, due_at)
     VALUES ('SWEEP', '{}', 'ada', 3, 60, now());
INSERT INTO job_schedules (kind, next_at) VALUES ('TEA', now()) ON CONFLICT DO NOTHING;
INSERT INTO idempotency_keys (actor, key, mutation, digest, result_id, result_kind)
     SELECT 'ada', gen_random_uuid(), mutation, sha256(mutation::bytea), number, kind
       FROM (VALUES ('createPart', 1, 'PART'), ('createBox', 1, 'BOX'), ('useStock', 1, 'OPERATION'),
                    ('createProject', 1, 'PROJECT'), ('createPickList', 1, 'PICK_LIST'), ('pickLine', 1, 'OPERATION'),
                    ('undoPick', -1, 'PICK_LIST'), ('attachLink', 1, NULL)) AS made (mutation, number, kind);
UPDATE attachments SET preview_put_off = 2, text_put_off = 1 WHERE kind = 'PDF';
"""
OF_LISTS = {
    *("createPickList", "pickLine", "pickLines", "undoPick"),
    *("completePickList", "reopenPickList", "cancelPickList"),
}
OF_FILES = {"attachFile", "attachLink", "copyAttachment"}


@pytest.fixture
async def full(run_stores: RunStores) -> dict[str, str]:
    """Settings of a server whose database has rows in every table."""
    settings = await run_stores.place(demo=True)
    connection = await asyncpg.connect(settings["PARTSGRAPH_DATABASE_URL"])
    await connection.execute(FILLED_HERE)
    await connection.close()
    return settings


async def tables_of(url: str) -> Tables:
    """Every row of every table, as texts, in an order of their own."""
    connection = await asyncpg.connect(url)
    try:
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        found = {}
        for (name,) in names:
            if name != "alembic_version":
                rows = await connection.fetch(f'SELECT to_jsonb(each) AS row FROM "{name}" AS each')
                found[name] = [json.loads(row["row"]) for row in rows]
        return found
    finally:
        await connection.close()


def kept(before: Tables, below: Tables, revision: str, folded_at: str | None = None) -> Tables:
    """What has to be there at a revision: every row that it has a place for, with the columns that it has.

    Folded columns are those of `folded_at`, where that is another revision.
    """
    expected = {}
    for name, rows in before.items():
        if name in below:
            columns = below[name][0].keys() if below[name] else ()
            found = [_as_of(name, row, revision) for row in rows if not _is_lost(name, row, revision)]
            if (folded_at or revision) < "0017":
                found = [{**row, **_folded_before_0017(name, row)} for row in found]
            expected[name] = [{column: row[column] for column in columns} for row in found]
    return expected


def _is_lost(table: str, row: dict[str, Any], revision: str) -> bool:
    """Whether what the row tells of is gone there."""
    if table == "edits":
        return revision < "0005" and row["object_kind"] in {"PROJECT", "PICK_LIST"}
    if table == "idempotency_keys":
        made = row["mutation"]
        return (
            (revision < "0005" and made == "createProject")
            or (revision < "0006" and made in OF_LISTS)
            or (revision < "0008" and made in OF_FILES)
        )
    return False


def _as_of(table: str, row: dict[str, Any], revision: str) -> dict[str, Any]:
    """The row in the words of a revision."""
    if table == "operations" and revision < "0006" and row["source_kind"] == "PICK_LIST":
        told = row["reason"] or f"Pick list {row['source_id']}"
        return {**row, "kind": "BOOK", "reason": told, "source_kind": None, "source_id": None}
    if table == "part_totals" and revision < "0003" and row["last_operation_at"]:
        return {**row, "total_quantity": 0, "last_operation_at": None}
    if table == "attachments" and revision < "0019" and row["media_type"] == "image/svg+xml":
        of_drawings = ("width", "height", "preview_state", "preview_failure", "placeholder")
        return {**row, "media_type": "application/octet-stream", **dict.fromkeys(of_drawings)}
    if table == "edits" and revision < "0014":
        return {**row, "field": re.sub("_(.)", lambda found: found[1].upper(), row["field"])}
    return row


def _folded_before_0017(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The folded columns of a row as they were when comparing ignored nothing but case."""

    def fold(value: Any, most: int | None) -> Any:
        if isinstance(value, list):
            return [fold(each, None) for each in value]
        return normalize("NFC", normalize("NFC", value).casefold())[:most] if value is not None else None

    return {
        each.key: fold(row[each.source], 500 if each.by is order_key else None)
        for each in folded_columns(Base.metadata)
        if each.table == table and each.key in row
    }


def same(found: Tables, expected: Tables) -> None:
    """Compare tables whatever the order of rows."""
    for name, rows in expected.items():
        assert sorted(map(repr, _sorted(found[name]))) == sorted(map(repr, _sorted(rows))), name


def _sorted(rows: Rows) -> Rows:
    return [dict(sorted(row.items())) for row in rows]


async def test_every_table_is_filled(full: dict[str, str]) -> None:
    assert [name for name, rows in (await tables_of(full["PARTSGRAPH_DATABASE_URL"])).items() if not rows] == []


@pytest.mark.parametrize("revision", ["0016", "0013", "0009", "0007", "0005", "0004", "0003", "0002", "0001"])
async def test_a_full_database_goes_down_and_up_and_keeps_what_there_is_a_place_for(
    full: dict[str, str], revision: str
) -> None:
    url = full["PARTSGRAPH_DATABASE_URL"]
    before = await tables_of(url)
    for each in reversed([each for each in REVISIONS if revision <= each < REVISIONS[-1]]):
        await go_to(url, each, down=True)
    below = await tables_of(url)
    same(below, kept(before, below, revision))
    await go_to(url, "head")
    after = await tables_of(url)
    # What the newer schema says in other words is said in them again.
    words = max(revision, "0014")
    again = kept(before, below, revision, folded_at=REVISIONS[-1])
    if "edits" in again:
        lasting = [row for row in before["edits"] if not _is_lost("edits", row, revision)]
        again["edits"] = [_as_of("edits", row, words) for row in lasting]
    for name, rows in again.items():
        columns = rows[0].keys() if rows else ()
        found = {name: [{column: row[column] for column in columns} for row in after[name]]}
        same(found, {name: rows})


async def test_kinds_of_results_come_back(full: dict[str, str]) -> None:
    url = full["PARTSGRAPH_DATABASE_URL"]
    before = (await tables_of(url))["idempotency_keys"]
    await go_to(url, "0014", down=True)
    await go_to(url, "head")
    same({"idempotency_keys": (await tables_of(url))["idempotency_keys"]}, {"idempotency_keys": before})


@pytest.mark.parametrize("revision", ["0008", "0006", "0003", "0002"])
async def test_nothing_is_off_after_the_way_down_and_up(full: dict[str, str], revision: str) -> None:
    await go_to(full["PARTSGRAPH_DATABASE_URL"], revision, down=True)
    await go_to(full["PARTSGRAPH_DATABASE_URL"], "head")
    process = ServerProcess(settings=full)
    try:
        checked = await asyncio.to_thread(process.run_command, "check")
    finally:
        process.remove()
    assert checked.returncode == 0, checked.stdout + checked.stderr


async def test_a_database_that_an_earlier_release_took_down_comes_up(full: dict[str, str]) -> None:
    url = full["PARTSGRAPH_DATABASE_URL"]
    await go_to(url, "0005", down=True)
    connection = await asyncpg.connect(url)
    # As it left picks: with the number of a list that is gone.
    await connection.execute("ALTER TABLE operations DISABLE TRIGGER operations_append_only")
    await connection.execute(
        "UPDATE operations SET kind = 'PICK', source_kind = 'PICK_LIST', source_id = 1 WHERE reason ~ '^Pick list'"
    )
    await connection.execute("ALTER TABLE operations ENABLE TRIGGER operations_append_only")
    await go_to(url, "head")
    assert await connection.fetchval("SELECT count(*) FROM operations WHERE source_kind IS NOT NULL") == 0
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
        await connection.execute("UPDATE operations SET reason = 'x'")
    await connection.close()
