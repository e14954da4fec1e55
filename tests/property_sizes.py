"""How many examples a property is tried with: quick in `make test`, large in `make torture`, usual when asked for."""

import os

CHOICE = "TEST_PROPERTIES"
"""The variable that chooses the size; torture multiplies its own by the scale."""

_SIZES = {"quick": 0.25, "usual": 1.0, "large": 5.0}


def examples(usual: int) -> int:
    """So many of the usual examples as the chosen size asks for, and at least five."""
    factor = _SIZES[os.environ.get(CHOICE) or "quick"]
    if factor > 1:
        factor *= float(os.environ.get("PARTSGRAPH_TORTURE_SCALE") or "1")
    return max(5, round(usual * factor))
