"""Queries of anything by its global id."""

import asyncio
from typing import Annotated

import strawberry

from graph.context import Info
from graph.execution.list_bounds import takes
from graph.global_ids import parse_global_id
from graph.read_fields import query_field
from graph.types.node import NODE_LOADERS, Node

_MAX_IDS = 200


@strawberry.type
class NodeQueries:
    """Fields of Query."""

    @query_field(
        Node | None, description="The object with this id; null when there is none or the id is not one of ours."
    )
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="An id from an earlier answer.")]
    ) -> object | None:
        """One object."""
        return await _load(info, id)

    @query_field(
        list[Node | None] | None,
        description="The objects with these ids in their order; null in the place of each unknown one.",
    )
    async def nodes(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID],
            strawberry.argument(description=f"Ids from earlier answers, at most {_MAX_IDS}.", metadata=takes(_MAX_IDS)),
        ],
    ) -> list[object | None]:
        """Many objects, one statement for each type among them."""
        return await asyncio.gather(*(_load(info, id) for id in ids))


async def _load(info: Info, id: str) -> object | None:
    parsed = parse_global_id(id)
    loader = NODE_LOADERS.get(parsed[0]) if parsed is not None else None
    if parsed is None or loader is None:
        return None
    view: object | None = await loader.of(info.context.loaders).load(parsed[1])
    return view
