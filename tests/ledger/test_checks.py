"""`partsgraph check` names each fault that is planted behind the constraints' back.

Rules: docs/domain.md#sums, #totals.
"""

import asyncio

import asyncpg
import pytest

from persistence.checks import CHECKS, run_checks
from persistence.checks.finding import MAX_FINDINGS
from persistence.database import Database
from tests.factories import Workshop
from tests.locks import box_row

KEY = "00000000-0000-4000-8000-00000000000"


@pytest.fixture
async def plant(workshop: Workshop, database_connection: asyncpg.Connection) -> asyncpg.Connection:
    """A workshop with everything a check looks at, and a connection on which no trigger and no foreign key works."""
    await workshop.part_type("Resistor")
    await workshop.box(1, 5)
    await workshop.box(2, 5)
    parameters = [{"name": "Resistance", "value": "4k7"}]
    await workshop.part(key="AAAA", typeName="Resistor", tags=["SMD"], manufacturer="Yageo", parameters=parameters)
    await workshop.part(key="BBBB", manufacturerCode="RC0805", idempotencyKey=f"{KEY}1")
    await workshop.part(key="CCCC")
    await workshop.part(key="DDDD", idempotencyKey=f"{KEY}2")
    await workshop.receive("AAAA", "1-1", 10, idempotencyKey=f"{KEY}3")
    await workshop.move("AAAA", "1-1", [("1-2", 4), ("2-1", 3)])
    used = await workshop.use("AAAA", "2-1", 1)
    await workshop.reverse(used["operation"]["id"])
    await workshop.receive("BBBB", "1-1", 7)
    await workshop.receive("CCCC", "1-1", 2)
    await workshop.done("mergeParts", keep="BBBB", drop="CCCC")
    await workshop.done("deletePart", partKey="DDDD")
    await database_connection.execute("SET session_replication_role = replica")
    return database_connection


def test_the_invariants_have_names_of_their_own() -> None:
    assert len({check.invariant for check in CHECKS}) == len(CHECKS)


async def test_a_workshop_without_faults_is_clean(plant: asyncpg.Connection, database: Database) -> None:
    assert await run_checks(database) == []


