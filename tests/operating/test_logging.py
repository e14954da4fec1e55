"""Log lines are JSON objects away from a terminal, and no text of a user can forge or hide one."""

import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from server.logging import configure_logging, sanitise


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def _last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    line: dict[str, object] = json.loads(capsys.readouterr().err.splitlines()[-1])
    return line


def test_a_line_carries_its_fields_and_those_of_the_request(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "auto")
    structlog.contextvars.bind_contextvars(request_id="r-1", actor="local")
    structlog.get_logger("test").info("stock_received", quantity=5)
    line = _last_line(capsys)
    assert line.pop("at")
    assert line == {
        "event": "stock_received",
        "quantity": 5,
        "level": "info",
        "logger": "test",
        "request_id": "r-1",
        "actor": "local",
    }


def test_lines_of_libraries_take_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "json")
    logging.getLogger("botocore.hooks").warning("hook is %s", "slow")
    line = _last_line(capsys)
    assert (line["event"], line["level"], line["logger"]) == ("hook is slow", "warning", "botocore.hooks")


def test_lines_below_the_level_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("WARNING", "json")
    structlog.get_logger("test").info("unimportant")
    logging.getLogger("uvicorn.error").info("unimportant")
    assert capsys.readouterr().err == ""


def test_an_exception_is_written_whole(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "json")
    try:
        raise RuntimeError("the shelf fell")
    except RuntimeError:
        structlog.get_logger("test").exception("fault")
    written = str(_last_line(capsys)["exception"])
    assert written.startswith("Traceback (most recent call last):\n")
    assert written.endswith("RuntimeError: the shelf fell")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("plain µ Ω text", "plain µ Ω text"),
        ("two\nlines", r"two\nlines"),
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\u2028", r"\u2028"),
    ],
)
def test_control_characters_are_written_as_escapes(typed: str, shown: str) -> None:
    assert sanitise(typed) == shown


def test_a_long_text_is_cut() -> None:
    assert sanitise("x" * 3_000) == "x" * 2_000 + "… (3000 characters)"


def test_user_text_cannot_forge_a_line_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "console")
    structlog.get_logger("test").info("refused", reason="x\n2026 [error] forged", words=["\x1b[31m"], by={"a\n": "b\r"})
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "\x1b[31m" not in lines[0]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("postgresql://ada:pa55word@db:5432/x", "postgresql://ada:***@db:5432/x"),
        ("Authorization: Bearer abcdef.ghi", "Authorization: Bearer ***"),
        ("pg_" + "aB3-_" * 9, "pg_***"),
        ("/files/7/x?signature=abc123&width=3", "/files/7/x?signature=***&width=3"),
        ("pg_trgm is missing", "pg_trgm is missing"),
    ],
)
def test_secrets_are_left_out(written: str, shown: str) -> None:
    assert sanitise(written) == shown


@pytest.mark.parametrize("style", ["json", "console"])
def test_the_text_of_an_exception_can_neither_clear_the_screen_nor_tell_a_password(
    capsys: pytest.CaptureFixture[str], style: Literal["json", "console"]
) -> None:
    configure_logging("INFO", style)
    try:
        raise RuntimeError("no \x1b[2J postgresql://ada:pa55word@db/x")
    except RuntimeError:
        structlog.get_logger("test").exception("fault")
    written = capsys.readouterr().err
    assert "pa55word" not in written
    assert "\x1b" not in written
    assert "RuntimeError: no" in written
