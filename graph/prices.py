"""What the price of a field follows from where its type does not say it (docs/guide/cost.md).

    tags: list[str] = strawberry.field(description="…", metadata=expected(5))

A list is priced by the length that is to be expected of it: what a workshop of some thousand parts has, or what bounds
it where that is little. It may well be longer; what an answer may have in bytes is bounded besides.
"""

from collections.abc import Mapping

from graph.execution.cost_shapes import EXPECTED, LOOKUPS


def expected(length: int) -> Mapping[str, int]:
    """The metadata of a list of which so many items are to be expected."""
    return {EXPECTED: length}


def dear(lookups: int) -> Mapping[str, int]:
    """The metadata of a field that takes as much as so many lookups, besides its own if it has one."""
    return {LOOKUPS: lookups}
