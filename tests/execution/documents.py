"""Writes random valid documents over any schema, and counts which features of the language they use."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_interface_type,
    is_leaf_type,
    is_list_type,
    is_union_type,
    print_ast,
)
from graphql.utilities import value_to_literal

from tests.property_sizes import examples

LEFT_OUT = object()
"""What an argument chooser returns for an argument that shall not be given."""

ChooseArgument = Callable[[Random, str, str, GraphQLArgument], Any]
"""A JSON value for an argument, or LEFT_OUT, by the names of the field and the argument."""

_SHOWN = examples(50)
_MOST_ROUNDS = 8


def check_until_shown(
    check: Callable[[], None], seen: Counter[str], features: Iterable[str], so_often: int = _SHOWN
) -> None:
    """Check generated documents, and more of them where chance left a feature rare: each has to be shown so often."""
    wanted = tuple(features)
    for _ in range(_MOST_ROUNDS):
        check()
        if all(seen[feature] >= so_often for feature in wanted):
            return
    assert {feature: seen[feature] for feature in wanted if seen[feature] < so_often} == {}


@dataclass(frozen=True, slots=True)
class Document:
    """A document with its variables and what it uses."""

    text: str
    variables: dict[str, Any]
    features: Counter[str]


@dataclass
class DocumentWriter:
    """Writes one document. `takes` tells which fields it may ask for."""

    schema: GraphQLSchema
    chance: Random
    choose: ChooseArgument
    takes: Callable[[GraphQLNamedType, str, GraphQLField], bool] = lambda *_: True
    max_depth: int = 4
    fields_left: int = 14
    features: Counter[str] = field(default_factory=Counter)
    _variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    _fragments: list[tuple[str, str]] = field(default_factory=list)
    # Fields of one name and without alias have the same arguments wherever they stand, so that they merge.
    _arguments: dict[tuple[str, str], str] = field(default_factory=dict)
    _aliases: int = 0

    def write(self, root: GraphQLObjectType, keyword: str) -> Document:
        """A document with one operation on the root type."""
        selection_set = self._selection_set(root, self.max_depth, is_root=True)
        declared = ", ".join(f"${name}: {type_}" for name, (type_, _) in self._variables.items())
        fragments = "".join(f"\nfragment {name} {body}" for name, body in self._fragments)
        given = {name: value for name, (_, value) in self._variables.items() if value is not LEFT_OUT}
        self.features["mutation"] += keyword == "mutation"
        text = f"{keyword} Generated{f'({declared})' if declared else ''} {selection_set}{fragments}\n"
        return Document(text, given, self.features)

    def _selection_set(self, parent: GraphQLNamedType, depth: int, *, is_root: bool = False) -> str:
        selections = [self._selection(parent, depth, is_root=is_root) for _ in range(self.chance.randint(1, 3))]
        written = [selection for selection in selections if selection]
        return f"{{ {' '.join(written or ['__typename'])} }}"

    def _selection(self, parent: GraphQLNamedType, depth: int, *, is_root: bool) -> str:
        kind = self.chance.random()
        if kind < (0.06 if is_root else 0.1):
            return f"{self._alias('__typename')}__typename{self._directives()}"
        if kind < 0.2 or (is_union_type(parent) and kind < 0.75):
            self.features["inline fragment"] += 1
            condition = self._condition(parent)
            on = f"on {condition.name} " if condition is not parent or self.chance.random() < 0.5 else ""
            return f"... {on}{self._directives(' ')}{self._selection_set(condition, depth)}"
        if kind < 0.32 or is_union_type(parent):
            return f"...{self._fragment(parent, depth)}{self._directives()}"
        return self._field(parent, depth)

    def _condition(self, parent: GraphQLNamedType) -> Any:
        """A type whose fragments may stand on this one."""
        if is_abstract_type(parent):
            possible = [parent, *self.schema.get_possible_types(parent)]
        else:
            assert isinstance(parent, GraphQLObjectType)
            possible = [parent, *parent.interfaces]
        return self.chance.choice(possible)

    def _fragment(self, parent: GraphQLNamedType, depth: int) -> str:
        self.features["fragment spread"] += 1
        known = [name for name, body in self._fragments if body.startswith(f"on {parent.name} ")]
        if known and self.chance.random() < 0.3:
            return self.chance.choice(known)
        condition = self._condition(parent)
        body = f"on {condition.name} {self._selection_set(condition, depth)}"
        name = f"F{len(self._fragments)}"
        self._fragments.append((name, body))
        return name

    def _field(self, parent: GraphQLNamedType, depth: int) -> str:
        fields: dict[str, GraphQLField] = getattr(parent, "fields", {})
        possible = [
            (name, definition)
            for name, definition in fields.items()
            if self.takes(parent, name, definition)
            and (is_leaf_type(get_named_type(definition.type)) or (depth > 0 and self.fields_left > 0))
        ]
        if not possible:
            return ""
        name, definition = self.chance.choice(possible)
        self.fields_left -= 1
        returned = get_named_type(definition.type)
        self._note(definition)
        alias = self._alias(name)
        arguments = self._written_arguments(parent, name, definition, has_alias=bool(alias))
        below = "" if is_leaf_type(returned) else f" {self._selection_set(returned, depth - 1)}"
        return f"{alias}{name}{arguments}{self._directives()}{below}"

    def _note(self, definition: GraphQLField) -> None:
        returned = get_named_type(definition.type)
        self.features["union"] += is_union_type(returned)
        self.features["interface"] += is_interface_type(returned)
        list_type = get_nullable_type(definition.type)
        if is_list_type(list_type):
            self.features["list of lists"] += is_list_type(get_nullable_type(list_type.of_type))

    def _alias(self, name: str) -> str:
        if self.chance.random() > 0.25:
            return ""
        self.features["alias"] += 1
        self._aliases += 1
        return f"a{self._aliases}_{name.strip('_')}: "

    def _written_arguments(
        self, parent: GraphQLNamedType, name: str, definition: GraphQLField, *, has_alias: bool
    ) -> str:
        key = (parent.name, name)
        if not has_alias and key in self._arguments:
            return self._arguments[key]
        given = [
            f"{argument_name}: {self._value(argument.type, value)}"
            for argument_name, argument in definition.args.items()
            if (value := self.choose(self.chance, name, argument_name, argument)) is not LEFT_OUT
        ]
        written = f"({', '.join(given)})" if given else ""
        if not has_alias:
            self._arguments[key] = written
        return written

    def _value(self, type_: GraphQLInputType, value: Any) -> str:
        literal = value_to_literal(value, type_)
        if literal is not None and self.chance.random() < 0.6:
            return print_ast(literal)
        return self._variable(str(type_), value)

    def _variable(self, type_: str, value: Any) -> str:
        self.features["variable"] += 1
        name = f"v{len(self._variables)}"
        self._variables[name] = (type_, value)
        return f"${name}"

    def _directives(self, after: str = "") -> str:
        if self.chance.random() > 0.15:
            return ""
        name = self.chance.choice(("include", "skip"))
        if self.chance.random() < 0.3:
            condition = self.chance.choice(("true", "false"))
        else:
            self.features[f"@{name} with a variable"] += 1
            condition = self._condition_variable()
        return f" @{name}(if: {condition}){after}"

    def _condition_variable(self) -> str:
        """Now and then a variable that is null in spite of its default, which is an error when it is looked at."""
        kind = self.chance.random()
        if kind < 0.9:
            return self._variable("Boolean!", self.chance.random() < 0.6)
        return self._variable("Boolean = true", LEFT_OUT if kind < 0.97 else None)
