"""The root type Subscription: the fields of every class `*Subscriptions`."""

from typing import Any

import strawberry

from graph.resolvers.nouns import classes_of

_DESCRIPTION = (
    "What is told when it is committed, whichever server did it, over graphql-transport-ws or server-sent events."
)

Subscription: Any = strawberry.type(type("Subscription", classes_of("subscriptions"), {}), description=_DESCRIPTION)
