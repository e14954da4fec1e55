"""The root type Mutation: every mutation that a module `*_mutations` declares."""

from typing import Any

import strawberry

from graph.resolvers.nouns import fields_of

_DESCRIPTION = (
    "Every change. The mutations of one document run one after the other, each in a transaction of its "
    "own; one that answers a refusal changed nothing."
)

Mutation: Any = strawberry.type(type("Mutation", (), fields_of("mutations")), description=_DESCRIPTION)
