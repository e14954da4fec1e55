"""What becomes of the values of a field: answers made of dictionaries, lists and plain values.

`select` is the heart: all objects of one level go in, one dictionary for each comes out.
"""

from collections.abc import Callable, Coroutine, Sequence, Set
from functools import partial
from typing import Any, TypeAlias, assert_never

from graphql import GraphQLObjectType
from graphql.pyutils import is_async_iterable, is_awaitable
from orjson import Fragment

from graph.execution.breadth_first.columns import column
from graph.execution.breadth_first.failure import Failure, attempt, failed
from graph.execution.breadth_first.leaves import fit, leaves
from graph.execution.breadth_first.lists import as_lists, end_to_end, gathered, laid_back
from graph.execution.breadth_first.operation_run import Run
from graph.execution.breadth_first.pending import Load, PendingAnswers, PendingLoad
from graph.execution.breadth_first.plan import Completion, FieldPlan, Items, Leaf, Objects, Required, SelectionPlan
from graph.execution.breadth_first.rows import rows
from graph.execution.breadth_first.runtime_types import of_type, types_of
from graph.execution.breadth_first.special_values import are_plain, awaited, is_special, may_be_awaited, plain

Values: TypeAlias = list[Any]
Later: TypeAlias = Coroutine[Any, Any, Values]

_NONE = type(None)
_ABSENT = frozenset((_NONE, Failure))


def select(run: Run, plan: SelectionPlan, sources: Values) -> Values:
    """One dictionary for each source, its fields in the order of the selection; failures stand in them as they are.

    What has to be waited for is null in them, and noted in `run.pending`.
    """
    if not plan.fields:
        return [{} for _ in sources]
    run.sizes.note_rows(plan, len(sources))
    columns = [_answers(run, field, sources) for field in plan.fields]
    waiting = [index for index, answers in enumerate(columns) if type(answers) is not list]
    if not waiting:
        return rows(plan.keys, columns)
    nothing = [None] * len(sources)
    answers = rows(plan.keys, [column if type(column) is list else nothing for column in columns])
    for index in waiting:
        field, cause = plan.fields[index], columns[index]
        run.pending.append(
            PendingLoad(answers, field, cause) if type(cause) is Load else PendingAnswers(answers, field, cause)
        )
    return answers


def _answers(run: Run, field: FieldPlan, sources: Values) -> Any:
    """The answers of a field for all sources, or what they have to wait for: a load or a coroutine."""
    if field.read is not None and field.plain:
        # Most fields are attributes that are answered as they are.
        try:
            attributes = list(map(field.read, sources))
        except Exception:  # noqa: BLE001 - whose it is, the general way below tells
            attributes = None
        if attributes is not None and field.plain.issuperset(map(type, attributes)):
            is_answer = not field.is_int or fit(attributes)
            if is_answer:
                return attributes
    values = column(run, field, sources)
    return values if isinstance(values, Load) else complete(run, field, field.completion, values)


def then(values: Values | Later, go_on: Callable[[Values], Values | Later]) -> Values | Later:
    """Go on with the values, at once where they are there."""
    return go_on(values) if isinstance(values, list) else _then_later(values, go_on)


async def _then_later(values: Later, go_on: Callable[[Values], Values | Later]) -> Values:
    answers = go_on(await values)
    return answers if isinstance(answers, list) else await answers


def complete(run: Run, field: FieldPlan, completion: Completion, values: Values) -> Values | Later:
    """What is answered for values as a field or a list holds them; a coroutine where there is something to wait for."""
    kinds = set(map(type, values))
    if are_plain(kinds):
        return _complete(run, field, completion, values, kinds)
    if any(map(may_be_awaited, kinds)) and any(map(is_awaitable, values)):
        return then(awaited(values), partial(complete, run, field, completion))
    if any(map(is_special, kinds)):
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
            return then(answers_or_later, partial(_required, run, field))
        case Items(item):
            if any(map(is_async_iterable, kinds)):
                return then(gathered(values), partial(complete, run, field, completion))
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


