"""The command `partsgraph`: one module per subcommand; this one puts them together.

Only the module of the command that was called is imported, so help and usage errors come at once.
Exit codes: 0 it went well; 1 it did not, or a check found something; 2 the command line was wrong; 130 interrupted.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper

from domain.errors import DomainError
from server.cli.parsing import add_command
from server.errors import OperatorError, SettingsError

_COMMANDS = {
    "serve": "run the server until Ctrl-C",
    "worker": "run jobs and read files until Ctrl-C, beside a server",
    "migrate": "bring the database to the newest schema",
    "seed": "load the demo workshop, or generate parts",
    "attach": "attach files of this machine to a part",
    "search": "make anew what search finds things by",
    "sweep": "remove stored objects that no row names",
    "check": "recompute every invariant of the data; exit code 1 when something is off",
    "schema": "print the GraphQL schema, or compare it with an older one",
    "token": "manage API tokens",
}
_EXAMPLES = """\
examples:
  partsgraph serve                                 serve on http://127.0.0.1:8000/
  partsgraph seed --parts 10000                    generate parts with stock and history
  partsgraph attach ABCD datasheet.pdf             attach a file to a part
  partsgraph check                                 recompute every invariant
  partsgraph token create --name bench --role EDITOR

exit codes: 0 success; 1 failure, or a check found something; 2 wrong command line; 130 interrupted
Settings are environment variables (prefix PARTSGRAPH_) or lines of .env: see `partsgraph serve --help`.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry of the `partsgraph` script; always ends with SystemExit."""
    if isinstance(sys.stdout, TextIOWrapper):
        # Names of files and texts of people are told whatever the terminal can write, as on standard error.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        parsed = _parse(sys.argv[1:] if arguments is None else arguments)
        code = parsed.run(parsed)
        sys.stdout.flush()
    except SettingsError as error:
        _fail(error.faults)
    except (OperatorError, DomainError) as error:
        _fail([str(error)])
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does. Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    else:
        sys.exit(code)


def _parse(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="partsgraph",
        description="A GraphQL API server for an electronics workshop.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in _COMMANDS.items():
        command = add_command(commands, name, summary)
        if words and words[0] == name:
            import_module(f"server.cli.{name}").configure(command)
    return parser.parse_args(words)


def _fail(lines: Sequence[str]) -> None:
    for line in lines:
        print(f"partsgraph: {line}", file=sys.stderr)
    sys.exit(1)
