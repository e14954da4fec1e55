"""Answers that the database writes: which selections it can, and when one is worth it.

A field that looks something up by a key (of Query, and what mutations answer) is answered in the ordinary way until its
selection has proved to come again. Then everything below it becomes one shape (persistence.readers.written), if columns
and rows are all that it asks for, and from then on each object it gives is a finished piece of JSON. What the database
cannot write stays as it was.
"""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLEnumType, GraphQLError, GraphQLObjectType

from graph.connections import ConnectionView
from graph.execution.breadth_first.argument_values import relation_arguments
from graph.execution.breadth_first.column_sources import Function, Resolver, TypeName
from graph.execution.breadth_first.plan import Completion, FieldPlan, Items, Leaf, Objects, Required, SelectionPlan
from graph.execution.breadth_first.run import Run
from graph.execution.relation import Relation
from graph.scalars import FORMS
from persistence.readers.paging import PageRequest
from persistence.readers.written import ROOTS, Writing
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


def writing_of(run: Run, field: FieldPlan, relation: Relation) -> Writing | None:
    """What the database writes in place of the relation's load, once the field has run often enough to be worth it."""
    memo = field.writing
    if memo is None or relation.loader._name not in ROOTS:
        return None
    if not memo.is_settled:
        memo.runs += 1
        after_runs = run.context.readers.written.after_runs
        if after_runs < 0 or memo.runs <= after_runs:
            return None
        memo.writing, memo.is_settled = _made(run, field, relation), True
    return memo.writing


def _made(run: Run, field: FieldPlan, relation: Relation) -> Writing | None:
    try:
        shape = _shape(run, _selection_of_rows(field, relation))
        return run.context.readers.written.writing(relation.loader._name, shape)
    except (NotWritable, GraphQLError):
        return None


def _selection_of_rows(field: FieldPlan, relation: Relation) -> SelectionPlan:
    """The one selection of all objects that the field looks up."""
    selection = _selection(_bare(field.completion))
    if relation.pick is None:
        return selection
    if relation.pick is not ConnectionView:
        raise NotWritable("something picked")
    selections = list(_selections_of_nodes(selection))
    if len(selections) != 1:
        raise NotWritable("nodes of several selections")
    return selections[0]


def _selections_of_nodes(connection: SelectionPlan) -> Iterator[SelectionPlan]:
    for field in connection.fields:
        match field.name, _bare(field.completion):
            case "nodes", Items(item):
                yield _selection(_bare(item))
            case "edges", Items(item):
                edge = _selection(_bare(item))
                yield from (_selection(_bare(inner.completion)) for inner in edge.fields if inner.name == "node")


def _shape(run: Run, selection: SelectionPlan) -> Shape:
    return Shape(tuple((field.key, _piece(run, field)) for field in selection.fields))


def _piece(run: Run, field: FieldPlan) -> Piece:
    match field.column:
        case TypeName():
            return Constant(field.parent_type.name)
        case Function(function) if getattr(function, "is_global_id", False):
            return GlobalId(field.parent_type.name)
        case Function() | Resolver():
            raise NotWritable(field.name)
        case Relation(pick=pick) as relation if pick is ConnectionView:
            return _paged(run, field, relation)
        case Relation(arguments=arguments) if arguments is not None:
            raise NotWritable(field.name)
    name = field.python_name
    match _bare(field.completion):
        case Leaf(leaf_type):
            return Value(name, _form(leaf_type))
        case Items(item):
            return _listed(run, name, _bare(item))
        case objects:
            return Inner(name, _shape(run, _selection(objects)))


def _listed(run: Run, name: str, item: Completion) -> Piece:
    if isinstance(item, Leaf):
        if _form(item.type) is not Form.TEXT:
            raise NotWritable(name)
        return Value(name, Form.TEXTS)
    return Rows(name, _shape(run, _selection(item)))


def _paged(run: Run, field: FieldPlan, relation: Relation) -> Paged:
    if field.memo is None:
        raise NotWritable("arguments with variables")
    request = relation_arguments(run, field, relation)
    if not isinstance(request, PageRequest):
        raise NotWritable("arguments that are refused")
    fields = _selection(_bare(field.completion)).fields
    if sum(inner.name == "nodes" for inner in fields) != 1:
        raise NotWritable("nodes of several selections")
    name = field.python_name
    return Paged(name, request, tuple((inner.key, _of_connection(run, inner)) for inner in fields))


def _of_connection(run: Run, field: FieldPlan) -> Shape | Constant:
    match field.column, field.name, _bare(field.completion):
        case TypeName(), _, _:
            return Constant(field.parent_type.name)
        case _, "nodes", Items(item):
            return _shape(run, _selection(_bare(item)))
        case _:
            raise NotWritable(field.name)


def _bare(completion: Completion) -> Completion:
    return completion.inner if isinstance(completion, Required) else completion


def _selection(completion: Completion) -> SelectionPlan:
    if isinstance(completion, Objects) and isinstance(completion.type, GraphQLObjectType):
        return completion.selection(completion.type)
    raise NotWritable("objects of several types")


def _form(leaf_type: Any) -> Form:
    if isinstance(leaf_type, GraphQLEnumType):
        return Form.TEXT
    form = FORMS.get(leaf_type.name)
    if form is None:
        raise NotWritable(leaf_type.name)
    return form
