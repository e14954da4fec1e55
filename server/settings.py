"""Every setting: its environment variable, its default, what it does, and what is wrong with a bad one.

Longer than other files because it is one table.
"""

import difflib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticUndefined
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from server.errors import SettingsError

PREFIX = "PARTSGRAPH_"

# How the environment writes a list: items separated by commas, or a JSON array.
TextList = Annotated[list[str], NoDecode]
# What can be sent in the Authorization header; a longer one would never be looked up.
_TOKEN = re.compile(r"pg_[!-~]{32,197}")
_WEB_ADDRESS = re.compile(r"https?://[^/?#{}\s]+[/?#][!-~]*", re.ASCII | re.IGNORECASE)
_LONGEST_ID, _LONGEST_NUMBER = "UGlja0xpc3Q6OTIyMzM3MjAzNjg1NDc3NTgwNw", str(2**63 - 1)
_MOST_IN_CODE = 213
"""Bytes in a QR code of version 10 that stays readable when an eighth of it is lost: dots of 0.4 mm on paper."""
_NO_ZONES = frozenset({"Factory", "localtime", "posixrules"})
Seconds = Annotated[float, Field(gt=0, le=3600)]


def _positive(default: int, description: str, at_most: int = 1_000_000) -> int:
    field: int = Field(default=default, ge=1, le=at_most, description=description)
    return field


