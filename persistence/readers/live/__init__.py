"""Live updates: what was committed, told to subscribers of every process, once and in order.

After a commit the unit of work gives a hint (persistence.hints). A hint carries no facts: the one listener of each
process then reads what is new in the tables, past a position that is safe against transactions which commit late
(snapshots). Each source has its own position; nothing is read for a source that nobody subscribes to.

How to add a source, for example of jobs:

1. The table has a column `changed_in` (persistence.models.base.ChangedIn) with an index; a trigger or the statement
   itself sets it anew on every update. An append-only table keeps the default.
2. Declare the source beside the reader of the noun. The id orders the events of one look; of rows that are updated the
   latest state is told. A topic is what one subscriber can ask for; an event may have several.

       JOB_CHANGES = Source(
           "job",
           select(*columns_of(JobView, jobs)),
           written_in=jobs.c.changed_in,
           id=jobs.c.id,
           view=JobView._make,
           topics=lambda job: (job.id,),
       )

3. Declare the field in graph/resolvers with `subscription_field`, as graph/resolvers/stock_subscriptions.py does:
   `subscriber = await info.context.readers.live.subscribe(JOB_CHANGES, job_id)` is the stream that the field returns.

The order: per topic as it was applied, which for stock is the order of the ledger. Whoever runs a stream closes it.
"""

from persistence.readers.live.channel import Bounds, PositionTooOld
from persistence.readers.live.listener import Listener, ListenerStopped
from persistence.readers.live.snapshots import Position, is_snapshot
from persistence.readers.live.source import Event, Source
from persistence.readers.live.subscriber import Subscriber, SubscriberTooSlow

__all__ = [
    "Bounds",
    "Event",
    "Listener",
    "ListenerStopped",
    "Position",
    "PositionTooOld",
    "Source",
    "Subscriber",
    "SubscriberTooSlow",
    "is_snapshot",
]
