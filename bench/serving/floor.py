"""The floor: what is left when there is no GraphQL, one statement per request that builds the same JSON: floor PORT.

A request names its scenario instead of bringing a document. For useStock it is a bare transaction.
"""

import asyncio
import sys
from typing import Any

import asyncpg
import orjson
import uvloop

from bench.options import POOL_SIZE
from bench.queries import floor_statement
from bench.serving.bare_use import use_stock
from bench.serving.http import serve
from graph.global_ids import parse_global_id_of
from server.settings import load_settings


async def _main(port: int) -> None:
    statements = {name: floor_statement(name) for name in ("list", "part", "box", "coverage")}
    settings = {"application_name": "bench-floor", "jit": "off"}
    async with asyncpg.create_pool(
        load_settings().database_url, min_size=1, max_size=POOL_SIZE, reset=_keep_as_it_is, server_settings=settings
    ) as pool:

        async def answer(request: dict[str, Any]) -> bytes:
            variables = request["variables"]
            async with pool.acquire() as connection:
                if request["scenario"] == "use":
                    return orjson.dumps(await use_stock(connection, variables["input"]))
                found: str = await connection.fetchval(statements[request["scenario"]], *_values(variables))
                return found.encode()

        await serve(answer, port)


def _values(variables: dict[str, Any]) -> list[Any]:
    """The variables in order; of a project's opaque id, the number in it."""
    return [parse_global_id_of("Project", value) if name == "id" else value for name, value in variables.items()]


async def _keep_as_it_is(_connection: Any) -> None:
    """As in Partsgraph's pools: nothing to undo, so no second round trip."""


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_main(int(sys.argv[1])))
