"""What becomes of the values of a field: answers made of dictionaries, lists and plain values.

`select` is the heart: all objects of one level go in, one dictionary for each comes out.
"""

import asyncio
from collections.abc import Coroutine, Sequence, Set
from typing import Any, TypeAlias, assert_never

from graphql import GraphQLObjectType
from graphql.pyutils import is_async_iterable, is_awaitable

from graph.execution.breadth_first.columns import column
from graph.execution.breadth_first.failure import Failure, attempt, failed
from graph.execution.breadth_first.leaves import leaves
from graph.execution.breadth_first.lists import as_lists, end_to_end, gathered, laid_back
from graph.execution.breadth_first.oddities import are_plain, awaited, is_odd, may_be_awaited, plain
from graph.execution.breadth_first.plan import Completion, FieldPlan, Items, Leaf, Objects, Required, SelectionPlan
from graph.execution.breadth_first.rows import rows
from graph.execution.breadth_first.run import Run
from graph.execution.breadth_first.runtime_types import of_type, types_of

Values: TypeAlias = list[Any]
Later: TypeAlias = Coroutine[Any, Any, Values]

_NONE = type(None)
_ABSENT = frozenset((_NONE, Failure))


async def select(run: Run, plan: SelectionPlan, sources: Values) -> Values:
    """One dictionary for each source, its fields in the order of the selection; failures stand in them as they are."""
    if not plan.fields:
        return [{} for _ in sources]
    columns: list[Any] = [_answers(run, field, sources) for field in plan.fields]
    waiting = [index for index, answers in enumerate(columns) if type(answers) is not list]
    if waiting:
        arrived = await _together([columns[index] for index in waiting])
        for index, answers in zip(waiting, arrived, strict=True):
            columns[index] = answers
    return rows(plan.keys, columns)


async def _together(laters: Sequence[Later]) -> list[Values]:
    """What each coroutine returns; cancelling this cancels all of them."""
    if len(laters) == 1:
        return [await laters[0]]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(later) for later in laters]
    return [task.result() for task in tasks]


def _answers(run: Run, field: FieldPlan, sources: Values) -> Values | Later:
    values = column(run, field, sources)
    if isinstance(values, list):
        return complete(run, field, field.completion, values)
    return _complete_later(run, field, field.completion, values)


async def _complete_later(run: Run, field: FieldPlan, completion: Completion, values: Later) -> Values:
    return await _now(complete(run, field, completion, await values))


async def _now(answers: Values | Later) -> Values:
    return answers if isinstance(answers, list) else await answers


def complete(run: Run, field: FieldPlan, completion: Completion, values: Values) -> Values | Later:
    """What is answered for values as a field or a list holds them; a coroutine where there is something to wait for."""
    kinds = set(map(type, values))
    if are_plain(kinds):
        return _complete(run, field, completion, values, kinds)
    if any(map(may_be_awaited, kinds)) and any(map(is_awaitable, values)):
        return _complete_later(run, field, completion, awaited(values))
    if any(map(is_odd, kinds)):
        values = list(map(plain, values))
        kinds = set(map(type, values))
    run.has_failures = run.has_failures or Failure in kinds
    return _complete(run, field, completion, values, kinds)


def _complete(run: Run, field: FieldPlan, completion: Completion, values: Values, kinds: Set[type]) -> Values | Later:
    match completion:
        case Leaf(leaf_type):
            answers = leaves(leaf_type, values, kinds)
            run.has_failures = run.has_failures or (answers is not values and failed(answers))
            return answers
        case Required(inner):
            answers_or_later = _complete(run, field, inner, values, kinds)
            if isinstance(answers_or_later, list):
                is_plain = answers_or_later is values and _NONE not in kinds
                return values if is_plain else _required(run, field, answers_or_later)
            return _required_later(run, field, answers_or_later)
        case Items(item):
            if any(map(is_async_iterable, kinds)):
                return _complete_later(run, field, completion, gathered(values))
            return _items(run, field, item, values)
        case Objects():
            return _objects(run, field, completion, values, kinds)
        case _ as unknown:
            assert_never(unknown)


def _required(run: Run, field: FieldPlan, answers: Values) -> Values:
    if _NONE not in set(map(type, answers)):
        return answers
    run.has_failures = True
    missing = Failure(TypeError(f"Cannot return null for non-nullable field {field.parent_type}.{field.name}."))
    return [missing if answer is None else answer for answer in answers]


async def _required_later(run: Run, field: FieldPlan, later: Later) -> Values:
    return _required(run, field, await later)


def _items(run: Run, field: FieldPlan, item: Completion, values: Values) -> Values | Later:
    """All items of all lists are completed together."""
    lists = as_lists(field, values)
    run.has_failures = run.has_failures or failed(lists)
    answers = complete(run, field, item, end_to_end(lists))
    return laid_back(lists, answers) if isinstance(answers, list) else _laid_back_later(lists, answers)


async def _laid_back_later(lists: Values, later: Later) -> Values:
    return laid_back(lists, await later)


async def _objects(run: Run, field: FieldPlan, completion: Objects, values: Values, kinds: Set[type]) -> Values:
    """Each object is answered once, however often it is named: boxes recur in every second row of a stock list."""
    there = values if kinds.isdisjoint(_ABSENT) else [value for value in values if type(value) not in _ABSENT]
    if not there:
        return values
    distinct = dict(zip(map(id, there), there, strict=True))
    sources = list(distinct.values())
    if isinstance(completion.type, GraphQLObjectType):
        answers = await _of_one_type(run, field, completion, completion.type, sources)
    else:
        answers = await _of_many_types(run, field, completion, sources)
    if len(answers) == len(values):
        return answers
    by_source = dict(zip(distinct, answers, strict=True))
    return [by_source.get(id(value), value) for value in values]


async def _of_one_type(
    run: Run, field: FieldPlan, completion: Objects, object_type: GraphQLObjectType, sources: Values
) -> Values:
    selection = attempt(completion.selection, object_type)
    checked = await of_type(run, field, object_type, sources)
    fitting = [source for source in checked if type(source) is not Failure]
    if type(selection) is Failure:
        checked, fitting = [one if type(one) is Failure else selection for one in checked], []
    if len(fitting) == len(sources):
        return await select(run, selection, sources)
    run.has_failures = True
    selected = iter(await select(run, selection, fitting) if fitting else ())
    return [one if type(one) is Failure else next(selected) for one in checked]


async def _of_many_types(run: Run, field: FieldPlan, completion: Objects, sources: Values) -> Values:
    """The objects of each type together, by the plan for that type."""
    assert not isinstance(completion.type, GraphQLObjectType)
    types = await types_of(run, field, completion.type, sources)
    run.has_failures = run.has_failures or failed(types)
    members: dict[GraphQLObjectType, Values] = {}
    for source, object_type in zip(sources, types, strict=True):
        if type(object_type) is not Failure:
            members.setdefault(object_type, []).append(source)
    answers = await _together(
        [_of_one_type(run, field, completion, object_type, own) for object_type, own in members.items()]
    )
    for object_type, own_answers in zip(members, answers, strict=True):
        plan = completion.selections.get(object_type.name)
        if plan is not None:
            run.selections.update((id(answer), plan) for answer in own_answers)
    following = {object_type: iter(own_answers) for object_type, own_answers in zip(members, answers, strict=True)}
    return [one if type(one) is Failure else next(following[one]) for one in types]
