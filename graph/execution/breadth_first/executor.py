"""Runs an operation breadth-first."""

from collections.abc import Sequence
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationType, VariableValues

from graph.execution.breadth_first.completion import select
from graph.execution.breadth_first.null_propagation import NullPropagation
from graph.execution.breadth_first.operation_run import Run
from graph.execution.breadth_first.plan import SelectionPlan
from graph.execution.breadth_first.waiting import wait_for_pending
from graph.execution.context import ExecutionContext
from graph.execution.document_cache import PreparedOperation


async def execute_breadth_first(
    prepared: PreparedOperation, variables: VariableValues, context: ExecutionContext
) -> ExecutionResult:
    """The result of a query or mutation, with the errors as they were raised. Mutations run one after the other."""
    try:
        plan = prepared.plans.plan(variables)
    except GraphQLError as error:
        return ExecutionResult(None, [error])
    run = Run.of(prepared, variables, context)
    if prepared.kind is OperationType.MUTATION:
        plan, answer = await _serially(run, plan)
    else:
        [answer] = await _selected(run, plan, [None])
    return _result(run, plan, answer)


async def execute_for_events(
    prepared: PreparedOperation, variables: VariableValues, context: ExecutionContext, events: Sequence[object]
) -> list[ExecutionResult]:
    """The results of a subscription for its events, which are what its field gives: all of them level by level."""
    try:
        plan = prepared.plans.plan(variables)
    except GraphQLError as error:
        return [ExecutionResult(None, [error])] * len(events)
    context.answer_size.begin(len(events))
    run = Run.of(prepared, variables, context)
    answers = await _selected(run, plan, list(events))
    return [_result(run, plan, answer) for answer in answers]


def _result(run: Run, plan: SelectionPlan, answer: dict[str, Any]) -> ExecutionResult:
    size = run.context.answer_size
    size.values, size.written = run.sizes.bound(plan)
    if not run.has_failures:
        return ExecutionResult(answer, None)
    propagation = NullPropagation(run)
    return ExecutionResult(propagation.root(plan, answer), propagation.errors or None)


async def _selected(run: Run, plan: SelectionPlan, sources: list[Any]) -> list[dict[str, Any]]:
    answers = select(run, plan, sources)
    await wait_for_pending(run)
    return answers


async def _serially(run: Run, plan: SelectionPlan) -> tuple[SelectionPlan, dict[str, Any]]:
    """The fields that ran, and their answers: a required one that is null takes the whole answer and ends the run."""
    answer: dict[str, Any] = {}
    run.sizes.note_rows(plan, 1)
    for number, field in enumerate(plan.fields, start=1):
        ran = SelectionPlan(plan.type, plan.fields[:number], plan.keys[:number])
        [answered] = await _selected(run, SelectionPlan(plan.type, (field,), (field.key,)), [None])
        answer |= answered
        if run.has_failures and NullPropagation(run).root(ran, answer) is None:
            return ran, answer
    return plan, answer
