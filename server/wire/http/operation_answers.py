"""What an operation that ran is answered with, whatever it came over: data, the errors of its fields, what it cost."""

from contextlib import ExitStack
from typing import Any

import orjson
from graphql import ExecutionResult

from graph.execution.answer_size import AnswerTooLarge
from graph.execution.errors import ErrorPresenter
from graph.execution.run import run_operation
from server.wire.http.operations import ReadyOperation
from server.wire.outages import outage_of

Content = dict[str, Any]
"""An answer before it is written as JSON."""


def content_of(ready: ReadyOperation, result: ExecutionResult) -> Content:
    """The answer to one result of the operation; its faults are masked and logged."""
    errors = ErrorPresenter(ready.context.request_id, outage_of).present(result.errors or [])
    shown = {"errors": errors} if errors else {}
    return {"data": result.data, **shown, "extensions": {"cost": ready.cost}}


async def written_answer(ready: ReadyOperation, content: Content) -> bytes:
    """The answer as JSON; one that would have too many bytes tells that instead of its data.

    A large one for which there is no room is not held while it waits, but written once more.
    """
    try:
        body = await ready.context.answer_size.json_of(content)
        size = len(body)
        if not ready.room.has(size):
            del body
            await ready.room.wait_for(size)
            body = await ready.context.answer_size.json_of(content)
        ready.room.take(size)
        return body
    except AnswerTooLarge as refused:
        errors = ErrorPresenter(ready.context.request_id, outage_of).present([refused.error])
        content.clear()
        content |= {"data": None, "errors": errors, "extensions": {"cost": ready.cost}}
        return orjson.dumps(content)


async def result_of(ready: ReadyOperation, held: ExitStack) -> ExecutionResult:
    """Run a query or mutation when it is its turn; it counts as under way until `held` is closed."""
    await ready.take_turn(held)
    return await run_operation(ready.prepared, ready.variables, ready.context)


def outcome_of(ready: ReadyOperation, content: Content) -> str:
    """How the operation ended, for its line in the log: OK, ERRORS of fields, or REFUSED by a mutation."""
    return "ERRORS" if "errors" in content else "REFUSED" if ready.context.refusals else "OK"