class Settings(BaseSettings):
    """Read from the environment, then from .env in the working directory, then from the files of `secrets_dir`, then
    from the defaults below."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, validate_default=True
    )

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    workers: int = _positive(1, "Server processes that share the port; each has pools of its own.", 64)
    worker_start_seconds: Seconds = Field(60, description="One of several processes is given up after so long a start.")
    data_dir: Path = Field(Path("./data"), description="Where the embedded database and object store keep their data.")
    secrets_dir: Path | None = Field(
        None,
        description="Directory with a file for each secret setting (partsgraph_database_url); not in .env.",
    )
    database_url: str | None = Field(
        None, repr=False, description="PostgreSQL 15 or newer to use instead of the embedded one: postgresql://…"
    )
    s3_endpoint_url: str | None = Field(
        None, description="S3 server to use instead of the embedded one: http(s)://… Needs all of the next four."
    )
    s3_bucket: str | None = Field(None, min_length=3, max_length=63, description="Bucket for files; made when missing.")
    s3_access_key: str | None = Field(None, description="Access key of the S3 server.")
    s3_secret_key: SecretStr | None = Field(None, description="Secret key of the S3 server.")
    s3_connect_timeout_seconds: Seconds = Field(3, description="Wait this long for a connection to the S3 server.")
    s3_read_timeout_seconds: Seconds = Field(15, description="Wait this long for the S3 server to say something.")
    s3_write_timeout_seconds: Seconds = Field(
        10,
        description="The S3 server has stored an object, or 5 MiB of a larger one, after this long.",
    )
    s3_region: str | None = Field(None, description="Region of the S3 server, for example us-east-1.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least severe log lines shown.")
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="json: one object per line; console: for people; auto: console on a terminal, else json."
    )
    time_zone: str = Field(
        "UTC", description="Time zone of the workshop by its IANA name (Europe/Berlin), for times on paper."
    )
    pick_list_url: str | None = Field(
        None,
        max_length=300,
        description="Address of a pick list in a front end, with {id} or {number} in it, for the QR code of printed "
        "lists; without it the code holds the id.",
    )
    demo_data: bool = Field(True, description="Load the demo workshop into an empty database at start.")
    cors_origins: TextList = Field(
        [], description="Origins of front ends allowed to call from a browser, separated by commas."
    )
    cors_headers: TextList = Field(
        [], description="Headers that these front ends may send besides those that are known, separated by commas."
    )
    allowed_hosts: TextList = Field(
        [], description="Host names to answer to besides localhost; empty: any, once an API token exists."
    )
    initial_admin_token: SecretStr | None = Field(
        None,
        description="A token (pg_ and at least 32 random characters) registered as ADMIN when no token was ever "
        "created.",
    )
    token_kept_seconds: Seconds = Field(
        2, description="What is known of a token is asked again after this long: so soon a revoked one fails."
    )
    readiness_kept_seconds: Seconds = Field(1, description="Answers of /readyz are asked anew after this long.")
    write_pool_size: int = _positive(8, "Database connections for changes.", 500)
    read_pool_size: int = _positive(8, "Database connections for reads.", 500)
    written_after_runs: int = Field(
        3, ge=-1, le=1_000_000, description="The database writes the answer of what was asked so often; -1: never."
    )
    database_connect_timeout_seconds: Seconds = Field(10, description="Wait this long for a database connection.")
    pool_wait_seconds: Seconds = Field(3, description="A request waits this long for a connection of the pool.")
    statement_timeout_seconds: Seconds = Field(10, description="The database ends a statement after this long.")
    request_timeout_seconds: Seconds = Field(15, description="A GraphQL request is refused after this long.")
    keep_alive_seconds: Seconds = Field(75, description="An idle connection is closed after this long.")
    shutdown_grace_seconds: Seconds = Field(20, description="Running requests get this long to finish at stop.")
    shutdown_idle_seconds: Seconds = Field(5, description="Idle connections stay open this long at stop.")
    shutdown_accept_seconds: float = Field(
        0, ge=0, le=3600, description="New connections are accepted this long at stop, until a balancer has noticed."
    )
    worker_host: str = Field(
        "127.0.0.1", min_length=1, description="Address on which partsgraph worker tells its health."
    )
    worker_port: int | None = Field(
        None, ge=0, le=65535, description="Port of its /healthz, /readyz and /metrics; it does not listen without one."
    )
    job_slots: int = Field(2, ge=0, le=100, description="Jobs this process runs at a time; 0: none, workers do.")
    file_slots: int = Field(
        2,
        ge=0,
        le=100,
        description="Files this process reads at a time, for previews and texts; 0: none, workers do.",
    )
    job_lease_seconds: Seconds = Field(30, description="The job of a worker that died is taken over after this long.")
    job_look_seconds: Seconds = Field(1, description="Workers look this often for jobs and for cancellations.")
    job_kept_days: int = _positive(7, "Jobs that ended are kept this long.", 3650)
    idempotency_key_kept_days: int = Field(
        30, ge=30, le=3650, description="A request with an idempotency key is recognised for at least this long."
    )
    max_body_bytes: int = _positive(1_000_000, "Largest JSON request body.", 100_000_000)
    compress_from_bytes: int = Field(
        1_400, ge=-1, le=1_000_000_000, description="Answers of so many bytes or more are compressed; -1: none."
    )
    max_upload_bytes: int = _positive(
        105_906_176, "Largest request with files: a file of 100 MiB and 1 MiB.", 1_000_000_000
    )
    max_spooled_bytes: int = _positive(
        1_073_741_824, "Most bytes of files that a process receives at a time.", 1_000_000_000_000
    )
    max_spooled_bytes_per_actor: int = _positive(
        268_435_456, "Most bytes of files that a process receives from one actor at a time.", 1_000_000_000_000
    )
    min_upload_bytes_per_second: int = _positive(50_000, "A request with files that comes slower is refused.")
    upload_dir: Path | None = Field(
        None, description="Where files are kept while they are received; the system's temporary directory by default."
    )
    max_document_characters: int = _positive(100_000, "Most characters in a GraphQL document.", 10_000_000)
    max_tokens: int = _positive(5_000, "Most tokens and comments in a GraphQL document.")
    max_list_items: int = _positive(1_000, "Most items in a list of a GraphQL document or of its variables.")
    max_input_values: int = _positive(
        10_000, "Most values in the variables of a GraphQL operation, in all lists and objects."
    )
    max_depth: int = _positive(15, "Deepest nesting of a GraphQL document.")
    max_aliases: int = _positive(100, "Most aliases in a GraphQL document.")
    max_directives: int = _positive(50, "Most directives in a GraphQL document.")
    max_root_fields: int = _positive(100, "Most root fields in a GraphQL operation.")
    max_answer_bytes: int = _positive(16_777_216, "Most bytes of the answer to a GraphQL operation.", 2_000_000_000)
    max_unread_bytes: int = _positive(
        33_554_432,
        "Large answers wait past so many bytes that clients have not taken; past half, who takes nothing is cut off.",
        100_000_000_000,
    )
    max_cost: int = _positive(12_000, "Highest cost of a GraphQL operation.", 1_000_000_000)
    max_cost_at_once: int = _positive(
        24_000,
        "Operations under way may cost so much at a time, per process, half of it by one actor; the others wait.",
        1_000_000_000,
    )
    max_validation_errors: int = _positive(5, "Most validation errors told at once.")
    document_cache_size: int = _positive(512, "GraphQL documents kept parsed and validated.")
    rate_cost_per_second: float = Field(
        0,
        ge=0,
        le=1_000_000_000,
        description="Operations of an actor may cost so much per second, per process; 0: any.",
    )
    rate_cost_burst: int = Field(
        0, ge=0, le=1_000_000_000, description="So much at once, after a pause; 0: what comes in ten seconds."
    )
    trusted_proxies: TextList = Field(
        [],
        description="Addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas.",
    )
    max_live_connections: int = _positive(2_000, "Most WebSockets and event streams at a time, per process.")
    max_live_connections_per_actor: int = _positive(500, "Most of them of one actor.")
    max_stranger_sockets: int = _positive(
        16, "Most WebSockets that have not begun (connection_init); a newcomer displaces the oldest.", 10_000
    )
    max_operations_per_socket: int = _positive(50, "Most operations at a time on one WebSocket.")
    max_message_bytes: int = _positive(1_000_000, "Largest message on a WebSocket.", 100_000_000)
    connection_init_timeout_seconds: Seconds = Field(3, description="A WebSocket must begin (connection_init) by then.")
    subscription_queue_events: int = _positive(1_000, "Events that may wait for a subscriber before it is let go.")
    subscription_send_timeout_seconds: Seconds = Field(
        10, description="A client that takes nothing of an answer, a file or its events for so long is cut off."
    )
    socket_ping_seconds: Seconds = Field(
        20, description="A WebSocket is pinged so often, and let go when it does not answer for as long."
    )
    subscription_resume_events: int = _positive(
        10_000, "A subscriber can go on after its last event when no more changes than these came since."
    )
    slow_operation_seconds: Seconds = Field(1, description="Operations that take longer are logged as slow.")
    slow_statement_seconds: Seconds = Field(0.5, description="Statements that take longer are logged as slow.")
    metrics_access: Literal["token", "anyone", "nobody"] = Field(
        "token", description="Who may read /metrics: token (as the API: everyone until a token exists), anyone, nobody."
    )
    metrics_cache_seconds: float = Field(
        15, ge=0, le=3600, description="Inventory figures at /metrics are read again after this long."
    )
    metrics_operation_names: int = _positive(100, "Operation names told apart at /metrics; the others are one.", 10_000)
    trusted_documents: Path | None = Field(None, description="Manifest of persisted documents by hash (JSON file).")
    trusted_documents_only: bool = Field(False, description="Run only documents of the manifest.")

    @field_validator("cors_origins", "cors_headers", "allowed_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _split_list(cls, written: object) -> object:
        if not isinstance(written, str):
            return written
        if written.lstrip().startswith("["):
            try:
                return json.loads(written)
            except json.JSONDecodeError:
                raise ValueError("is neither a list separated by commas nor a JSON array") from None
        return [item.strip() for item in written.split(",") if item.strip()]

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, origins: list[str]) -> list[str]:
        for origin in origins:
            parts = urlsplit(origin)
            if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query:
                raise ValueError(
                    f"{origin!r} is not an origin such as http://localhost:5173 (no path, no slash at the end)"
                )
        return origins

    @field_validator("trusted_proxies")
    @classmethod
    def _check_proxies(cls, proxies: list[str]) -> list[str]:
        for proxy in proxies:
            try:
                ip_network(proxy, strict=False)
            except ValueError:
                raise ValueError(f"{proxy!r} is neither an address nor a network such as 10.0.0.0/8") from None
        return proxies

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, written: object) -> object:
        return written.upper() if isinstance(written, str) else written

    @field_validator("data_dir")
    @classmethod
    def _expand_home(cls, path: Path) -> Path:
        return path.expanduser()

    @field_validator("database_url")
    @classmethod
    def _check_database_url(cls, url: str | None) -> str | None:
        if url is not None and urlsplit(url).scheme not in {"postgresql", "postgres"}:
            raise ValueError("must start with postgresql:// or postgres://")
        return url

    @field_validator("s3_endpoint_url")
    @classmethod
    def _check_endpoint(cls, url: str | None) -> str | None:
        if url is not None and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc):
            raise ValueError("must be an address such as https://s3.example.org")
        return url

    @field_validator("time_zone")
    @classmethod
    def _check_time_zone(cls, name: str) -> str:
        # Of files that are no zones of the IANA's list, the zone of this machine and what stands for none are left out.
        if name not in available_timezones() - _NO_ZONES:
            raise ValueError("is not a time zone such as Europe/Berlin or UTC")
        return name

    @field_validator("pick_list_url")
    @classmethod
    def _check_pick_list_url(cls, url: str | None) -> str | None:
        if url is None:
            return None
        if _WEB_ADDRESS.fullmatch(url) is None or not any(place in url for place in ("{id}", "{number}")):
            raise ValueError("must be an address such as https://parts.example.org/pick-lists/{number}")
        if len(url.replace("{id}", _LONGEST_ID).replace("{number}", _LONGEST_NUMBER)) > _MOST_IN_CODE:
            raise ValueError(f"must have at most {_MOST_IN_CODE} characters with a long id in it, to fit its QR code")
        return url

    @field_validator("initial_admin_token")
    @classmethod
    def _check_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and _TOKEN.fullmatch(token.get_secret_value()) is None:
            raise ValueError(
                'must be "pg_" followed by at least 32 random characters (at most 197; ASCII without spaces)'
            )
        return token

    @model_validator(mode="after")
    def _check_groups(self) -> "Settings":
        names = ("s3_endpoint_url", "s3_bucket", "s3_access_key", "s3_secret_key", "s3_region")
        missing = [name for name in names if getattr(self, name) is None]
        if missing and len(missing) < len(names):
            listed = ", ".join(variable(name) for name in missing)
            raise ValueError(
                f"{listed}: missing; the five S3 settings go together (all, or none for the embedded store)"
            )
        if self.trusted_documents_only and self.trusted_documents is None:
            raise ValueError(f"{variable('trusted_documents_only')}: needs {variable('trusted_documents')}")
        return self

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in {"localhost", "::1", "[::1]"} or self.host.startswith("127.")


def load_settings(**overrides: object) -> Settings:
    """The validated settings; `overrides` (from the command line) win over the environment, and that over files.

    Raises SettingsError with one line per fault.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(_secrets_dir=_secrets_directory(), **given)  # type: ignore[arg-type]
    except OSError as error:
        raise SettingsError([f"{variable('secrets_dir')}: {error.strerror}: {error.filename}"]) from None
    except ValidationError as error:
        raise SettingsError([_fault(detail) for detail in error.errors()]) from None
    except UnicodeDecodeError:
        raise SettingsError([".env: is not UTF-8 text"]) from None


