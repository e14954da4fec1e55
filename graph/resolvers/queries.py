"""The root type Query: the fields of every class `*Queries`."""

from typing import Any

import strawberry

from graph.resolvers.nouns import classes_of

_DESCRIPTION = "What can be read. A field that fails is null and told in `errors`; the others are answered."

Query: Any = strawberry.type(type("Query", classes_of("queries"), {}), description=_DESCRIPTION)
