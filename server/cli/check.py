"""partsgraph check: recompute every invariant and name what is off."""

import argparse

from persistence.checks import Finding, run_checks

from server.cli.arguments import Commands, add_command, add_data_dir, run_with_application
from server.progress import Announcer
from server.wiring import Application


def add_to(commands: "Commands") -> None:
    """Adds the command."""
    summary = "recompute every invariant of the data; exit code 1 when something is off"
    add_data_dir(add_command(commands, "check", _run, summary))


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
