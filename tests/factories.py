"""The workshop of a test: makes things through the API with one line each, and reads the tables they end up in."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from graphql import GraphQLNamedType, GraphQLObjectType, build_schema, get_named_type, is_leaf_type

from domain.entities.box import BoxDetails
from domain.entities.part import PartDetails
from domain.entities.project import ProjectDetails
from tests.fact_examples import fields_of
from tests.graphql_client import GraphQL, Json, mutation

PART = f"""
id key version type {{ name }} parameters {{ name value number unit readings {{ number unit sign }} }}
{" ".join(fields_of(PartDetails))}
isLow totalQuantity stock {{ location {{ reference }} quantity }} mergedInto {{ key }} retiredAt
"""
OPERATION = """
id kind reason actor at reverses { id } reversedBy { id }
changes { part { key } locationReference delta quantityAfter totalAfter }
"""
ATTACHMENT = "id kind title version fileName mediaType sizeBytes sha256 url part { key } box { number }"
BOX = f"id number version designatedTypes {{ name }} {' '.join(fields_of(BoxDetails))}"
PROJECT = f"""
id rank builtUnits outstandingUnits buildableUnits status version {" ".join(fields_of(ProjectDetails))}
requirements {{ nodes {{
  id part {{ key }} perUnit attritionPercent extraPieces note designators substitutes {{ part {{ key }} }}
}} }}
"""

PICK_LIST = """
id number units state builtUnits version project { id name builtUnits }
lines {
  id part { key } requiredPart { key } locationReference location { reference } designators
  plannedQuantity openQuantity pickedQuantity releasedQuantity returnedQuantity missingQuantity
}
shortages { part { key } missingQuantity }
"""

# What is asked of an object that a mutation answers, by its type, where that is more than its own scalars.
_OF_TYPE = {
    "Attachment": ATTACHMENT,
    "Box": BOX,
    "Part": PART,
    "PickList": PICK_LIST,
    "Project": PROJECT,
    "StockOperation": OPERATION,
}
_TIMES = {"createdAt", "updatedAt"}
# Of an object that is answered beside the one that was changed it is enough to know which one it is.
_OF_FIELD = {"cover": "id", "possibleDuplicates": "key"}
# Previews and texts are made in the background, whatever a test asks meanwhile.
_ROWS = {
    "attachments": "SELECT (to_jsonb(t) - '{preview_state,preview_claimed_at,preview_failure,placeholder,text_state,"
    "preview_reader,text_claimed_at,text_failure,text_reader,width,height,page_count}'::text[])::text "
    "FROM attachments t ORDER BY 1",
    "attachment_texts": "SELECT '' WHERE false",
}


def selections() -> dict[str, str]:
    """What is asked of the success of each mutation: all its fields, by the schema, so that a new one needs no line."""
    written = Path(__file__).parents[1].joinpath("schema.graphql").read_text(encoding="utf-8")
    types = build_schema(written, assume_valid=True).type_map
    mutations = types["Mutation"]
    assert isinstance(mutations, GraphQLObjectType)
    successes = {name: types[f"{name[0].upper()}{name[1:]}Success"] for name in mutations.fields}
    return {name: _all_fields(success) for name, success in successes.items()}


def _all_fields(success: GraphQLNamedType) -> str:
    """A scalar by its name, an object with what is asked of its type, or else with its scalars."""
    assert isinstance(success, GraphQLObjectType)
    asked = []
    for name, field in success.fields.items():
        of = get_named_type(field.type)
        wanted = _OF_FIELD.get(name) or _OF_TYPE.get(of.name) or _scalars(of)
        asked.append(name if is_leaf_type(of) else f"{name} {{ {wanted} }}")
    return " ".join(asked)


def _scalars(of: GraphQLNamedType) -> str:
    """What can be asked of a type without a selection, but for the times; of an interface or union its name."""
    fields = of.fields if isinstance(of, GraphQLObjectType) else {}
    plain = (name for name, field in fields.items() if is_leaf_type(get_named_type(field.type)) and not field.args)
    return " ".join(name for name in plain if name not in _TIMES) or "__typename"


DOCUMENTS = {name: mutation(name, selection) for name, selection in selections().items()}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of quantity_changes with the kind of its operation."""

    kind: str
    part: str
    place: str
    delta: int
    quantity_after: int
    total_after: int


