"""Queries of the ledger."""

from typing import Annotated

import strawberry

from graph.context import Info
from graph.global_ids import parse_global_id_of
from graph.read_fields import query_field
from graph.relay_connections import After, Before, ConnectionView, First, Last, page_request
from graph.types.operation import HistoryFilter, QuantityChangeConnection, StockOperation
from persistence.readers.operation import CHANGE_ORDER, OperationView


@strawberry.type
class HistoryQueries:
    """Fields of Query."""

    @query_field(
        QuantityChangeConnection | None,
        description="Everything that happened to stock, newest first by the order of application.",
    )
    async def history(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Annotated[HistoryFilter | None, strawberry.argument(description="Which changes to show.")] = None,
    ) -> ConnectionView:
        """A page of quantity changes."""
        request = page_request(
            info,
            CHANGE_ORDER,
            first=first,
            after=after,
            last=last,
            before=before,
            descending=True,
            conditions=filter.conditions() if filter is not None else (),
        )
        return ConnectionView(await info.context.readers.operations.history_page(request))

    @query_field(StockOperation | None, description="The operation with this id; null when there is none.")
    async def operation(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id of a StockOperation.")]
    ) -> OperationView | None:
        """One operation."""
        number = parse_global_id_of("StockOperation", id)
        return await info.context.loaders.operation_by_id.load(number) if number is not None else None
