"""How long the lists of a request may be: each as long as what it is given to takes, before anything is made of it.

    part_keys: list[PartKey] = strawberry.field(description="…", metadata=takes(200))

A list of an enumeration takes as many items as that has values. PARTSGRAPH_MAX_LIST_ITEMS bounds all of them besides,
and lists that are given to nothing. Lists in documents are measured when they are read, before validation; those in
variables before they are coerced.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLSchema,
    ListTypeNode,
    ListValueNode,
    Node,
    NonNullTypeNode,
    ObjectFieldNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    type_from_ast,
    visit,
)

from graph.execution.limits import Limits
from graph.execution.refusals import RequestCode, over_limit
from graph.library_internals import metadata_of

TAKES = "partsgraph.takes"
"""The key of the metadata that says how many items a list takes."""

Position = GraphQLArgument | GraphQLInputField


def takes(length: int) -> Mapping[str, int]:
    """The metadata of an argument, or of a field of an input, that takes a list of so many items."""
    return {TAKES: length}


def taken_by(position: Position) -> int | None:
    """How many items the argument or the field takes, as declared; None where nobody said so."""
    named = get_named_type(position.type)
    if is_enum_type(named):
        return len(named.values)
    declared: int | None = metadata_of(position).get(TAKES)
    return declared


@dataclass(frozen=True, slots=True)
class _Inner:
    """A field of an input that is a list, or holds some."""

    name: str
    type: GraphQLInputType
    most: int


class ListBounds:
    """Measures the lists of documents and of variables. Every method raises RequestRefused for one that is too long."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._schema = schema
        self._most = limits.max_list_items
        self._inner: dict[str, tuple[_Inner, ...]] = {}

    def of(self, position: Position | None) -> int:
        """How many items a list may have there."""
        declared = taken_by(position) if position is not None else None
        return self._most if declared is None else min(declared, self._most)

    def check_document(self, document: DocumentNode) -> None:
        """Look at all lists that are written in the document; it need not be valid."""
        _visit(document, self._schema, _WrittenLists(self))

    def of_variables(
        self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> dict[str, int]:
        """How many items each variable of the operation that is a list may have: what all takes that it is given to.

        Looks at the defaults of variables, too.
        """
        definitions = operation.variable_definitions or ()
        lists = [each for each in definitions if _is_list(each.type)]
        if not lists:
            return {}
        uses = _Uses(self)
        waiting: list[Node] = [operation]
        seen: set[str] = set()
        while waiting:
            _visit(waiting.pop(), self._schema, uses)
            waiting.extend(fragments[name] for name in uses.spreads - seen)
            seen |= uses.spreads
        found = {each.variable.name.value: uses.most.get(each.variable.name.value, self._most) for each in lists}
        for each in lists:
            name = each.variable.name.value
            if isinstance(each.default_value, ListValueNode):
                refuse_longer(len(each.default_value.values), found[name], (name,))
        return found

    def check_variables(
        self, operation: OperationDefinitionNode, most: Mapping[str, int], given: Mapping[str, Any]
    ) -> None:
        """Look at the lists in what is given for the variables of the operation; `most` is that of `of_variables`."""
        for each in operation.variable_definitions or ():
            name = each.variable.name.value
            value = given.get(name)
            if isinstance(value, list | dict):
                kind: Any = type_from_ast(self._schema, each.type)
                self._check(value, kind, most.get(name, self._most), (name,))

    def _check(self, value: Any, kind: GraphQLInputType, most: int, path: tuple[str, ...]) -> None:
        nullable = get_nullable_type(kind)
        if isinstance(nullable, GraphQLList):
            if not isinstance(value, list):
                # One that stands alone counts as a list of itself.
                self._check(value, nullable.of_type, most, path)
                return
            refuse_longer(len(value), most, path)
            if self._inner_of(nullable):
                for index, item in enumerate(value):
                    self._check(item, nullable.of_type, most, (*path, str(index)))
        elif isinstance(value, dict):
            for inner in self._inner_of(nullable):
                held = value.get(inner.name)
                if isinstance(held, list | dict):
                    self._check(held, inner.type, inner.most, (*path, inner.name))

    def _inner_of(self, kind: Any) -> tuple[_Inner, ...]:
        """The fields below which there are lists."""
        named = get_named_type(kind)
        if not is_input_object_type(named):
            return ()
        if named.name not in self._inner:
            # One that holds itself is looked at no deeper while it is asked about.
            self._inner[named.name] = ()
            self._inner[named.name] = tuple(self._found_in(named))
        return self._inner[named.name]

    def _found_in(self, kind: GraphQLInputObjectType) -> Iterable[_Inner]:
        for name, field in kind.fields.items():
            if isinstance(get_nullable_type(field.type), GraphQLList) or self._inner_of(field.type):
                yield _Inner(name, field.type, self.of(field))


def refuse_longer(length: int, most: int, path: Sequence[str]) -> None:
    """Raises RequestRefused for a list that is longer than what it is given to takes."""
    if length > most:
        raise over_limit(RequestCode.ITEM_LIMIT, "items in a list", length, most, path=path)


def _is_list(written: Node) -> bool:
    return isinstance(written.type if isinstance(written, NonNullTypeNode) else written, ListTypeNode)


def _visit(node: Node, schema: GraphQLSchema, visitor: "_Positions") -> None:
    visit(node, TypeInfoVisitor(visitor.types_of(schema), visitor))


class _Positions(Visitor):
    """Meets every value with the argument or the field of an input that it is given to."""

    def __init__(self, bounds: ListBounds) -> None:
        super().__init__()
        self._bounds = bounds
        self._types: TypeInfo

    def types_of(self, schema: GraphQLSchema) -> TypeInfo:
        """What it knows its place by, from now on."""
        self._types = TypeInfo(schema)
        return self._types

    def enter_argument(self, node: ArgumentNode, _key: Any, _parent: Any, _path: Any, ancestors: Any) -> None:
        self.meet(node.value, self._bounds.of(self._types.get_argument()), node, ancestors)

    def enter_object_field(self, node: ObjectFieldNode, _key: Any, _parent: Any, _path: Any, ancestors: Any) -> None:
        parent = get_named_type(self._types.get_parent_input_type())
        field = parent.fields.get(node.name.value) if is_input_object_type(parent) else None
        self.meet(node.value, self._bounds.of(field), node, ancestors)

    def meet(self, value: ValueNode, most: int, holder: ArgumentNode | ObjectFieldNode, ancestors: Any) -> None:
        """The holder's value, of which a list may have so many items."""
        raise NotImplementedError


class _WrittenLists(_Positions):
    """Refuses lists that are too long."""

    def __init__(self, bounds: ListBounds) -> None:
        super().__init__(bounds)
        self._defaults: dict[str, int] = {}

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> None:
        """A default is measured by what it is given to; in fragments that is known later (`of_variables`)."""
        if isinstance(node.default_value, ListValueNode):
            self._defaults[node.variable.name.value] = len(node.default_value.values)

    def leave_operation_definition(self, *_: Any) -> None:
        """Another operation has other variables."""
        self._defaults.clear()

    def meet(self, value: ValueNode, most: int, holder: ArgumentNode | ObjectFieldNode, ancestors: Any) -> None:
        if isinstance(value, ListValueNode) and len(value.values) > most:
            above = [each.name.value for each in ancestors if isinstance(each, ArgumentNode | ObjectFieldNode)]
            refuse_longer(len(value.values), most, (*above, holder.name.value))
        if isinstance(value, VariableNode):
            refuse_longer(self._defaults.get(value.name.value, 0), most, (value.name.value,))

    def enter_list_value(self, node: ListValueNode, *_: Any) -> None:
        """One that is given to nothing, such as a list in a list."""
        refuse_longer(len(node.values), self._bounds.of(None), ())


class _Uses(_Positions):
    """Gathers to what variables are given, and which fragments are spread."""

    def __init__(self, bounds: ListBounds) -> None:
        super().__init__(bounds)
        self.most: dict[str, int] = {}
        self.spreads: set[str] = set()

    def meet(self, value: ValueNode, most: int, holder: ArgumentNode | ObjectFieldNode, ancestors: Any) -> None:
        if isinstance(value, VariableNode):
            name = value.name.value
            self.most[name] = min(most, self.most.get(name, most))

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.spreads.add(node.name.value)
