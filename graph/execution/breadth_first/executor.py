"""Runs an operation breadth-first."""

from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationType
from graphql.execution.values import VariableValues

from graph.context import OperationContext
from graph.execution.breadth_first.completion import select
from graph.execution.breadth_first.filling import fill_gaps
from graph.execution.breadth_first.plan import SelectionPlan
from graph.execution.breadth_first.run import Run
from graph.execution.breadth_first.settling import Settling
from graph.execution.document_cache import PreparedOperation


async def execute_breadth_first(
    prepared: PreparedOperation, variables: VariableValues, context: OperationContext, event: object = None
) -> ExecutionResult:
    """The result of an operation, with the errors as they were raised. Mutations run one after the other.

    A subscription is run for each of its events, which is what its field gives.
    """
    try:
        plan = prepared.plans.plan(variables)
    except GraphQLError as error:
        return ExecutionResult(None, [error])
    run = Run(prepared.schema, prepared.node, prepared.fragment_definitions, variables, context)
    if prepared.kind is OperationType.MUTATION:
        plan, answer = await _serially(run, plan)
    else:
        answer = await _selected(run, plan, event)
    if not run.has_failures:
        return ExecutionResult(answer, None)
    settling = Settling(run)
    return ExecutionResult(settling.root(plan, answer), settling.errors or None)


async def _selected(run: Run, plan: SelectionPlan, event: object = None) -> dict[str, Any]:
    answer: dict[str, Any]
    [answer] = select(run, plan, [event])
    await fill_gaps(run)
    return answer


async def _serially(run: Run, plan: SelectionPlan) -> tuple[SelectionPlan, dict[str, Any]]:
    """The fields that ran, and their answers: a required one that is null takes the whole answer and ends the run."""
    answer: dict[str, Any] = {}
    for number, field in enumerate(plan.fields, start=1):
        ran = SelectionPlan(plan.type, plan.fields[:number], plan.keys[:number])
        answer |= await _selected(run, SelectionPlan(plan.type, (field,), (field.key,)))
        if run.has_failures and Settling(run).root(ran, answer) is None:
            return ran, answer
    return plan, answer
