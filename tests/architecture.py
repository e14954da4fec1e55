"""The rules of the house as functions over source text; each returns what is wrong, in one line per fault.

Every rule takes the path of a file below the checkout and its text, so that a test can show a rule catching a broken
snippet that was never written to disk.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests import graph_rules
from tests.source_trees import imported as _imported
from tests.source_trees import tree as _tree

FLOORS = ("domain", "persistence", "graph", "server")
MAX_FILE_LINES = 250
MAX_FUNCTION_LINES = 40

# What each floor may import of ours. Readers are the one door from graph to persistence.
_OURS: dict[str, tuple[str, ...]] = {
    "domain": ("domain",),
    "persistence": ("domain", "persistence"),
    "graph": ("domain", "graph", "persistence.readers"),
    "server": FLOORS,
}
# What a floor has no business with: persistence speaks no GraphQL and no HTTP, graph serves nothing, and neither
# counts by itself (docs/metrics.md).
_FOREIGN: dict[str, frozenset[str]] = {
    "persistence": frozenset({"strawberry", "graphql", "starlette", "uvicorn", "aiodataloader", "prometheus_client"}),
    "graph": frozenset({"uvicorn", "prometheus_client"}),
}
_SQL_AND_S3 = frozenset({"sqlalchemy", "asyncpg", "alembic", "aioboto3", "aiobotocore", "boto3", "botocore"})
SQL_AND_S3_ELSEWHERE: dict[Path, tuple[frozenset[str], str]] = {
    Path("server/start/database.py"): (
        frozenset({"asyncpg", "sqlalchemy"}),
        "looks at the database before anything else runs, and tells why it does not do",
    ),
    Path("server/start/migrations.py"): (frozenset({"asyncpg", "alembic"}), "runs Alembic, under a lock of its own"),
    Path("server/embedded/postgres.py"): (frozenset({"asyncpg"}), "makes the database in the embedded PostgreSQL"),
}
"""The files outside persistence that know libraries of SQL and S3: which of them, and what for."""

COMMITS_IN: dict[Path, str] = {
    Path("persistence/unit_of_work.py"): "commits",
    Path("persistence/transactions.py"): "begins the transaction that the unit of work commits",
}
"""The files that may end a transaction of the database's, and what they do with it."""

_ENGINES_AND_SESSIONS = frozenset(
    {"create_engine", "create_async_engine", "Session", "AsyncSession", "sessionmaker", "async_sessionmaker"}
)
_UNTOLD_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "misc"})
_DOUBLES = frozenset({"unittest.mock", "mock", "pytest_mock", "responses", "moto"})

Rule = Callable[[Path, str], list[str]]


def imports_point_inward(path: Path, text: str) -> list[str]:
    """A floor imports only what its place in the house allows; domain imports the standard library and itself."""
    floor = path.parts[0]
    if floor not in FLOORS:
        return []
    return [
        f"{path}:{line}: {floor} imports {name}"
        for line, name in _imported(_tree(text))
        if not _may_import(floor, name)
    ]


def _may_import(floor: str, name: str) -> bool:
    top = name.partition(".")[0]
    if top in FLOORS:
        return any(name == door or name.startswith(f"{door}.") for door in _OURS[floor])
    if floor == "domain":
        return top in sys.stdlib_module_names
    return top != "tests" and top not in _FOREIGN.get(floor, frozenset())


def sql_and_s3_stay_in_persistence(path: Path, text: str) -> list[str]:
    """Graph and server leave SQL and S3 to persistence, but for the files of SQL_AND_S3_ELSEWHERE."""
    if path.parts[0] not in {"graph", "server"}:
        return []
    allowed, _ = SQL_AND_S3_ELSEWHERE.get(path, (frozenset(), ""))
    return [
        f"{path}:{line}: imports {name}, which is persistence's"
        for line, name in _imported(_tree(text))
        if name.partition(".")[0] in _SQL_AND_S3 - allowed
    ]


def statements_need_no_session(path: Path, text: str) -> list[str]:
    """SQLAlchemy builds statements and asyncpg runs them: no floor makes an engine or a session."""
    if path.parts[0] not in FLOORS:
        return []
    tree = _tree(text)
    imported = [(line, name.rpartition(".")[2]) for line, name in _imported(tree) if name.startswith("sqlalchemy")]
    named = [(node.lineno, node.attr) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and imported]
    return [f"{path}:{line}: knows {name}" for line, name in imported + named if name in _ENGINES_AND_SESSIONS]


