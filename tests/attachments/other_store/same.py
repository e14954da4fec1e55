"""Takes the tests of another file as they are, so that they run on what this folder provides."""

from importlib import import_module
from typing import Any


def same_tests(module: str, *left_out: str) -> dict[str, Any]:
    """The tests and the fixtures of a module by their names, but for the tests that are left out."""
    found = {name: value for name, value in vars(import_module(module)).items() if not name.startswith("_")}
    for name in left_out:
        del found[name]
    return found
