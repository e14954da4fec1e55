"""The schema: Query, Mutation, Subscription, and the types behind interfaces."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from graph.library_internals import core_schema
from graph.resolvers.mutations import Mutation
from graph.resolvers.queries import Query
from graph.resolvers.subscriptions import Subscription
from graph.scalars import SCALARS
from graph.types.edit import Edit
from graph.types.location import Location

schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[Edit, Location],
    config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
)

graphql_schema = core_schema(schema)
"""The same schema as graphql-core knows it."""
