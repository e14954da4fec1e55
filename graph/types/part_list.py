"""How lists of parts are filtered and ordered, wherever they stand."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from domain.entities.box import MAX_NUMBER
from domain.entities.ids import PartKey
from domain.entities.part import TAGS
from domain.rules.search import MAX_QUERY_LENGTH, query_of
from domain.rules.texts import shows_nothing
from graph.context import Info
from graph.execution.list_bounds import takes
from graph.filters import conditions, folded, pattern
from graph.mutation_fields import named, optional
from graph.prices import dear
from graph.relay_connections import After, Before, First, Last, page_request
from graph.request_errors import bad_user_input
from graph.types.order_direction import OrderDirection
from graph.types.parameter_filter import ParameterFilter, ranges
from persistence.readers.paging import Conditions, PageRequest
from persistence.readers.part_conditions import MOST_RANGES
from persistence.readers.part_order import PART_ORDERS
from persistence.readers.search_pages import sought

MOST_KEYS = 200
"""A list is chosen by so many keys at most: those of a page."""


@strawberry.input(
    description="Which parts to show; all conditions must hold. Retired parts are hidden unless asked for."
)
class PartFilter:
    """The filter of parts."""

    type_name: str | None = optional("Only parts of this type, ignoring case and spacing.")
    tag: str | None = optional("Only parts with this tag, ignoring case and spacing.")
    tags_all: list[str] | None = optional(
        f"Only parts with all of these tags (up to {TAGS.most}), ignoring case and spacing.", metadata=takes(TAGS.most)
    )
    in_stock: bool | None = optional("True: only parts with at least one piece. False: only parts with none.")
    is_low: bool | None = optional("True: only parts at or below their low-stock threshold. False: only the others.")
    box_number: int | None = optional(f"Only parts that lie in the box of this number, 1–{MAX_NUMBER}.")
    text: str | None = optional("Contained in the key or the MPN, ignoring case and spacing; up to 255 characters.")
    retired: bool | None = strawberry.field(
        default=False, description="False: only parts in use. True: only retired parts. Null: both."
    )
    has_type: bool | None = optional("True: only parts with a type. False: only parts without one.")
    keys: list[PartKey] | None = optional(
        f"Only parts with one of these keys (up to {MOST_KEYS}); none for an empty list.", metadata=takes(MOST_KEYS)
    )
    has_attachments: bool | None = optional("True: only parts with a file or link. False: only parts without any.")
    is_reserved: bool | None = optional(
        "True: only parts of which some project holds pieces (open lines of its pick lists) or still wants some (its "
        "requirements, while it is active): those with a reservedQuantity above 0. False: only the others."
    )
    manufacturer: str | None = optional("Only parts of this manufacturer, ignoring case and spacing.")
    created_since: datetime | None = optional("Only parts made at this time or later.")
    updated_since: datetime | None = optional(
        "Only parts last edited at this time or later; stock changes are no edits."
    )
    search: str | None = optional(
        "Only parts that these words find as `searchParts` finds them, in the order of the list; of a longer text the "
        f"first {MAX_QUERY_LENGTH} characters count. Blank text is no condition; one that says nothing finds nothing.",
        metadata=dear(50),
    )
    parameters: list[ParameterFilter] | None = optional(
        f"Only parts that meet all of these (up to {MOST_RANGES}).", metadata=takes(MOST_RANGES)
    )

    def conditions(self) -> Conditions:
        """What the listing understands."""
        tag = folded("tag", self.tag)
        tags = [*([tag] if tag is not None else []), *(folded("tagsAll", each) for each in named(self.tags_all) or [])]
        if len(tags) > TAGS.most:
            raise bad_user_input(f"`tagsAll` takes up to {TAGS.most} tags.")
        return conditions(
            type_name_key=folded("typeName", self.type_name),
            tag_keys=tuple(tags) or None,
            in_stock=self.in_stock,
            low=True if self.is_low is True else None,
            not_low=True if self.is_low is False else None,
            box_number=self.box_number,
            pattern=pattern("text", self.text),
            retired=True if self.retired is True else None,
            in_use=True if self.retired is False else None,
            has_type=self.has_type,
            keys=tuple(keys) if (keys := named(self.keys)) is not None else None,
            has_attachments=True if self.has_attachments is True else None,
            has_no_attachments=True if self.has_attachments is False else None,
            is_reserved=True if self.is_reserved is True else None,
            is_not_reserved=True if self.is_reserved is False else None,
            manufacturer_key=folded("manufacturer", self.manufacturer),
            created_since=self.created_since,
            updated_since=self.updated_since,
            search=_searched(named(self.search)),
            **ranges(named(self.parameters) or []),
        )


def _searched(text: str | None) -> str | None:
    if text is None or shows_nothing(text):
        return None
    _, query = sought(query_of(text))
    return query


@strawberry.enum(description="What parts can be ordered by.")
class PartOrderField(Enum):
    """The orders of the listing."""

    KEY = strawberry.enum_value("KEY", description="By key.")
    DESCRIPTION = strawberry.enum_value(
        "DESCRIPTION", description="By description, ignoring case and spacing, numbers as numbers (R2 before R10)."
    )
    TYPE = strawberry.enum_value("TYPE", description="By the name of the type, then by key; parts without a type last.")
    MANUFACTURER = strawberry.enum_value(
        "MANUFACTURER", description="By manufacturer as by description, then by key; parts without one last."
    )
    MANUFACTURER_CODE = strawberry.enum_value(
        "MANUFACTURER_CODE",
        description="By MPN as by description (R2 before R10), then by key; parts without one last.",
    )
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By the time they were made.")
    UPDATED_AT = strawberry.enum_value(
        "UPDATED_AT", description="By the time they were last edited; stock changes are no edits."
    )
    TOTAL_QUANTITY = strawberry.enum_value("TOTAL_QUANTITY", description="By the pieces there are.")


@strawberry.input(description="An order of parts.")
class PartOrder:
    """Field and direction."""

    field: PartOrderField = strawberry.field(description="What to order by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="In which direction.")


def part_page(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    filter: Annotated[
        PartFilter | None, strawberry.argument(description="Which parts to show; parts in use when left out.")
    ] = None,
    order_by: Annotated[
        PartOrder | None, strawberry.argument(description="In which order; by key, ascending, when left out.")
    ] = None,
) -> PageRequest:
    """A page of parts."""
    field = order_by.field if order_by is not None else PartOrderField.KEY
    return page_request(
        info,
        PART_ORDERS[field.name],
        first=first,
        after=after,
        last=last,
        before=before,
        descending=order_by is not None and order_by.direction is OrderDirection.DESC,
        conditions=(filter or PartFilter()).conditions(),
    )
