"""Changes of pick lists as subscribers are told them: each list as it is after a commit that changed it or a line."""

from sqlalchemy import select

from persistence.readers.live import Source
from persistence.readers.lookups import columns_of
from persistence.readers.pick_list import PickListView
from persistence.readers.tables import pick_lists

PICK_LIST_CHANGES: Source[PickListView] = Source(
    "pick_list",
    select(*columns_of(PickListView, pick_lists)),
    written_in=pick_lists.c.changed_in,
    id=pick_lists.c.id,
    view=PickListView._make,
    topics=lambda pick_list: (pick_list.id,),
)
