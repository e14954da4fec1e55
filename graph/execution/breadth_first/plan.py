"""What is to be done for a selection, worked out once for each operation and each choice of @include and @skip.

A SelectionPlan is one selection set on one object type. Each of its FieldPlans says where the values of a column come
from (`column`, see columns.py) and what becomes of them (`completion`, see completion.py). A selection is planned when
the first object turns up that is answered by it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    GraphQLAbstractType,
    GraphQLField,
    GraphQLObjectType,
)

from graph.execution.breadth_first.column_sources import Column
from graph.execution.observation import Unwritten
from graph.library_internals import (
    FieldDetails,
    declaration,
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar or an enum."""

    type: Any


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `item` says what becomes of each item."""

    item: "Completion"


@dataclass(frozen=True, slots=True)
class Required:
    """A value that must be there."""

    inner: "Completion"


@dataclass(frozen=True, slots=True)
class Objects:
    """Objects of one type, or of the types of an interface or a union."""

    type: GraphQLObjectType | GraphQLAbstractType
    plan: Callable[[GraphQLObjectType], "SelectionPlan"]
    selections: dict[str, "SelectionPlan"] = field(default_factory=dict)

    def selection(self, object_type: GraphQLObjectType) -> "SelectionPlan":
        """The plan for objects of this type. Raises GraphQLError where @include or @skip is given null."""
        found = self.selections.get(object_type.name)
        if found is None:
            found = self.selections[object_type.name] = self.plan(object_type)
        return found


Completion: TypeAlias = Leaf | Items | Required | Objects


@dataclass(slots=True)
class Memo:
    """What a relation made of a field's arguments, for a field whose arguments are the same in every run."""

    is_filled: bool = False
    value: Any = None


@dataclass(slots=True)
class WritingMemo:
    """How often a field that looks something up has run, and what is written for it from some time on, or why not."""

    runs: int = 0
    is_settled: bool = False
    writing: Any = None
    reason: Unwritten | None = None


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One field of a selection; `key` is its name in the answer.

    `writing` is there for what is looked up by a key alone. There is a memo where no argument is a variable. `plain`
    says which classes of values are answered as they are, where nothing else has to be looked at; `is_int` that they
    have to be in the range of Int.
    """

    key: str
    name: str
    definition: GraphQLField
    parent_type: GraphQLObjectType
    details: list[FieldDetails]
    column: Column
    completion: Completion
    memo: Memo | None
    read: Callable[[Any], Any] | None
    plain: frozenset[type]
    is_int: bool
    writing: WritingMemo | None

    @property
    def nodes(self) -> list[FieldNode]:
        """The field as it is written, as often as it is."""
        return [detail.node for detail in self.details]

    @property
    def python_name(self) -> str:
        """What the field is called in its view."""
        declared = declaration(self.definition)
        return self.name if declared is None else declared.python_name


@dataclass(frozen=True, slots=True)
class SelectionPlan:
    """The fields of one selection set on one object type, in the order of the selection."""

    type: GraphQLObjectType
    fields: tuple[FieldPlan, ...]
    keys: tuple[str, ...]
