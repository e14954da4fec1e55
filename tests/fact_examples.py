"""Values for the facts of a noun, by their declarations, so that a new fact is tried without a line of its own."""

from typing import Any

from domain.entities.facts import Fact, Number, Text, Texts, WebAddress, facts_of
from graph.schema_names import schema_name


def fields_of(details: type) -> list[str]:
    """The names in the schema of the facts that are plain values."""
    return [schema_name(fact.name) for fact in facts_of(details).values() if _is_plain(fact)]


def examples_of(details: type) -> dict[str, Any]:
    """A value for each fact that is a plain value, by its name in the schema."""
    return {schema_name(fact.name): _example(fact) for fact in facts_of(details).values() if _is_plain(fact)}


def _is_plain(fact: Fact) -> bool:
    return isinstance(fact.kind, Text | Number | Texts)


def _example(fact: Fact) -> Any:
    match fact.kind:
        case WebAddress():
            return f"https://example.com/{fact.name}"
        case Text(limit):
            return f"Some {fact.name}"[:limit]
        case Number(least, most):
            return min(least + 3, most)
        case Texts():
            return ["one", "Two"]
    raise TypeError(fact.name)
