"""What an operation that ran is answered with, whatever it came over: data, the errors of its fields, what it cost."""

from typing import Any

from graphql import ExecutionResult

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


async def result_of(ready: ReadyOperation) -> ExecutionResult:
    """Run a query or mutation."""
    return await run_operation(ready.prepared, ready.variables, ready.context)


def outcome_of(ready: ReadyOperation, content: Content) -> str:
    """How the operation ended, for its line in the log: OK, ERRORS of fields, or REFUSED by a mutation."""
    return "ERRORS" if "errors" in content else "REFUSED" if ready.context.refusals else "OK"
