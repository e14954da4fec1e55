"""What stands on a printed pick list besides the list: it is known to the server and not to the child that draws."""

from collections.abc import Callable
from datetime import tzinfo
from typing import NamedTuple

from persistence.readers.pick_list import PrintedPickList

NUMBER, ID = "{number}", "{id}"
"""Where the address of a list, as a front end has it, names it."""


class PickListSheet(NamedTuple):
    """A list as it is printed."""

    printed: PrintedPickList
    made: str
    """When it was made, by the clock of the workshop."""
    code: str
    """What a scanner reads."""


def sheet(
    printed: PrintedPickList, zone: tzinfo, address: str | None, global_id: Callable[[int], str]
) -> PickListSheet:
    """The sheet of a list. `address` is that of any list in a front end, with its places; without one the code holds
    the global id, which a front end takes to `pickList`."""
    number = printed.pick_list.id
    made = printed.pick_list.created_at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
    id = global_id(number)
    code = address.replace(NUMBER, str(number)).replace(ID, id) if address else id
    return PickListSheet(printed, made, code)
