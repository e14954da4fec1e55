"""Parts with their parameters and their documents of search; a key is settled by the insertion itself.

Longer than other files because each statement writes all that a change of a part writes.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, delete, func, select, text
from sqlalchemy.orm import aliased

from domain.entities.actor import Actor
from domain.entities.ids import PartId, PartKey
from domain.entities.location import LocationReference
from domain.entities.part import Parameter, Part, PartDetails
from domain.entities.search import SearchField
from domain.errors import Usage
from domain.ports.repositories import Parts
from domain.rules.part_keys import DRAWN_LETTERS
from domain.rules.search import RULES_VERSION as SEARCH_RULES_VERSION
from persistence.fact_columns import assigned, parameters
from persistence.models.box import BoxRow
from persistence.models.part import PartParameterRow, PartRow
from persistence.models.stock import StockRow
from persistence.repositories.parameter_row import PARAMETER_TYPES, in_json, parameter_of_row, parameter_rows
from persistence.repositories.part_merge import merge
from persistence.repositories.part_row import COLUMN_TYPES, column_values, part_of
from persistence.repositories.search_rows import KEY_WORD, WRITTEN_AGAIN, document_columns, in_turns
from persistence.statements import Connection, Statement

_PARAMETER_COLUMNS = ", ".join(PARAMETER_TYPES)
_GIVEN_PARAMETERS = ", ".join(f"given.{name}" for name in PARAMETER_TYPES)
_ALL_PARAMETERS = f"""
    jsonb_to_recordset(CAST(:parameters AS jsonb))
    AS given ({", ".join(f"{name} {kind}" for name, kind in PARAMETER_TYPES.items())})
"""
_ADDED_KEY = KEY_WORD.format(key="added.key")


def _without_key(column: str, kind: str) -> str:
    """Words or fields as they are given, but for the key, which may be a word of its part's description too."""
    rest = f"""
        SELECT said.{column} FROM unnest(CAST(:words AS text[]), CAST(:fields AS smallint[]))
               WITH ORDINALITY AS said (words, fields, number)
         WHERE said.words <> {_ADDED_KEY} ORDER BY said.number
    """
    given = f"CAST(:{column} AS {kind}[])"
    return f"(CASE WHEN {_ADDED_KEY} = ANY(CAST(:words AS text[])) THEN ARRAY({rest}) ELSE {given} END)"


