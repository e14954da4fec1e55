"""Every root field carries the least role that may use it, in its metadata.

Reading is open to whoever may read at all; a mutation takes the role of its use case. The front door refuses an
operation whose actor lacks the role of one of its fields, and a field without one (graph/execution/access.py).
"""

from collections.abc import Mapping

from domain.entities.actor import Role

ROLE = "role"
"""The key of the role in a field's metadata."""


def required_role(role: Role) -> Mapping[str, Role]:
    """The metadata of a root field that asks for this role."""
    return {ROLE: role}
