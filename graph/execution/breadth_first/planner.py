"""Makes the plans of operations, from their fields as they are written and as the schema declares them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
    VariableValues,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from graph.execution.breadth_first.column_sources import Attribute, Column, column_of
from graph.execution.breadth_first.leaves import plain_kinds
from graph.execution.breadth_first.plan import (
    Completion,
    FieldPlan,
    Items,
    Leaf,
    Memo,
    Objects,
    Required,
    SelectionPlan,
    WritingMemo,
)
from graph.execution.relation import Relation
from graph.library_internals import (
    FieldDetails,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)

_NEVER_FILLED = Memo()
"""That of all fields that make nothing of their arguments, or nothing that is the same in every run."""


@dataclass(frozen=True, slots=True)
class _Declared:
    """What follows from a field's declaration alone, so that all plans share it: `leaf` where it is one."""

    definition: GraphQLField
    column: Column
    leaf: Completion | None
    read: Callable[[Any], Any] | None
    plain: frozenset[type]
    is_int: bool
    remembers_arguments: bool
    looks_up: bool

    @classmethod
    def of(cls, name: str, definition: GraphQLField) -> "_Declared":
        column = column_of(name, definition)
        bare, is_required = get_nullable_type(definition.type), is_non_null_type(definition.type)
        return cls(
            definition,
            column,
            leaf=(Required(Leaf(bare)) if is_required else Leaf(bare)) if is_leaf_type(bare) else None,
            read=column.read if isinstance(column, Attribute) else None,
            plain=plain_kinds(bare, required=is_required) if is_leaf_type(bare) else frozenset(),
            is_int=bare is GraphQLInt,
            remembers_arguments=isinstance(column, Relation) and column.arguments is not None,
            looks_up=_looks_up(column),
        )


class Declarations:
    """The fields of one schema, each looked at once: a server plans the same few hundred again and again."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._known: dict[tuple[str, str], _Declared | None] = {}

    def of(self, parent: GraphQLObjectType, name: str) -> _Declared | None:
        """The field of a type; None where there is none."""
        known = self._known
        if (parent.name, name) not in known:
            definition = self.schema.get_field(parent, name)
            known[parent.name, name] = None if definition is None else _Declared.of(name, definition)
        return known[parent.name, name]


@dataclass(slots=True)
class Planner:
    """Makes the plans of one operation. Of the variables only those in @include and @skip are looked at."""

    declarations: Declarations
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    variables: VariableValues
    grew: Callable[[int], None]
    """Is told how many fields were planned, each time some were."""

    def root(self) -> SelectionPlan:
        """The plan of the whole operation. Raises as `Objects.selection` does."""
        root_type = self.declarations.schema.get_root_type(self.operation.operation)
        assert root_type is not None
        collected = collect_fields(
            self.declarations.schema, self.fragments, self.variables, root_type, self.operation, True
        )
        return self._selection(root_type, collected.grouped_field_set)

    def _selection(self, parent: GraphQLObjectType, grouped: GroupedFieldSet) -> SelectionPlan:
        fields = tuple(
            self._field(parent, key, details, declared)
            for key, details in grouped.items()
            if (declared := self.declarations.of(parent, details[0].node.name.value)) is not None
        )
        # What is written several times and merges in the answer is kept as often.
        self.grew(sum(map(len, grouped.values())))
        return SelectionPlan(parent, fields, tuple(planned.key for planned in fields))

    def _field(
        self, parent: GraphQLObjectType, key: str, details: list[FieldDetails], declared: _Declared
    ) -> FieldPlan:
        node = details[0].node
        kept = Memo() if declared.remembers_arguments else _NEVER_FILLED
        return FieldPlan(
            key=key,
            name=node.name.value,
            definition=declared.definition,
            parent_type=parent,
            details=details,
            column=declared.column,
            completion=declared.leaf or self._completion(declared.definition.type, details),
            memo=None if _has_variables(details[0]) else kept,
            read=declared.read,
            plain=declared.plain,
            is_int=declared.is_int,
            writing=WritingMemo() if declared.looks_up else None,
        )

    def _completion(self, returned: GraphQLOutputType, details: list[FieldDetails]) -> Completion:
        if is_non_null_type(returned):
            return Required(self._completion(returned.of_type, details))
        if is_list_type(returned):
            return Items(self._completion(returned.of_type, details))
        if is_leaf_type(returned):
            return Leaf(returned)
        assert isinstance(returned, GraphQLObjectType) or is_abstract_type(returned)
        return Objects(returned, lambda object_type: self._sub_selection(object_type, details))

    def _sub_selection(self, of_type: GraphQLObjectType, details: list[FieldDetails]) -> SelectionPlan:
        collected = collect_subfields(
            self.declarations.schema, self.fragments, self.variables, self.operation, of_type, details, True
        )
        return self._selection(of_type, collected.grouped_field_set)


def _looks_up(column: Column) -> bool:
    """Whether the field finds objects by its arguments, or by a key of its parent and nothing else."""
    return isinstance(column, Relation) and (column.is_of_arguments or column.arguments is None)


def _has_variables(details: FieldDetails) -> bool:
    """Whether a variable stands anywhere in the field's arguments."""
    below: list[ValueNode] = [argument.value for argument in details.node.arguments or ()]
    while below:
        match below.pop():
            case VariableNode():
                return True
            case ListValueNode(values=values):
                below += values
            case ObjectValueNode(fields=fields):
                below += [field.value for field in fields]
            case _:
                continue
    return False
