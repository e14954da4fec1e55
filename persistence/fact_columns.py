"""The columns of a noun's facts, by their declarations (domain/entities/facts.py).

A model takes them as a base class and lists their constraints; what the domain does not know, such as folded columns
and indexes, stands in the model by hand.
"""

from collections.abc import Mapping
from typing import Any

from asyncpg import Record
from sqlalchemy import ARRAY, CheckConstraint, Integer, Text
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeEngine

from domain.entities import facts
from domain.entities.facts import Fact, facts_of
from persistence.text_columns import RULE, TextRule

_SQL = {
    facts.Text: "text",
    facts.SeveralLines: "text",
    facts.WebAddress: "text",
    facts.Number: "int",
    facts.Texts: "text[]",
}
_RULES: Mapping[type, TextRule] = {facts.SeveralLines: TextRule.SEVERAL_LINES, facts.WebAddress: TextRule.ADDRESS}
_TYPES: Mapping[str, TypeEngine[Any]] = {"text": Text(), "int": Integer(), "text[]": ARRAY(Text())}


def columns_of(details: type) -> type:
    """A base class for a model: a column for each fact that is a plain value."""
    return type(f"{details.__name__}Columns", (), {name: _column(fact) for name, fact in _plain(details).items()})


def limits_of(details: type) -> list[CheckConstraint]:
    """The constraints that hold what the domain has checked, each with a name."""
    return [constraint for fact in _plain(details).values() for constraint in _limits(fact)]


def sql_types(details: type) -> dict[str, str]:
    """The columns of the plain facts, with the types of their parameters in SQL."""
    return {name: _SQL[type(fact.kind)] for name, fact in _plain(details).items()}


def values_of(details: Any) -> dict[str, Any]:
    """The value of each column of `sql_types`."""
    return {name: _to_column(getattr(details, name)) for name in _plain(type(details))}


def values_in(row: Record, details: type) -> dict[str, Any]:
    """The plain facts of a row, for the constructor of the details."""
    return {name: _from_column(row[name]) for name in _plain(details)}


def assigned(types: Mapping[str, str]) -> str:
    """What stands behind SET where each of these columns gets the parameter of its name."""
    return ", ".join(f"{name} = CAST(:{name} AS {kind})" for name, kind in types.items())


def parameters(types: Mapping[str, str]) -> str:
    """The parameters for these columns, in their order."""
    return ", ".join(f"CAST(:{name} AS {kind})" for name, kind in types.items())


def _plain(details: type) -> dict[str, Fact]:
    return {name: fact for name, fact in facts_of(details).items() if type(fact.kind) in _SQL}


def _column(fact: Fact) -> Any:
    kind = _SQL[type(fact.kind)]
    default = None
    if fact.is_required and fact.has_default:
        default = "{}" if isinstance(fact.kind, facts.Texts) else str(fact.default)
    info = {RULE: _RULES[type(fact.kind)]} if type(fact.kind) in _RULES else {}
    return mapped_column(_TYPES[kind], nullable=not fact.is_required, server_default=default, info=info)


def _limits(fact: Fact) -> list[CheckConstraint]:
    name = fact.name
    match fact.kind:
        case facts.Text(limit):
            limits = [CheckConstraint(f"char_length({name}) BETWEEN 1 AND {limit}", name=f"{name}_length")]
            if isinstance(fact.kind, facts.WebAddress):
                limits.append(CheckConstraint(f"{name} ~* '^https?://'", name=f"{name}_address"))
            return limits
        case facts.Number(least, most):
            return [CheckConstraint(f"{name} BETWEEN {least} AND {most}", name=f"{name}_range")]
    return []


def _to_column(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _from_column(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
