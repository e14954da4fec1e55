"""Answers that the database writes: selections turned into shapes, where columns and rows are all that they ask for.

An AnswerWriter of the executor (graph/execution/breadth_first/answer_writer.py). persistence.readers.written turns each
shape into one statement, once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLEnumType, GraphQLObjectType

from graph.dataloaders import Loaders
from graph.execution.breadth_first.answer_writer import ArgumentsOf, CannotBeWritten
from graph.execution.breadth_first.column_sources import Function, Resolver, TypeName
from graph.execution.breadth_first.plan import Completion, FieldPlan, Items, Leaf, Objects, Required, SelectionPlan
from graph.execution.observation import Unwritten
from graph.execution.operation_loader import OperationLoader
from graph.execution.relation import Relation
from graph.relay_connections import ConnectionView
from graph.scalars import FORMS
from graph.types.node import id_of
from persistence.readers.paging import PageRequest
from persistence.readers.written import BOX_BY_NUMBER, BOX_PAGES, PART_BY_KEY, PART_PAGES, Root, Writing, WrittenReader
from persistence.readers.written.shapes import (
    Constant,
    Form,
    GlobalId,
    Inner,
    NotWritable,
    Paged,
    Piece,
    Rows,
    Shape,
    Value,
)

_ROOTS: Mapping[OperationLoader[Any], Root] = {
    Loaders.part_by_key: PART_BY_KEY,
    Loaders.part_pages: PART_PAGES,
    Loaders.box_by_number: BOX_BY_NUMBER,
    Loaders.box_pages: BOX_PAGES,
}
"""Where a written answer can begin: the statement's root in place of the loader."""


@dataclass(frozen=True, slots=True)
class WrittenAnswers:
    """The workshop's AnswerWriter. `after_runs` counts runs of a selection in the ordinary way; negative: always."""

    reader: WrittenReader
    after_runs: int

    def begins_with(self, relation: Relation) -> bool:
        """Whether there is a statement for what the relation loads."""
        return relation.loader in _ROOTS

    def writing(self, field: FieldPlan, relation: Relation, arguments_of: ArgumentsOf) -> Writing:
        """The statement for all that is below the field. Raises CannotBeWritten."""
        try:
            shape = _Shapes(arguments_of).shape(_selection_of_rows(field, relation))
            return self.reader.writing(_ROOTS[relation.loader], shape)
        except NotWritable as failure:
            raise CannotBeWritten(Unwritten(failure.obstacle.value)) from failure

    async def read(self, writing: Writing, keys: Sequence[Any]) -> list[Any]:
        """The objects, as the relation's loader gives them, but each a finished piece of JSON."""
        return await self.reader.read(writing, keys)


def _selection_of_rows(field: FieldPlan, relation: Relation) -> SelectionPlan:
    """The one selection of all objects that the field looks up."""
    selection = _selection(_bare(field.completion))
    if relation.pick is None:
        return selection
    if relation.pick is not ConnectionView:
        raise CannotBeWritten(Unwritten.RESOLVER)
    selections = list(_selections_of_nodes(selection))
    if len(selections) != 1:
        raise CannotBeWritten(Unwritten.CONNECTION)
    return selections[0]


def _selections_of_nodes(connection: SelectionPlan) -> Iterator[SelectionPlan]:
    for field in connection.fields:
        match field.name, _bare(field.completion):
            case "nodes", Items(item):
                yield _selection(_bare(item))
            case "edges", Items(item):
                edge = _selection(_bare(item))
                yield from (_selection(_bare(inner.completion)) for inner in edge.fields if inner.name == "node")


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Makes the shapes of one run; of the run it knows what arguments come to."""

    arguments_of: ArgumentsOf

    def shape(self, selection: SelectionPlan) -> Shape:
        """The shape of one selection. What the database writes is measured when it has come, so it repeats nothing."""
        names = [field.name for field in selection.fields if not _has_pages(field)]
        if len(set(names)) < len(names):
            raise CannotBeWritten(Unwritten.REPEATED)
        return Shape(tuple((field.key, self._piece(field)) for field in selection.fields))

    def _piece(self, field: FieldPlan) -> Piece:
        match field.column:
            case TypeName():
                return Constant(field.parent_type.name)
            case Function(function) if function is id_of:
                return GlobalId(field.parent_type.name)
            case Function() | Resolver():
                raise CannotBeWritten(Unwritten.RESOLVER)
            case Relation(pick=pick) as relation if pick is ConnectionView:
                return self._paged(field, relation)
            case Relation(arguments=arguments) if arguments is not None:
                raise CannotBeWritten(Unwritten.ARGUMENTS)
        name = field.python_name
        match _bare(field.completion):
            case Leaf(leaf_type):
                return Value(name, _form(leaf_type))
            case Items(item):
                return self._listed(name, _bare(item))
            case objects:
                return Inner(name, self.shape(_selection(objects)))

    def _listed(self, name: str, item: Completion) -> Piece:
        if isinstance(item, Leaf):
            if _form(item.type) is not Form.TEXT:
                raise CannotBeWritten(Unwritten.SCALAR)
            return Value(name, Form.TEXTS)
        return Rows(name, self.shape(_selection(item)))

    def _paged(self, field: FieldPlan, relation: Relation) -> Paged:
        if field.memo is None:
            raise CannotBeWritten(Unwritten.VARIABLES)
        request = self.arguments_of(field, relation)
        if not isinstance(request, PageRequest):
            raise CannotBeWritten(Unwritten.REFUSED)
        fields = _selection(_bare(field.completion)).fields
        if sum(inner.name == "nodes" for inner in fields) != 1:
            raise CannotBeWritten(Unwritten.CONNECTION)
        return Paged(field.python_name, request, tuple((inner.key, self._of_connection(inner)) for inner in fields))

    def _of_connection(self, field: FieldPlan) -> Shape | Constant:
        match field.column, field.name, _bare(field.completion):
            case TypeName(), _, _:
                return Constant(field.parent_type.name)
            case _, "nodes", Items(item):
                return self.shape(_selection(_bare(item)))
            case _:
                raise CannotBeWritten(Unwritten.CONNECTION)


def _has_pages(field: FieldPlan) -> bool:
    return isinstance(field.column, Relation) and field.column.pick is ConnectionView


def _bare(completion: Completion) -> Completion:
    return completion.inner if isinstance(completion, Required) else completion


def _selection(completion: Completion) -> SelectionPlan:
    if isinstance(completion, Objects) and isinstance(completion.type, GraphQLObjectType):
        return completion.selection(completion.type)
    raise CannotBeWritten(Unwritten.SEVERAL_TYPES)


def _form(leaf_type: Any) -> Form:
    if isinstance(leaf_type, GraphQLEnumType):
        # Enums are kept as their names.
        return Form.TEXT
    form = FORMS.get(leaf_type.name)
    if form is None:
        raise CannotBeWritten(Unwritten.SCALAR)
    return form
