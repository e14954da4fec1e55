"""What the database refuses is told in the words of the domain."""

import asyncpg
import pytest

from domain.errors import AlreadyExistsError, DomainError, InUseError, NotReversibleError, ValidationError
from persistence.constraints import REFUSALS, refusal_for
from tests.factories import Workshop
from tests.locks import held

_KNOWN = """
SELECT conname AS name FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind = 'i'
"""
_PART = "INSERT INTO parts (id, key, description, description_key, type_id) VALUES ({}, '{}', 'x', 'x', {});"
_TYPE = "INSERT INTO part_types (id, name, name_key) VALUES (-1, 'LED', 'led');"
_BOX = "INSERT INTO boxes (id, number, description, capacity) VALUES (-1, 7, 'x', 1);"
_PLACE = "INSERT INTO locations (id, box_id, number) VALUES (-1, -1, 1);"
_STOCK = f"{_PART.format(-1, 'ABCD', 'NULL')} {_BOX} {_PLACE} INSERT INTO stock VALUES (-1, -1, 5);"
_REVERSED = "INSERT INTO operations (id, kind, actor, at, reverses_id) VALUES (-{}, '{}', 'ada', now(), {});"
_LINE = """
INSERT INTO quantity_changes (operation_id, part_id, box_number, location_number, delta, quantity_after, total_after)
VALUES (-1, -1, 1, 1, 1, 1, 1);
"""
_TOKEN = "INSERT INTO api_tokens (name, name_key, role, digest) VALUES ('ada', 'ada', 'ADMIN', sha256('{}'));"
_PARAMETER = "INSERT INTO part_parameters (part_id, position, name, name_key, value) VALUES (-1, {}, 'A', 'a', '1');"


async def test_every_entry_names_a_constraint_that_there_is(database_connection: asyncpg.Connection) -> None:
    known = {row["name"] for row in await database_connection.fetch(_KNOWN)}
    assert set(REFUSALS) <= known


@pytest.mark.parametrize(
    ("name", "statements", "refusal", "message"),
    [
        (
            "uq_parts_key",
            _PART.format(-1, "ABCD", "NULL") + _PART.format(-2, "ABCD", "NULL"),
            AlreadyExistsError,
            "There is already a part ABCD.",
        ),
        (
            "uq_part_types_name_key",
            _TYPE + _TYPE.replace("-1", "-2"),
            AlreadyExistsError,
            "There is already a part type led.",
        ),
        ("uq_boxes_number", _BOX + _BOX.replace("-1", "-2"), AlreadyExistsError, "There is already a box 7."),
        (
            "uq_api_tokens_name_key",
            _TOKEN.format("a") + _TOKEN.format("b"),
            AlreadyExistsError,
            "There is already a token ada.",
        ),
        (
            "uq_operations_reverses_id",
            _REVERSED.format(1, "USE", "NULL")
            + _REVERSED.format(2, "REVERSE", -1)
            + _REVERSED.format(3, "REVERSE", -1),
            NotReversibleError,
            "The operation was reversed before.",
        ),
        (
            "uq_part_parameters_part_id_name_key",
            _PART.format(-1, "ABCD", "NULL") + _PARAMETER.format(1) + _PARAMETER.format(2),
            ValidationError,
            "parameters: a name is given twice",
        ),
        (
            "fk_parts_type_id",
            _TYPE + _PART.format(-1, "ABCD", -1) + "DELETE FROM part_types",
            InUseError,
            "The part type is in use by: part.",
        ),
        (
            "fk_box_designated_types_part_type_id",
            _TYPE + _BOX + "INSERT INTO box_designated_types VALUES (-1, -1, 1); DELETE FROM part_types",
            InUseError,
            "The part type is in use by: box.",
        ),
        ("fk_stock_part_id", _STOCK + "DELETE FROM parts", InUseError, "The part is in use by: stock."),
        ("fk_stock_location_id", _STOCK + "DELETE FROM boxes", InUseError, "The location is in use by: stock."),
        (
            "fk_quantity_changes_part_id",
            _PART.format(-1, "ABCD", "NULL") + _REVERSED.format(1, "USE", "NULL") + _LINE + "DELETE FROM parts",
            InUseError,
            "The part is in use by: history.",
        ),
        (
            "fk_parts_merged_into_id",
            _PART.format(-1, "ABCD", "NULL")
            + _PART.format(-2, "ABCE", "NULL")
            + "UPDATE parts SET retired_at = now(), merged_into_id = -1 WHERE id = -2; DELETE FROM parts WHERE id = -1",
            InUseError,
            "The part is in use by: merged part.",
        ),
    ],
)
async def test_a_broken_constraint_becomes_its_refusal(
    database_connection: asyncpg.Connection, name: str, statements: str, refusal: type[DomainError], message: str
) -> None:
    transaction = database_connection.transaction()
    await transaction.start()
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as broken:
        await database_connection.execute(statements)
    await transaction.rollback()
    assert broken.value.constraint_name == name
    told = refusal_for(broken.value)
    assert type(told) is refusal
    assert told.message == message


async def test_a_constraint_without_an_entry_is_a_fault(database_connection: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as broken:
        await database_connection.execute("INSERT INTO boxes (number, description, capacity) VALUES (0, 'x', 1)")
    assert refusal_for(broken.value) is None


async def test_a_name_taken_while_a_rename_waits_is_refused(workshop: Workshop) -> None:
    await workshop.part_type("Lamp")
    async with held(workshop.connection, "INSERT INTO part_types (name, name_key) VALUES ('LED', 'led')") as rivals:
        await rivals.start(workshop.run("updatePartType", name="Lamp", newName="led"))
    (payload,) = await rivals.answers()
    assert payload["__typename"] == "AlreadyExistsError"
    assert payload["path"] == ["newName"]
    rows = await workshop.connection.fetch("SELECT name FROM part_types ORDER BY id")
    assert [row["name"] for row in rows] == ["Lamp", "LED"]


async def test_shrinking_a_box_and_merging_parts_in_it_do_not_disturb_each_other(workshop: Workshop) -> None:
    """Merging locks no box: what was occupied stays occupied, whoever is first."""
    await workshop.box(1, 5)
    keep = await workshop.part()
    drop = await workshop.stocked(3, "1-5")
    async with held(workshop.connection, "SELECT 1 FROM parts WHERE key = $1 FOR UPDATE", keep) as rivals:
        await rivals.start(workshop.run("mergeParts", keep=keep, drop=drop))
        shrinking = await workshop.run("updateBox", number=1, capacity=4)
        assert shrinking["__typename"] == "InUseError"
    (merged,) = await rivals.answers()
    assert merged["__typename"] == "MergePartsSuccess"
    assert await workshop.shelf() == {(keep, "1-5"): 3}
    assert (await workshop.run("updateBox", number=1, capacity=4))["__typename"] == "InUseError"
