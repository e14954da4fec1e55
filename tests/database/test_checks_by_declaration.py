"""What follows from the declarations of a model is looked at for every noun, without a line of its own.

Rules: docs/domain.md#texts, #idempotency-keys, #edits.
"""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import UniqueConstraint

from domain.entities.edit import EditedKind
from persistence.checks import run_checks
from persistence.constraints import REFUSALS
from persistence.database import Database, open_database
from persistence.folded_columns import FoldedColumn, folded_columns, folded_each
from persistence.models.base import Base, edited_tables
from persistence.text_columns import TextColumn, text_columns
from tests.servers.run import RunStores

FOLDED = tuple(folded_columns(Base.metadata))


@pytest.fixture
async def demo(run_stores: RunStores) -> AsyncIterator[Database]:
    """A demo workshop of the test's own, in which every noun has rows."""
    settings = await run_stores.place(demo=True)
    async with open_database(settings["PARTSGRAPH_DATABASE_URL"], write_pool_size=1, read_pool_size=1) as opened:
        yield opened


async def found_after(database: Database, *faults: str) -> set[str]:
    """The invariants that `partsgraph check` finds broken after changes that no trigger and no foreign key stops."""
    connection = await asyncpg.connect(database.url)
    try:
        await connection.execute("SET session_replication_role = replica")
        for fault in faults:
            assert not (await connection.execute(fault)).endswith(" 0"), f"nothing to plant: {fault}"
    finally:
        await connection.close()
    return {finding.invariant for finding in await run_checks(database)}


async def test_every_folded_column_is_recomputed(demo: Database) -> None:
    assert await run_checks(demo) == []
    faults = [
        "INSERT INTO api_tokens (name, name_key, role, digest) VALUES ('ada', 'ada', 'ADMIN', sha256('x'))",
        *(
            f"UPDATE {each.table} SET {each.key} = {_another_value(each)} WHERE {each.key} IS NOT NULL"
            for each in FOLDED
        ),
    ]
    expected = {f"{column.table}.{column.key} is the folded form of {column.source}" for column in FOLDED}
    assert expected <= await found_after(demo, *faults)


async def test_every_column_of_texts_is_looked_into(demo: Database) -> None:
    """A direction override breaks every rule; constraints that would not let it in go first."""
    planted = await _texts_broken_in(demo, r"E'\u202e'")
    expected = {f"{each.table}.{each.name} holds texts as they are kept: {each.rule}" for each in planted}
    found = {each.invariant for each in await run_checks(demo)}
    assert len(planted) > 40
    assert expected <= found


async def _texts_broken_in(database: Database, broken: str) -> list[TextColumn]:
    """Put something before each text of every column that has any; the columns."""
    connection = await asyncpg.connect(database.url)
    planted = []
    try:
        await connection.execute("SET session_replication_role = replica")
        checks = "SELECT conrelid::regclass::text AS table, conname FROM pg_constraint WHERE contype = 'c'"
        for row in await connection.fetch(f"{checks} AND connamespace = 'public'::regnamespace"):
            await connection.execute(f'ALTER TABLE "{row["table"]}" DROP CONSTRAINT "{row["conname"]}"')
        for each in text_columns(Base.metadata):
            value = f"{broken} || {each.name}"
            if each.is_list:
                value = f"ARRAY(SELECT {broken} || text FROM unnest({each.name}) AS text)"
            some = f"cardinality({each.name}) > 0" if each.is_list else f"{each.name} IS NOT NULL"
            done = await connection.execute(f"UPDATE {each.table} SET {each.name} = {value} WHERE {some}")
            if not done.endswith(" 0"):
                planted.append(each)
    finally:
        await connection.close()
    return planted


def _another_value(column: FoldedColumn) -> str:
    if column.by is folded_each:
        return f"ARRAY(SELECT text || '?' FROM unnest({column.key}) AS text)"
    return f"{column.key} || '?'"


@pytest.mark.parametrize("kind", EditedKind)
async def test_the_result_of_a_request_is_looked_for_in_the_table_of_its_kind(demo: Database, kind: EditedKind) -> None:
    fault = f"""
    INSERT INTO idempotency_keys (actor, key, mutation, digest, result_id, result_kind)
    VALUES ('ada', gen_random_uuid(), 'create', sha256('x'), 1099511627776, '{kind}')
    """
    assert await found_after(demo, fault) == {"An idempotency key leads to the result of its request"}


def test_every_kind_of_edit_has_its_table() -> None:
    assert set(edited_tables()) == set(EditedKind)


def test_a_name_that_is_unique_ignoring_case_is_refused_as_taken() -> None:
    unique = {
        str(constraint.name)
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
        and {(table.name, name) for name in constraint.columns.keys()} & {(each.table, each.key) for each in FOLDED}  # noqa: SIM118
    }
    assert unique
    assert unique <= set(REFUSALS)
