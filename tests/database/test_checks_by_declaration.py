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
        f"UPDATE {each.table} SET {each.key} = {_another_value(each)} WHERE {each.key} IS NOT NULL" for each in FOLDED
    ]
    expected = {f"{column.table}.{column.key} is the folded form of {column.source}" for column in FOLDED}
    assert expected <= await found_after(demo, *faults)


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
