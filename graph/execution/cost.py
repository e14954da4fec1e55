"""What an operation may cost, computed before it runs: the objects that it can reach, by lengths that are known or
declared, and what has to be looked up for them.

An object counts 1, a plain value and each value of a list of values a twentieth, and a field that has to be looked up
10, once for all objects of its level. A connection is an object besides, and what is in it counts for each row of its
page (`first` or `last`, 50 when neither is given); what is in any other list counts for each item that it is declared
to have, or for the items of the longest list among its arguments. A filter that searches counts as so many lookups
besides. Edges and page infos are wrapping and count nothing
themselves. Fields that merge in the answer count once. @skip and @include are not looked at: the cost is an upper bound
of what is declared. docs/guide/cost.md tells all of this to clients.

What describes the schema is counted the same way, by the lengths that the schema has; a whole description is made to
cost a fifth of the highest cost, whatever that is, so that it fits always and not often.

The plan of an operation is made once and kept with its document; only what variables hold is filled in per request.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_introspection_query,
    parse,
)

from graph.execution.cost_plan import TWENTIETHS, CostPlan, Given, Multiplier
from graph.execution.cost_shapes import FieldShape, Kind, Shapes, shapes_of
from graph.execution.introspection import META_FIELDS
from graph.execution.refusals import RequestCode, over_limit, refusal

_DEFAULT_PAGE = 50
# In twentieths of an object.
_OBJECT = TWENTIETHS
_VALUE = 1
_LOOKUP = 10 * _OBJECT
_SHARE_OF_INTROSPECTION = 5
_MOST_FIELDS = 5_000
_WHOLE_SCHEMA = get_introspection_query(
    specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
)


class CostModel:
    """Plans the cost of operations on one schema; reads the schema once."""

    def __init__(self, schema: GraphQLSchema, max_cost: int) -> None:
        self._shapes = shapes_of(schema)
        self._root_names = {kind: root.name for kind in OperationType if (root := schema.get_root_type(kind))}
        self._max_cost = max_cost

    def plan(self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> CostPlan:
        """The cost plan of a validated operation.

        Raises RequestRefused when fragments that spread each other make more fields of it than any document has.
        """
        planner = _Planner(self._shapes, fragments, self._introspection)
        plan = planner.plan(self._root_names[operation.operation], [operation.selection_set], None)
        return CostPlan(plan.fixed + _LOOKUP * planner.lookups, (*plan.scaled, *planner.lookups_given))

    def check(self, plan: CostPlan, variables: Mapping[str, Any]) -> int:
        """The cost for these variables. Raises RequestRefused when it is too high."""
        cost = plan.cost(variables)
        if cost > self._max_cost:
            raise over_limit(RequestCode.COST_LIMIT, "cost", cost, self._max_cost)
        return cost

    def _introspection(self, twentieths: int) -> int:
        """What a description of so much of the schema costs."""
        return -(-twentieths * _OBJECT * self._max_cost // (_SHARE_OF_INTROSPECTION * self._whole_schema))

    @cached_property
    def _whole_schema(self) -> int:
        """What the whole description would cost if it were counted like everything else."""
        document = parse(_WHOLE_SCHEMA)
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        [operation] = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
        planner = _Planner(self._shapes, fragments, lambda twentieths: twentieths)
        return planner.plan(self._root_names[OperationType.QUERY], [operation.selection_set], None).fixed


class _Planner:
    """Walks one operation; fields are merged as execution merges them."""

    def __init__(
        self,
        shapes: Shapes,
        fragments: Mapping[str, FragmentDefinitionNode],
        introspection: Callable[[int], int],
    ) -> None:
        self._shapes = shapes
        self._fragments = fragments
        self._introspection = introspection
        self._planned = 0
        self.lookups = 0
        """What has to be looked up for the fields that were planned so far."""
        self.lookups_given: list[tuple[Given, CostPlan]] = []
        """What has to be looked up besides where variables hold something."""

    def plan(self, type_name: str, selection_sets: Sequence[SelectionSetNode], page: Multiplier | None) -> CostPlan:
        """The cost of the selections on one object; `page` is that of the connection the object is."""
        merged: dict[tuple[str, str, FieldShape, Multiplier], list[SelectionSetNode]] = {}
        for parent, field in self._fields(type_name, selection_sets):
            shape = self._shapes.get((parent, field.name.value), _TYPE_NAME)
            name = field.name.value
            key = ((field.alias or field.name).value, name, shape, _multiplier(shape, field, page))
            if key not in merged:
                self._count_inputs(shape, field)
            below = merged.setdefault(key, [])
            if field.selection_set is not None:
                below.append(field.selection_set)
        fixed = 0
        scaled: list[tuple[Multiplier | Given, CostPlan]] = []
        for (_, name, shape, multiplier), inner in merged.items():
            plan = self._field(shape, multiplier, inner)
            if name in META_FIELDS:
                plan = CostPlan(self._introspection(plan.twentieths({})))
            fixed += plan.fixed
            scaled.extend(plan.scaled)
        return CostPlan(fixed, tuple(scaled))

    def _field(self, shape: FieldShape, multiplier: Multiplier, inner: list[SelectionSetNode]) -> CostPlan:
        self._planned += 1
        if self._planned > _MOST_FIELDS:
            raise refusal(
                RequestCode.COMPLEXITY_LIMIT, "The document is too entangled to be priced.", limit="complexity"
            )
        self.lookups += shape.lookups
        if shape.kind is Kind.VALUE:
            return CostPlan(_VALUE)
        if shape.kind is Kind.VALUES:
            return CostPlan(_VALUE).times(multiplier)
        plan = self.plan(shape.type_name, inner, multiplier if shape.kind is Kind.CONNECTION else None)
        is_wrapping = shape.kind is Kind.WRAPPING or shape.type_name.endswith("Edge")
        plan = CostPlan(plan.fixed + (0 if is_wrapping else _OBJECT), plan.scaled)
        return plan.times(multiplier) if shape.kind is Kind.OBJECTS else plan

    def _count_inputs(self, shape: FieldShape, field: FieldNode) -> None:
        """Fields that merge have the same arguments, so those of one of them count."""
        for argument, name, lookups in shape.dear_inputs:
            match _given(field, argument, name):
                case Given() as given:
                    self.lookups_given.append((given, CostPlan(_LOOKUP * lookups)))
                case True:
                    self.lookups += lookups

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


_TYPE_NAME = FieldShape(Kind.VALUE, "String")


def _multiplier(shape: FieldShape, field: FieldNode, page: Multiplier | None) -> Multiplier:
    arguments = {argument.name.value: argument.value for argument in field.arguments or ()}
    match shape.kind:
        case Kind.CONNECTION:
            asked = [arguments[name] for name in ("first", "last") if name in arguments]
            return _largest(asked, fallback=_DEFAULT_PAGE)
        case Kind.OBJECTS | Kind.VALUES:
            if page is not None and shape.kind is Kind.OBJECTS:
                return page
            lists = [value for name, value in arguments.items() if name in shape.list_arguments]
            return _largest(lists, fallback=shape.length)
        case _:
            return Multiplier(1)


def _largest(values: Sequence[ValueNode], fallback: int) -> Multiplier:
    numbers = [int(value.value) for value in values if isinstance(value, IntValueNode)]
    numbers += [len(value.values) for value in values if isinstance(value, ListValueNode)]
    variables = tuple(value.name.value for value in values if isinstance(value, VariableNode))
    return Multiplier(max(numbers, default=0), variables, 0 if numbers else fallback)


def _given(field: FieldNode, argument: str, name: str) -> Given | bool:
    """Whether a field of an input is given, or which variable tells."""
    value = next((each.value for each in field.arguments or () if each.name.value == argument), None)
    if isinstance(value, VariableNode):
        return Given(value.name.value, name)
    if not isinstance(value, ObjectValueNode):
        return False
    own = next((each.value for each in value.fields if each.name.value == name), None)
    if isinstance(own, VariableNode):
        return Given(own.name.value)
    return own is not None and not isinstance(own, NullValueNode)
