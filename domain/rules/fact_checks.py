"""Checks what a caller names of a noun against the declarations of its facts (domain/entities/facts.py)."""

from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from domain.entities.facts import Fact, Named, Number, SeveralLines, Text, Texts, WebAddress, facts_of
from domain.rules.input_checks import InputChecks

D = TypeVar("D")


def checked_details(named: Named[D], before: D, checks: InputChecks) -> D:
    """The details after the facts that are named took effect.

    References and what is kept apart stay: their rules are those of the noun.
    """
    changes = {
        fact.name: checked_fact(fact, named[fact.name], checks)
        for fact in facts_of(type(before)).values()
        if fact.name in named and isinstance(fact.kind, Text | Number | Texts)
    }
    return replace(before, **changes)  # type: ignore[type-var]  # the details of every noun are a dataclass


def checked_new_details(named: Named[D], checks: InputChecks) -> D:
    """The details of a new object. What is required has to be named."""
    for fact in _to_be_named(named.details):
        if fact.name not in named:
            checked_fact(fact, None, checks)
    return checked_details(named, nothing_named(named.details), checks)


def nothing_named(details: type[D]) -> D:
    """Details of which nothing is named: what has to be has a stand-in."""
    return details(**{fact.name: checked_fact(fact, None, InputChecks()) for fact in _to_be_named(details)})


def new_details(named: Named[D]) -> D:
    """The details of a new object, of a noun whose facts say all its rules. Raises ValidationError with every fault."""
    checks = InputChecks()
    details = checked_new_details(named, checks)
    checks.refuse()
    return details


def revised_details(named: Named[D], before: D) -> D:
    """The details of such a noun after what is named took effect. Raises ValidationError with every fault."""
    checks = InputChecks()
    details = checked_details(named, before, checks)
    checks.refuse()
    return details


def refuse_faulty(named: Named[D]) -> None:
    """Look at what is named of such a noun before anything is locked. Raises ValidationError with every fault."""
    revised_details(named, nothing_named(named.details))


def _to_be_named(details: type) -> list[Fact]:
    return [fact for fact in facts_of(details).values() if fact.is_required and not fact.has_default]


def checked_fact(fact: Fact, value: Any, checks: InputChecks, within: tuple[str, ...] = ()) -> Any:
    """The value as it is kept, or a stand-in where a fault was noted; its path is its name `within` the input."""
    path = (*within, fact.name)
    match fact.kind:
        case WebAddress(limit):
            return _web_address(path, value, limit, checks)
        case SeveralLines(limit):
            return checks.required_lines(path, value, limit) if fact.is_required else checks.lines(path, value, limit)
        case Text(limit):
            return checks.required_text(path, value, limit) if fact.is_required else checks.text(path, value, limit)
        case Number(least, most, if_cleared):
            if value is None and fact.is_required:
                checks.note(path, if_cleared)
                return least
            return checks.number(path, value, least, most)
        case Texts(most, limit):
            return checks.texts(path, value or (), most, limit)
    raise TypeError(f"{fact.name} is checked by the rules of its noun")


def _web_address(path: tuple[str, ...], text: str | None, limit: int, checks: InputChecks) -> str | None:
    address = checks.address(path, text, limit)
    if address is not None and not is_web_address(address):
        checks.note(path, "must be an http or https address")
    return address


def is_web_address(text: str) -> bool:
    """Tell whether the text is an http or https URL with a host and without white space (RFC 3986)."""
    if not text.isprintable() or any(character.isspace() for character in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
