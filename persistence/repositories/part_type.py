"""Part types with their documents of search; two names are the same when their folded forms are."""

from collections.abc import Collection, Mapping, Sequence

from asyncpg import Record
from sqlalchemy import ARRAY, BigInteger, Text, bindparam, delete, func, select, text

from domain.entities.actor import Actor
from domain.entities.ids import PartTypeId
from domain.entities.part_type import PartType
from domain.errors import Usage
from domain.ports.repositories import PartTypes
from domain.rules.search import RULES_VERSION, name_words
from domain.rules.texts import fold
from persistence.models.part_type import PartTypeRow
from persistence.repositories.parameter_row import in_json
from persistence.statements import Connection, Statement

_ADD = Statement(
    text(f"""
    WITH given AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:types AS jsonb)) AS each (name text, name_key text, words text[])
    ), added AS (
        INSERT INTO part_types (name, name_key)
        SELECT given.name, given.name_key FROM given
        ON CONFLICT (name_key) DO NOTHING
        RETURNING id, name_key
    ), documents AS (
        INSERT INTO search_types (type_id, words, rules_version)
        SELECT added.id, given.words, {RULES_VERSION} FROM added JOIN given ON given.name_key = added.name_key
    )
    SELECT id FROM added
    """)
)
_TYPES = select(PartTypeRow.id, PartTypeRow.name, PartTypeRow.name_key, PartTypeRow.version)
_SHARE = Statement(
    _TYPES.where(PartTypeRow.name_key == func.any(bindparam("name_keys", type_=ARRAY(Text))))
    .order_by(PartTypeRow.id)
    .with_for_update(key_share=True, read=True)
)
_LOCK = Statement(_TYPES.where(PartTypeRow.name_key == bindparam("name_key")).with_for_update())
_NAMES = Statement(
    select(PartTypeRow.id, PartTypeRow.name).where(
        PartTypeRow.id == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
    )
)
# No document of a part is written: those name the type by its id.
_RENAME = Statement(
    text(f"""
    WITH renamed AS (
        UPDATE part_types
           SET name = CAST(:name AS text), name_key = CAST(:name_key AS text),
               version = version + 1, updated_at = clock_timestamp()
         WHERE id = CAST(:id AS bigint)
           AND NOT EXISTS (SELECT FROM part_types AS other
                            WHERE other.name_key = CAST(:name_key AS text) AND other.id <> CAST(:id AS bigint))
        RETURNING id, updated_at
    )
    INSERT INTO search_types (type_id, words, rules_version, indexed_at)
    SELECT id, CAST(:words AS text[]), {RULES_VERSION}, greatest(clock_timestamp(), updated_at) FROM renamed
    ON CONFLICT (type_id) DO UPDATE
       SET words = excluded.words, rules_version = {RULES_VERSION}, indexed_at = excluded.indexed_at
    RETURNING type_id
    """)
)
_USAGES = Statement(
    text("""
    (SELECT 'part' AS kind, key AS reference, count(*) OVER () AS count
       FROM parts WHERE type_id = CAST(:id AS bigint) ORDER BY key LIMIT 50)
    UNION ALL
    (SELECT 'box', CAST(boxes.number AS text), count(*) OVER ()
       FROM box_designated_types JOIN boxes ON boxes.id = box_id
      WHERE part_type_id = CAST(:id AS bigint) ORDER BY boxes.number LIMIT 50)
    """)
)
_DELETE = Statement(delete(PartTypeRow).where(PartTypeRow.id == bindparam("part_type_id")))


class PartTypeRepository(PartTypes):
    """All part types."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def add(self, name: str) -> PartTypeId | None:
        added = await _ADD.value(self._connection, types=_rows([name]))
        return PartTypeId(added) if added is not None else None

    async def add_missing(self, names: Sequence[str]) -> int:
        return len(await _ADD.rows(self._connection, types=_rows(names)))

    async def find_and_share(self, names: Sequence[str]) -> Mapping[str, PartType]:
        if not names:
            return {}
        rows = await _SHARE.rows(self._connection, name_keys=[fold(name) for name in names])
        return {row["name_key"]: _part_type(row) for row in rows}

    async def names(self, part_type_ids: Collection[PartTypeId]) -> Mapping[PartTypeId, str]:
        if not part_type_ids:
            return {}
        rows = await _NAMES.rows(self._connection, ids=list(part_type_ids))
        return {PartTypeId(row["id"]): row["name"] for row in rows}

    async def lock(self, name: str) -> PartType | None:
        row = await _LOCK.row(self._connection, name_key=fold(name))
        return _part_type(row) if row is not None else None

    async def rename(self, part_type: PartType, name: str) -> bool:
        """A rival that takes the name between the look and the write is refused by the constraint on `name_key`."""
        words = {"name": name, "name_key": fold(name), "words": name_words(name)}
        renamed = await _RENAME.value(self._connection, id=part_type.id, **words)
        return renamed is not None

    async def usages(self, part_type_id: PartTypeId) -> Sequence[Usage]:
        rows = await _USAGES.rows(self._connection, id=part_type_id)
        counts = {row["kind"]: row["count"] for row in rows}
        return [
            Usage(kind, count, tuple(row["reference"] for row in rows if row["kind"] == kind))
            for kind, count in counts.items()
        ]

    async def delete(self, part_type_id: PartTypeId) -> None:
        await _DELETE.rows(self._connection, part_type_id=part_type_id)


def _rows(names: Sequence[str]) -> str:
    """Of two names that fold alike the first is added."""
    firsts: dict[str, str] = {}
    for name in names:
        firsts.setdefault(fold(name), name)
    return in_json([{"name": name, "name_key": key, "words": name_words(name)} for key, name in firsts.items()])


def _part_type(row: Record) -> PartType:
    return PartType(PartTypeId(row["id"]), row["name"], row["version"])
