"""The command `partsgraph`: one module per subcommand; this one puts them together.

Exit codes: 0 it went well; 1 it did not, or a check found something; 2 the command line was wrong; 130 interrupted.
"""

import argparse
import sys
from collections.abc import Sequence

from domain.errors import DomainError
from server.cli import check, migrate, schema, seed, serve, token
from server.errors import OperatorError, SettingsError

_EXAMPLES = """\
examples:
  partsgraph serve                                 serve on http://127.0.0.1:8000/
  partsgraph seed --parts 10000                    fill an empty workshop with generated parts
  partsgraph check                                 recompute every invariant
  partsgraph token create --name bench --role EDITOR

exit codes: 0 success; 1 failure, or a check found something; 2 wrong command line; 130 interrupted
Settings are environment variables (prefix PARTSGRAPH_) or lines of .env: see `partsgraph serve --help`.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry of the `partsgraph` script; always ends with SystemExit."""
    parser = argparse.ArgumentParser(
        prog="partsgraph",
        description="A GraphQL API server for an electronics workshop.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (serve, migrate, seed, check, schema, token):
        command.add_to(commands)
    parsed = parser.parse_args(arguments)
    try:
        sys.exit(parsed.run(parsed))
    except SettingsError as error:
        _fail(error.faults)
    except (OperatorError, DomainError) as error:
        _fail([str(error)])
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does; Python would complain once more while flushing.
        sys.stderr.close()
        sys.exit(1)


def _fail(lines: Sequence[str]) -> None:
    for line in lines:
        print(f"partsgraph: {line}", file=sys.stderr)
    sys.exit(1)
