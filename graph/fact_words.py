"""The limits of a noun's facts in words, for descriptions: "up to 100 characters", "1 to 10,000"."""

from collections.abc import Mapping

from domain.entities.facts import Fact, Number, Text, Texts, facts_of


def limits_in_words(details: type) -> Mapping[str, str]:
    """The limit of each fact that has one, by its name."""
    return {name: _words(fact) for name, fact in facts_of(details).items() if _words(fact)}


def _words(fact: Fact) -> str:
    match fact.kind:
        case Text(limit):
            return f"1 to {limit:,} characters" if fact.is_required else f"up to {limit:,} characters"
        case Number(least, most):
            return f"{least:,} to {most:,}"
        case Texts(most, limit):
            return f"up to {most:,} of up to {limit:,} characters"
    return ""
