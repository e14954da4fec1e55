"""Migrations: up from empty equals the models, down leaves nothing, data survives, one process at a time.

Rules: docs/domain.md#append-only.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection
from sqlalchemy.ext.asyncio import create_async_engine

from persistence.models.base import Base
from server.start.migrations import is_current
from tests.database.migrating import REVISIONS, go_to
from tests.locks import rivals_waiting
from tests.server_process import ROOT, ServerProcess, environment

# The % and the @ show that a URL reaches the database as it is; the number, that others of the run make their own.
NAME = f"half% @migrated {os.getpid()}"


def url_of(server: ServerProcess, name: str) -> str:
    return urlsplit(server.database_url)._replace(path=f"/{quote(name, safe='')}").geturl()


@pytest.fixture
async def empty(server: ServerProcess, database_connection: asyncpg.Connection) -> AsyncIterator[str]:
    """The URL of a database without any table."""
    await database_connection.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
    await database_connection.execute(f'CREATE DATABASE "{NAME}"')
    yield url_of(server, NAME)
    await database_connection.execute(f'DROP DATABASE "{NAME}" WITH (FORCE)')


def start_migration(url: str) -> subprocess.Popen[str]:
    """Alembic's own command in a process of its own; the library cannot migrate twice at once in one process."""
    return subprocess.Popen(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env=environment({"PARTSGRAPH_DATABASE_URL": url}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


async def fetch(url: str, query: str) -> list[Any]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def test_up_from_empty_equals_the_models(empty: str) -> None:
    await go_to(empty, "head")

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, Base.metadata))

    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(empty))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_the_database_checks_what_the_models_say(empty: str) -> None:
    """Alembic does not compare CHECK constraints; here each has its twin with the same text."""
    await go_to(empty, "head")
    migrated = await checks_of(empty)
    connection = await asyncpg.connect(empty)
    try:
        for table, constraints in models_checks().items():
            for name, condition in constraints.items():
                await connection.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
                await connection.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" CHECK ({condition})')
    finally:
        await connection.close()
    assert migrated == await checks_of(empty)
    assert sum(len(constraints) for constraints in models_checks().values()) == len(migrated)


def models_checks() -> Mapping[str, Mapping[str, str]]:
    return {
        table.name: {
            f"ck_{table.name}_{str(each.name).removeprefix(f'ck_{table.name}_')}": str(each.sqltext)
            for each in table.constraints
            if isinstance(each, CheckConstraint)
        }
        for table in Base.metadata.sorted_tables
    }


async def checks_of(url: str) -> list[Any]:
    query = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conname LIKE 'ck_%'"
    return sorted(await fetch(url, query))


