"""partsgraph seed: the demo workshop, or generated parts in any number."""

import argparse
from collections.abc import Callable
from functools import partial
from importlib import import_module

from server.cli.parsing import add_data_dir
from server.cli.running import run_with_application
from server.errors import OperatorError
from server.seed.demo.workshop import load_demo
from server.seed.generated.workshop import generate
from server.seed.starter_types import load_starter_types
from server.start.progress import Announcer, Bar
from server.wiring import Application

_MOST_PARTS = 200_000
_MOST_DOCUMENTS = 20_000
_EXAMPLES = """\
examples:
  partsgraph seed                   the demo workshop, into an empty database
  partsgraph seed --parts 100000    generated parts with stock and history, the same ones every time
  partsgraph seed --parts 100000 --documents 5000
                                    and 5,000 of them with a data sheet as PDF, whose text can be searched
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    parser.set_defaults(run=_run)
    parser.epilog = _EXAMPLES
    parser.add_argument("--parts", type=_number_up_to(_MOST_PARTS), metavar="N", help="generate N parts instead")
    parser.add_argument(
        "--documents",
        type=_number_up_to(_MOST_DOCUMENTS),
        metavar="M",
        help="with --parts: M of them have a data sheet",
    )
    add_data_dir(parser)


def _number_up_to(most: int) -> Callable[[str], int]:
    def number(written: str) -> int:
        named = int(written) if written.isascii() and written.isdigit() else 0
        if not 1 <= named <= most:
            raise argparse.ArgumentTypeError(f"a number from 1 to {most} is needed, not {written!r}")
        return named

    return number


def _run(arguments: argparse.Namespace) -> int:
    parts: int | None = arguments.parts
    documents: int = arguments.documents or 0
    if parts is None and documents:
        raise OperatorError("--documents needs --parts: it is generated parts that get them")
    run_with_application(arguments, _load_demo if parts is None else partial(_generate, parts, documents))
    print("The demo workshop is loaded." if parts is None else _told(parts, documents))
    return 0


def _told(parts: int, documents: int) -> str:
    besides = f" and {documents:,} documents" if documents else ""
    return f"{parts:,} parts{besides} are generated."


async def _load_demo(application: Application, _: Announcer) -> None:
    await load_starter_types(application)
    with Bar("Loading the demo workshop") as progress:
        loaded = await load_demo(application, progress)
    if not loaded:
        raise OperatorError("the demo workshop goes into an empty database, once; this one holds something already")
    # The drawing library is loaded for this alone.
    await import_module("server.seed.demo.files").load_demo_files(application)


async def _generate(parts: int, documents: int, application: Application, _: Announcer) -> None:
    await load_starter_types(application)
    with Bar(f"Generating {parts:,} parts") as progress:
        await generate(application, parts, progress, documents)
