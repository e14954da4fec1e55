"""partsgraph check: recompute every invariant and name what is off."""

import argparse
from functools import partial

from persistence.checks import Finding, run_checks
from persistence.checks.objects import run_object_checks
from persistence.checks.search import run_text_checks
from server.cli.parsing import add_data_dir
from server.cli.running import run_with_application
from server.start.progress import Announcer
from server.wiring import Application


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    parser.set_defaults(run=_run)
    parser.add_argument("--hashes", action="store_true", help="also read every file and compare its hash")
    parser.add_argument("--texts", action="store_true", help="also find the words of each PDF's text again")
    add_data_dir(parser)


def _run(arguments: argparse.Namespace) -> int:
    findings = run_with_application(arguments, partial(_check, arguments.hashes, arguments.texts), migrates=False)
    for finding in findings:
        print(f"{finding.invariant}: {finding.detail}")
    if findings:
        print(f"{len(findings)} {'finding' if len(findings) == 1 else 'findings'}.")
        return 1
    print("Everything reconciles.")
    return 0


async def _check(hashes: bool, texts: bool, application: Application, announcer: Announcer) -> list[Finding]:
    async with announcer.step("Checking"):
        found = await run_checks(application.database)
        if texts:
            found += await run_text_checks(application.database)
        return [*found, *await run_object_checks(application.database, application.object_store, hashes=hashes)]
