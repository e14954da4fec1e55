"""partsgraph check: recompute every invariant and name what is off."""

import argparse

from persistence.checks import Finding, run_checks
from server.cli.parsing import add_data_dir
from server.cli.running import run_with_application
from server.progress import Announcer
from server.wiring import Application


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    parser.set_defaults(run=_run)
    add_data_dir(parser)


def _run(arguments: argparse.Namespace) -> int:
    findings = run_with_application(arguments, _check, migrates=False)
    for finding in findings:
        print(f"{finding.invariant}: {finding.detail}")
    if findings:
        print(f"{len(findings)} {'finding' if len(findings) == 1 else 'findings'}.")
        return 1
    print("Everything reconciles.")
    return 0


async def _check(application: Application, announcer: Announcer) -> list[Finding]:
    async with announcer.step("Checking"):
        return list(await run_checks(application.database))
