"""How the parsers of all commands are made."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]


def add_command(
    commands: "Commands", name: str, summary: str, run: Callable[[argparse.Namespace], int] | None = None
) -> argparse.ArgumentParser:
    """A command described by its summary; its epilog keeps its line breaks. `run` returns the exit code."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if run is not None:
        parser.set_defaults(run=run)
    return parser


def add_subcommands(parser: argparse.ArgumentParser) -> "Commands":
    """The place for the commands of a command; one of them has to be named."""
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=True)


def add_data_dir(parser: argparse.ArgumentParser) -> None:
    """The option that every command with a database takes."""
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="data directory (PARTSGRAPH_DATA_DIR)")
