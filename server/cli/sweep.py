"""partsgraph sweep: remove objects that no row names."""

import argparse
from functools import partial

from persistence.orphaned_objects import Sweep, SweepReport, SweepStopped
from server.cli.parsing import add_data_dir
from server.cli.running import run_with_application
from server.errors import OperatorError
from server.start.progress import Announcer
from server.wiring import Application


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    parser.set_defaults(run=_run)
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be removed")
    parser.add_argument(
        "--force", action="store_true", help="sweep another's bucket too, and one where over 20 %% have no row"
    )
    add_data_dir(parser)


def _run(arguments: argparse.Namespace) -> int:
    work = partial(_sweep, arguments.dry_run, arguments.force)
    print(_told(run_with_application(arguments, work, migrates=False)))
    return 0


async def _sweep(is_dry_run: bool, is_forced: bool, application: Application, announcer: Announcer) -> SweepReport:
    sweep = Sweep(application.database, application.object_store)
    async with announcer.step("Sweeping"):
        try:
            return await sweep.run(is_dry_run=is_dry_run, is_forced=is_forced)
        except SweepStopped as stopped:
            raise OperatorError(str(stopped)) from None


def _told(report: SweepReport) -> str:
    did = "would be removed" if report.is_dry_run else "removed"
    removed = f"{report.removed:,} of {report.objects:,} objects {did} ({report.removed_bytes:,} bytes)"
    return f"{removed}, {report.given_up_uploads:,} unfinished uploads."