def imported_libraries(text: str) -> set[str]:
    """The top names of everything a file imports."""
    return {name.partition(".")[0] for _, name in _imported(_tree(text))}


def commits_in_one_place(path: Path, text: str) -> list[str]:
    """Only the unit of work commits: by a call, by the word in a statement, or at the end of a block that may write."""
    if path.parts[0] not in FLOORS or path in COMMITS_IN:
        return []
    tree = _tree(text)
    documentation = {id(node) for node in _docstrings(tree)}
    return [
        f"{path}:{node.lineno}: commits outside persistence/unit_of_work.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.Call) and id(node) not in documentation and _commits(node)
    ]


# The word in capitals whatever follows it, or a whole statement: in small letters it may begin a sentence.
_COMMITTING = re.compile(r"\s*(COMMIT\b|(?i:(commit|end)(\s+(work|transaction))?\s*(;|$)))")


def _commits(node: ast.Constant | ast.Call) -> bool:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        is_read_only = any(
            keyword.arg == "readonly" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
            for keyword in node.keywords
        )
        return name == "commit" or (name == "transaction" and not is_read_only)
    return isinstance(node.value, str) and _COMMITTING.match(node.value) is not None


def _docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def prints_in_the_command_line_only(path: Path, text: str) -> list[str]:
    """Only the command line prints; everything else logs."""
    if path.parts[0] not in FLOORS or path.parts[:2] == ("server", "cli"):
        return []
    return [
        f"{path}:{node.lineno}: prints"
        for node in ast.walk(_tree(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def names_say_what_is_inside(path: Path, text: str) -> list[str]:
    """No file or directory is named after being useful."""
    del text
    return [f"{path}: {part} says nothing" for part in path.with_suffix("").parts if part in _UNTOLD_NAMES]


def tests_use_the_real_thing(path: Path, text: str) -> list[str]:
    """No test replaces a part of the house by a double."""
    if path.parts[0] != "tests":
        return []
    return [
        f"{path}:{line}: imports {name}"
        for line, name in _imported(_tree(text))
        if any(name == double or name.startswith(f"{double}.") for double in _DOUBLES)
    ]


def tests_import_no_tests(path: Path, text: str) -> list[str]:
    """What several tests need has a home of its own: no file of the tests imports from a test_*.py."""
    if path.parts[0] != "tests":
        return []
    return [
        f"{path}:{line}: imports {name}"
        for line, name in _imported(_tree(text))
        if any(part.startswith("test_") for part in name.split("."))
    ]


def files_are_short_or_say_why(path: Path, text: str) -> list[str]:
    """A file over 250 lines says at its top why it is that long: its docstring speaks of its lines or length."""
    lines = len(text.splitlines())
    if path.parts[0] not in FLOORS or lines <= MAX_FILE_LINES:
        return []
    documentation = ast.get_docstring(_tree(text)) or ""
    if re.search(r"\b(long|longer|length|lines)\b", documentation, re.IGNORECASE):
        return []
    return [f"{path}: {lines} lines and no word at its top why it is over {MAX_FILE_LINES}"]


def functions_are_short(path: Path, text: str) -> list[str]:
    """A function has at most 40 lines, its docstring not counted."""
    if path.parts[0] not in FLOORS:
        return []
    functions = (node for node in ast.walk(_tree(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [
        f"{path}:{function.lineno}: {function.name} has {lines} lines"
        for function in functions
        if (lines := _code_lines(function)) > MAX_FUNCTION_LINES
    ]


def _code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def migrations_hide_no_library(path: Path, text: str) -> list[str]:
    """`alembic/` with an __init__.py would be imported in place of the library."""
    del text
    return [f"{path}: hides the library alembic"] if path == Path("alembic/__init__.py") else []


RULES: tuple[Rule, ...] = (
    imports_point_inward,
    sql_and_s3_stay_in_persistence,
    statements_need_no_session,
    commits_in_one_place,
    prints_in_the_command_line_only,
    names_say_what_is_inside,
    tests_use_the_real_thing,
    tests_import_no_tests,
    files_are_short_or_say_why,
    functions_are_short,
    migrations_hide_no_library,
    *graph_rules.RULES,
)


def sources(root: Path) -> Iterator[tuple[Path, str]]:
    """Every Python file of the floors, the migrations and the tests, with its path below the root."""
    for top in (*FLOORS, "alembic", "tests"):
        for path in sorted((root / top).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path.relative_to(root), path.read_text(encoding="utf-8")
