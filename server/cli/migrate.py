"""partsgraph migrate: bring the database to the newest schema."""

import argparse

from server.cli.parsing import add_data_dir
from server.cli.running import run_with_surroundings
from server.start.database import prepare_database


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    parser.set_defaults(run=_run)
    add_data_dir(parser)


def _run(arguments: argparse.Namespace) -> int:
    changed = run_with_surroundings(arguments, prepare_database)
    print("The database is migrated." if changed else "The database was up to date.")
    return 0
