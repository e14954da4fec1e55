"""partsgraph migrate: bring the database to the newest schema."""

import argparse

from server.cli.arguments import Commands, add_command, add_data_dir, run_with_surroundings
from server.database import prepare_database


def add_to(commands: "Commands") -> None:
    """Adds the command."""
    add_data_dir(add_command(commands, "migrate", _run, "bring the database to the newest schema"))


def _run(arguments: argparse.Namespace) -> int:
    changed = run_with_surroundings(arguments, prepare_database)
    print("The database is migrated." if changed else "The database was up to date.")
    return 0
