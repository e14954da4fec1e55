"""The type Subscription, put together from the nouns."""

import strawberry

from graph.resolvers.job_subscriptions import JobSubscriptions
from graph.resolvers.pick_list_subscriptions import PickListSubscriptions
from graph.resolvers.stock_subscriptions import StockSubscriptions


@strawberry.type(
    description="What is told when it is committed, whichever server did it, over graphql-transport-ws or "
    "server-sent events."
)
class Subscription(StockSubscriptions, PickListSubscriptions, JobSubscriptions):
    """Every subscription."""
