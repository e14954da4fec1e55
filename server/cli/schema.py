"""partsgraph schema: print the GraphQL schema, and compare it with an older one."""

import argparse
import sys
from pathlib import Path

from graphql import GraphQLSchema, build_schema, lexicographic_sort_schema, print_schema
from graphql.error import GraphQLSyntaxError
from graphql.utilities import find_breaking_changes

from graph.schema import schema as strawberry_schema
from server.cli.parsing import add_command, add_subcommands
from server.errors import OperatorError

_RELEASED = Path("tests/released.graphql")


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the two subcommands."""
    commands = add_subcommands(parser)
    printing = add_command(commands, "print", "print the schema, sorted", _print)
    printing.add_argument("--check", type=Path, metavar="FILE", help="print nothing; exit code 1 when FILE is stale")
    diff = add_command(commands, "diff", "list breaking changes against an older schema; exit code 1 for any", _diff)
    diff.add_argument("old", nargs="?", type=Path, default=_RELEASED, metavar="OLD", help=f"default: {_RELEASED}")


def _print(arguments: argparse.Namespace) -> int:
    printed = sorted_sdl()
    if arguments.check is None:
        sys.stdout.write(printed)
        return 0
    if _read(arguments.check) == printed:
        return 0
    print(f"{arguments.check} is stale: partsgraph schema print > {arguments.check}", file=sys.stderr)
    return 1


def _diff(arguments: argparse.Namespace) -> int:
    try:
        old = build_schema(_read(arguments.old))
    except (GraphQLSyntaxError, TypeError) as error:
        raise OperatorError(f"{arguments.old} is not a GraphQL schema: {error}") from None
    changes = find_breaking_changes(old, build_schema(sorted_sdl()))
    for change in changes:
        print(f"{change.type.name}: {change.description}")
    print(f"{len(changes)} breaking {'change' if len(changes) == 1 else 'changes'} since {arguments.old}.")
    return 1 if changes else 0


def sorted_sdl() -> str:
    """The schema as checked in: types, fields, arguments and values in alphabetical order."""
    whole = build_schema(strawberry_schema.as_str())
    assert isinstance(whole, GraphQLSchema)
    return print_schema(lexicographic_sort_schema(whole)) + "\n"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{path} cannot be read: {error}") from None
