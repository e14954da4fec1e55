"""JSON as an expression of SQL, for one shape.

Texts are joined with ||, which PostgreSQL does in two thirds of the time that json_build_object takes; only texts go
through to_json, which knows how to escape them. Nothing of a client stands in the statement but names of the answer,
which the grammar of GraphQL bounds to letters, digits and underscores.
"""

import re
from collections.abc import Iterable
from functools import reduce
from typing import Any, TypeAlias, assert_never

from sqlalchemy import ColumnElement, FromClause, Select, Text, case, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.util import find_tables

from persistence.readers.listing import positions_in, rows_of_parent
from persistence.readers.rows_in_order import ordered
from persistence.readers.written.shapes import (
    Constant,
    Form,
    GlobalId,
    Inner,
    NotWritable,
    Obstacle,
    Paged,
    Piece,
    Rows,
    Shape,
    Value,
)
from persistence.readers.written.writable_columns import WRITABLE_OBJECTS, InnerObject, PagesOf, RowsOf, WritableObject

_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*", re.ASCII)
_MICROSECONDS = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'

Scope = frozenset[FromClause]
"""The tables whose columns mean something at a place of the statement."""
Expression: TypeAlias = ColumnElement[str]
Pieces: TypeAlias = list[Expression | str]
"""Expressions and constant texts that are to be joined."""


def written_object(shape: Shape, writable: WritableObject, scope: Scope) -> Expression:
    """The JSON of an object as a text. Raises NotWritable."""
    return _joined(_object(shape, writable, scope))


def _object(shape: Shape, writable: WritableObject, scope: Scope) -> Pieces:
    if not scope.issuperset(writable.tables):
        raise NotWritable(Obstacle.TABLES, writable.tables)
    return _braced((key, _piece(piece, writable, scope)) for key, piece in shape.fields)


def _piece(piece: Piece, writable: WritableObject, scope: Scope) -> Pieces:
    match piece:
        case Constant(text):
            return [_quoted(text)]
        case GlobalId(type_name):
            return _global_id(type_name, writable)
        case Value(name, form):
            column = _found(writable.values, name)
            return _value(column, form, may_be_null=name in writable.may_be_null or getattr(column, "nullable", False))
        case Inner(name, shape):
            return _inner(_found(writable.inner, name), shape, scope)
        case Rows(name, shape):
            return _rows(_found(writable.rows, name), shape, scope)
        case Paged() as paged:
            return _page(_found(writable.pages, paged.name), paged, scope)
        case _ as unknown:
            assert_never(unknown)


def _found(mapping: Any, name: str) -> Any:
    found = mapping.get(name)
    if found is None:
        raise NotWritable(Obstacle.NO_COLUMN, name)
    return found


def _inner(inner: InnerObject, shape: Shape, scope: Scope) -> Pieces:
    written = _object(shape, WRITABLE_OBJECTS[inner.kind], scope)
    if inner.presence is None:
        return written
    return [case((inner.presence.is_(None), literal_column("'null'")), else_=_joined(written))]


def _rows(rows: RowsOf, shape: Shape, scope: Scope) -> Pieces:
    own = tables_of(rows.source)
    if not scope.isdisjoint(own):
        raise NotWritable(Obstacle.TABLES, rows.kind)
    written = written_object(shape, WRITABLE_OBJECTS[rows.kind], scope | own)
    listed = func.string_agg(written, aggregate_order_by(literal_column("','"), *rows.order))
    return _list(select(listed).select_from(rows.source).where(rows.condition), scope)


def _page(pages: PagesOf, paged: Paged, scope: Scope) -> Pieces:
    listing, request = pages.listing, paged.request
    own = tables_of(listing.source)
    if not scope.isdisjoint(own):
        raise NotWritable(Obstacle.TABLES, pages.kind)
    if request.conditions or request.after or request.before:
        raise NotWritable(Obstacle.PAGE, pages.kind)
    parts: list[tuple[str, Pieces]] = []
    for key, piece in paged.fields:
        if isinstance(piece, Constant):
            parts.append((key, [_quoted(piece.text)]))
            continue
        written = written_object(piece, WRITABLE_OBJECTS[pages.kind], scope | own).label("written")
        page = rows_of_parent(listing, request, pages.parent, written).correlate(*scope).subquery("page")
        order = ordered(positions_in(page, request.order), runs_down=request.descending)
        listed = func.string_agg(page.c.written, aggregate_order_by(literal_column("','"), *order))
        parts.append((key, _list(select(listed).select_from(page), scope)))
    return _braced(parts)


def _list(listed: Select[tuple[str]], scope: Scope) -> Pieces:
    return ["[", func.coalesce(listed.correlate(*scope).scalar_subquery(), literal_column("''")), "]"]


def _value(column: ColumnElement[Any], form: Form, *, may_be_null: bool) -> Pieces:
    written = _not_null(column, form)
    if may_be_null:
        return [func.coalesce(_joined(written), literal_column("'null'"))]
    return written


def _not_null(column: ColumnElement[Any], form: Form) -> Pieces:
    match form:
        case Form.TEXT | Form.TEXTS:
            return [cast(func.to_json(column), Text)]
        case Form.NUMBER | Form.BOOLEAN:
            return [cast(column, Text)]
        case Form.DIGITS:
            return ['"', cast(column, Text), '"']
        case Form.TIME:
            exact = func.to_char(func.timezone(literal_column("'UTC'"), column), literal_column(f"'{_MICROSECONDS}'"))
            # A whole second has no fraction in our answers.
            return ['"', func.replace(exact, literal_column("'.000000Z'"), literal_column("'Z'")), '"']
        case _ as unknown:
            assert_never(unknown)


def _global_id(type_name: str, writable: WritableObject) -> Pieces:
    if writable.id is None:
        raise NotWritable(Obstacle.NO_COLUMN, "id")
    name = literal_column(f"'{_checked(type_name)}:'", Text())
    told = func.convert_to(name.concat(cast(writable.id, Text)), literal_column("'UTF8'"))
    encoded = func.encode(told, literal_column("'base64'"))
    # Letters, a colon and digits never give the + and / that a URL cannot have; only the padding goes.
    return ['"', func.rtrim(encoded, literal_column("'='")), '"']


def _braced(fields: Iterable[tuple[str, Pieces]]) -> Pieces:
    together: Pieces = []
    for key, piece in fields:
        together += [f"{',' if together else '{'}{_quoted(key)}:", *piece]
    return [*together, "}"] if together else ["{}"]


def _joined(text: Pieces) -> Expression:
    """All pieces, one after the other; constants that stand side by side are one."""
    together: Pieces = []
    for piece in text:
        if together and isinstance(piece, str) and isinstance(together[-1], str):
            together[-1] += piece
        else:
            together.append(piece)
    expressions = [literal_column(f"'{piece}'", Text()) if isinstance(piece, str) else piece for piece in together]
    return reduce(lambda left, right: left.concat(right), expressions)


def _quoted(name: str) -> str:
    return f'"{_checked(name)}"'


def _checked(name: str) -> str:
    if _NAME.fullmatch(name) is None:
        raise NotWritable(Obstacle.NO_COLUMN, name)
    return name


def tables_of(source: FromClause) -> Scope:
    """The tables that are joined in a FROM."""
    return frozenset(find_tables(source))
