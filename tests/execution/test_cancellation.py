"""An operation that is stopped leaves no statement running and no connection behind."""

import asyncio

import asyncpg
import httpx
import pytest

from graph.execution.run import coerce_variables, run_operation
from graph.schema import graphql_schema
from tests.activity import activity
from tests.conftest import connect
from tests.execution.both_executors import BothExecutors
from tests.execution.workshop import context_of, open_workshop
from tests.graphql_client import Json, post
from tests.locks import held, rivals_waiting
from tests.rows import fill
from tests.server_process import ServerProcess
from tests.waiting import until

# Three columns of one level, each with a load of its own.
QUERY = """{
  parts(first: 5) { nodes { key parameters { name } stock { quantity } edits { nodes { actor } } } }
}"""
LOCK = "LOCK TABLE part_parameters, stock, edits IN ACCESS EXCLUSIVE MODE"
_RUNNING = """
SELECT pid, state, wait_event_type, wait_event, left(query, 200) AS query FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'partsgraph' AND state <> 'idle'
"""


async def test_at_the_deadline_all_loads_of_a_plan_stop_and_give_their_connections_back(
    hasty_server: ServerProcess, database_connection: asyncpg.Connection
) -> None:
    await fill(database_connection, 20)
    async with connect(hasty_server) as client:
        async with held(database_connection, LOCK):
            answers = await asyncio.gather(*(ask(client) for _ in range(4)))
            assert [answer["errors"][0]["extensions"] for answer in answers] == [{"code": "TIMEOUT"}] * 4
            assert [answer["data"] for answer in answers] == [None] * 4
            await rivals_waiting(database_connection, 0)
            # What still runs is told, when something does.
            await until(lambda: activity(database_connection, _RUNNING), lambda rows: not rows)

        async def ten_answers() -> list[Json]:
            return await asyncio.gather(*(ask(client) for _ in range(10)))

        # A busy machine may need longer than this server gives; one that has lost its connections never answers.
        answers = await until(ten_answers, lambda found: all("errors" not in answer for answer in found))
    assert all(len(answer["data"]["parts"]["nodes"]) == 5 for answer in answers)


async def ask(client: httpx.AsyncClient) -> Json:
    """The answer to the query."""
    answer: Json = (await post(client, QUERY)).json()
    return answer


async def test_a_plan_that_is_cancelled_leaves_its_pool_whole(
    server: ServerProcess, database_connection: asyncpg.Connection
) -> None:
    await fill(database_connection, 20)
    prepared = await BothExecutors(graphql_schema).prepare(QUERY)
    variables = coerce_variables(prepared, {}, max_errors=1)
    async with open_workshop(server) as application:
        async with held(database_connection, LOCK):
            running = asyncio.ensure_future(run_operation(prepared, variables, context_of(application)))
            await rivals_waiting(database_connection, 3)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            await rivals_waiting(database_connection, 0)
        reads = application.database.reads

        async def in_use() -> int:
            return reads.in_use

        await until(in_use, lambda number: number == 0)
        result = await run_operation(prepared, variables, context_of(application))
        assert result.errors is None
