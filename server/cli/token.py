"""partsgraph token: make, list and revoke API tokens."""

import argparse
import sys
from collections.abc import Sequence

from domain.entities.actor import Actor, OwnName, Role
from domain.errors import NotFoundError
from domain.rules.texts import fold
from persistence.readers.api_token import ApiTokenView
from server.cli.parsing import add_command, add_data_dir, add_subcommands
from server.cli.running import run_with_application
from server.errors import OperatorError
from server.start.progress import Announcer
from server.wiring import Application

_ACTOR = Actor(OwnName.COMMAND_LINE, Role.ADMIN)
_CLOSED = (
    "From now on every request needs a token, also when all are revoked. "
    'In GraphiQL: Headers tab, {"Authorization": "Bearer …"}'
)
_SHUT = (
    "That was the last active token: nobody gets in until another is made "
    "(partsgraph token create --name NAME --role ADMIN)."
)
_EXAMPLES = """\
examples:
  partsgraph token create --name bench --role EDITOR
  partsgraph token create --name admin --role ADMIN --if-none     for scripts: only where no token was ever made
  partsgraph token list
  partsgraph token revoke bench
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the three subcommands."""
    parser.epilog = _EXAMPLES
    commands = add_subcommands(parser)
    create = add_command(commands, "create", "make a token and print it, once: only its SHA-256 is kept", _create)
    create.add_argument("--name", required=True, help="the actor that operations and edits record, 1..100 characters")
    create.add_argument(
        "--role",
        required=True,
        type=str.upper,
        choices=[role.value for role in Role],
        help="VIEWER reads, EDITOR changes, ADMIN also manages types, sellers, tokens and the deletion of boxes",
    )
    create.add_argument("--if-none", action="store_true", help="do nothing when a token was ever made")
    listing = add_command(commands, "list", "list tokens, revoked ones too", _list)
    revoke = add_command(commands, "revoke", "end a token; running servers notice within two seconds", _revoke)
    revoke.add_argument("name", metavar="NAME")
    for command in (create, listing, revoke):
        add_data_dir(command)


def _create(arguments: argparse.Namespace) -> int:
    async def create(application: Application, _: Announcer) -> tuple[str | None, bool]:
        is_first = not await application.readers.api_tokens.any_was_ever_made()
        if arguments.if_none and not is_first:
            return None, False
        return await application.services.tokens.create(_ACTOR, arguments.name, Role(arguments.role)), is_first

    token, is_first = run_with_application(arguments, create)
    print("A token was made before; nothing to do." if token is None else token)
    if is_first:
        print(_CLOSED, file=sys.stderr)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    async def read(application: Application, _: Announcer) -> Sequence[ApiTokenView]:
        return await application.readers.api_tokens.all()

    tokens = run_with_application(arguments, read)
    if not tokens:
        print("No tokens; everybody on this machine is ADMIN.")
    for token in tokens:
        state = "active" if token.revoked_at is None else f"revoked {token.revoked_at:%Y-%m-%d %H:%M} UTC"
        print(f"{token.name:30} {token.role:7} made {token.created_at:%Y-%m-%d %H:%M} UTC  {state}")
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    async def revoke(application: Application, _: Announcer) -> bool:
        tokens = application.readers.api_tokens
        try:
            await application.services.tokens.revoke(_ACTOR, arguments.name)
        except NotFoundError:
            if fold(arguments.name) in {fold(token.name) for token in await tokens.all()}:
                raise OperatorError(f"{arguments.name} is revoked already.") from None
            raise
        return any(token.revoked_at is None for token in await tokens.all())

    anybody_is_left = run_with_application(arguments, revoke)
    print(f"{arguments.name} is revoked.")
    if not anybody_is_left:
        print(_SHUT, file=sys.stderr)
    return 0
