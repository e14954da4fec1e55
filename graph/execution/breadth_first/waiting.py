"""Waits for the pending answers of a level, puts them in, and goes on from there, level by level.

Columns of a level that load through the same loader share one batch, whichever parts of the answer they stand in. What
has come may leave answers pending one level deeper, which come next. So an operation runs as many statements as its
shape has loads, however long each of them takes.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graph.execution.breadth_first.answer_writer import Writing
from graph.execution.breadth_first.columns import laid_out
from graph.execution.breadth_first.completion import complete
from graph.execution.breadth_first.failure import Failure, attempt, each, failed
from graph.execution.breadth_first.loads import ColumnLoader
from graph.execution.breadth_first.operation_run import Run
from graph.execution.breadth_first.pending import PendingAnswers, PendingLoad
from graph.execution.operation_loader import OperationLoader

Values = list[Any]


async def wait_for_pending(run: Run) -> None:
    """Return when no answer is pending any more. Cancelling it cancels everything that is waited for."""
    while run.pending:
        jobs = _jobs(run)
        arrived = await _arrivals(run, jobs)
        for job, values in zip(jobs, arrived, strict=True):
            if isinstance(job, PendingAnswers):
                _put_in(job, values)
                continue
            for column, loaded in zip(job.columns, values, strict=True):
                _put_in_loaded(run, column, loaded)


@dataclass(slots=True)
class _Batch:
    """Columns that load through one loader, and all their keys."""

    loader: ColumnLoader
    columns: list[PendingLoad] = field(default_factory=list)
    keys: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class _Written:
    """Columns that are written together, and all their keys."""

    writing: Writing
    columns: list[PendingLoad] = field(default_factory=list)
    keys: list[Any] = field(default_factory=list)


_Job: TypeAlias = _Batch | _Written | PendingAnswers


def _jobs(run: Run) -> list[_Job]:
    """What is to be waited for, for all that is pending now."""
    pending, run.pending = run.pending, []
    jobs: list[_Job] = []
    batches: dict[OperationLoader[Any] | Writing, _Batch | _Written] = {}
    for column in pending:
        if isinstance(column, PendingAnswers):
            jobs.append(column)
            continue
        by = column.load.writing or column.load.relation.loader
        batch = batches.get(by)
        if batch is None:
            made = attempt(_batch, run, by)
            if type(made) is Failure:
                _put_in_loaded(run, column, [made] * len(column.load.wanted))
                continue
            batch = batches[by] = made
            jobs.append(batch)
        batch.columns.append(column)
        batch.keys += column.load.wanted
    return jobs


def _batch(run: Run, by: OperationLoader[Any] | Writing) -> _Batch | _Written:
    """An empty batch of what is loaded by a data loader, or written."""
    return _Batch(run.column_loaders().over(by)) if isinstance(by, OperationLoader) else _Written(by)


async def _arrivals(run: Run, jobs: list[_Job]) -> list[Values]:
    """What all jobs wait for, side by side. The first is waited for in this task, which has nothing else to do."""
    if len(jobs) <= 1:
        return [await _arrival(run, job) for job in jobs]
    beside_resolvers = any(isinstance(job, PendingAnswers) for job in jobs)
    tasks = [asyncio.create_task(_arrival(run, job, beside_resolvers=beside_resolvers)) for job in jobs[1:]]
    try:
        return [
            await _arrival(run, jobs[0], beside_resolvers=beside_resolvers),
            *[await task for task in tasks],
        ]
    finally:
        await _end(tasks)
        for job in jobs:
            if isinstance(job, PendingAnswers):
                job.answers.close()


async def _end(tasks: list[asyncio.Task[Values]]) -> None:
    unfinished = [task for task in tasks if not task.done()]
    for task in unfinished:
        task.cancel()
    if unfinished:
        await asyncio.wait(unfinished)


async def _arrival(run: Run, job: _Job, *, beside_resolvers: bool = False) -> Values:
    """The answers of a column that awaits them, or what was loaded for each column of a batch."""
    if isinstance(job, PendingAnswers):
        return await job.answers
    if isinstance(job, _Written):
        return await _written(run, job)
    try:
        await job.loader.load(job.keys, beside_resolvers=beside_resolvers)
    except TypeError:
        # A key that cannot be hashed is the error of its own column.
        return [await _load_alone(column, job.loader) for column in job.columns]
    values = job.loader.values
    return [[values[key] for key in column.load.wanted] for column in job.columns]


async def _written(run: Run, job: _Written) -> Values:
    try:
        read = await run.context.answer_writer.read(job.writing, job.keys)
    except Exception as error:  # noqa: BLE001 - whatever fails is the error of each field that waits for it
        read = [Failure(error)] * len(job.keys)
    following = iter(read)
    return [[next(following) for _ in column.load.wanted] for column in job.columns]


async def _load_alone(column: PendingLoad, loader: ColumnLoader) -> Values:
    wanted = column.load.wanted
    try:
        await loader.load(wanted)
        return [loader.values[key] for key in wanted]
    except TypeError as error:
        return [Failure(error)] * len(wanted)


def _put_in_loaded(run: Run, column: PendingLoad, loaded: Values) -> None:
    load = column.load
    pick = load.relation.pick
    if pick is not None:
        if failed(loaded):
            loaded = [value if type(value) is Failure else attempt(pick, value) for value in loaded]
        else:
            loaded = each(pick, loaded)
    values = laid_out(load.keys, loaded, load.relation.nothing)
    answers = complete(run, column.field, column.field.completion, values)
    if isinstance(answers, list):
        _put_in(column, answers)
    else:
        run.pending.append(PendingAnswers(column.rows, column.field, answers))


def _put_in(column: PendingLoad | PendingAnswers, answers: Values) -> None:
    key = column.field.key
    for row, answer in zip(column.rows, answers, strict=True):
        row[key] = answer
