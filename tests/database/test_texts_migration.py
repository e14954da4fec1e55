"""Texts that were kept before there was one rule for them are cleaned by `partsgraph migrate`, and nothing is lost.

Rules: docs/domain.md#texts.
"""

import asyncio
import subprocess
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from persistence.checks import run_checks
from persistence.database import open_database
from tests.database.migrating import go_to
from tests.server_process import COMMAND, ROOT, environment
from tests.servers.run import RunStores

# By the rules before: folded by NFC and case alone, trimmed of what Python takes for white space.
DIRTY = r"""
INSERT INTO part_types (id, name, name_key) VALUES
    (9001, 'Solid state relay', 'solid state relay'),
    (9002, E'Solid\u00a0state  relay', E'solid\u00a0state  relay'),
    (9003, E'Solid state relay\u200b', E'solid state relay\u200b'),
    (9004, 'Solid state relay (2)', 'solid state relay (2)'),
    (9005, E'\u200b\u2060', E'\u200b\u2060'),
    (9006, E'Bell\x07 type', E'bell\x07 type');
INSERT INTO projects (id, name, name_key, rank, description)
     SELECT 9001, E'Amp\nlifier', E'amp\nlifier', max(rank) + 1, E'  first\r\nsecond\x1b \u202eback\t\n' FROM projects;
INSERT INTO projects (id, name, name_key, rank) SELECT 9002, 'AMP LIFIER', 'amp lifier', max(rank) + 1 FROM projects;
INSERT INTO parts (id, key, description, description_key, manufacturer, manufacturer_key, manufacturer_code,
                   manufacturer_code_key, package, tags, tag_keys, type_id)
     VALUES (9001, 'ZZZA', E'\ufeff', E'\ufeff', E'Texas\u00a0Instruments', E'texas\u00a0instruments', E'LM358\u200b',
             E'lm358\u200b', E'\u00ad', ARRAY['SMD', E'sm\u200bd', E'\x07'], ARRAY['smd', E'sm\u200bd', E'\x07'], 9002),
            (9002, 'ZZZB', E'a\u2028  b \n', E'a\u2028  b ', NULL, NULL, NULL, NULL, NULL, '{}', '{}', NULL),
            (9003, 'ZZZC', '4k7 Ω', '4k7 ω', 'Würth', 'würth', NULL, NULL, NULL, '{µ}', '{μ}', NULL);
INSERT INTO part_parameters (part_id, position, name, name_key, value) VALUES
    (9001, 1, 'Width', 'width', '5 mm'), (9001, 2, E'Width\u200b', E'width\u200b', E'6\u00a0mm'),
    (9001, 3, E'WIDTH\u00ad', E'width\u00ad', E'\u200b'), (9001, 4, E'Cafe\u0301', E'caf\u00e9', '1');
UPDATE boxes SET description = E'Tools\x1f\nand\tmore', description_key = E'tools\x1f\nand\tmore' WHERE number = 1;
INSERT INTO requirements (id, project_id, part_id, position, per_unit, note, designators)
     VALUES (9001, 9001, 9001, 1, 2, E'\u200b', ARRAY['R1', E'r1\u00a0', E'R\u200b1']);
INSERT INTO attachments (id, part_id, kind, title, url, actor)
     VALUES (9001, 9001, 'LINK', E'Data\nsheet', 'https://example.com/a', E'ada\u00a0l');
INSERT INTO attachments (id, part_id, kind, title, file_name, media_type, size_bytes, sha256, object_id,
                         actor)
     SELECT 9002, 9001, 'FILE', 'x', E'C:\\Users\\ada\\gpj\u202e.exe', media_type, size_bytes, sha256,
            gen_random_uuid(), actor FROM attachments WHERE kind = 'FILE' LIMIT 1;
INSERT INTO operations (id, kind, reason, actor, at) VALUES
    (90010, 'RECEIVE', E'found\x07 in\na drawer', 'ada l', now()), (90011, 'RECEIVE', E'\u200b', 'ada l', now()),
    (90012, 'RECEIVE', '找到了', 'local', now()), (90013, 'RECEIVE', NULL, E'command\u00a0line', now());
INSERT INTO api_tokens (id, name, role, digest) VALUES
    (9001, E'ada\u00a0l', 'ADMIN', sha256('9001')), (9002, 'ada l', 'ADMIN', sha256('9002')),
    (9003, E'command\u00a0line', 'ADMIN', sha256('9003'));
INSERT INTO jobs (kind, payload, owner, max_attempts, timeout_seconds, state, finished_at)
     VALUES ('SWEEP', '{}', 'ada l', 1, 1, 'CANCELLED', now());
"""
# What is not plain and as it should be, with the transaction that wrote it.
AS_THEY_SHOULD_BE = "SELECT xmin FROM parts WHERE id = 9003 UNION ALL SELECT xmin FROM operations WHERE id = 90012"
RELAY = "Solid state relay"