async def test_down_leaves_nothing_and_up_works_again(empty: str) -> None:
    await go_to(empty, "head")
    await go_to(empty, "base", down=True)
    tables = await fetch(empty, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    names = "refuse_ledger_change,note_transaction,pieces_for,place_of_stock,guard_location"
    routines = await fetch(empty, f"SELECT proname FROM pg_proc WHERE proname = ANY('{{{names}}}')")
    assert (tables, routines) == ([("alembic_version",)], [])
    await go_to(empty, "head")
    assert await is_current(empty)


async def test_data_survives_every_later_migration(empty: str) -> None:
    await go_to(empty, "0003")
    before = await fetch(
        empty,
        """
        WITH part AS (INSERT INTO parts (key, description, description_key) VALUES ('ABCD', 'x', 'x') RETURNING id),
             total AS (INSERT INTO part_totals (part_id, total_quantity) SELECT id, 7 FROM part),
             operation AS (INSERT INTO operations (kind, actor, at) VALUES ('RECEIVE', 'ada', now()) RETURNING id)
        INSERT INTO quantity_changes
               (operation_id, part_id, box_number, location_number, delta, quantity_after, total_after)
        SELECT operation.id, part.id, 1, 2, 7, 7, 7 FROM part, operation
        RETURNING *
        """,
    )
    await fetch(
        empty,
        """
        WITH box AS (INSERT INTO boxes (number, description, capacity) VALUES (7, 'x', 3) RETURNING id),
             location AS (INSERT INTO locations (box_id, number) SELECT id, 3 FROM box RETURNING id)
        INSERT INTO stock (part_id, location_id, quantity) SELECT parts.id, location.id, 7 FROM parts, location
        """,
    )
    await go_to(empty, "head")
    assert await fetch(empty, "SELECT * FROM quantity_changes") == before
    places = "SELECT quantity, boxes.number, location_number FROM stock JOIN boxes ON boxes.id = stock.box_id"
    assert await fetch(empty, places) == [(7, 7, 3)]
    assert await fetch(empty, "SELECT key, description FROM parts") == [("ABCD", "x")]
    assert await fetch(empty, "SELECT count(*) FROM installation") == [(1,)]


async def test_edits_are_told_in_the_words_of_the_domain_and_back(empty: str) -> None:
    await go_to(empty, "0013")
    written = ["lowStockThreshold", "retiredAt", "tags", "manufacturerCode", "type"]
    await fetch(
        empty,
        f"INSERT INTO edits (object_kind, object_id, actor, field) SELECT 'PART', 1, 'ada', unnest(ARRAY{written})",
    )
    fields = "SELECT field FROM edits ORDER BY id"
    await go_to(empty, "0014")
    assert [row[0] for row in await fetch(empty, fields)] == [
        *("low_stock_threshold", "retired_at", "tags", "manufacturer_code", "type"),
    ]
    await go_to(empty, "0013", down=True)
    assert [row[0] for row in await fetch(empty, fields)] == written


async def test_results_of_requests_get_their_kinds(empty: str) -> None:
    await go_to(empty, "0014")
    results = {"createPart": 1, "createBox": 2, "useStock": 3, "pickLine": 4, "cancelPickList": -5, "attachLink": 6}
    for mutation, result in results.items():
        await fetch(
            empty,
            "INSERT INTO idempotency_keys (actor, key, mutation, digest, result_id) "
            f"VALUES ('ada', gen_random_uuid(), '{mutation}', sha256(''), {result})",
        )
    await go_to(empty, "head")
    kinds = await fetch(empty, "SELECT mutation, result_kind FROM idempotency_keys ORDER BY abs(result_id)")
    assert dict(kinds) == {
        "createPart": "PART",
        "createBox": "BOX",
        "useStock": "OPERATION",
        "pickLine": "OPERATION",
        "cancelPickList": "PICK_LIST",
        "attachLink": None,
    }


async def test_two_servers_that_migrate_at_once_wait_for_each_other(empty: str) -> None:
    holder = await asyncpg.connect(empty)
    rivals: list[subprocess.Popen[str]] = []
    try:
        await holder.execute("SELECT pg_advisory_lock(x'7061727473'::bigint)")
        rivals += [start_migration(empty) for _ in range(2)]
        await rivals_waiting(holder, 2, patience_seconds=60)
        assert await holder.fetchval("SELECT to_regclass('parts')") is None
        await holder.execute("SELECT pg_advisory_unlock_all()")
        told = [await asyncio.to_thread(rival.communicate, timeout=60) for rival in rivals]
        assert [rival.returncode for rival in rivals] == [0, 0], told
    finally:
        for rival in rivals:
            rival.kill()
        await holder.close()
    assert await fetch(empty, "SELECT version_num FROM alembic_version") == [(REVISIONS[-1],)]


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE operations SET reason = 'x'", "operations_append_only"),
        ("DELETE FROM operations", "operations_append_only"),
        ("TRUNCATE operations CASCADE", "operations_append_only"),
        ("UPDATE quantity_changes SET part_id = 1", "quantity_changes_append_only"),
        ("DELETE FROM quantity_changes", "quantity_changes_append_only"),
        ("TRUNCATE quantity_changes", "quantity_changes_append_only"),
        ("SET partsgraph.merging = 'on'; UPDATE quantity_changes SET delta = 2", "quantity_changes_append_only"),
    ],
)
async def test_history_is_append_only(database_connection: asyncpg.Connection, statement: str, constraint: str) -> None:
    transaction = database_connection.transaction()
    await transaction.start()
    await database_connection.execute(
        """
        INSERT INTO parts (id, key, description, description_key) VALUES (-1, 'ABCD', 'x', 'x');
        INSERT INTO operations (id, kind, actor, at) VALUES (-1, 'RECEIVE', 'ada', now());
        INSERT INTO quantity_changes
               (operation_id, part_id, box_number, location_number, delta, quantity_after, total_after)
        VALUES (-1, -1, 1, 1, 1, 1, 1);
        """
    )
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await database_connection.execute(statement)
    assert refused.value.constraint_name == constraint
    await transaction.rollback()


async def test_stock_has_the_place_of_its_location_whatever_is_written(
    database_connection: asyncpg.Connection,
) -> None:
    transaction = database_connection.transaction()
    await transaction.start()
    await database_connection.execute(
        """
        INSERT INTO parts (id, key, description, description_key) VALUES (-1, 'ABCD', 'x', 'x');
        INSERT INTO boxes (id, number, description, capacity) VALUES (-1, 7, 'x', 2);
        INSERT INTO locations (id, box_id, number) VALUES (-1, -1, 1), (-2, -1, 2);
        INSERT INTO stock (part_id, location_id, quantity, box_id, location_number) VALUES (-1, -1, 5, 12, 13)
        """
    )
    place = "SELECT location_id, box_id, location_number FROM stock"
    assert [tuple(row) for row in await database_connection.fetch(place)] == [(-1, -1, 1)]
    await database_connection.execute("UPDATE stock SET box_id = 12, location_number = 13")
    assert [tuple(row) for row in await database_connection.fetch(place)] == [(-1, -1, 1)]
    await database_connection.execute("UPDATE stock SET location_id = -2")
    assert [tuple(row) for row in await database_connection.fetch(place)] == [(-2, -1, 2)]
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        async with database_connection.transaction():
            await database_connection.execute("UPDATE locations SET number = 3 WHERE id = -2")
    assert refused.value.constraint_name == "locations_stay"
    with pytest.raises(asyncpg.ForeignKeyViolationError) as refused:
        await database_connection.execute("UPDATE stock SET location_id = -3")
    assert refused.value.constraint_name == "fk_stock_location_id"
    await transaction.rollback()


def test_the_migrations_folder_does_not_hide_the_library() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()
    assert Path(command.__file__).parent != ROOT / "alembic"


def test_migrations_are_numbered_without_gaps() -> None:
    assert [f"{number:04}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS
