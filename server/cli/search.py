"""partsgraph search: make anew what search finds things by."""

import argparse
from functools import partial

from domain.entities.actor import LOCAL_ACTOR
from domain.ports.search import DocumentKind
from server.cli.parsing import add_command, add_data_dir, add_subcommands
from server.cli.running import run_with_application
from server.start.progress import Announcer, Bar
from server.upkeep.search_indexing import Indexing
from server.wiring import Application

_AT_A_TIME = 1_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the commands."""
    commands = add_subcommands(parser)
    rebuild = add_command(commands, "rebuild", "make all documents of search again, while servers go on", _rebuild)
    rebuild.add_argument(
        "--wait", action="store_true", help="make them here, and return when that is done; a server helps"
    )
    add_data_dir(rebuild)


def _rebuild(arguments: argparse.Namespace) -> int:
    print(run_with_application(arguments, partial(_made_anew, arguments.wait), migrates=False))
    return 0


async def _made_anew(waits: bool, application: Application, announcer: Announcer) -> str:
    service = application.services.search
    async with announcer.step("Marking the documents"):
        for kind in DocumentKind:
            after: int | None = 0
            while after is not None:
                after = await service.mark_old(LOCAL_ACTOR, kind, after, _AT_A_TIME)
    # Whatever becomes of this command, a server does the rest.
    await service.begin_again(LOCAL_ACTOR)
    if not waits:
        return "All documents of search are made again by the next server or worker that is free (job INDEX_PARTS)."
    total = sum((await service.count_old(LOCAL_ACTOR)).values())
    with Bar("Making documents") as progress:

        async def tell(_: DocumentKind, __: int, ___: int, share: float) -> None:
            progress(round(share * total), total)

        indexing = Indexing(service, application.children, LOCAL_ACTOR, tell)
        await indexing.run()
    left = f" {indexing.left:,} are left to job INDEX_PARTS." if indexing.left else ""
    return f"All documents of search are made again.{left}"
