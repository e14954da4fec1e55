"""The plans of operations, remembered within bounds."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import count
from typing import Any, TypeAlias
from weakref import ReferenceType, ref

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    Undefined,
    VariableNode,
    VariableValues,
)

from graph.execution.breadth_first.plan import SelectionPlan
from graph.execution.breadth_first.planner import Declarations, Planner
from graph.library_internals import FragmentDetails

_MAX_PLANS = 1_000
# What is kept is looked at by each full run of the garbage collector: a planned field is two or three objects.
_MAX_FIELDS = 15_000

_Choice: TypeAlias = tuple[Any, ...]
"""The values of the variables that decide which fields there are."""


class PlanMemory:
    """Bounds the plans of all operations on one schema, least recently used first out.

    The plans themselves stand with their operations, and go with them when a document is forgotten.
    """

    def __init__(self, schema: GraphQLSchema, max_plans: int = _MAX_PLANS, max_fields: int = _MAX_FIELDS) -> None:
        self.declarations = Declarations(schema)
        self.made_count = 0
        """Plans that were made so far, the forgotten ones included."""
        self._max_plans = max_plans
        self._max_fields = max_fields
        self._numbers = count()
        self._owners: dict[int, ReferenceType[OperationPlans]] = {}
        # The number of its owner, and its choice; and how many fields the plan has.
        self._fields: OrderedDict[tuple[int, _Choice], int] = OrderedDict()
        self._all_fields = 0

    def __len__(self) -> int:
        return len(self._fields)

    def enter(self, owner: "OperationPlans") -> int:
        """The number of a new owner of plans, which are forgotten with it."""
        number = next(self._numbers)
        self._owners[number] = ref(owner, lambda _: self._owner_is_gone(number))
        return number

    def used(self, owner: int, choice: _Choice) -> None:
        """Note that a plan was used."""
        self._fields.move_to_end((owner, choice))

    def made(self, owner: int, choice: _Choice, fields: int) -> None:
        """Note a new plan, and forget others where there are too many."""
        self.made_count += 1
        self._fields[owner, choice] = fields
        self._all_fields += fields
        while len(self) > 1 and (len(self) > self._max_plans or self._all_fields > self._max_fields):
            oldest, oldest_choice = next(iter(self._fields))
            self._drop((oldest, oldest_choice))
            there = self._owners[oldest]()
            if there is not None:
                there.forget(oldest_choice)

    def grew(self, owner: int, choice: _Choice, fields: int) -> None:
        """Note that so many fields more were planned, as plans are while they run."""
        if (owner, choice) in self._fields:
            self._fields[owner, choice] += fields
            self._all_fields += fields

    def _drop(self, key: tuple[int, _Choice]) -> None:
        self._all_fields -= self._fields.pop(key)

    def _owner_is_gone(self, owner: int) -> None:
        del self._owners[owner]
        for key in [key for key in self._fields if key[0] == owner]:
            self._drop(key)


class OperationPlans:
    """The plans of one operation: one for each choice that variables make in its @include and @skip."""

    def __init__(
        self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDetails], memory: PlanMemory
    ) -> None:
        self._operation = operation
        self._fragments = dict(fragments)
        self._memory = memory
        self._number = memory.enter(self)
        self._plans: dict[_Choice, SelectionPlan] = {}
        sets = [operation.selection_set, *(fragment.definition.selection_set for fragment in fragments.values())]
        self._deciding = sorted({name for selection_set in sets for name in _deciding_variables(selection_set)})

    def plan(self, variables: VariableValues) -> SelectionPlan:
        """The plan for these variables. Raises GraphQLError where @include or @skip at the root is given null."""
        choice = tuple(variables.coerced.get(name, Undefined) for name in self._deciding)
        kept = self._plans.get(choice)
        if kept is not None:
            self._memory.used(self._number, choice)
            return kept
        # The plan keeps what it is made from, so it gets no variable that it does not need.
        planner = Planner(
            self._memory.declarations,
            self._operation,
            self._fragments,
            self._only_deciding(variables),
            partial(self._memory.grew, self._number, choice),
        )
        plan = self._plans[choice] = planner.root()
        self._memory.made(self._number, choice, sum(len(field.details) for field in plan.fields))
        return plan

    def forget(self, choice: _Choice) -> None:
        """Make the plan anew when it is wanted again."""
        del self._plans[choice]

    def _only_deciding(self, variables: VariableValues) -> VariableValues:
        return VariableValues(
            {name: variables.sources[name] for name in self._deciding if name in variables.sources},
            {name: variables.coerced[name] for name in self._deciding if name in variables.coerced},
        )


def _deciding_variables(selection_set: SelectionSetNode) -> Iterator[str]:
    """The names of the variables in @include and @skip, as they are written."""
    for selection in selection_set.selections:
        yield from _deciding_on(selection)
        match selection:
            case FieldNode(selection_set=SelectionSetNode() as below) | InlineFragmentNode(selection_set=below):
                yield from _deciding_variables(below)
            case FieldNode() | FragmentSpreadNode():
                continue


def _deciding_on(selection: SelectionNode) -> Iterator[str]:
    for directive in selection.directives or ():
        if directive.name.value in {"include", "skip"}:
            for argument in directive.arguments or ():
                if isinstance(argument.value, VariableNode):
                    yield argument.value.name.value
