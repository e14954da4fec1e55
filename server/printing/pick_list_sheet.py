"""What stands on a printed pick list besides the list: it is known to the server and not to the child that draws."""

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


def sheet(printed: PrintedPickList, id: str, zone: tzinfo, address: str | None) -> PickListSheet:
    """The sheet of a list with this global id, which is what the code holds; with the `address` of any list in a front
    end, it holds that of this one."""
    made = printed.pick_list.created_at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
    code = address.replace(NUMBER, str(printed.pick_list.id)).replace(ID, id) if address else id
    return PickListSheet(printed, made, code)
