"""Fills the tables of a test with one statement each, where hundreds of mutations would only cost time.

Keys that are written here hold an O, which no key that the server draws does. The same rows lie in the same places,
whatever numbers the database gives them.
"""

import asyncpg

_PARTS = """
INSERT INTO parts (key, description, description_key, manufacturer, manufacturer_key, manufacturer_code,
                   manufacturer_code_key, type_id, tags, tag_keys)
SELECT 'O' || chr(65 + i / 676) || chr(65 + i / 26 % 26) || chr(65 + i % 26), 'Part ' || i, 'part ' || i, 'Maker',
       'maker', 'Code ' || i / 2, 'code ' || i / 2, (SELECT min(id) + i % 3 FROM part_types), '{Tag}', '{tag}'
FROM generate_series(1, $1::int) AS i ORDER BY i
"""
_ROWS = """
INSERT INTO part_types (name, name_key) SELECT 'Type ' || i, 'type ' || i FROM generate_series(1, 3) AS i;
INSERT INTO boxes (number, description, capacity) SELECT i, 'Box ' || i, 10 FROM generate_series(1, 20) AS i;
INSERT INTO locations (box_id, number)
    SELECT boxes.id, i FROM boxes, generate_series(1, 10) AS i ORDER BY boxes.number, i;
INSERT INTO box_designated_types SELECT boxes.id, part_types.id, part_types.id FROM boxes, part_types;
"""
_OF_PARTS = """
INSERT INTO part_parameters (part_id, position, name, name_key, value, number, unit, reading_numbers, reading_units,
                             reading_signs, rules_version)
    SELECT id, i, 'Name ' || i, 'name ' || i, value, number, NULL, numbers, units, signs, 2
    FROM parts, (VALUES (1, '4k7', 4700, '{4700}'::numeric[], '{NULL}'::text[], '{EQUAL}'::text[]),
                        (2, '100n 50V', NULL, '{0.0000001,50}', '{NULL,V}', '{EQUAL,EQUAL}'))
                AS each (i, value, number, numbers, units, signs);
INSERT INTO stock (part_id, location_id, quantity)
    SELECT parts.id, (SELECT min(id) FROM locations) + ((parts.id - first.id) * 7 + i * 61) % 200, i
    FROM parts, generate_series(1, 3) AS i, (SELECT min(id) AS id FROM parts) AS first;
INSERT INTO part_totals (part_id, total_quantity)
    SELECT part_id, sum(quantity) FROM stock GROUP BY part_id;
INSERT INTO operations (kind, actor, at)
    SELECT 'RECEIVE', 'test', now() - interval '1 day' * i FROM generate_series(1, 5) AS i ORDER BY i DESC;
INSERT INTO quantity_changes
        (operation_id, part_id, box_number, location_number, delta, quantity_after, total_after)
    SELECT operations.id, parts.id, 1 + (parts.id - first.id) % 20, 1, 1, 1, 1
    FROM operations, parts, (SELECT min(id) AS id FROM parts) AS first
    ORDER BY operations.id, parts.id;
INSERT INTO edits (object_kind, object_id, actor, field, before, after)
    SELECT kind, id, 'test', 'description', 'a', 'b' FROM generate_series(1, 3), LATERAL (
        SELECT 'PART' AS kind, id FROM parts UNION ALL SELECT 'BOX', id FROM boxes
        UNION ALL SELECT 'PART_TYPE', id FROM part_types) AS objects;
"""


async def fill(connection: asyncpg.Connection, parts: int) -> None:
    """So many parts (fewer than 17,000) with all that belongs to them, in 20 boxes of 10 locations and 3 types."""
    await connection.execute(_ROWS)
    await connection.execute(_PARTS, parts)
    await connection.execute(_OF_PARTS)
