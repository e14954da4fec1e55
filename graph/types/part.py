"""Parts: components, tools and materials, known by their key."""

from collections.abc import Hashable
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Annotated

import strawberry

from domain.entities.edit import EditedKind
from domain.entities.ids import PartKey
from domain.entities.part import PartDetails
from graph.context import Info
from graph.dataloaders import Loaders
from graph.fact_words import limits_of
from graph.prices import expected
from graph.relations import connection, derived, many, one
from graph.relay_connections import Connection
from graph.scalars import URL, BigInt
from graph.types.attachment import Attachment, attachments_of, cover_of
from graph.types.edit import EditConnection, edits_of
from graph.types.node import Node
from graph.types.operation import QuantityChangeConnection, history
from graph.types.reading import Reading
from graph.types.references import PartRef, PartTypeRef, PickLineRef
from graph.types.requirement import RequirementConnection, Reservation, requirement_page_of_part
from graph.types.stock import Stock
from persistence.readers.part_view import PartView


@strawberry.type(description="A named value of a part.")
class Parameter:
    """Declares ParameterView."""

    name: str = strawberry.field(
        description="1 to 100 characters in one line, unique within the part ignoring case and spacing."
    )
    value: str = strawberry.field(description="As it was written, 1 to 255 characters in one line: 4k7, 10uF, 3.3V.")
    number: Decimal | None = strawberry.field(
        description="The number of the one reading, such as 4700; null where there are none or several."
    )
    unit: str | None = strawberry.field(description="The base unit of the number, such as Ω, F or V; null without one.")
    readings: list[Reading] = strawberry.field(
        description="Every number that the value names, in its order, at most 8: two for 100nF 50V. "
        "Empty where it is not understood as a whole.",
        metadata=expected(4),
    )


def _at_time(
    info: Info, time: Annotated[datetime, strawberry.argument(description="The moment that is asked about.")]
) -> Hashable:
    return time


@strawberry.type(description="One kind of component, tool or material, known by the key on its label.")
@limits_of(PartDetails)
class Part(Node, shows=PartView, found_by=Loaders.part_by_id):
    """Declares PartView."""

    key: PartKey = strawberry.field(description="What stands on the label: four letters, unique, never changed.")
    version: int = strawberry.field(
        description="Grows by 1 with each edit, not with stock; send it as expectedVersion."
    )
    description: str = strawberry.field(description="What it is, {limit}.")
    manufacturer: str | None = strawberry.field(description="Who makes it, {limit}.")
    manufacturer_code: str | None = strawberry.field(description="The maker's part number (MPN), {limit}; not unique.")
    product_page: URL | None = strawberry.field(description="Where the maker or a seller describes it.")
    type: PartTypeRef | None = strawberry.field(description="What kind of thing it is.")
    tags: list[str] = strawberry.field(
        description="Up to {most} words of up to {length} characters, unique ignoring case and spacing, in the order "
        "given.",
        metadata=expected(3),
    )
    package: str | None = strawberry.field(description="Case or footprint, such as SOT-23; {limit}.")
    series: str | None = strawberry.field(description="Product series, {limit}.")
    dimensions: str | None = strawberry.field(description="Size with its unit, {limit}.")
    voltage_rating: str | None = strawberry.field(description="Rated voltage with its unit, {limit}.")
    input_voltage: str | None = strawberry.field(description="Input voltage with its unit, {limit}.")
    output_voltage: str | None = strawberry.field(description="Output voltage with its unit, {limit}.")
    mounting_type: str | None = strawberry.field(description="How it is mounted, {limit}.")
    pin_pitch: str | None = strawberry.field(description="Distance of its pins with its unit, {limit}.")
    pin_count: int | None = strawberry.field(description="Number of pins, {limit}.")
    parameters: list[Parameter] = many(
        Loaders.parameters_by_part,
        key=attrgetter("id"),
        description="Up to 100 named values, in the order given.",
        length=8,
    )
    low_stock_threshold: int | None = strawberry.field(
        description="At or below so many pieces the part is low, {limit}; null: never."
    )
    is_low: bool = derived(
        Loaders.stock_by_part,
        key=attrgetter("id"),
        pick=attrgetter("is_low"),
        description="Whether the total is at or below the low-stock threshold.",
    )
    total_quantity: int = derived(
        Loaders.stock_by_part,
        key=attrgetter("id"),
        pick=attrgetter("total_quantity"),
        description="Pieces in all places together, 0 to 2,147,483,647; the sum of the stock in the same answer.",
    )
    reserved_quantity: BigInt = derived(
        Loaders.availability_by_part,
        key=attrgetter("id"),
        pick=attrgetter("reserved_quantity"),
        description="Pieces that projects have on open pick lists or still need; may be more than there are.",
    )
    available_quantity: int = derived(
        Loaders.availability_by_part,
        key=attrgetter("id"),
        pick=attrgetter("available_quantity"),
        description="Pieces that no project reserves: the total without the reserved ones, never below 0.",
    )
    reservations: list[Reservation] = many(
        Loaders.reservations_by_part, key=attrgetter("id"), description="Who reserves it, by rank.", length=2
    )
    requirements: RequirementConnection = connection(
        Loaders.requirements_by_part,
        key=attrgetter("id"),
        page=requirement_page_of_part,
        description="The projects that require it, by their rank.",
    )
    stock: list[Stock] = derived(
        Loaders.stock_by_part,
        key=attrgetter("id"),
        pick=attrgetter("rows"),
        description="Where it lies, by box and location; empty when there is none.",
        length=2,
    )
    open_pick_lines: list[PickLineRef] = many(
        Loaders.open_lines_by_part,
        key=attrgetter("id"),
        description="The open pick lines that promise it, oldest first.",
        length=2,
    )
    history: QuantityChangeConnection = history(
        Loaders.history_by_part, key=attrgetter("id"), description="What happened to its stock, newest first."
    )
    quantity_at: int = derived(
        Loaders.quantity_by_part_and_time,
        key=attrgetter("id"),
        arguments=_at_time,
        description="Pieces in all places at a moment: after the last change up to then, 0 before the first.",
    )
    possible_duplicates: list[PartRef] = many(
        Loaders.possible_duplicates,
        key=attrgetter("id"),
        description="Other parts with the same manufacturer and MPN, ignoring case and spacing; by key, at most 20.",
        length=1,
    )
    attachments: list[Attachment] = attachments_of(Loaders.attachments_by_part)
    cover: Attachment | None = cover_of(Loaders.cover_by_part)
    edits: EditConnection = edits_of(EditedKind.PART)
    merged_into: PartRef | None = one(
        Loaders.part_by_id,
        key=attrgetter("merged_into_id"),
        description="The part that this duplicate was merged into.",
    )
    retired_at: datetime | None = strawberry.field(description="When it was retired; null while it is in use.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last edited; stock changes are no edits.")


PartConnection = Connection[Part]
