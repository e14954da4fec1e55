"""A scalar that is written as a string: how it is read, how it is answered, and how the database writes the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import StringValueNode, ValueNode
from strawberry.types.scalar import ScalarDefinition

from domain.rules.texts import is_storable
from graph.request_errors import bad_user_input
from persistence.readers.written.shapes import Form


@dataclass(frozen=True, slots=True)
class Codec:
    """One scalar, in both directions.

    `parse` takes what a client sent and raises ValueError for a text that is none. `write` gives the answer for one
    value, `write_column`, where it is quicker, for many at once. `form` is how the database writes it, in the same
    words as `write`; None where it writes no column of this kind.
    """

    name: str
    description: str
    specified_by_url: str
    parse: Callable[[str], object]
    write: Callable[[Any], str] = str
    write_column: Callable[[list[Any]], list[str]] | None = None
    form: Form | None = None

    def definition(self) -> ScalarDefinition:
        """The scalar as Strawberry wants it."""
        write: Any = self.write
        if self.write_column is not None:
            # What an executor that has many values at hand looks for beside the function for one.
            write.of_column = self.write_column
        return strawberry.scalar(
            name=self.name,
            description=self.description,
            specified_by_url=self.specified_by_url,
            serialize=write,
            parse_value=self._parse_value,
            parse_literal=self._parse_literal,
        )

    def _parse_value(self, value: object) -> object:
        if not isinstance(value, str) or not is_storable(value):
            raise bad_user_input(f"{self.name} takes a string. {self.description}")
        try:
            return self.parse(value)
        # A moment in the last hours of the years 1 and 9999 has no UTC time.
        except (ValueError, OverflowError):
            # The value is told back shortened: an answer should not repeat a megabyte.
            raise bad_user_input(f"{value[:100]!r} is not a {self.name}. {self.description}") from None

    def _parse_literal(self, node: ValueNode, _variables: Mapping[str, Any] | None = None) -> object:
        # Without this an unquoted word or a number would be read as if it were a string.
        return self._parse_value(node.value if isinstance(node, StringValueNode) else None)
