"""Who acts, and what the role allows."""

from dataclasses import dataclass
from enum import StrEnum

from domain.entities.idempotency import IdempotentRequest


class Role(StrEnum):
    """What an actor may do: read, change, or also manage types, sellers, boxes' deletion and tokens."""

    VIEWER = "VIEWER"
    EDITOR = "EDITOR"
    ADMIN = "ADMIN"

    def allows(self, required: "Role") -> bool:
        """Tell whether this role includes the required one."""
        return _RANK[self] >= _RANK[required]


_RANK = {Role.VIEWER: 0, Role.EDITOR: 1, Role.ADMIN: 2}


class OwnName(StrEnum):
    """The names under which the installation itself acts; no token is given one of them."""

    LOCAL = "local"
    SEED = "seed"
    WORKER = "worker"
    SERVER = "partsgraph"
    COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Actor:
    """The name that operations and edits record, the role it acts in, and the request it may send again."""

    name: str
    role: Role
    request: IdempotentRequest | None = None


LOCAL_ACTOR = Actor(OwnName.LOCAL, Role.ADMIN)
"""Everyone, as long as no API token was ever made."""
