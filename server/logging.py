"""One log for everything: structlog on top of the standard logging module, written to standard error.

Lines are JSON objects when standard error is not a terminal, and readable ones on a terminal. Fields bound with
`structlog.contextvars` (request_id, actor, operation) appear on every line of their request.
"""

import logging
import re
import sys
from functools import lru_cache
from io import StringIO
from typing import Literal, TextIO

import orjson
import structlog
from structlog.types import EventDict, ExcInfo, Processor, WrappedLogger

# C0 and C1 control characters, line separators and the marks that reverse the direction of text: with them a text typed
# by a user could forge a log line or hide a part of one.
_CONTROL_CHARACTERS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST_TEXT = 2_000

# What must not be read by whoever reads the log: API tokens, what follows "Bearer", passwords and signatures in URLs.
_SECRETS = re.compile(
    r"(?P<token>\bpg_)[!#-&(-+\--~]{8,}"
    r"|(?P<bearer>\bbearer\s+)[^\s'\",;]+"
    r"|(?P<user>://[^\s:/@]*:)[^\s/@]+(?=@)"
    r"|(?P<name>\b(?:password|signature|x-amz-signature|x-amz-credential|access_token|token)=)[^\s&'\"]+",
    re.IGNORECASE,
)
_SHORTEST_SECRET = 7
_LONGEST_KNOWN = 40

# Written by Python itself, with line breaks that belong there.
_TRACEBACK_FIELDS = frozenset({"exception", "stack"})


def without_secrets(text: str) -> str:
    """The text with "***" in place of tokens, passwords and signatures."""
    if len(text) < _SHORTEST_SECRET:
        return text
    return _SECRETS.sub(lambda found: f"{found[found.lastgroup or 0]}***", text)


def sanitise(text: str) -> str:
    r"""The text without secrets, with control characters written as escapes (\x1b), cut to 2,000 characters."""
    # Only so much is looked at as could be shown, and a secret at its end.
    shown = _escaped(without_secrets(text[: 2 * _LONGEST_TEXT]))
    return shown if len(shown) <= _LONGEST_TEXT else f"{shown[:_LONGEST_TEXT]}… ({len(text)} characters)"


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return _CONTROL_CHARACTERS.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), text)


def configure_logging(level: str, style: Literal["auto", "json", "console"]) -> None:
    """Sends structlog's and the libraries' lines through one handler on standard error."""
    as_json = style == "json" or (style == "auto" and not sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
    ]
    if as_json:
        _write_lines_directly(level)
    else:
        structlog.configure(
            processors=[
                structlog.stdlib.filter_by_level,
                *shared,
                structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
            ],
            logger_factory=structlog.stdlib.LoggerFactory(),
            wrapper_class=structlog.stdlib.BoundLogger,
            cache_logger_on_first_use=True,
        )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *(_json_ending() if as_json else _console_ending()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    _quieten_libraries()


def _write_lines_directly(level: str) -> None:
    """Sends structlog's lines past the logging module, which costs a small request more than writing the line does."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.StackInfoRenderer(),
            *_json_ending(),
        ],
        logger_factory=_Lines,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=True,
    )


class _Lines:
    """Writes finished lines to standard error, each with one call."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._write = sys.stderr.write

    def msg(self, line: str) -> None:
        """Write one line."""
        self._write(f"{line}\n")

    log = debug = info = warning = warn = error = critical = fatal = exception = failure = msg


def _add_logger_name(logger: _Lines, _: str, fields: EventDict) -> EventDict:
    fields["logger"] = logger.name
    return fields


def _json_ending() -> list[Processor]:
    return [
        structlog.processors.format_exc_info,
        _sanitise_fields,
        structlog.processors.JSONRenderer(serializer=_as_json),
    ]


def _console_ending() -> list[Processor]:
    colours = sys.stderr.isatty()
    return [
        _sanitise_fields,
        structlog.dev.ConsoleRenderer(colors=colours, timestamp_key="at", exception_formatter=_write_traceback),
    ]


def _write_traceback(target: TextIO, exc_info: ExcInfo) -> None:
    written = StringIO()
    structlog.dev.plain_traceback(written, exc_info)
    target.write(str(_shown_traceback(written.getvalue())))


def _as_json(fields: EventDict, **_: object) -> str:
    return orjson.dumps(fields, default=str).decode()


def _sanitise_fields(_: WrappedLogger, __: str, fields: EventDict) -> EventDict:
    for name, value in fields.items():
        fields[name] = _shown_traceback(value) if name in _TRACEBACK_FIELDS else _sanitised(value)
    fields.pop("color_message", None)
    return fields


def _shown_traceback(value: object) -> object:
    """A traceback keeps its lines; what the exception's message holds cannot move the cursor or show a secret."""
    if not isinstance(value, str):
        return value
    return "\n".join(_escaped(line) for line in without_secrets(value).split("\n"))


def _sanitised(value: object) -> object:
    match value:
        case str():
            return _known(value) if len(value) <= _LONGEST_KNOWN else sanitise(value)
        case list() | tuple():
            return [_sanitised(item) for item in value]
        case dict():
            return {sanitise(str(name)): _sanitised(item) for name, item in value.items()}
        case _:
            return value


@lru_cache(maxsize=500)
def _known(text: str) -> str:
    """Most texts of most lines are names that come again."""
    return sanitise(text)


def _quieten_libraries() -> None:
    """Leaves the libraries their warnings: the wire logs requests and the lifecycle logs start and stop itself."""
    for name in (
        "uvicorn",
        "uvicorn.error",
        "uvicorn.access",
        "asyncpg",
        "botocore",
        "aiobotocore",
        "alembic",
        "asyncio",
    ):
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True
        library.setLevel(logging.WARNING)
    # While the database is away the pool would log a traceback at each of its attempts; requests tell it in one line.
    logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)
