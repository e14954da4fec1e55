"""Partsgraph's schema, loaders, readers and services on Strawberry's stock execution: stock_executor PORT.

Everything is Partsgraph's own but the executor: `Schema.execute`, with Strawberry's caches for parsing and validation,
so that what is compared is the execution of the fields.
"""

import asyncio
import sys
from typing import Any

import orjson
import strawberry
import uvloop
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from bench.serving.http import serve
from domain.entities.actor import LOCAL_ACTOR
from graph.context import OperationContext
from graph.execution.answer_size import AnswerSize
from graph.resolvers.mutations import Mutation
from graph.resolvers.queries import Query
from graph.scalars import SCALARS
from graph.types.edit import Edit
from graph.types.location import Location
from server.settings import load_settings
from server.wiring import open_application


def _schema() -> strawberry.Schema:
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=[Edit, Location],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
        extensions=[lambda: ParserCache(maxsize=100), lambda: ValidationCache(maxsize=100)],
    )


async def _main(port: int) -> None:
    schema = _schema()
    async with open_application(load_settings()) as application:

        async def answer(request: dict[str, Any]) -> bytes:
            context = OperationContext(
                LOCAL_ACTOR,
                "bench",
                application.services,
                application.readers,
                application.file_addresses,
                application.answer_writer,
                application.metrics.answers,
                AnswerSize(application.settings.max_answer_bytes),
            )
            result = await schema.execute(
                request["query"], variable_values=request.get("variables"), context_value=context
            )
            content: dict[str, Any] = {"data": result.data}
            if result.errors:
                content["errors"] = [error.formatted for error in result.errors]
            return orjson.dumps(content)

        await serve(answer, port)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_main(int(sys.argv[1])))
