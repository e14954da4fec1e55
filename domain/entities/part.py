"""A part: one kind of component, tool or material, known by its key."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.entities.ids import PartId, PartKey, PartTypeId
from domain.entities.unset import UNSET, Settable


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named value of a part; `number` is the exact value in the base `unit` where the text reads as a quantity."""

    name: str
    value: str
    number: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class PartDetails:
    """Everything people edit on a part, already trimmed and checked."""

    description: str
    manufacturer: str | None = None
    manufacturer_code: str | None = None
    type_id: PartTypeId | None = None
    tags: tuple[str, ...] = ()
    package: str | None = None
    series: str | None = None
    dimensions: str | None = None
    voltage_rating: str | None = None
    input_voltage: str | None = None
    output_voltage: str | None = None
    mounting_type: str | None = None
    pin_pitch: str | None = None
    pin_count: int | None = None
    product_page: str | None = None
    low_stock_threshold: int | None = None
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part as it is stored. `version` grows with each edit; stock is not part of it."""

    id: PartId
    key: PartKey
    version: int
    details: PartDetails
    retired_at: datetime | None
    merged_into: PartKey | None = None


@dataclass(frozen=True, slots=True)
class PartFields:
    """What a caller names of a part, not yet checked; UNSET where the field was left out."""

    description: Settable[str | None] = UNSET
    manufacturer: Settable[str | None] = UNSET
    manufacturer_code: Settable[str | None] = UNSET
    type_name: Settable[str | None] = UNSET
    tags: Settable[tuple[str, ...] | None] = UNSET
    package: Settable[str | None] = UNSET
    series: Settable[str | None] = UNSET
    dimensions: Settable[str | None] = UNSET
    voltage_rating: Settable[str | None] = UNSET
    input_voltage: Settable[str | None] = UNSET
    output_voltage: Settable[str | None] = UNSET
    mounting_type: Settable[str | None] = UNSET
    pin_pitch: Settable[str | None] = UNSET
    pin_count: Settable[int | None] = UNSET
    product_page: Settable[str | None] = UNSET
    low_stock_threshold: Settable[int | None] = UNSET
    parameters: Settable[tuple[tuple[str, str], ...] | None] = UNSET
