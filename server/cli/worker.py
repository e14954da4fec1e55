"""partsgraph worker: run jobs and read files, beside a server on the same database."""

import argparse

from server.cli.parsing import add_data_dir
from server.jobs.process import work
from server.settings import load_settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    parser.set_defaults(run=_run)
    parser.add_argument("--slots", type=int, help="jobs to run at a time (PARTSGRAPH_JOB_SLOTS)")
    parser.add_argument("--file-slots", type=int, help="files to read at a time (PARTSGRAPH_FILE_SLOTS)")
    add_data_dir(parser)


def _run(arguments: argparse.Namespace) -> int:
    slots = {"job_slots": arguments.slots, "file_slots": arguments.file_slots}
    work(load_settings(**slots, data_dir=arguments.data_dir))
    return 0
