"""Fills the gaps that a level left: waits for what they wait for, and goes on from there, level by level.

Columns of a level that load through the same loader share one batch. What has come may leave gaps one level deeper,
which are filled next; what is independent of each other is waited for side by side.
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

Values = list[Any]


async def fill_gaps(run: Run) -> None:
    """Return when the answers have no gap any more. Cancelling it cancels everything that is waited for."""
    while run.gaps:
        jobs = _jobs(run)
        if len(jobs) == 1:
            await _do(run, jobs[0])
        elif jobs:
            await _side_by_side(run, jobs)


@dataclass(slots=True)
class _Batch:
    """Columns that load through one loader, and all their keys."""

    loader: ColumnLoader
    gaps: list[LoadGap] = field(default_factory=list)
    keys: list[Any] = field(default_factory=list)


_Job: TypeAlias = _Batch | AnswerGap


def _jobs(run: Run) -> list[_Job]:
    """What is to be waited for, for all gaps there are now."""
    gaps, run.gaps = run.gaps, []
    jobs: list[_Job] = []
    batches: dict[str, _Batch] = {}
    for gap in gaps:
        if isinstance(gap, AnswerGap):
            jobs.append(gap)
            continue
        name = gap.load.relation.loader
        batch = batches.get(name)
        if batch is None:
            loader = attempt(run.column_loaders().named, name)
            if type(loader) is Failure:
                _fill_loaded(run, gap, [loader] * len(gap.load.wanted))
                continue
            batch = batches[name] = _Batch(loader)
            jobs.append(batch)
        batch.gaps.append(gap)
        batch.keys += gap.load.wanted
    return jobs


async def _side_by_side(run: Run, jobs: list[_Job]) -> None:
    """The first job goes on in this task, which is waiting anyway."""
    run.branches += len(jobs) - 1
    tasks = [asyncio.create_task(_branch(run, job)) for job in jobs[1:]]
    try:
        await _do(run, jobs[0])
        await fill_gaps(run)
        for task in tasks:
            await task
    finally:
        await _end(tasks)
        for job in jobs:
            if isinstance(job, AnswerGap):
                job.answers.close()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    unfinished = [task for task in tasks if not task.done()]
    for task in unfinished:
        task.cancel()
    if unfinished:
        await asyncio.wait(unfinished)


async def _branch(run: Run, job: _Job) -> None:
    try:
        await _do(run, job)
        await fill_gaps(run)
    finally:
        run.branches -= 1


async def _do(run: Run, job: _Job) -> None:
    if isinstance(job, AnswerGap):
        _fill(job, await job.answers)
        return
    shares = run.branches > 0
    try:
        await job.loader.load(job.keys, shares=shares)
    except TypeError:
        # A key that cannot be hashed is the error of its own column.
        for gap in job.gaps:
            await _load_alone(run, gap, job.loader)
        return
    values = job.loader.values
    for gap in job.gaps:
        _fill_loaded(run, gap, [values[key] for key in gap.load.wanted])


async def _load_alone(run: Run, gap: LoadGap, loader: ColumnLoader) -> None:
    wanted = gap.load.wanted
    try:
        await loader.load(wanted)
        loaded = [loader.values[key] for key in wanted]
    except TypeError as error:
        loaded = [Failure(error)] * len(wanted)
    _fill_loaded(run, gap, loaded)


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
