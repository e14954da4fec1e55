"""The schema's own scalars, each a codec that reads strictly one written form and answers in it.

A value in another form is refused before anything runs, with the code BAD_USER_INPUT.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NewType
from urllib.parse import urlsplit
from uuid import UUID

import orjson
import strawberry
from graphql import ValueNode
from strawberry.types.scalar import ScalarDefinition

from domain.entities.attachment import UploadedFile
from domain.entities.box import MAX_CAPACITY, MAX_NUMBER
from domain.entities.ids import PartKey
from domain.entities.location import LocationReference
from domain.rules.texts import trimmed
from graph.codec import Codec
from graph.request_errors import bad_user_input
from persistence.readers.written.shapes import Form

__all__ = [
    "FORMS",
    "SCALARS",
    "URL",
    "UUID",
    "BigInt",
    "Decimal",
    "LocationReference",
    "PartKey",
    "UploadedFile",
    "datetime",
]

URL = NewType("URL", str)
BigInt = NewType("BigInt", int)

_MAX_URL_CHARACTERS = 2_000
# RFC 3339 section 5.6; a leap second is left out because neither Python nor PostgreSQL can keep one.
_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.(?P<fraction>\d{1,9}))?(?P<zone>[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_PART_KEY = re.compile(r"[A-Za-z]{4}", re.ASCII)
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,30}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,100}(\.[0-9]{1,100})?", re.ASCII)


def _parse_date_time(text: str) -> datetime:
    if _DATE_TIME.fullmatch(text) is None:
        raise ValueError(text)
    return datetime.fromisoformat(text.upper()).astimezone(UTC)


def _write_date_time(value: datetime) -> str:
    in_utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    # orjson writes what isoformat() would, in a third of its time, between quotation marks.
    return orjson.dumps(in_utc, option=orjson.OPT_UTC_Z)[1:-1].decode()


def _write_date_times(values: list[datetime]) -> list[str]:
    """All of them at once, which takes a quarter of the time of each by itself."""
    in_utc = [value if value.tzinfo is UTC else value.astimezone(UTC) for value in values]
    written: list[str] = orjson.loads(orjson.dumps(in_utc, option=orjson.OPT_UTC_Z))
    return written


def _parse_url(written: str) -> URL:
    text = trimmed(written)
    # Looked at first: taking a host apart takes a time that grows with the square of its length.
    if len(text) > _MAX_URL_CHARACTERS or not text.isprintable() or " " in text:
        raise ValueError(text)
    parts = urlsplit(text)
    # `port` raises ValueError for one that is no number up to 65535.
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError(text)
    return URL(text)


def _parse_uuid(text: str) -> UUID:
    if _UUID.fullmatch(text) is None:
        raise ValueError(text)
    return UUID(text)


def _parse_part_key(text: str) -> PartKey:
    if _PART_KEY.fullmatch(text) is None:
        raise ValueError(text)
    return PartKey(text.upper())


def _parse_location_reference(text: str) -> LocationReference:
    reference = LocationReference.parse(text)
    if reference.box_number > MAX_NUMBER or reference.number > MAX_CAPACITY:
        raise ValueError(text)
    return reference


def _parse_big_int(text: str) -> BigInt:
    if _WHOLE_NUMBER.fullmatch(text) is None:
        raise ValueError(text)
    return BigInt(int(text))


def _parse_decimal(text: str) -> Decimal:
    if _DECIMAL.fullmatch(text) is None:
        raise ValueError(text)
    return Decimal(text)


def _write_decimal(value: Decimal) -> str:
    return format(value, "f")


_UPLOAD = (
    "A file that comes as a part of its own in a request of multipart/form-data (GraphQL multipart request "
    "specification); null stands in its place among the variables."
)


def _parse_upload(value: object) -> UploadedFile:
    if not isinstance(value, UploadedFile):
        raise bad_user_input(f"Upload takes a file part only. {_UPLOAD}")
    return value


def _refuse_literal_upload(_node: ValueNode, _variables: Mapping[str, Any] | None = None) -> UploadedFile:
    return _parse_upload(None)


_CODECS: Mapping[object, Codec] = {
    datetime: Codec(
        "DateTime",
        "A date and time with its zone (RFC 3339), exact to the microsecond; answers are in UTC: 2026-01-31T14:30:00Z.",
        "https://www.rfc-editor.org/rfc/rfc3339",
        _parse_date_time,
        _write_date_time,
        write_column=_write_date_times,
        form=Form.TIME,
    ),
    URL: Codec(
        "URL",
        "An http or https URL (RFC 3986) of at most 2,000 characters; white space around it is cut off.",
        "https://www.rfc-editor.org/rfc/rfc3986",
        _parse_url,
        form=Form.TEXT,
    ),
    UUID: Codec(
        "UUID",
        "A universally unique identifier (RFC 9562) in its form with hyphens.",
        "https://www.rfc-editor.org/rfc/rfc9562",
        _parse_uuid,
    ),
    PartKey: Codec(
        "PartKey",
        "The key on a part's label: four letters A–Z. Accepted in any case, answered in upper case.",
        "https://www.rfc-editor.org/rfc/rfc20",
        _parse_part_key,
        form=Form.TEXT,
    ),
    LocationReference: Codec(
        "LocationReference",
        f"A place as it is written on labels: box 1–{MAX_NUMBER}, a hyphen, location 1–{MAX_CAPACITY}. "
        '"7-3" is location 3 of box 7.',
        "https://www.rfc-editor.org/rfc/rfc20",
        _parse_location_reference,
        form=Form.TEXT,
    ),
    BigInt: Codec(
        "BigInt",
        "A whole number that may be larger than an Int can hold, written as a string of digits.",
        "https://www.rfc-editor.org/rfc/rfc8259#section-6",
        _parse_big_int,
        form=Form.DIGITS,
    ),
    Decimal: Codec(
        "Decimal",
        "An exact number, written as a string in plain notation such as 4700 or 0.0000001.",
        "https://www.rfc-editor.org/rfc/rfc8259#section-6",
        _parse_decimal,
        _write_decimal,
        form=Form.DIGITS,
    ),
}

SCALARS: Mapping[object, ScalarDefinition] = {
    **{kind: codec.definition() for kind, codec in _CODECS.items()},
    UploadedFile: strawberry.scalar(
        name="Upload",
        description=_UPLOAD,
        specified_by_url="https://github.com/jaydenseric/graphql-multipart-request-spec",
        serialize=str,
        parse_value=_parse_upload,
        parse_literal=_refuse_literal_upload,
    ),
}
"""Each scalar by the Python type that stands for it in declarations."""

FORMS: Mapping[str, Form] = {
    **{codec.name: codec.form for codec in _CODECS.values() if codec.form is not None},
    # Those of the specification, which graphql-core reads and answers.
    "Boolean": Form.BOOLEAN,
    "Int": Form.NUMBER,
    "String": Form.TEXT,
}
"""How the database writes a column, by the name of its scalar."""
