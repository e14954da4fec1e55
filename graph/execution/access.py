"""Refuses an operation whose actor may not ask for one of its root fields, before anything of it runs."""

from graphql import GraphQLField, GraphQLSchema, OperationType

from domain.entities.actor import Actor, Role
from graph.execution.document_cache import PreparedOperation
from graph.execution.refusals import RequestCode, refusal
from graph.library_internals import declaration
from graph.required_role import ROLE


class MissingRole(Exception):
    """A root field of the schema declares no role (graph.read_fields)."""


class AccessRules:
    """The role of every root field, read from the schema once; a field without one stops the server from starting."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._roles = {
            (kind, name): _declared_role(f"{root.name}.{name}", field)
            for kind in OperationType
            if (root := schema.get_root_type(kind)) is not None
            for name, field in root.fields.items()
        }

    def check(self, actor: Actor, operation: PreparedOperation) -> None:
        """Raises RequestRefused (FORBIDDEN), naming the first root field that is not for this actor."""
        for name in operation.root_fields:
            # Introspection and __typename are fields of no type; whoever may read may use them.
            role = self._roles.get((operation.kind, name), Role.VIEWER)
            if not actor.role.allows(role):
                raise refusal(
                    RequestCode.FORBIDDEN,
                    f"{name} takes the role {role.value}; yours is {actor.role.value}.",
                    field=name,
                    requiredRole=role.value,
                )


def _declared_role(name: str, field: GraphQLField) -> Role:
    declared = declaration(field)
    role = declared.metadata.get(ROLE) if declared is not None else None
    if role is None:
        raise MissingRole(f"{name} declares no role")
    return Role(role)