def _secrets_directory() -> Path | None:
    """Where files hold settings. Raises SettingsError when nothing is there."""
    name = variable("secrets_dir")
    directory = Path(os.environ[name]) if os.environ.get(name) else None
    if directory is not None and not directory.is_dir():
        raise SettingsError([f"{name}: there is no directory {directory}"])
    return directory


def variable(field_name: str) -> str:
    """The environment variable of a field."""
    return PREFIX + field_name.upper()


def _fault(detail: ErrorDetails) -> str:
    said = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    if not detail["loc"]:
        return said
    name = str(detail["loc"][0])
    secret = name in {"database_url", "s3_secret_key", "initial_admin_token"}
    shown = "" if secret else f" (it is {detail['input']!r})"
    return f"{variable(name)}: {said}{shown}"


def misspelt_variables() -> Iterator[str]:
    """One line per environment variable that looks like a setting with a slip of the pen."""
    known = {variable(name) for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            for meant in difflib.get_close_matches(name, known, n=1, cutoff=0.9):
                yield f"{name} is not a setting; did you mean {meant}?"


@dataclass(frozen=True, slots=True)
class DocumentedSetting:
    """One row of the settings table in the help text and in the operating guide."""

    variable: str
    default: str
    description: str


def documented_settings() -> list[DocumentedSetting]:
    """All settings in their order of declaration."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.default
        if default is None or default is PydanticUndefined or default == []:
            shown = ""
        elif isinstance(default, bool):
            shown = str(default).lower()
        else:
            shown = str(default)
        rows.append(DocumentedSetting(variable(name), shown, field.description or ""))
    return rows
