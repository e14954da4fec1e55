"""What the documents say is so: links lead somewhere, rules and tests exist, numbers are those of the code."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from domain.entities.facts import Apart, Fact, Named, Number, Reference, Text, Texts, facts_of
from tests import architecture, documents
from tests.documents import Claim
from tests.server_process import ROOT

PAGES = {
    path.relative_to(ROOT): path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
}
DOMAIN = PAGES[documents.DOMAIN]
CLAIMS = [claim for path, text in PAGES.items() for claim in documents.claims(path, text)]
LIMITS = documents.limits(DOMAIN)
# Its services import every noun.
import_module("domain.services")
FACTS = {
    named.details.__name__.removesuffix("Details").lower(): facts_of(named.details) for named in Named.__subclasses__()
}
SOURCES = dict(architecture.sources(ROOT))
OWN = {Path("tests/documents.py"), Path("tests/test_documents.py")}
DECISIONS = [path for path in PAGES if path.parent == Path("docs/decisions") and path.name != "README.md"]


def _id_of(claim: Claim) -> str:
    return f"{claim.path}:{claim.line}"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert documents.broken_links(page, PAGES[page], ROOT) == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    assert documents.missing_files(page, PAGES[page], ROOT) == []


@pytest.mark.parametrize("claim", CLAIMS, ids=_id_of)
def test_what_a_claim_names_exists(claim: Claim) -> None:
    assert documents.faults_of(claim, ROOT) == []


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_every_decision_says_what_enforces_it_or_that_no_test_does(page: Path) -> None:
    assert any(claim.path == page for claim in CLAIMS) or "No test holds this" in PAGES[page]


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_every_decision_is_listed(page: Path) -> None:
    assert f"({page.name})" in PAGES[Path("docs/decisions/README.md")]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("Enforced by the tests.", ["a.md:1: names nothing that enforces it"]),
        ("One.\n\nEnforced by `tests/none.py`\nand more.", ["a.md:3: there is no tests/none.py"]),
        (
            "Enforced by `tests/test_documents.py::test_none`.",
            ["a.md:1: there is no tests/test_documents.py::test_none"],
        ),
        ("Enforced by `tests/documents.py`.", ["a.md:1: there is no tests/documents.py"]),
        ("It is enforced by `make nothing`.", ["a.md:1: there is no make nothing"]),
        ("Enforced by `partsgraph nothing`.", ["a.md:1: there is no partsgraph nothing"]),
        ("**Enforced by** `no_patch_and_no_trigger`.", ["a.md:1: there is no no_patch_and_no_trigger"]),
        ("Enforced by `tests/test_documents.py`.\n\n`tests/none.py` is no part of it.", []),
        ("Enforced by `make check`, `partsgraph check`, `part_lock_removed`, `jobs_go_forward`.", []),
    ],
)
def test_a_claim_of_what_is_not_there_is_found(text: str, faults: list[str]) -> None:
    found = [fault for claim in documents.claims(Path("a.md"), text) for fault in documents.faults_of(claim, ROOT)]
    assert found == faults


def test_a_link_that_leads_nowhere_is_found() -> None:
    text = (
        "[a](README.md) [b](none.md) [c](docs/domain.md#lock-order) [d](docs/domain.md#none) [e](https://example.org)"
    )
    faults = ["a.md: none.md leads nowhere", "a.md: docs/domain.md#none names no heading"]
    assert documents.broken_links(Path("a.md"), text, ROOT) == faults


def test_a_file_that_is_not_there_is_found() -> None:
    named = "`domain/rules/` and `tests/none.py::test_none`, `domain/none.py` and `a/b.py`, `make/none`"
    text = f"{named}\n```\n`graph/none`\n```\n"
    faults = ["a.md: there is no tests/none.py", "a.md: there is no domain/none.py", "a.md: there is no make/none"]
    assert documents.missing_files(Path("a.md"), text, ROOT) == faults


def test_rules_that_tests_and_code_name_are_headings_of_the_page() -> None:
    known = set(documents.headings(DOMAIN))
    named = {path: documents.referred_rules(text) for path, text in SOURCES.items() if path not in OWN}
    assert [f"{path}: {rule}" for path, found in named.items() for rule in found if rule not in known] == []


@pytest.mark.parametrize("rule", documents.rules(DOMAIN))
def test_every_rule_is_named_by_a_test(rule: str) -> None:
    tests = [text for path, text in SOURCES.items() if path.name.startswith("test_") and path not in OWN]
    assert any(rule in documents.referred_rules(text) for text in tests)


def test_headings_are_named_once() -> None:
    found = documents.headings(DOMAIN)
    assert sorted(found) == sorted(set(found))


def test_several_rules_are_named_at_once() -> None:
    text = "Rules: docs/domain.md#part-keys, #drawn-keys,\n#sums. And docs/domain.md#texts; #nothing"
    assert documents.referred_rules(text) == ["part-keys", "drawn-keys", "sums", "texts"]


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_of_the_page_is_the_constant(name: str) -> None:
    module, _, constant = name.rpartition(".")
    assert LIMITS[name] == getattr(import_module(module), constant)


def test_every_limit_of_the_domain_is_on_the_page() -> None:
    defined = [
        name
        for path, text in SOURCES.items()
        if path.parts[:2] in {("domain", "entities"), ("domain", "rules"), ("domain", "services")}
        for name in documents.constants(path, text)
    ]
    assert sorted(LIMITS) == sorted(defined)


@pytest.mark.parametrize("noun", FACTS)
def test_every_field_with_more_rules_than_a_length_is_on_the_page(noun: str) -> None:
    told = set(documents.fields_of(noun, DOMAIN))
    assert told <= set(FACTS[noun])
    assert {name for name, fact in FACTS[noun].items() if not _has_a_length_alone(fact)} <= told


def test_every_scalar_of_the_schema_has_a_type_in_the_generated_client() -> None:
    schema = (ROOT / "schema.graphql").read_text(encoding="utf-8")
    example = PAGES[Path("docs/guide/parts-and-stock.md")].partition("```ts\n")[2].partition("```")[0]
    scalars = re.findall(r"^scalar (\w+)", schema, re.MULTILINE)
    assert [name for name in scalars if f'"{name}"' not in example and f'{name}: "' not in example] == []


def _has_a_length_alone(fact: Fact) -> bool:
    return isinstance(fact.kind, Reference) or (type(fact.kind) is Text and not fact.is_required)


@pytest.mark.parametrize(
    ("noun", "name"), [(noun, name) for noun in FACTS for name in documents.fields_of(noun, DOMAIN)]
)
def test_the_limits_of_a_field_are_what_the_page_says(noun: str, name: str) -> None:
    fact = FACTS[noun][name]
    rule = documents.fields_of(noun, DOMAIN)[name]
    match fact.kind:
        case Apart():
            return
        case Text(limit):
            assert documents.numbers(rule) == ([1, limit] if fact.is_required else [limit])
        case Number(least, most):
            assert documents.numbers(rule) == [least, most]
        case Texts(most, limit):
            assert documents.numbers(rule) == [most, limit]
    assert rule.startswith("required") is (fact.is_required and not fact.has_default)
