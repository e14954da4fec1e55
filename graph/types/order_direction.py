"""The direction of an order."""

from enum import Enum

import strawberry


@strawberry.enum(description="The direction of an order. Lists that are equal in the order's field are ordered by id.")
class OrderDirection(Enum):
    """ASC or DESC."""

    ASC = strawberry.enum_value(
        "ASC", description="From the smallest to the largest, the oldest to the newest, A to Z."
    )
    DESC = strawberry.enum_value(
        "DESC", description="From the largest to the smallest, the newest to the oldest, Z to A."
    )