@pytest.mark.parametrize(
    ("fault", "invariant", "detail"),
    [
        (
            "DELETE FROM locations USING boxes WHERE boxes.id = box_id AND boxes.number = 2 AND locations.number = 4",
            "A box has its locations 1 to capacity without gaps",
            "box 2 of capacity 5 has 4 locations from 1 to 5",
        ),
        (
            "DELETE FROM locations USING boxes WHERE boxes.id = box_id AND boxes.number = 2 AND locations.number = 5",
            "A box has its locations 1 to capacity without gaps",
            "box 2 of capacity 5 has 4 locations from 1 to 4",
        ),
        (
            "UPDATE boxes SET capacity = 1 WHERE number = 1",
            "Stock lies at a location of its box and is more than nothing",
            "4 of part AAAA at 1-2",
        ),
        (
            "ALTER TABLE stock DROP CONSTRAINT ck_stock_quantity_range; UPDATE stock SET quantity = 0",
            "Stock lies at a location of its box and is more than nothing",
            "0 of part BBBB at 1-1",
        ),
        (
            "UPDATE stock SET location_number = location_number + 1 WHERE quantity = 4",
            "Stock knows the box and the number of its location",
            "part AAAA at 1-2",
        ),
        (
            "UPDATE stock SET quantity = quantity + 1 WHERE quantity = 4",
            "The stock of a part at a location is the sum of its changes there",
            "part AAAA at 1-2: 5 on the shelf, 4 by its history",
        ),
        (
            "DELETE FROM stock WHERE quantity = 4",
            "The stock of a part at a location is the sum of its changes there",
            "part AAAA at 1-2: 0 on the shelf, 4 by its history",
        ),
        (
            "DELETE FROM quantity_changes WHERE delta = 4",
            "The stock of a part at a location is the sum of its changes there",
            "part AAAA at 1-2: 4 on the shelf, 0 by its history",
        ),
        (
            "UPDATE part_totals SET total_quantity = 11 WHERE total_quantity = 10",
            "The total of a part is the sum of its stock",
            "part AAAA: total 11, stock 10",
        ),
        (
            "DELETE FROM part_totals WHERE total_quantity = 9",
            "The total of a part is the sum of its stock",
            "part BBBB: total missing, stock 9",
        ),
        (
            "UPDATE parts SET retired_at = now() WHERE key = 'AAAA'",
            "A retired part has no stock",
            "part AAAA",
        ),
        (
            "UPDATE quantity_changes SET part_id = (SELECT id FROM parts WHERE key = 'CCCC') WHERE total_after = 7",
            "A part that was merged into another is retired and has no history of its own",
            "part CCCC",
        ),
        (
            "INSERT INTO operations (id, kind, actor, at) VALUES (-7, 'USE', 'ada', now())",
            "An operation has at least one quantity change",
            "operation -7 (USE)",
        ),
        (
            "UPDATE quantity_changes SET quantity_after = 12 WHERE delta = 10",
            "The quantity after a change is the sum of the changes of the part there up to it",
            "of part AAAA at 1-1: 12 written, 10 summed up",
        ),
        (
            "UPDATE quantity_changes SET total_after = 8 WHERE delta = 2",
            "The total after a change is the sum of the changes of the part up to it",
            "of part BBBB: 8 written, 9 summed up",
        ),
        (
            "UPDATE quantity_changes SET delta = 2 FROM operations o WHERE o.id = operation_id AND o.kind = 'REVERSE'",
            "A reversal takes back exactly what its operation changed",
            "1 left of part AAAA at 2-1",
        ),
        (
            "UPDATE part_totals SET last_operation_at = '2020-01-01' WHERE total_quantity = 10",
            "The time of a part's last operation is the latest in its history",
            "part AAAA: 2020-01-01",
        ),
        (
            "UPDATE operations SET at = '2020-01-01' WHERE kind = 'MOVE'",
            "The times of a part's operations never fall",
            "of part AAAA at 2020-01-01",
        ),
        (
            "UPDATE part_types SET name_key = 'Resistor'",
            "part_types.name_key is the folded form of name",
            "'Resistor' is kept as 'Resistor'",
        ),
        (
            "UPDATE parts SET description_key = 'other' WHERE key = 'AAAA'",
            "parts.description_key is the folded form of description",
            "'Resistor 4k7' is kept as 'other'",
        ),
        (
            "UPDATE parts SET manufacturer_key = NULL",
            "parts.manufacturer_key is the folded form of manufacturer",
            "'Yageo' is kept as None",
        ),
        (
            "UPDATE parts SET manufacturer_code_key = manufacturer_code",
            "parts.manufacturer_code_key is the folded form of manufacturer_code",
            "'RC0805' is kept as 'RC0805'",
        ),
        (
            "UPDATE parts SET tag_keys = tags",
            "parts.tag_keys is the folded form of tags",
            "['SMD'] is kept as ['SMD']",
        ),
        (
            "UPDATE part_parameters SET name_key = name",
            "part_parameters.name_key is the folded form of name",
            "'Resistance' is kept as 'Resistance'",
        ),
        (
            "UPDATE parts SET tags = '{SMD,\"\"}', tag_keys = '{smd,\"\"}'",
            "parts.tags holds texts as they are kept: one line",
            ": ''",
        ),
        (
            """
            INSERT INTO attachments (part_id, kind, title, file_name, media_type, size_bytes, sha256, object_id, actor)
            SELECT id, 'FILE', 'b', 'a/b.bin', 'x/y', 1, sha256('b'), gen_random_uuid(), 'ada' FROM parts LIMIT 1
            """,
            "attachments.file_name holds texts as they are kept: the name of a file",
            ": 'a/b.bin'",
        ),
        (
            "UPDATE part_parameters SET number = 4701",
            "the number, unit and readings of a parameter are those of its value",
            "part AAAA: Resistance is '4k7', which its number does not tell",
        ),
        (
            "UPDATE part_parameters SET reading_signs = '{ABOUT}', reading_units = '{V}'",
            "the number, unit and readings of a parameter are those of its value",
            "part AAAA: Resistance is '4k7', which its reading_units, reading_signs does not tell",
        ),
        (
            "UPDATE idempotency_keys SET result_id = NULL WHERE mutation = 'receiveStock'",
            "An idempotency key leads to the result of its request",
            "for receiveStock: result missing",
        ),
        (
            "UPDATE idempotency_keys SET result_id = -1 WHERE mutation = 'receiveStock'",
            "An idempotency key leads to the result of its request",
            "for receiveStock: result -1",
        ),
        (
            "DELETE FROM edits WHERE field = 'key'",
            "An idempotency key leads to the result of its request",
            f"key {KEY}2 of local for createPart",
        ),
        (
            "DELETE FROM installation",
            "The installation has its row",
            "the row is missing",
        ),
    ],
)
async def test_a_planted_fault_is_named(
    plant: asyncpg.Connection, database: Database, fault: str, invariant: str, detail: str
) -> None:
    kept = await plant.fetch(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_stock_quantity_range'"
    )
    await plant.execute("CREATE TEMPORARY TABLE kept_installation AS SELECT * FROM installation")
    try:
        await plant.execute(fault)
        told = [finding.detail for finding in await run_checks(database) if finding.invariant == invariant]
        assert [text for text in told if detail in text], told
    finally:
        await plant.execute(f"""
            DELETE FROM stock;
            ALTER TABLE stock DROP CONSTRAINT IF EXISTS ck_stock_quantity_range;
            ALTER TABLE stock ADD CONSTRAINT ck_stock_quantity_range {kept[0][0]};
            INSERT INTO installation SELECT * FROM kept_installation ON CONFLICT DO NOTHING
        """)


async def test_at_most_20_details_of_an_invariant_are_told(workshop: Workshop, database: Database) -> None:
    for number in range(MAX_FINDINGS + 5):
        await workshop.part(description=f"Part {number}")
    await workshop.connection.execute(
        "UPDATE part_totals SET total_quantity = 1; UPDATE parts SET description_key = 'x'"
    )
    findings = await run_checks(database)
    details = [
        finding.detail for finding in findings if finding.invariant == "The total of a part is the sum of its stock"
    ]
    assert len(details) == MAX_FINDINGS + 1
    assert details[-1] == "and more"
    assert sum("description_key" in finding.invariant for finding in findings) == MAX_FINDINGS + 1


async def test_changes_under_way_are_no_alarm(workshop: Workshop, database: Database) -> None:
    """The check reads as of one moment, and waits for nobody."""
    await workshop.box()
    key = await workshop.stocked(10)
    async with box_row(workshop.connection, 1) as rivals:
        await rivals.start(workshop.use(key, "1-1", 4))
        assert await asyncio.wait_for(run_checks(database), 60) == []
    await rivals.answers()
    assert await run_checks(database) == []
