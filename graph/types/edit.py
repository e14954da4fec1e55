"""Edits: who changed which field of an object, and the list of them that objects share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import strawberry

from domain.entities.edit import EditedKind
from graph.context import Info
from graph.dataloaders import Loaders
from graph.relations import connection
from graph.relay_connections import After, Before, Connection, First, Last, page_request
from graph.schema_names import schema_name
from graph.types.node import Node
from persistence.readers.edit import EDIT_ORDER, EditView
from persistence.readers.paging import PageRequest

*_FIRST, _LAST = (kind.value.lower().replace("_", " ") for kind in EditedKind)
_KINDS = f"{', '.join(_FIRST)} or {_LAST}"


def _field(root: Any) -> str:
    return schema_name(root.field)


@strawberry.type(description=f"A change of one field of a {_KINDS}.")
class Edit(Node, shows=EditView, found_by=Loaders.edit_by_id):
    """Declares EditView."""

    actor: str = strawberry.field(description="Who changed it.")
    at: datetime = strawberry.field(description="When.")
    field: str = strawberry.field(resolver=_field, description="The field of the schema that changed.")
    before: str | None = strawberry.field(description="What it was, as people read it; null for nothing.")
    after: str | None = strawberry.field(description="What it became, as people read it; null for nothing.")


EditConnection = Connection[Edit]


def edit_page(
    info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
) -> PageRequest:
    """A page of edits, newest first."""
    return page_request(info, EDIT_ORDER, first=first, after=after, last=last, before=before, descending=True)


def edits_of(kind: EditedKind) -> Any:
    """Declare the edits of an object of this kind."""
    key: Callable[[Any], tuple[EditedKind, int]] = lambda view: (kind, view.id)  # noqa: E731
    return connection(Loaders.edits_by_object, key=key, page=edit_page, description="Who changed what, newest first.")
