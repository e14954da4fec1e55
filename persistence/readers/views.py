"""The database's views of availability as readers name them in statements; the migrations hold their text.

`availability` has a row for every project and part: ask for some of both.
"""

from sqlalchemy import column, table

requirement_claims = table(
    "requirement_claims",
    *map(
        column,
        (
            "requirement_id",
            "project_id",
            "rank",
            "part_id",
            "need_quantity",
            "open_quantity",
            "picked_quantity",
            "soft_quantity",
        ),
    ),
)
part_claims = table("part_claims", *map(column, ("part_id", "project_id", "rank", "firm_quantity", "soft_quantity")))
availability = table(
    "availability",
    *map(
        column,
        (
            "project_id",
            "part_id",
            "on_hand_quantity",
            "own_firm_quantity",
            "counts_against_quantity",
            "available_quantity",
            "may_list_quantity",
        ),
    ),
)
requirement_coverage = table(
    "requirement_coverage",
    *map(
        column,
        (
            "requirement_id",
            "project_id",
            "rank",
            "part_id",
            "status",
            "need_quantity",
            "open_quantity",
            "picked_quantity",
            "soft_quantity",
            "on_hand_quantity",
            "own_firm_quantity",
            "counts_against_quantity",
            "available_quantity",
            "may_list_quantity",
            "shortage_quantity",
        ),
    ),
)
part_availability = table(
    "part_availability", *map(column, ("part_id", "on_hand_quantity", "reserved_quantity", "available_quantity"))
)
