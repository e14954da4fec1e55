"""Arguments that may be left out, without a default in the schema."""

import inspect
from collections.abc import Callable
from typing import Any

import strawberry


def signature_for_schema(function: Callable[..., Any]) -> inspect.Signature:
    """The signature from which Strawberry makes arguments.

    A parameter that is None when it is left out becomes an argument without default; Strawberry would print `= null`.
    """
    signature = inspect.signature(function)
    parameters = [
        parameter.replace(default=strawberry.UNSET) if parameter.default is None else parameter
        for parameter in signature.parameters.values()
    ]
    return signature.replace(parameters=parameters)