# A key that a rival inserts in the same moment is waited for and then passed over; `tried` tells where to go on.
_ADD = Statement(
    text(f"""
    WITH tried AS (
        SELECT drawn.key, drawn.position
          FROM unnest(CAST(:keys AS text[])) WITH ORDINALITY AS drawn (key, position)
         WHERE NOT EXISTS (SELECT FROM parts WHERE parts.key = drawn.key)
         ORDER BY drawn.position LIMIT 1
    ), added AS (
        INSERT INTO parts (key, {", ".join(COLUMN_TYPES)})
        SELECT tried.key, {parameters(COLUMN_TYPES)} FROM tried
        ON CONFLICT (key) DO NOTHING
        RETURNING id, key
    ), totals AS (
        INSERT INTO part_totals (part_id) SELECT id FROM added
    ), parameters AS (
        INSERT INTO part_parameters (part_id, {_PARAMETER_COLUMNS})
        SELECT added.id, {_GIVEN_PARAMETERS} FROM added, {_ALL_PARAMETERS}
    ), document AS (
        INSERT INTO search_documents (part_id, words, fields, rules_version)
        SELECT added.id, {_without_key("words", "text")} || {_ADDED_KEY},
               {_without_key("fields", "smallint")} || CAST({SearchField.KEY:d} AS smallint), {SEARCH_RULES_VERSION}
          FROM added
    )
    SELECT tried.key, tried.position, added.id FROM tried LEFT JOIN added ON true
    """)
)
_LETTERS = f"regexp_split_to_table('{DRAWN_LETTERS}', '')"
_FREE_KEYS = Statement(
    text(f"""
    WITH letters AS (SELECT {_LETTERS} AS letter), candidates AS (
        SELECT first.letter || second.letter || third.letter || fourth.letter AS key
          FROM letters AS first, letters AS second, letters AS third, letters AS fourth
    )
    SELECT key FROM candidates
     WHERE NOT EXISTS (SELECT FROM parts WHERE parts.key = candidates.key)
     ORDER BY random() LIMIT CAST(:limit AS int)
    """)
)
_KEPT = aliased(PartRow, name="kept")
_LOCK = Statement(
    select(
        PartRow.__table__,
        select(_KEPT.key).where(_KEPT.id == PartRow.merged_into_id).scalar_subquery().label("merged_into_key"),
    )
    .where(PartRow.key == func.any(bindparam("keys", type_=ARRAY(Text))))
    .order_by(PartRow.id)
    .with_for_update(key_share=True, of=PartRow)
)
_PARAMETERS = Statement(
    select(PartParameterRow.__table__)
    .where(PartParameterRow.part_id == func.any(bindparam("part_ids", type_=ARRAY(BigInteger))))
    .order_by(PartParameterRow.part_id, PartParameterRow.position)
)
_SAVE = Statement(
    text(f"""
    WITH saved AS (
        UPDATE parts
           SET {assigned(COLUMN_TYPES)},
               version = version + 1, updated_at = clock_timestamp()
         WHERE id = CAST(:id AS bigint)
        RETURNING id, updated_at
    )
    INSERT INTO search_documents (part_id, words, fields, rules_version, indexed_at)
    SELECT id, CAST(:words AS text[]), CAST(:fields AS smallint[]), {SEARCH_RULES_VERSION},
           greatest(clock_timestamp(), updated_at)
      FROM saved
    {WRITTEN_AGAIN}
    """)
)
# unnest would flatten the tags of all parts into one list; JSON keeps those of each together.
_SAVE_TYPES_AND_TAGS = Statement(
    text(f"""
    WITH given AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:parts AS jsonb))
            AS each (id bigint, type_id bigint, tags text[], tag_keys text[], words text[], fields smallint[])
    ), saved AS (
        UPDATE parts
           SET type_id = given.type_id, tags = given.tags, tag_keys = given.tag_keys,
               version = version + 1, updated_at = clock_timestamp()
          FROM given
         WHERE parts.id = given.id
        RETURNING parts.id, parts.updated_at
    )
    INSERT INTO search_documents (part_id, words, fields, rules_version, indexed_at)
    SELECT given.id, given.words, given.fields, {SEARCH_RULES_VERSION}, greatest(clock_timestamp(), saved.updated_at)
      FROM saved JOIN given ON given.id = saved.id
     ORDER BY given.id
    {WRITTEN_AGAIN}
    """)
)
_FORGET_PARAMETERS = Statement(delete(PartParameterRow).where(PartParameterRow.part_id == bindparam("id")))
_ADD_PARAMETERS = Statement(
    text(f"""
    INSERT INTO part_parameters (part_id, {_PARAMETER_COLUMNS})
    SELECT CAST(:id AS bigint), {_GIVEN_PARAMETERS} FROM {_ALL_PARAMETERS}
    """)
)
_SET_RETIRED = Statement(
    text("""
    WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS now)
    UPDATE parts
       SET retired_at = CASE WHEN CAST(:retired AS boolean) THEN moment.now END,
           merged_into_id = CASE WHEN CAST(:retired AS boolean) THEN merged_into_id END,
           version = version + 1, updated_at = moment.now
      FROM moment
     WHERE id = ANY(CAST(:ids AS bigint[]))
    RETURNING retired_at
    """)
)
_PLACES = Statement(
    select(StockRow.part_id, BoxRow.number.label("box_number"), StockRow.location_number)
    .join_from(StockRow, BoxRow, BoxRow.id == StockRow.box_id)
    .where(StockRow.part_id == func.any(bindparam("part_ids", type_=ARRAY(BigInteger))))
    .order_by(StockRow.part_id, BoxRow.number, StockRow.location_number)
)
_USAGES = Statement(
    text("""
    SELECT (SELECT count(*) FROM quantity_changes WHERE part_id = CAST(:id AS bigint)) AS changes,
           (SELECT coalesce(array_agg(key ORDER BY key), '{}') FROM parts
             WHERE merged_into_id = CAST(:id AS bigint)) AS merged,
           (SELECT coalesce(array_agg(project.name ORDER BY project.rank), '{}')
              FROM requirements AS requirement JOIN projects AS project ON project.id = requirement.project_id
             WHERE requirement.part_id = CAST(:id AS bigint)) AS requiring,
           (SELECT coalesce(array_agg(project.name ORDER BY project.rank), '{}')
              FROM requirement_substitutes AS substitute
              JOIN requirements AS requirement ON requirement.id = substitute.requirement_id
              JOIN projects AS project ON project.id = requirement.project_id
             WHERE substitute.part_id = CAST(:id AS bigint)) AS substituting,
           (SELECT count(*) FROM pick_lines
             WHERE part_id = CAST(:id AS bigint) OR required_part_id = CAST(:id AS bigint)) AS pick_lines,
           (SELECT count(*) FROM pick_shortages WHERE part_id = CAST(:id AS bigint)) AS pick_shortages,
           (SELECT coalesce(array_agg(format('%s for %s', list.id, project.name) ORDER BY list.id), '{}')
              FROM pick_lists AS list JOIN projects AS project ON project.id = list.project_id
             WHERE list.id IN (SELECT pick_list_id FROM pick_lines
                                WHERE part_id = CAST(:id AS bigint) AND open_quantity > 0)) AS open_lists
    """)
)
_DELETE = Statement(delete(PartRow).where(PartRow.id == bindparam("part_id")))


