"""The rules of the house hold, and each of them is seen to fail when it is broken."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
    is_specified_scalar_type,
)

from domain.entities.actor import Role
from graph.library_internals import declaration
from graph.required_role import ROLE
from graph.schema import graphql_schema
from tests import architecture
from tests.server_process import ROOT

SOURCES = list(architecture.sources(ROOT))


@pytest.mark.parametrize("rule", architecture.RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: architecture.Rule) -> None:
    assert [fault for path, text in SOURCES for fault in rule(path, text)] == []


def test_the_rules_are_held_against_all_four_floors() -> None:
    for floor in architecture.FLOORS:
        assert sum(path.parts[0] == floor for path, _ in SOURCES) >= 5


_LONG_FILE = '"""A file."""\n' + "x = 1\n" * 260
_LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 41
BROKEN = {
    "domain knows the database": ("domain/rules/a.py", "import asyncpg\n"),
    "domain knows persistence": ("domain/services/a.py", "from persistence.readers import parts\n"),
    "domain knows it while type checking": (
        "domain/a.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from graph.schema import schema\n",
    ),
    "domain knows it inside a function": ("domain/a.py", "def f():\n    import server.settings\n"),
    "graph knows repositories": ("graph/resolvers/a.py", "from persistence.repositories.parts import PartsTable\n"),
    "graph knows models": ("graph/a.py", "import persistence.models\n"),
    "graph knows persistence itself": ("graph/a.py", "from persistence import database\n"),
    "graph knows the front door": ("graph/a.py", "from server import settings\n"),
    "graph knows SQL": ("graph/a.py", "from sqlalchemy import select\n"),
    "graph knows S3": ("graph/resolvers/a.py", "from botocore.exceptions import ClientError\n"),
    "the server knows SQL": ("server/wire/a.py", "def f():\n    from sqlalchemy import text\n"),
    "the server knows the driver": ("server/a.py", "import asyncpg\n"),
    "the server knows more of S3 than it may": ("server/embedded/postgres.py", "import asyncpg\nimport aioboto3\n"),
    "a session": ("persistence/repositories/a.py", "from sqlalchemy.orm import Session\n"),
    "an engine by its module": ("persistence/a.py", "import sqlalchemy\n\nENGINE = sqlalchemy.create_engine('')\n"),
    "an engine by the module of engines": (
        "persistence/a.py",
        "from sqlalchemy.ext import asyncio\n\nENGINE = asyncio.create_async_engine('')\n",
    ),
    "an engine": ("persistence/a.py", "from sqlalchemy.ext.asyncio import create_async_engine\n"),
    "persistence knows graph": ("persistence/a.py", "from graph import schema\n"),
    "persistence knows GraphQL": ("persistence/a.py", "import strawberry\n"),
    "persistence counts by itself": ("persistence/a.py", "from prometheus_client import Counter\n"),
    "a floor knows the tests": ("server/a.py", "from tests import factories\n"),
    "a service commits": ("domain/services/a.py", "async def f(session):\n    await session.commit()\n"),
    "a statement commits": ("persistence/repositories/a.py", 'STATEMENT = " COMMIT"\n'),
    "a statement commits in small letters": ("persistence/repositories/a.py", 'STATEMENT = "commit"\n'),
    "a block commits": (
        "persistence/repositories/a.py",
        "async def f(connection):\n    async with connection.transaction():\n        pass\n",
    ),
    "a statement commits what was prepared": ("persistence/repositories/a.py", "STATEMENT = \"COMMIT PREPARED 'x'\"\n"),
    "a block that is told to write": (
        "persistence/readers/a.py",
        "async def f(connection):\n    async with connection.transaction(readonly=False):\n        pass\n",
    ),
    "a reader prints": ("persistence/readers/a.py", "print('x')\n"),
    "a module of leftovers": ("graph/utils.py", "x = 1\n"),
    "a package of leftovers": ("domain/common/part.py", "x = 1\n"),
    "a test with a double": ("tests/a.py", "from unittest.mock import patch\n"),
    "another test with a double": ("tests/a.py", "from unittest import mock\n"),
    "a test on another test": ("tests/a.py", "from tests.parts.test_parts import PART\n"),
    "a test on the module of another": ("tests/a.py", "from tests.parts import test_parts\n"),
    "a test on another by its name": ("tests/a.py", "import tests.parts.test_parts\n"),
    "a long file": ("server/a.py", _LONG_FILE),
    "a long function": ("server/a.py", _LONG_FUNCTION),
    "the executor knows readers": ("graph/execution/a.py", "from persistence.readers.paging import PageRequest\n"),
    "the executor knows scalars": ("graph/execution/breadth_first/a.py", "from graph.scalars import FORMS\n"),
    "the executor knows types": ("graph/execution/a.py", "from graph.types.part import Part\n"),
    "the executor knows the workshop's writer": ("graph/execution/a.py", "from graph import written_answers\n"),
    "the executor knows the domain": ("graph/execution/breadth_first/a.py", "from domain.entities.ids import PartId\n"),
    "the executor knows refusals": ("graph/execution/breadth_first/a.py", "from graph.execution.errors import x\n"),
    "the executor knows rights": ("graph/execution/breadth_first/a.py", "from graph.execution import access\n"),
    "the executor knows a scalar by its name": ("graph/execution/a.py", 'FORMS = {"PartKey": 1}\n'),
    "a loader by its name": ("graph/a.py", "def f(context, name):\n    return getattr(context.loaders, name)\n"),
    "another loader by its name": ("graph/a.py", "def f(loaders):\n    return getattr(loaders, 'part_by_id')\n"),
    "a private part of Strawberry": ("graph/a.py", "def f(info):\n    return info._raw_info\n"),
    "a private part given to Strawberry": ("graph/a.py", "def f(info, raw):\n    return info(_raw_info=raw)\n"),
    "a private part of a data loader": ("graph/execution/a.py", "def f(self):\n    return self.loader._cache\n"),
    "the schema within the schema": ("server/a.py", "def f(schema):\n    return schema._schema\n"),
    "a test of a private part": ("tests/a.py", "def f(schema):\n    return schema._schema\n"),
    "a module that Strawberry does not document": ("graph/a.py", "from strawberry.types.field import X\n"),
    "a module that graphql-core does not document": ("server/a.py", "import graphql.execution.values\n"),
    "a private name of a library": ("graph/a.py", "from graphql import _secret\n"),
    "a declaration by its hidden key": ("graph/a.py", 'def f(found):\n    return found["strawberry-definition"]\n'),
    "a mutation that calls another use case": (
        "graph/resolvers/a.py",
        (
            "@mutation(PartTypeService.delete, NotFoundError)\n"
            "async def delete_box(call, input):\n    await call.services.boxes.delete(call.actor, input.number)\n"
        ),
    ),
    "a mutation that calls none": (
        "graph/resolvers/a.py",
        "@mutation(BoxService.delete)\nasync def delete_box(call, input):\n    return input\n",
    ),
    "a package that hides the library": ("alembic/__init__.py", ""),
}
SOUND = {
    "domain on the standard library": ("domain/a.py", "import re\nfrom domain.errors import DomainError\n"),
    "graph on readers": ("graph/a.py", "from persistence.readers.parts import PartView\nimport strawberry\n"),
    "graph on the readers' package": ("graph/a.py", "from persistence import readers\n"),
    "the executor on itself and the libraries": (
        "graph/execution/a.py",
        "from graphql import parse\nfrom graph.execution.run import x\nfrom graph.library_internals import y\n",
    ),
    "what stands around the executor on rights": (
        "graph/execution/a.py",
        "from domain.entities.actor import Actor\nfrom graph.required_role import ROLE\n",
    ),
    "the one file of the libraries' internals": (
        "graph/library_internals.py",
        "from strawberry.types.field import StrawberryField\n\ndef f(info):\n    return info._raw_info\n",
    ),
    "a private part of one's own": ("graph/a.py", "class A:\n    def f(self):\n        return self._cache\n"),
    "a loader by itself": ("graph/a.py", "def f(loaders, loader):\n    return loader.of(loaders)\n"),
    "a mutation that calls its use case": (
        "graph/resolvers/a.py",
        (
            "@mutation(BoxService.delete)\n"
            "async def delete_box(call, input):\n    await call.services.boxes.delete(call.actor, input.number)\n"
        ),
    ),
    "a block that only reads": (
        "persistence/readers/a.py",
        "async def f(connection):\n    async with connection.transaction(readonly=True):\n        pass\n",
    ),
    "server on all floors": ("server/a.py", "import graph, domain, persistence.database\n"),
    "an exception with its reason": ("server/embedded/postgres.py", "import asyncpg\n"),
    "SQL where it belongs": ("persistence/readers/a.py", "import asyncpg\nfrom sqlalchemy.orm import Mapped\n"),
    "the unit of work": ("persistence/unit_of_work.py", "async def f(t):\n    await t.commit()\n"),
    "a word about commits": ("domain/a.py", '"""COMMIT is for the unit of work."""\n'),
    "the command line prints": ("server/cli/a.py", "print('x')\n"),
    "a test on what is there for several": ("tests/test_a.py", "from tests.parts.facts import PART\n"),
    "a long file with its reason": ("server/a.py", '"""Long because it is a table."""\n' + "x = 1\n" * 260),
    "a function of 40 lines": ("server/a.py", "def f():\n" + "    x = 1\n" * 39),
}


def _faults(path: str, text: str) -> list[str]:
    return [fault for rule in architecture.RULES for fault in rule(Path(path), text)]


@pytest.mark.parametrize(("path", "text"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_found(path: str, text: str) -> None:
    assert len(_faults(path, text)) == 1


@pytest.mark.parametrize("rule", architecture.RULES, ids=lambda rule: rule.__name__)
def test_each_rule_has_a_breach_that_it_finds(rule: architecture.Rule) -> None:
    assert any(rule(Path(path), text) for path, text in BROKEN.values())


def test_every_exception_is_needed_and_has_a_reason() -> None:
    texts = dict(SOURCES)
    for path, (libraries, reason) in architecture.SQL_AND_S3_ELSEWHERE.items():
        assert libraries <= architecture.imported_libraries(texts[path]), path
        assert reason
    for path, reason in architecture.COMMITS_IN.items():
        assert re.search(r"transaction\(\)|commit\(\)", texts[path]), path
        assert reason


@pytest.mark.parametrize(("path", "text"), SOUND.values(), ids=SOUND)
def test_what_keeps_the_rules_is_left_alone(path: str, text: str) -> None:
    assert _faults(path, text) == []


def undescribed(of: GraphQLSchema) -> Iterator[str]:
    """Types, fields, arguments and enum values without a description."""
    for name, kind in of.type_map.items():
        if is_introspection_type(kind) or is_specified_scalar_type(kind):
            continue
        if not kind.description:
            yield name
        if isinstance(kind, GraphQLEnumType):
            yield from (f"{name}.{value}" for value, found in kind.values.items() if not found.description)
        if isinstance(kind, GraphQLInputObjectType):
            yield from (f"{name}.{field}" for field, given in kind.fields.items() if not given.description)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field, found_field in kind.fields.items():
                yield from _undescribed_in_field(f"{name}.{field}", found_field)


def _undescribed_in_field(name: str, field: GraphQLField) -> Iterator[str]:
    if not field.description:
        yield name
    arguments: dict[str, GraphQLArgument] = field.args
    yield from (f"{name}({argument})" for argument, found in arguments.items() if not found.description)


def test_everything_in_the_schema_is_described() -> None:
    assert list(undescribed(graphql_schema)) == []


def test_a_schema_without_descriptions_is_found() -> None:
    from graphql import build_schema

    bare = build_schema("type Query { part(key: ID): Part } type Part { key: ID } enum E { A } input I { a: ID }")
    assert set(undescribed(bare)) == {
        "Query",
        "Query.part",
        "Query.part(key)",
        "Part",
        "Part.key",
        "E",
        "E.A",
        "I",
        "I.a",
    }


def test_every_root_field_says_which_role_it_needs_and_is_nullable() -> None:
    from graphql import is_non_null_type

    roots = [root for root in (graphql_schema.query_type, graphql_schema.mutation_type) if root is not None]
    assert len(roots) == 2
    for root in roots:
        for name, field in root.fields.items():
            declared = declaration(field)
            assert declared is not None, name
            assert isinstance(declared.metadata[ROLE], Role), name
            assert not is_non_null_type(field.type), name