class Workshop:
    """Acts through GraphQL; `shelf`, `totals`, `lines` and `unchanged` look into the database itself."""

    def __init__(self, graphql: GraphQL, connection: asyncpg.Connection) -> None:
        self.graphql = graphql
        self.connection = connection

    async def run(self, name: str, /, **fields: Any) -> Json:
        """Run one mutation and return its payload, a success or a refusal."""
        payload: Json = (await self.graphql(DOCUMENTS[name], {"input": fields}))[name]
        return payload

    async def done(self, name: str, /, **fields: Any) -> Json:
        """Run one mutation that must succeed."""
        payload = await self.run(name, **fields)
        assert payload["__typename"] == f"{name[0].upper()}{name[1:]}Success", payload
        return payload

    async def refused(self, name: str, typename: str, /, **fields: Any) -> Json:
        """Run one mutation that must be refused in this way, and leave every table as it was."""
        async with self.unchanged():
            payload = await self.run(name, **fields)
        assert payload["__typename"] == typename, payload
        assert payload["message"]
        return payload

    async def part(self, description: str = "Resistor 4k7", **fields: Any) -> str:
        """Create a part and return its key."""
        key: str = (await self.done("createPart", description=description, **fields))["part"]["key"]
        return key

    async def box(self, number: int = 1, capacity: int = 10, **fields: Any) -> int:
        """Create a box and return its number."""
        given = {"number": number, "capacity": capacity, "description": f"Box {number}"} | fields
        made: int = (await self.done("createBox", **given))["box"]["number"]
        return made

    async def part_type(self, name: str = "Resistor") -> str:
        """Create a part type and return its name."""
        made: str = (await self.done("createPartType", name=name))["partType"]["name"]
        return made

    async def stocked(self, quantity: int = 100, place: str = "1-1", **fields: Any) -> str:
        """Create a part with so many pieces at one place, and return its key."""
        key = await self.part(**fields)
        await self.receive(key, place, quantity)
        return key

    async def receive(self, key: str, place: str, quantity: int, **fields: Any) -> Json:
        """Receive pieces; return the success."""
        return await self.done("receiveStock", partKey=key, location=place, quantity=quantity, **fields)

    async def use(self, key: str, place: str, quantity: int, **fields: Any) -> Json:
        """Use pieces; return the success."""
        return await self.done("useStock", partKey=key, location=place, quantity=quantity, **fields)

    async def move(self, key: str, source: str, targets: Sequence[tuple[str, int]], **fields: Any) -> Json:
        """Move pieces; return the success."""
        wanted = [{"location": place, "quantity": quantity} for place, quantity in targets]
        return await self.done("moveStock", partKey=key, source=source, targets=wanted, **fields)

    async def count(self, key: str, place: str, counted: int, **fields: Any) -> Json:
        """Set what the shelf says; return the success."""
        return await self.done("countStock", partKey=key, location=place, counted=counted, **fields)

    async def book(self, *changes: tuple[str, str, int], **fields: Any) -> Json:
        """Book several changes as one operation; return the success."""
        return await self.done("bookStock", changes=booked(*changes), **fields)

    async def reverse(self, operation_id: str, **fields: Any) -> Json:
        """Reverse an operation; return the success."""
        return await self.done("reverseOperation", operationId=operation_id, **fields)

    async def shelf(self) -> dict[tuple[str, str], int]:
        """The rows of the stock table: pieces by part key and place."""
        rows = await self.connection.fetch(
            "SELECT p.key, b.number || '-' || l.number AS place, s.quantity "
            "FROM stock s JOIN parts p ON p.id = s.part_id "
            "JOIN locations l ON l.id = s.location_id JOIN boxes b ON b.id = l.box_id"
        )
        return {(row["key"], row["place"]): row["quantity"] for row in rows}

    async def totals(self) -> dict[str, int]:
        """The stored totals by part key."""
        rows = await self.connection.fetch(
            "SELECT p.key, coalesce(t.total_quantity, 0) AS total "
            "FROM parts p LEFT JOIN part_totals t ON t.part_id = p.id"
        )
        return {row["key"]: row["total"] for row in rows}

    async def lines(self, key: str | None = None) -> list[Line]:
        """The history in the order of its ids, of one part or of all."""
        rows = await self.connection.fetch(
            "SELECT o.kind, p.key, c.box_number || '-' || c.location_number, c.delta, c.quantity_after, c.total_after "
            "FROM quantity_changes c JOIN operations o ON o.id = c.operation_id JOIN parts p ON p.id = c.part_id "
            "WHERE $1::text IS NULL OR p.key = $1 ORDER BY c.id",
            key,
        )
        return [Line(*row) for row in rows]

    async def count_rows(self, table: str) -> int:
        """How many rows a table has."""
        rows: int = await self.connection.fetchval(f"SELECT count(*) FROM {table}")
        return rows

    async def snapshot(self) -> dict[str, list[str]]:
        """Every row of every table of the workshop, as text."""
        tables = await self.connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1"
        )
        return {
            table: [
                row[0]
                for row in await self.connection.fetch(_ROWS.get(table, f"SELECT t::text FROM {table} t ORDER BY 1"))
            ]
            for (table,) in tables
        }

    @asynccontextmanager
    async def unchanged(self) -> AsyncIterator[None]:
        """Assert that the block leaves every row of every table as it was."""
        before = await self.snapshot()
        yield
        assert await self.snapshot() == before


def booked(*changes: tuple[str, str, int]) -> list[Json]:
    """The changes of a booking: (part key, place, delta)."""
    return [{"partKey": key, "location": place, "delta": delta} for key, place, delta in changes]
