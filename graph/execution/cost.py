"""What an operation may cost: the number of objects it can reach, computed before it runs.

An object counts 1. A connection counts 1 and its edges or nodes by its page (`first` or `last`, 50 when neither is
given); every other list of objects counts by 10, or by the longest list among its arguments when that is longer. Edges
and page infos are wrapping and count nothing themselves; scalars and introspection are free. Fields that merge in the
answer count once. @skip and @include are not looked at: the cost is an upper bound.

The plan of an operation is made once and kept with its document; only what variables hold is filled in per request.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_interface_type,
    is_list_type,
    is_object_type,
)

from graph.execution.refusals import RequestCode, over_limit

_DEFAULT_PAGE = 50
_PLAIN_LIST = 10


class _Kind(Enum):
    OBJECT = auto()
    WRAPPING = auto()
    CONNECTION = auto()
    LIST = auto()


@dataclass(frozen=True, slots=True)
class _FieldShape:
    """What the cost needs to know about a field of the schema that returns objects."""

    kind: _Kind
    type_name: str
    list_arguments: frozenset[str]


@dataclass(frozen=True, slots=True)
class Multiplier:
    """How many objects a list may have: the largest of a number and of what the named variables hold."""

    number: int
    variables: tuple[str, ...] = ()
    fallback: int = 0

    def value(self, variables: Mapping[str, Any]) -> int:
        """The multiplier for coerced variables: numbers count themselves, lists count their length."""
        given = [_size(variables[name]) for name in self.variables if variables.get(name) is not None]
        return max(self.number, *given) if given else max(self.number, self.fallback)


@dataclass(frozen=True, slots=True)
class CostPlan:
    """A cost: a fixed number, and parts that are multiplied by what variables hold."""

    fixed: int
    scaled: tuple[tuple[Multiplier, "CostPlan"], ...] = ()

    def cost(self, variables: Mapping[str, Any]) -> int:
        """The cost of the operation for coerced variables."""
        return self.fixed + sum(multiplier.value(variables) * plan.cost(variables) for multiplier, plan in self.scaled)

    def times(self, multiplier: Multiplier) -> "CostPlan":
        """This plan for every object of a list."""
        if multiplier.variables:
            return CostPlan(0, ((multiplier, self),))
        by = max(multiplier.number, multiplier.fallback)
        if not self.scaled:
            return CostPlan(by * self.fixed)
        return CostPlan(0, ((Multiplier(by), self),))


class CostModel:
    """Plans the cost of operations on one schema; reads the schema once."""

    def __init__(self, schema: GraphQLSchema, max_cost: int) -> None:
        self._shapes = dict(_field_shapes(schema))
        self._root_names = {kind: root.name for kind in OperationType if (root := schema.get_root_type(kind))}
        self._max_cost = max_cost

    def plan(self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> CostPlan:
        """The cost plan of a validated operation.

        Raises RequestRefused when the operation has more fields than the highest cost, so that fragments which spread
        each other many times cannot make a plan that is larger than the operation is allowed to be.
        """
        planner = _Planner(self._shapes, fragments, self._max_cost)
        return planner.plan(self._root_names[operation.operation], [operation.selection_set], None)

    def check(self, plan: CostPlan, variables: Mapping[str, Any]) -> int:
        """The cost for these variables. Raises RequestRefused when it is too high."""
        cost = plan.cost(variables)
        if cost > self._max_cost:
            raise over_limit(RequestCode.COST_LIMIT, "cost", cost, self._max_cost)
        return cost


class _Planner:
    """Walks one operation; fields are merged as execution merges them."""

    def __init__(
        self, shapes: Mapping[tuple[str, str], _FieldShape], fragments: Mapping[str, FragmentDefinitionNode], most: int
    ) -> None:
        self._shapes = shapes
        self._fragments = fragments
        self._most = most
        self._planned = 0

    def plan(self, type_name: str, selection_sets: Sequence[SelectionSetNode], page: Multiplier | None) -> CostPlan:
        """The cost of the selections on one object; `page` is that of the connection the object is."""
        merged: dict[tuple[str, _FieldShape, Multiplier], list[SelectionSetNode]] = {}
        for parent, field in self._fields(type_name, selection_sets):
            shape = self._shapes.get((parent, field.name.value))
            if shape is None or field.selection_set is None:
                continue
            name = (field.alias or field.name).value
            merged.setdefault((name, shape, _multiplier(shape, field, page)), []).append(field.selection_set)
        fixed = 0
        scaled: list[tuple[Multiplier, CostPlan]] = []
        for (_, shape, multiplier), inner in merged.items():
            plan = self._field(shape, multiplier, inner)
            fixed += plan.fixed
            scaled.extend(plan.scaled)
        return CostPlan(fixed, tuple(scaled))

    def _field(self, shape: _FieldShape, multiplier: Multiplier, inner: list[SelectionSetNode]) -> CostPlan:
        self._planned += 1
        if self._planned > self._most:
            raise over_limit(RequestCode.COST_LIMIT, "cost", self._planned, self._most)
        is_connection = shape.kind is _Kind.CONNECTION
        plan = self.plan(shape.type_name, inner, multiplier if is_connection else None)
        own = 0 if shape.kind is _Kind.WRAPPING or shape.type_name.endswith("Edge") else 1
        plan = CostPlan(plan.fixed + own, plan.scaled)
        return plan.times(multiplier) if shape.kind is _Kind.LIST else plan

    def _fields(self, type_name: str, selection_sets: Sequence[SelectionSetNode]) -> Iterator[tuple[str, FieldNode]]:
        """Every field written in the selection sets, with the type it is asked of; each fragment once."""
        seen: set[str] = set()
        waiting = [(type_name, selection_set) for selection_set in reversed(selection_sets)]
        while waiting:
            parent, selection_set = waiting.pop()
            for selection in selection_set.selections:
                match selection:
                    case FieldNode():
                        yield parent, selection
                    case InlineFragmentNode():
                        condition = selection.type_condition
                        waiting.append((condition.name.value if condition else parent, selection.selection_set))
                    case FragmentSpreadNode() if selection.name.value not in seen:
                        seen.add(selection.name.value)
                        fragment = self._fragments[selection.name.value]
                        waiting.append((fragment.type_condition.name.value, fragment.selection_set))


def _multiplier(shape: _FieldShape, field: FieldNode, page: Multiplier | None) -> Multiplier:
    arguments = {argument.name.value: argument.value for argument in field.arguments or ()}
    if shape.kind is _Kind.CONNECTION:
        asked = [arguments[name] for name in ("first", "last") if name in arguments]
        return _largest(asked, fallback=_DEFAULT_PAGE)
    if shape.kind is not _Kind.LIST:
        return Multiplier(1)
    if page is not None:
        return page
    lists = [value for name, value in arguments.items() if name in shape.list_arguments]
    largest = _largest(lists, fallback=_PLAIN_LIST)
    return Multiplier(max(largest.number, _PLAIN_LIST), largest.variables)


def _largest(values: Sequence[ValueNode], fallback: int) -> Multiplier:
    numbers = [int(value.value) for value in values if isinstance(value, IntValueNode)]
    numbers += [len(value.values) for value in values if isinstance(value, ListValueNode)]
    variables = tuple(value.name.value for value in values if isinstance(value, VariableNode))
    return Multiplier(max(numbers, default=0), variables, 0 if numbers else fallback)


def _size(value: object) -> int:
    if isinstance(value, int):
        return value
    return len(value) if isinstance(value, list) else 1


def _field_shapes(schema: GraphQLSchema) -> Iterator[tuple[tuple[str, str], _FieldShape]]:
    for type_name, type_ in schema.type_map.items():
        if type_name.startswith("__") or not (is_object_type(type_) or is_interface_type(type_)):
            continue
        for field_name, field in type_.fields.items():
            if is_composite_type(get_named_type(field.type)):
                yield (type_name, field_name), _field_shape(field)


def _field_shape(field: GraphQLField) -> _FieldShape:
    type_name = get_named_type(field.type).name
    if is_list_type(get_nullable_type(field.type)):
        kind = _Kind.LIST
    elif type_name.endswith("Connection"):
        kind = _Kind.CONNECTION
    else:
        kind = _Kind.WRAPPING if type_name == "PageInfo" else _Kind.OBJECT
    lists = frozenset(name for name, argument in field.args.items() if is_list_type(get_nullable_type(argument.type)))
    return _FieldShape(kind, type_name, lists)