def _items(run: Run, field: FieldPlan, item: Completion, values: Values) -> Values | Later:
    """All items of all lists are completed together."""
    lists = as_lists(field, values)
    run.has_failures = run.has_failures or failed(lists)
    items = end_to_end(lists)
    run.sizes.note_items(field, len(items))
    return then(complete(run, field, item, items), partial(laid_back, lists))


def _objects(run: Run, field: FieldPlan, completion: Objects, values: Values, kinds: Set[type]) -> Values | Later:
    """Each object is answered once, however often it is named: boxes recur in every second row of a stock list.

    What the database wrote is an answer already.
    """
    if Fragment in kinds:
        run.sizes.note_written(field, values)
        return values
    there = values if kinds.isdisjoint(_ABSENT) else [value for value in values if type(value) not in _ABSENT]
    if not there:
        return values
    distinct = dict(zip(map(id, there), there, strict=True))
    sources = list(distinct.values())
    if isinstance(completion.type, GraphQLObjectType):
        answers = _of_one_type(run, field, completion, completion.type, sources)
    else:
        answers = _of_many_types(run, field, completion, sources)
    if len(sources) == len(values):
        return answers
    run.sizes.note_times(field, len(there), len(sources))
    return then(answers, partial(_for_each, values, distinct))


def _for_each(values: Values, distinct: dict[int, Any], answers: Values) -> Values:
    """The answers of distinct objects, wherever these stand among the values; nulls and failures stay."""
    by_source = dict(zip(distinct, answers, strict=True))
    return [by_source.get(id(value), value) for value in values]


def _of_one_type(
    run: Run, field: FieldPlan, completion: Objects, object_type: GraphQLObjectType, sources: Values
) -> Values | Later:
    checked = of_type(run, field, object_type, sources)
    return then(checked, partial(_selected, run, completion, object_type))


def _selected(run: Run, completion: Objects, object_type: GraphQLObjectType, checked: Values) -> Values:
    selection = attempt(completion.selection, object_type)
    if type(selection) is Failure:
        run.has_failures = True
        return [one if type(one) is Failure else selection for one in checked]
    if not failed(checked):
        return select(run, selection, checked)
    run.has_failures = True
    fitting = [source for source in checked if type(source) is not Failure]
    selected = iter(select(run, selection, fitting) if fitting else ())
    return [one if type(one) is Failure else next(selected) for one in checked]


def _of_many_types(run: Run, field: FieldPlan, completion: Objects, sources: Values) -> Values | Later:
    assert not isinstance(completion.type, GraphQLObjectType)
    types = types_of(run, field, completion.type, sources)
    return then(types, partial(_by_types, run, field, completion, sources))


def _by_types(run: Run, field: FieldPlan, completion: Objects, sources: Values, types: Values) -> Values | Later:
    """The objects of each type together, by the plan for that type."""
    run.has_failures = run.has_failures or failed(types)
    members: dict[GraphQLObjectType, Values] = {}
    for source, object_type in zip(sources, types, strict=True):
        if type(object_type) is not Failure:
            members.setdefault(object_type, []).append(source)
    answers = [_of_one_type(run, field, completion, object_type, own) for object_type, own in members.items()]
    merged = partial(_merged, run, completion, list(members), types)
    there = [own for own in answers if isinstance(own, list)]
    return merged(there) if len(there) == len(answers) else then(_together(answers), merged)


def _merged(
    run: Run, completion: Objects, members: list[GraphQLObjectType], types: Values, answers: list[Values]
) -> Values:
    """The answers of all types in the order of their objects; which plan made each is remembered."""
    for object_type, own_answers in zip(members, answers, strict=True):
        plan = completion.selections.get(object_type.name)
        if plan is not None:
            run.selections.update((id(answer), plan) for answer in own_answers)
    following = {object_type: iter(own) for object_type, own in zip(members, answers, strict=True)}
    return [one if type(one) is Failure else next(following[one]) for one in types]


async def _together(answers: Sequence[Values | Later]) -> list[Values]:
    return [own if isinstance(own, list) else await own for own in answers]
