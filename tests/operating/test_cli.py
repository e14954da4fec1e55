"""The command line helps, answers with exit codes, and shows no traceback for a mistake."""

import asyncio
import hashlib
import logging
import re
import shlex
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import structlog

from domain.entities.actor import OwnName
from server.cli import main
from server.settings import documented_settings
from tests.server_process import COMMAND, ROOT, ServerProcess, environment, settings_for_same_stores


@dataclass(frozen=True, slots=True)
class Told:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Told]
ServerCommand = Callable[..., Awaitable[Told]]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Runs `partsgraph` inside this process, for commands that reach no server."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Told:
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert isinstance(ended.value.code, int)
        return Told(ended.value.code, *capsys.readouterr())

    return run


@pytest.fixture
def command_at(
    server: ServerProcess, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[ServerCommand]:
    """Runs `partsgraph` on the stores of the server inside this process, without the seconds that a process takes."""
    for setting in documented_settings():
        monkeypatch.delenv(setting.variable, raising=False)
    for name, value in settings_for_same_stores(server).items():
        monkeypatch.setenv(name, value)
    root = logging.getLogger()
    handlers, level = root.handlers, root.level

    def run(words: tuple[str, ...]) -> Told:
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert isinstance(ended.value.code, int)
        return Told(ended.value.code, *capsys.readouterr())

    yield lambda *words: asyncio.to_thread(run, words)
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def _run(*words: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words],
        env=environment(settings),
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_help_names_every_command_and_gives_examples(command: Command) -> None:
    told = command("--help")
    assert told.returncode == 0
    for name in ("serve", "migrate", "seed", "check", "schema", "token"):
        assert re.search(rf"^    {name} ", told.stdout, re.MULTILINE), name
    assert "examples:" in told.stdout
    assert "exit codes: 0 success" in told.stdout


def test_the_help_of_serve_documents_every_setting(command: Command) -> None:
    told = command("serve", "--help").stdout
    for setting in documented_settings():
        assert setting.variable in told
        assert setting.description in told


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ((), "COMMAND"),
        (("fly",), "invalid choice: 'fly'"),
        (("serve", "--port", "many"), "invalid int value: 'many'"),
        (("token",), "COMMAND"),
        (("token", "create"), "--name, --role"),
        (("token", "create", "--name", "x", "--role", "KING"), "VIEWER"),
        (("seed", "--parts", "0"), "a number from 1 to 200000 is needed, not '0'"),
        (("seed", "--documents", "20001"), "a number from 1 to 20000 is needed, not '20001'"),
        (("schema",), "COMMAND"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_a_usage_line(
    command: Command, words: tuple[str, ...], missing: str
) -> None:
    told = command(*words)
    assert told.returncode == 2
    assert told.stderr.startswith("usage: partsgraph")
    assert missing in told.stderr.splitlines()[-1]


def test_the_printed_schema_is_the_one_that_is_checked_in(command: Command) -> None:
    told = command("schema", "print")
    assert told.returncode == 0
    assert told.stdout == (ROOT / "schema.graphql").read_text()
    assert command("schema", "print", "--check", str(ROOT / "schema.graphql")) == Told(0, "", "")


def test_a_stale_schema_is_found(command: Command, tmp_path: Path) -> None:
    (tmp_path / "old.graphql").write_text("type Query { gone: Int }\n")
    told = command("schema", "print", "--check", "old.graphql")
    assert told == Told(1, "", "old.graphql is stale: partsgraph schema print > old.graphql\n")


def test_breaking_changes_are_listed(command: Command, tmp_path: Path) -> None:
    (tmp_path / "old.graphql").write_text("type Query { gone: Int }\n")
    told = command("schema", "diff", "old.graphql")
    changes = "FIELD_REMOVED: Field Query.gone was removed.\n1 breaking change since old.graphql.\n"
    assert told == Told(1, changes, "")


def test_the_schema_has_no_breaking_change_against_itself(command: Command) -> None:
    path = ROOT / "schema.graphql"
    assert command("schema", "diff", str(path)) == Told(0, f"0 breaking changes since {path}.\n", "")


@pytest.mark.parametrize("content", [None, "type {", "type Query { a: Missing }"])
def test_an_unusable_old_schema_is_told(command: Command, tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "old.graphql").write_text(content)
    told = command("schema", "diff", "old.graphql")
    assert told.returncode == 1
    assert told.stderr.startswith("partsgraph: old.graphql ")


def test_a_reader_that_goes_away_is_no_fault() -> None:
    piped = f"{shlex.join(COMMAND)} schema print | head -1"
    told = subprocess.run(piped, shell=True, env=environment({}), cwd="/", capture_output=True, text=True, check=True)
    assert told.stderr == ""


async def test_a_token_is_shown_once_and_only_its_digest_is_kept(
    server: ServerProcess, database_connection: asyncpg.Connection
) -> None:
    made = server.run_command("token", "create", "--name", "bench", "--role", "editor", "--if-none")
    assert made.returncode == 0, made.stderr
    assert made.stderr.startswith("From now on every request needs a token, also when all are revoked. In GraphiQL: ")
    assert len(made.stderr.splitlines()) == 1
    token = made.stdout.strip()
    assert re.fullmatch(r"pg_[A-Za-z0-9_-]{43}", token)
    row = await database_connection.fetchrow("SELECT name, role, digest FROM api_tokens")
    assert row is not None
    assert tuple(row) == ("bench", "EDITOR", hashlib.sha256(token.encode()).digest())


async def test_the_list_shows_active_and_revoked_tokens(
    command_at: ServerCommand, database_connection: asyncpg.Connection
) -> None:
    await _insert_token(database_connection, "old", revoked=True)
    await _insert_token(database_connection, "bench")
    old, bench = (await command_at("token", "list")).stdout.splitlines()
    assert re.fullmatch(r"old +VIEWER +made \S+ \S+ UTC  revoked \S+ \S+ UTC", old)
    assert re.fullmatch(r"bench +VIEWER +made \S+ \S+ UTC  active", bench)


async def test_a_taken_name_is_told_in_one_line(
    command_at: ServerCommand, database_connection: asyncpg.Connection
) -> None:
    await _insert_token(database_connection, "bench")
    told = await command_at("token", "create", "--name", "bench", "--role", "VIEWER")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("partsgraph: ")
    assert len(told.stderr.splitlines()) == 1
    assert await database_connection.fetchval("SELECT count(*) FROM api_tokens") == 1


async def test_the_name_of_a_revoked_token_is_not_given_again(
    command_at: ServerCommand, database_connection: asyncpg.Connection
) -> None:
    await _insert_token(database_connection, "bench", revoked=True)
    told = await command_at("token", "create", "--name", " bench ", "--role", "VIEWER")
    assert (told.returncode, told.stdout) == (1, "")
    assert "There is already a token bench." in told.stderr
    assert await database_connection.fetchval("SELECT count(*) FROM api_tokens") == 1


@pytest.mark.parametrize("name", [*OwnName, "LOCAL", " Partsgraph "])
async def test_no_token_acts_under_a_name_of_the_installation_itself(
    command_at: ServerCommand, database_connection: asyncpg.Connection, name: str
) -> None:
    told = await command_at("token", "create", "--name", name, "--role", "VIEWER")
    assert (told.returncode, told.stdout) == (1, "")
    assert "is a name under which the installation itself acts" in told.stderr
    assert await database_connection.fetchval("SELECT count(*) FROM api_tokens") == 0


async def test_a_token_is_revoked_once(command_at: ServerCommand, database_connection: asyncpg.Connection) -> None:
    await _insert_token(database_connection, "bench")
    revoked = await command_at("token", "revoke", "bench")
    assert revoked.stdout == "bench is revoked.\n"
    assert revoked.stderr.startswith("That was the last active token: nobody gets in until another is made ")
    assert await database_connection.fetchval("SELECT revoked_at FROM api_tokens") is not None
    again = await command_at("token", "revoke", "bench")
    assert (again.returncode, again.stdout, again.stderr) == (1, "", "partsgraph: bench is revoked already.\n")


async def test_an_unknown_token_is_not_revoked(command_at: ServerCommand) -> None:
    told = await command_at("token", "revoke", "bench")
    assert (told.returncode, told.stdout) == (1, "")
    assert "bench" in told.stderr
    assert "already" not in told.stderr


async def test_nothing_is_said_about_the_door_while_another_token_opens_it(
    command_at: ServerCommand, database_connection: asyncpg.Connection
) -> None:
    await _insert_token(database_connection, "first")
    assert (await command_at("token", "create", "--name", "bench", "--role", "VIEWER")).stderr == ""
    assert (await command_at("token", "revoke", "bench")).stderr == ""


async def test_if_none_makes_no_token_where_one_was_made(
    command_at: ServerCommand, database_connection: asyncpg.Connection
) -> None:
    await _insert_token(database_connection, "old", revoked=True)
    told = await command_at("token", "create", "--name", "admin", "--role", "ADMIN", "--if-none")
    assert (told.returncode, told.stdout) == (0, "A token was made before; nothing to do.\n")
    assert await database_connection.fetchval("SELECT count(*) FROM api_tokens") == 1


async def _insert_token(connection: asyncpg.Connection, name: str, *, revoked: bool = False) -> None:
    await connection.execute(
        "INSERT INTO api_tokens (name, name_key, role, digest, revoked_at) "
        "VALUES ($1, lower($1), 'VIEWER', sha256(convert_to($1, 'UTF8')), CASE WHEN $2 THEN now() END)",
        name,
        revoked,
    )


async def test_without_tokens_the_list_says_who_may_do_what(command_at: ServerCommand) -> None:
    assert (await command_at("token", "list")).stdout == "No tokens; everybody on this machine is ADMIN.\n"


async def test_migrate_says_that_nothing_is_left_to_do(server: ServerProcess) -> None:
    told = server.run_command("migrate")
    assert (told.returncode, told.stdout) == (0, "The database was up to date.\n")


async def test_check_ends_with_0_when_everything_reconciles(server: ServerProcess) -> None:
    told = server.run_command("check")
    assert (told.returncode, told.stdout) == (0, "Everything reconciles.\n")


async def test_the_demo_goes_into_an_empty_database_only(
    server: ServerProcess, database_connection: asyncpg.Connection
) -> None:
    await database_connection.execute("INSERT INTO boxes (number, description, capacity) VALUES (1, 'Box', 1)")
    told = server.run_command("seed")
    assert told.returncode == 1
    assert told.stderr.splitlines()[-1].startswith("partsgraph: the demo workshop goes into an empty database")
    assert await database_connection.fetchval("SELECT count(*) FROM parts") == 0


def test_documents_belong_to_generated_parts(command: Command) -> None:
    told = command("seed", "--documents", "3")
    assert told.returncode == 1
    assert told.stderr == "partsgraph: --documents needs --parts: it is generated parts that get them\n"


def test_a_command_without_a_running_server_starts_what_it_needs_and_stops_it(tmp_path: Path) -> None:
    settings = {"PARTSGRAPH_DATA_DIR": str(tmp_path / "data")}
    assert _run("migrate", settings=settings).stdout == "The database is migrated.\n"
    assert _run("check", settings=settings).stdout == "Everything reconciles.\n"
    assert not (tmp_path / "data" / "run" / "partsgraph.json").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("seed",),
        ("seed", "--parts", "5"),
        ("token", "list"),
        ("token", "create", "--name", "a", "--role", "ADMIN"),
    ],
)
@pytest.mark.parametrize("is_there", [False, True])
def test_a_command_in_the_wrong_directory_makes_nothing(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, ...], is_there: bool
) -> None:
    for setting in documented_settings():
        monkeypatch.delenv(setting.variable, raising=False)
    if is_there:
        (tmp_path / "data").mkdir()
    told = command(*words)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == (
        f"partsgraph: there is no data directory at {tmp_path}/data; "
        "run this where the server runs, or name it with --data-dir\n"
    )
    assert list(tmp_path.rglob("*")) == ([tmp_path / "data"] if is_there else [])
