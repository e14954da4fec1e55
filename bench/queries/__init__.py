"""The documents and statements of the scenarios: one file for each scenario and kind of peer."""

from pathlib import Path

_HERE = Path(__file__).parent


def document(scenario: str, dialect: str) -> str:
    """The GraphQL document of a scenario, in the words of `partsgraph` or of `postgraphile`."""
    return (_HERE / f"{scenario}.{dialect}.graphql").read_text()


def floor_statement(scenario: str) -> str:
    """The one statement that builds the scenario's answer; its placeholders are the request's variables in order."""
    return (_HERE / f"{scenario}.floor.sql").read_text()
