"""The plans of operations, remembered within bounds."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
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

from graph.execution.breadth_first.plan import Planner, SelectionPlan
from graph.library_internals import FragmentDetails

_MAX_PLANS = 1_000
# A planned field takes about 600 bytes: this keeps the plans below some 30 MB whatever is sent.
_MAX_FIELDS = 50_000

_Choice: TypeAlias = tuple[Any, ...]
"""The values of the variables that decide which fields there are."""


class PlanMemory:
    """Bounds the plans of all operations, least recently used first out.

    The plans themselves stand with their operations, and go with them when a document is forgotten.
    """

    def __init__(self, max_plans: int = _MAX_PLANS, max_fields: int = _MAX_FIELDS) -> None:
        self._max_plans = max_plans
        self._max_fields = max_fields
        self.made_count = 0
        """Plans that were made so far, the forgotten ones included."""
        self._order: OrderedDict[tuple[ReferenceType[OperationPlans], _Choice], None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._order)

    def used(self, owner: "OperationPlans", choice: _Choice) -> None:
        """Note that a plan was used."""
        self._order.move_to_end((ref(owner), choice))

    def made(self, owner: "OperationPlans", choice: _Choice) -> None:
        """Note a new plan, and forget others where there are too many. Plans grow as they run, so all are measured."""
        self.made_count += 1
        self._order[ref(owner), choice] = None
        alive = [(there, kept) for reference, kept in self._order if (there := reference()) is not None]
        self._order = OrderedDict.fromkeys((ref(there), kept) for there, kept in alive)
        fields = sum(there.planned_fields(kept) for there, kept in alive)
        for oldest, oldest_choice in alive[:-1]:
            if len(self._order) <= self._max_plans and fields <= self._max_fields:
                return
            fields -= oldest.planned_fields(oldest_choice)
            oldest.forget(oldest_choice)
            del self._order[ref(oldest), oldest_choice]


class OperationPlans:
    """The plans of one operation: one for each choice that variables make in its @include and @skip."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDetails],
        memory: PlanMemory,
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = dict(fragments)
        self._memory = memory
        self._plans: dict[_Choice, tuple[Planner, SelectionPlan]] = {}
        sets = [operation.selection_set, *(fragment.definition.selection_set for fragment in fragments.values())]
        self._deciding = sorted({name for selection_set in sets for name in _deciding_variables(selection_set)})

    def plan(self, variables: VariableValues) -> SelectionPlan:
        """The plan for these variables. Raises GraphQLError where @include or @skip at the root is given null."""
        choice = tuple(variables.coerced.get(name, Undefined) for name in self._deciding)
        kept = self._plans.get(choice)
        if kept is not None:
            self._memory.used(self, choice)
            return kept[1]
        # The plan keeps what it is made from, so it gets no variable that it does not need.
        planner = Planner(self._schema, self._operation, self._fragments, self._only_deciding(variables))
        root_type = self._schema.get_root_type(self._operation.operation)
        assert root_type is not None
        plan = planner.root(root_type)
        self._plans[choice] = (planner, plan)
        self._memory.made(self, choice)
        return plan

    def planned_fields(self, choice: _Choice) -> int:
        """How many fields a plan has so far."""
        return self._plans[choice][0].planned_fields

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
