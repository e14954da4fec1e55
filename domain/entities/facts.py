"""How the facts of a noun are declared: once, beside the attribute that holds them.

    @dataclass(frozen=True, slots=True)
    class PartDetails:
        series: Annotated[str | None, Text(100)] = None

From the declaration follow the checks of an input (domain/rules/fact_checks.py), what an edit tells of it
(domain/rules/differences.py), its column with its constraint and the mapping of rows (persistence/fact_columns.py), and
the limits that descriptions in the schema name (graph/fact_words.py). A fact whose hint does not allow None is
required.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from types import NoneType
from typing import Any, Generic, TypeAlias, TypeVar, get_args, get_type_hints

from domain.entities.unset import UNSET


@dataclass(frozen=True, slots=True)
class Text:
    """A text of one line, of at most so many characters."""

    limit: int


@dataclass(frozen=True, slots=True)
class SeveralLines(Text):
    """A text that keeps its line feeds and tabs."""


@dataclass(frozen=True, slots=True)
class WebAddress(Text):
    """A text that is an http or https address, kept letter by letter."""


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number in a range; `if_cleared` is what is said when a required one is set to nothing."""

    least: int
    most: int
    if_cleared: str = "must be named"


@dataclass(frozen=True, slots=True)
class Texts:
    """At most so many texts of one line in an order, each of 1 to `limit` characters, no two the same."""

    most: int
    limit: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A part type by its id, or several in an order; `told_as` is the name of the field in the schema and in edits.

    Callers name it by its name, so it is found, and checked, by the service.
    """

    told_as: str


@dataclass(frozen=True, slots=True)
class Apart:
    """Values that have a table and a check of their own; each of them is told by its `str`."""


Kind: TypeAlias = Text | Number | Texts | Reference | Apart
"""What a fact can be."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a noun, as it was declared."""

    name: str
    kind: Kind
    is_required: bool
    """Whether it is never nothing."""

    default: Any
    """What a new object has when it is not named; MISSING (of dataclasses) where it has to be."""

    @property
    def has_default(self) -> bool:
        """Whether it need not be named."""
        return self.default is not MISSING


_KNOWN: dict[type, Mapping[str, Fact]] = {}


def facts_of(details: type) -> Mapping[str, Fact]:
    """The facts that a class of details declares, in their order, by their names."""
    known = _KNOWN.get(details)
    if known is not None:
        return known
    hints = get_type_hints(details, include_extras=True)
    found: dict[str, Fact] = {}
    for each in fields(details):
        hint, kind = get_args(hints[each.name])
        found[each.name] = Fact(each.name, kind, NoneType not in get_args(hint), each.default)
    _KNOWN[details] = found
    return found


D = TypeVar("D")


class Named(Mapping[str, Any], Generic[D]):
    """What a caller names of a noun, not yet checked, by the names of its facts; what was left out is not in it.

    A subclass says in `details` whose facts they are, and in `besides` under which other names callers name things.
    """

    details: type[D]
    besides: frozenset[str] = frozenset()

    def __init__(self, **values: Any) -> None:
        """Raises TypeError for a name that the noun does not have; UNSET is as if the name were left out."""
        for name in values:
            if name not in facts_of(self.details) and name not in self.besides:
                raise TypeError(f"{name} is no fact of {self.details.__name__}")
        self._values = {name: value for name, value in values.items() if value is not UNSET}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
