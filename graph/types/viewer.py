"""Who is asking."""

from enum import Enum

import strawberry


@strawberry.enum(description="What an actor may do; each role includes the ones before it.")
class Role(Enum):
    """The domain's roles with their descriptions."""

    VIEWER = strawberry.enum_value("VIEWER", description="Read everything.")
    EDITOR = strawberry.enum_value("EDITOR", description="Change parts, boxes and stock too.")
    ADMIN = strawberry.enum_value("ADMIN", description="Also manage part types, delete boxes, and manage API tokens.")


@strawberry.type(description="Who is asking, as the API token says.")
class Viewer:
    """Declares domain.entities.actor.Actor."""

    name: str = strawberry.field(description="The name that operations and edits record.")
    role: Role = strawberry.field(description="What the viewer may do.")
