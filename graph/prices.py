"""How long a list is to be expected, which is what it is priced by (docs/guide/cost.md).

    tags: list[str] = strawberry.field(description="…", metadata=expected(5))

A list is priced by the length that is to be expected of it: what a workshop of some thousand parts has, or what bounds
it where that is little. It may well be longer; what an answer may have in bytes is bounded besides.
"""

from collections.abc import Mapping

from graph.execution.cost_shapes import EXPECTED


def expected(length: int) -> Mapping[str, int]:
    """The metadata of a list of which so many items are to be expected."""
    return {EXPECTED: length}
