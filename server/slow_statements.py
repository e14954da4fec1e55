"""Statements that took long, told for whoever asked for them: an operation or a job."""

from collections.abc import Callable

import structlog

from persistence.statements import StatementCounter

_LONGEST_SQL = 500

_log = structlog.get_logger("partsgraph.statements")


def tell_slow_statements(statements: StatementCounter, count: Callable[[], object], **about: object) -> None:
    """Write a line for each, with what is told `about` the one who asked, and count it."""
    for slow in statements.slow:
        count()
        # The text holds placeholders where values go, so nothing that anybody typed.
        statement = " ".join(slow.sql.split())[:_LONGEST_SQL]
        _log.warning("slow_statement", **about, statement=statement, duration_ms=round(slow.seconds * 1_000, 2))
