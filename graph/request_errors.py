"""Errors of a request that is broken itself; they stand at the top level of the answer."""

from graphql import GraphQLError


def bad_user_input(message: str) -> GraphQLError:
    """The error of an argument that no request may send; the code tells clients that they can mend it themselves."""
    return GraphQLError(message, extensions={"code": "BAD_USER_INPUT"})