@dataclass(frozen=True)
class Migrated:
    """A database after the migration, and what the command said."""

    connection: asyncpg.Connection
    url: str
    told: str
    written_before: list[Any]

    async def all(self, query: str) -> list[Any]:
        """The rows of a query; those of one column as its values."""
        rows = [tuple(row) for row in await self.connection.fetch(query)]
        return [row[0] if len(row) == 1 else row for row in rows]


def _migrate(settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command, given = [*COMMAND, "migrate"], environment(settings)
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
async def migrated(run_stores: RunStores) -> Any:
    """A demo workshop of the revision before with texts that break the rules, brought up by the command."""
    settings = await run_stores.place(demo=True)
    url = settings["PARTSGRAPH_DATABASE_URL"]
    await go_to(url, "0016", down=True)
    connection = await asyncpg.connect(url)
    await connection.execute(DIRTY)
    written = [row[0] for row in await connection.fetch(AS_THEY_SHOULD_BE)]
    done = await asyncio.to_thread(_migrate, settings)
    assert done.returncode == 0, done.stderr
    yield Migrated(connection, url, done.stdout + done.stderr, written)
    await connection.close()


async def test_after_the_migration_every_text_keeps_to_its_rule(migrated: Migrated) -> None:
    async with open_database(migrated.url, write_pool_size=1, read_pool_size=1) as opened:
        found = await run_checks(opened)
    assert [each for each in found if "texts" in each.invariant or "folded" in each.invariant] == []


async def test_names_that_are_the_same_now_are_told_with_both_ids_and_stay_two(migrated: Migrated) -> None:
    assert await migrated.all("SELECT name FROM part_types WHERE id > 9000 ORDER BY id") == [
        RELAY,
        f"{RELAY} (3)",
        f"{RELAY}\u200b (4)",
        f"{RELAY} (2)",
        "(U+200B U+2060)",
        "Bell type",
    ]
    assert await migrated.all("SELECT name, version FROM projects WHERE id > 9000 ORDER BY id") == [
        ("Amp lifier", 3),
        ("AMP LIFIER (2)", 2),
    ]
    same = "its name is the same as that of"
    own = f'{same} the installation itself "command line"'
    for line in (
        f'part type 9002 "Solid<U+00A0>state  relay" is called "{RELAY} (3)" now: {same} part type 9001 "{RELAY}"',
        f'part type 9003 "{RELAY}<U+200B>" is called "{RELAY}<U+200B> (4)" now: {same} part type 9001 "{RELAY}"',
        'part type 9005 "<U+200B><U+2060>" is called "(U+200B U+2060)" now: nothing of it was shown',
        f'project 9002 "AMP LIFIER" is called "AMP LIFIER (2)" now: {same} project 9001 "Amp lifier"',
        f'token 9002 "ada l" is called "ada l (2)" now: {same} token 9001 "ada l"',
        f'part 9001, tags "sm<U+200B>d" is called "sm<U+200B>d (2)" now: {same} the one before "SMD"',
        'part 9001, description "<U+FEFF>" is called "(U+FEFF)" now: nothing of it was shown',
        f'part 9001, parameter "Width<U+200B>" is called "Width<U+200B> (2)" now: {same} the one before "Width"',
        'part 9001, parameter "WIDTH<U+00AD> (3)" "<U+200B>" is called "(U+200B)" now: nothing of it was shown',
        f'token 9003 "command<U+00A0>line" is called "command line (2)" now: {own}',
        "2 texts of operations.reason cleaned",
        "3 texts of operations.actor cleaned",
    ):
        assert line in migrated.told.split("\n"), migrated.told


async def test_texts_are_cleaned_and_what_showed_nothing_can_be_read(migrated: Migrated) -> None:
    parts = await migrated.connection.fetch("SELECT * FROM parts WHERE id > 9000 ORDER BY id")
    first = parts[0]
    assert (first["description"], first["package"], first["type_id"]) == ("(U+FEFF)", None, 9002)
    assert (first["manufacturer"], first["manufacturer_key"]) == ("Texas Instruments", "texas instruments")
    assert (first["manufacturer_code"], first["manufacturer_code_key"]) == ("LM358\u200b", "lm358")
    assert (first["tags"], first["tag_keys"]) == (["SMD", "sm\u200bd (2)", "(U+0007)"], ["smd", "smd (2)", "(u+0007)"])
    assert (parts[1]["description"], parts[1]["description_key"]) == ("a\n  b", "a b")
    assert await migrated.all("SELECT name, value FROM part_parameters WHERE part_id = 9001 ORDER BY position") == [
        ("Width", "5 mm"),
        ("Width\u200b (2)", "6 mm"),
        ("WIDTH\u00ad (3)", "(U+200B)"),
        ("Café", "1"),
    ]
    assert await migrated.all("SELECT description FROM boxes WHERE number = 1") == ["Tools\nand\tmore"]
    assert await migrated.all("SELECT description FROM projects WHERE id = 9001") == ["first\nsecond back"]
    assert await migrated.all("SELECT note, designators FROM requirements WHERE id = 9001") == [
        (None, ["R1", "r1 (2)", "R\u200b1 (3)"])
    ]
    titles = "SELECT coalesce(file_name, title) FROM attachments WHERE id > 9000 ORDER BY id"
    assert await migrated.all(titles) == ["Data sheet", "gpj.exe"]


async def test_rows_whose_texts_are_as_they_should_be_are_not_written(migrated: Migrated) -> None:
    """A workshop that does not write in ASCII would have all its rows written anew, and its history with them."""
    assert len(migrated.written_before) == 2
    assert await migrated.all(AS_THEY_SHOULD_BE) == migrated.written_before


async def test_history_keeps_its_lines_and_follows_the_names_of_tokens(migrated: Migrated) -> None:
    operations = "SELECT reason, actor FROM operations WHERE id IN (90010, 90011) ORDER BY id"
    assert await migrated.all(operations) == [("found in a drawer", "ada l (2)"), (None, "ada l (2)")]
    assert await migrated.all("SELECT name, name_key FROM api_tokens WHERE id > 9000 ORDER BY id") == [
        ("ada l", "ada l"),
        ("ada l (2)", "ada l (2)"),
        ("command line (2)", "command line (2)"),
    ]
    assert await migrated.all("SELECT actor FROM operations WHERE id = 90013") == ["command line (2)"]
    assert await migrated.all("SELECT owner FROM jobs WHERE owner LIKE 'ada l%'") == ["ada l (2)"]
    assert await migrated.all("SELECT actor FROM attachments WHERE id = 9001") == ["ada l"]
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await migrated.connection.execute("UPDATE operations SET reason = 'x'")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await migrated.connection.execute("UPDATE jobs SET owner = 'x' WHERE owner LIKE 'ada l%'")


async def test_edits_tell_what_each_text_was(migrated: Migrated) -> None:
    edits = (
        "SELECT object_kind, object_id, field, before, after FROM edits WHERE actor = 'partsgraph' AND object_id > 9000"
    )
    told = set(await migrated.all(edits))
    assert told >= {
        ("PART_TYPE", 9002, "name", "Solid\u00a0state  relay", f"{RELAY} (3)"),
        ("PART_TYPE", 9006, "name", "Bell\x07 type", "Bell type"),
        ("PROJECT", 9002, "name", "AMP LIFIER", "AMP LIFIER (2)"),
        ("PROJECT", 9001, "description", "  first\r\nsecond\x1b \u202eback\t\n", "first\nsecond back"),
        ("PART", 9001, "package", "\u00ad", None),
        ("PART", 9001, "tags", "SMD, sm\u200bd, \x07", "SMD, sm\u200bd (2), (U+0007)"),
        ("PART", 9001, "attachments", "Data\nsheet", "Data sheet"),
        (
            "PROJECT",
            9001,
            "requirements",
            "ZZZA: 2 per unit; R1, r1\u00a0, R\u200b1; \u200b",
            "ZZZA: 2 per unit; R1, r1 (2), R\u200b1 (3)",
        ),
    }
    parameters = [after for _, number, name, _, after in told if (number, name) == (9001, "parameters")]
    assert parameters == ["Width: 5 mm; Width\u200b (2): 6 mm; WIDTH\u00ad (3): (U+200B); Café: 1"]


async def test_what_the_migration_cleaned_goes_down_and_up_again_as_it_is(migrated: Migrated) -> None:
    query = "SELECT id, name, version FROM part_types UNION ALL SELECT id, name, version FROM projects ORDER BY 1, 2"
    before = await migrated.all(query)
    keys = await migrated.all(
        "SELECT key, tag_keys, description_key, manufacturer_code_key, version FROM parts ORDER BY 1"
    )
    await go_to(migrated.url, "0016", down=True)
    below = await migrated.all("SELECT manufacturer_code_key FROM parts WHERE id = 9001")
    assert below == ["lm358\u200b"]
    await go_to(migrated.url, "head")
    assert await migrated.all(query) == before
    again = await migrated.all(
        "SELECT key, tag_keys, description_key, manufacturer_code_key, version FROM parts ORDER BY 1"
    )
    assert again == keys
