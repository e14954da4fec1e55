"""A part: one kind of component, tool or material, known by its key."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from domain.entities.facts import Apart, Named, Number, Reference, SeveralLines, Text, Texts, WebAddress
from domain.entities.ids import PartId, PartKey, PartTypeId
from domain.entities.reading import Reading

TAGS = Texts(most=50, limit=50)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named value of a part, as it was written, and what it reads as.

    Two are equal when name and value are: the readings follow from the value, by rules that may grow.
    """

    name: str
    value: str
    readings: tuple[Reading, ...] = field(default=(), compare=False)

    @property
    def number(self) -> Decimal | None:
        """The number of the one reading, None when there is another number of them."""
        return self.readings[0].number if len(self.readings) == 1 else None

    @property
    def unit(self) -> str | None:
        """The base unit of `number`."""
        return self.readings[0].unit if len(self.readings) == 1 else None

    def __str__(self) -> str:
        """As an edit tells it."""
        return f"{self.name}: {self.value}"


@dataclass(frozen=True, slots=True)
class PartDetails:
    """Everything people edit on a part, already cleaned and checked, in the order in which edits tell it."""

    description: Annotated[str, SeveralLines(2_000)]
    manufacturer: Annotated[str | None, Text(255)] = None
    manufacturer_code: Annotated[str | None, Text(255)] = None
    package: Annotated[str | None, Text(100)] = None
    series: Annotated[str | None, Text(100)] = None
    dimensions: Annotated[str | None, Text(100)] = None
    voltage_rating: Annotated[str | None, Text(100)] = None
    input_voltage: Annotated[str | None, Text(100)] = None
    output_voltage: Annotated[str | None, Text(100)] = None
    mounting_type: Annotated[str | None, Text(50)] = None
    pin_pitch: Annotated[str | None, Text(50)] = None
    pin_count: Annotated[int | None, Number(1, 10_000)] = None
    product_page: Annotated[str | None, WebAddress(2_000)] = None
    low_stock_threshold: Annotated[int | None, Number(0, 1_000_000_000)] = None
    type_id: Annotated[PartTypeId | None, Reference("type")] = None
    tags: Annotated[tuple[str, ...], TAGS] = ()
    parameters: Annotated[tuple[Parameter, ...], Apart()] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part as it is stored. `version` grows with each edit; stock is not part of it."""

    id: PartId
    key: PartKey
    version: int
    details: PartDetails
    retired_at: datetime | None
    merged_into: PartKey | None = None


class PartFields(Named[PartDetails]):
    """What a caller names of a part; the type by its name, parameters as pairs of texts."""

    details = PartDetails
    besides = frozenset({"type_name"})
