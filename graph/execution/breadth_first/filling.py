"""Fills the gaps that a level left: waits for all that they wait for, and goes on from there, level by level.

Columns of a level that load through the same loader share one batch, whichever parts of the answer they stand in. What
has come may leave gaps one level deeper, which are filled next. So an operation runs as many statements as its shape
has loads, however long each of them takes.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graph.execution.breadth_first.columns import laid_out
from graph.execution.breadth_first.completion import complete
from graph.execution.breadth_first.failure import Failure, attempt, each, failed
from graph.execution.breadth_first.gaps import AnswerGap, LoadGap
from graph.execution.breadth_first.loads import ColumnLoader
from graph.execution.breadth_first.run import Run
from persistence.readers.written import Writing

Values = list[Any]


async def fill_gaps(run: Run) -> None:
    """Return when the answers have no gap any more. Cancelling it cancels everything that is waited for."""
    while run.gaps:
        jobs = _jobs(run)
        arrived = await _arrivals(run, jobs)
        for job, values in zip(jobs, arrived, strict=True):
            if isinstance(job, AnswerGap):
                _fill(job, values)
                continue
            for gap, loaded in zip(job.gaps, values, strict=True):
                _fill_loaded(run, gap, loaded)


@dataclass(slots=True)
class _Batch:
    """Columns that load through one loader, and all their keys."""

    loader: ColumnLoader
    gaps: list[LoadGap] = field(default_factory=list)
    keys: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class _Written:
    """Columns that the database writes by one statement, and all their keys."""

    writing: Writing
    gaps: list[LoadGap] = field(default_factory=list)
    keys: list[Any] = field(default_factory=list)


_Job: TypeAlias = _Batch | _Written | AnswerGap


def _jobs(run: Run) -> list[_Job]:
    """What is to be waited for, for all gaps there are now."""
    gaps, run.gaps = run.gaps, []
    jobs: list[_Job] = []
    batches: dict[str | Writing, _Batch | _Written] = {}
    for gap in gaps:
        if isinstance(gap, AnswerGap):
            jobs.append(gap)
            continue
        by = gap.load.writing or gap.load.relation.loader
        batch = batches.get(by)
        if batch is None:
            made = attempt(_batch, run, by)
            if type(made) is Failure:
                _fill_loaded(run, gap, [made] * len(gap.load.wanted))
                continue
            batch = batches[by] = made
            jobs.append(batch)
        batch.gaps.append(gap)
        batch.keys += gap.load.wanted
    return jobs


def _batch(run: Run, by: str | Writing) -> _Batch | _Written:
    """An empty batch of what is loaded by a data loader, or written by the database."""
    return _Batch(run.column_loaders().named(by)) if isinstance(by, str) else _Written(by)


async def _arrivals(run: Run, jobs: list[_Job]) -> list[Values]:
    """What all jobs wait for, side by side. The first is waited for in this task, which has nothing else to do."""
    if len(jobs) <= 1:
        return [await _arrival(run, job) for job in jobs]
    tasks = [asyncio.create_task(_arrival(run, job)) for job in jobs[1:]]
    try:
        return [await _arrival(run, jobs[0]), *[await task for task in tasks]]
    finally:
        await _end(tasks)
        for job in jobs:
            if isinstance(job, AnswerGap):
                job.answers.close()


async def _end(tasks: list[asyncio.Task[Values]]) -> None:
    unfinished = [task for task in tasks if not task.done()]
    for task in unfinished:
        task.cancel()
    if unfinished:
        await asyncio.wait(unfinished)


async def _arrival(run: Run, job: _Job) -> Values:
    """The answers of a gap, or what was loaded for each gap of a batch."""
    if isinstance(job, AnswerGap):
        return await job.answers
    if isinstance(job, _Written):
        return await _written(run, job)
    try:
        await job.loader.load(job.keys)
    except TypeError:
        # A key that cannot be hashed is the error of its own column.
        return [await _load_alone(gap, job.loader) for gap in job.gaps]
    values = job.loader.values
    return [[values[key] for key in gap.load.wanted] for gap in job.gaps]


async def _written(run: Run, job: _Written) -> Values:
    try:
        read = await job.writing.read(run.context.readers.written.database, job.keys)
    except Exception as error:  # noqa: BLE001 - whatever fails is the error of each field that waits for it
        read = [Failure(error)] * len(job.keys)
    following = iter(read)
    return [[next(following) for _ in gap.load.wanted] for gap in job.gaps]


async def _load_alone(gap: LoadGap, loader: ColumnLoader) -> Values:
    wanted = gap.load.wanted
    try:
        await loader.load(wanted)
        return [loader.values[key] for key in wanted]
    except TypeError as error:
        return [Failure(error)] * len(wanted)


def _fill_loaded(run: Run, gap: LoadGap, loaded: Values) -> None:
    load = gap.load
    pick = load.relation.pick
    if pick is not None:
        if failed(loaded):
            loaded = [value if type(value) is Failure else attempt(pick, value) for value in loaded]
        else:
            loaded = each(pick, loaded)
    values = laid_out(load.keys, loaded, load.relation.nothing)
    answers = complete(run, gap.field, gap.field.completion, values)
    if isinstance(answers, list):
        _fill(gap, answers)
    else:
        run.gaps.append(AnswerGap(gap.rows, gap.field, answers))


def _fill(gap: LoadGap | AnswerGap, answers: Values) -> None:
    key = gap.field.key
    for row, answer in zip(gap.rows, answers, strict=True):
        row[key] = answer