class PartRepository(Parts):
    """All parts, the retired ones too."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def add(self, keys: Sequence[PartKey], details: PartDetails) -> tuple[PartId, PartKey] | None:
        values = column_values(details) | document_columns(details)
        values["parameters"] = in_json(parameter_rows(details.parameters))
        remaining = list(keys)
        while remaining:
            row = await _ADD.row(self._connection, keys=remaining, **values)
            if row is None:
                return None
            if row["id"] is not None:
                return PartId(row["id"]), PartKey(row["key"])
            remaining = remaining[row["position"] :]
        return None

    async def free_keys(self, limit: int) -> Sequence[PartKey]:
        return [PartKey(row["key"]) for row in await _FREE_KEYS.rows(self._connection, limit=limit)]

    async def lock(self, keys: Collection[PartKey]) -> Mapping[PartKey, Part]:
        rows = await _LOCK.rows(self._connection, keys=list(keys))
        of_parts: dict[int, list[Parameter]] = {row["id"]: [] for row in rows}
        for row in await _PARAMETERS.rows(self._connection, part_ids=list(of_parts)):
            of_parts[row["part_id"]].append(parameter_of_row(row))
        return {PartKey(row["key"]): part_of(row, of_parts[row["id"]]) for row in rows}

    async def save(self, part: Part, details: PartDetails) -> None:
        await _SAVE.rows(self._connection, id=part.id, **column_values(details), **document_columns(details, part.key))
        if details.parameters != part.details.parameters:
            await _FORGET_PARAMETERS.rows(self._connection, id=part.id)
            await _ADD_PARAMETERS.rows(
                self._connection, id=part.id, parameters=in_json(parameter_rows(details.parameters))
            )

    async def save_types_and_tags(self, revised: Sequence[tuple[Part, PartDetails]]) -> None:
        rows = await in_turns(_types_and_tags, revised)
        await _SAVE_TYPES_AND_TAGS.rows(self._connection, parts=json.dumps(rows))

    async def set_retired(self, parts: Sequence[Part], *, retired: bool) -> datetime | None:
        ids = [part.id for part in parts]
        retired_at: datetime | None = await _SET_RETIRED.value(self._connection, ids=ids, retired=retired)
        return retired_at

    async def places_with_stock(self, part_ids: Collection[PartId]) -> Mapping[PartId, Sequence[LocationReference]]:
        places: dict[PartId, list[LocationReference]] = {}
        for row in await _PLACES.rows(self._connection, part_ids=list(part_ids)):
            place = LocationReference(row["box_number"], row["location_number"])
            places.setdefault(PartId(row["part_id"]), []).append(place)
        return places

    async def usages(self, part_id: PartId) -> Sequence[Usage]:
        places = [str(place) for place in (await self.places_with_stock([part_id])).get(part_id, ())]
        (row,) = await _USAGES.rows(self._connection, id=part_id)
        usages = [
            Usage("stock", len(places), tuple(places[:50])),
            Usage("history", row["changes"]),
            Usage("merged part", len(row["merged"]), tuple(row["merged"][:50])),
            Usage("requirement", len(row["requiring"]), tuple(row["requiring"][:50])),
            Usage("substitute", len(row["substituting"]), tuple(row["substituting"][:50])),
            Usage("pick line", row["pick_lines"] + row["pick_shortages"], tuple(row["open_lists"][:50])),
        ]
        return [usage for usage in usages if usage.count]

    async def delete(self, part_id: PartId) -> None:
        await _DELETE.rows(self._connection, part_id=part_id)

    async def merge(self, keep: Part, drop: Part) -> datetime:
        return await merge(self._connection, keep, drop)


def _types_and_tags(revised: tuple[Part, PartDetails]) -> dict[str, Any]:
    part, details = revised
    values = column_values(details)
    named = {name: values[name] for name in ("type_id", "tags", "tag_keys")}
    return {"id": part.id, **named, **document_columns(details, part.key)}
