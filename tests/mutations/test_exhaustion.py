"""When every key or number is taken: the last one is found, and then it is said plainly that none is left.

Rules: docs/domain.md#drawn-keys, #box-numbers.
"""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.factories import Workshop

ALL_KEYS = 24**4
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
# Totals are left out: nothing reads these parts, and half the time is saved.
_FILL_PARTS = f"""
    WITH letters AS (SELECT regexp_split_to_table('{LETTERS}', '') AS letter)
    INSERT INTO parts (key, description, description_key)
    SELECT a.letter || b.letter || c.letter || d.letter, 'x', 'x' FROM letters a, letters b, letters c, letters d
"""
_FILL_BOXES = "INSERT INTO boxes (number, description, capacity) SELECT n, 'full', 1 FROM generate_series(1, 9999) AS n"


@pytest.fixture
async def all_keys_taken(workshop: Workshop, database_connection: asyncpg.Connection) -> AsyncIterator[None]:
    """A part under every key that may be drawn. Emptied by TRUNCATE, so that later tests scan no dead rows."""
    await database_connection.execute(_FILL_PARTS, timeout=120)
    yield
    await database_connection.execute("SET session_replication_role = replica; TRUNCATE parts CASCADE")


async def test_the_last_free_key_is_found_and_then_keys_are_exhausted(workshop: Workshop, all_keys_taken: None) -> None:
    await workshop.connection.execute("DELETE FROM parts WHERE key = 'QRST'")
    assert await workshop.part("The last one") == "QRST"
    refusal = await workshop.run("createPart", description="One too many")
    assert (refusal["__typename"], refusal["code"], refusal["path"]) == ("ExhaustedError", "EXHAUSTED", None)
    assert await workshop.count_rows("parts") == ALL_KEYS
    # Keys from elsewhere may have the letters that are never drawn.
    assert await workshop.part("Brought along", key="IOIO") == "IOIO"


async def test_the_last_free_box_number_is_found_and_then_numbers_are_exhausted(workshop: Workshop) -> None:
    await workshop.connection.execute(_FILL_BOXES)
    await workshop.connection.execute("DELETE FROM boxes WHERE number = 7531")
    created = await workshop.done("createBox", description="The last one", capacity=1)
    assert created["box"]["number"] == 7531
    refusal = await workshop.refused("createBox", "ExhaustedError", description="One too many", capacity=1)
    assert (refusal["code"], refusal["path"]) == ("EXHAUSTED", ["number"])
