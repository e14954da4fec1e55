"""useStock as an ordinary Strawberry application has it: ordinary_use PORT.

Strawberry's own ASGI view, which parses and validates each request, and a session of SQLAlchemy's ORM for each
mutation, over the same tables and under the same locks. What the rules look at is looked at here too.
"""

import asyncio
import sys
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import strawberry
import uvloop
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from strawberry.asgi import GraphQL

from bench.options import POOL_SIZE
from bench.serving.http import serve_application
from persistence.models.box import BoxRow, LocationRow
from persistence.models.operation import OperationRow, QuantityChangeRow
from persistence.models.part import PartRow, PartTotalRow
from persistence.models.stock import StockRow
from server.settings import load_settings

Row = TypeVar("Row")


@strawberry.input
class UseStockInput:
    """As in Partsgraph's schema, without the idempotency key."""

    part_key: str
    location: str
    quantity: int
    reason: str | None = None


@strawberry.type
class Operation:
    """What was done."""

    kind: str
    actor: str
    at: datetime


@strawberry.type
class Part:
    """The part as it is now."""

    key: str
    total_quantity: int


@strawberry.type
class UseStockSuccess:
    """What is answered when all is well."""

    operation: Operation
    part: Part


@strawberry.interface
class UserError:
    """What is answered otherwise."""

    code: str
    message: str


@strawberry.type
class InsufficientStockError(UserError):
    """There is too little."""


UseStockPayload = Annotated[UseStockSuccess | InsufficientStockError, strawberry.union("UseStockPayload")]


@strawberry.type
class Query:
    """A schema has one."""

    name: str = "ordinary"


@strawberry.type
class Mutation:
    """The one mutation."""

    @strawberry.mutation
    async def use_stock(self, info: strawberry.Info, input: UseStockInput) -> UseStockPayload:
        """Take pieces out, never more than are there."""
        sessions: async_sessionmaker[AsyncSession] = info.context["sessions"]
        async with sessions() as session, session.begin():
            return await _use(session, input)


async def _use(session: AsyncSession, given: UseStockInput) -> UseStockSuccess | InsufficientStockError:
    box_number, _, number = given.location.partition("-")
    box = await _one(
        session, select(BoxRow).where(BoxRow.number == int(box_number)).with_for_update(read=True, key_share=True)
    )
    part = await _one(session, select(PartRow).where(PartRow.key == given.part_key).with_for_update(key_share=True))
    place = LocationRow.box_id == box.id, LocationRow.number == int(number)
    location = await _one(session, select(LocationRow).where(*place))
    stock = await session.get(StockRow, (part.id, location.id))
    total = await session.get(PartTotalRow, part.id)
    if stock is None or total is None or stock.quantity <= given.quantity:
        return InsufficientStockError(code="INSUFFICIENT_STOCK", message="There is too little.")
    operation = OperationRow(kind="USE", reason=given.reason, actor="local", at=datetime.now(UTC))
    session.add(operation)
    stock.quantity -= given.quantity
    total.total_quantity -= given.quantity
    total.last_operation_at = operation.at
    await session.flush()
    session.add(
        QuantityChangeRow(
            operation_id=operation.id,
            part_id=part.id,
            box_number=box.number,
            location_number=location.number,
            delta=-given.quantity,
            quantity_after=stock.quantity,
            total_after=total.total_quantity,
        )
    )
    done = Operation(kind=operation.kind, actor=operation.actor, at=operation.at)
    return UseStockSuccess(operation=done, part=Part(key=part.key, total_quantity=total.total_quantity))


async def _one(session: AsyncSession, statement: Select[Row]) -> Row:
    return (await session.scalars(statement)).one()


class _View(GraphQL[dict[str, object], None]):
    """Strawberry's view with the sessions in its context."""

    sessions: async_sessionmaker[AsyncSession]

    async def get_context(self, request: object, response: object) -> dict[str, object]:
        """What the resolver is told."""
        return {"sessions": self.sessions}


async def _main(port: int) -> None:
    url = load_settings().database_url or ""
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=POOL_SIZE,
        max_overflow=0,
        connect_args={"server_settings": {"application_name": "bench-ordinary", "jit": "off"}},
    )
    view = _View(strawberry.Schema(query=Query, mutation=Mutation))
    view.sessions = async_sessionmaker(engine, expire_on_commit=False)
    await serve_application(view, port)
    await engine.dispose()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_main(int(sys.argv[1])))
