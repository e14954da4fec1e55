"""Reads the JSON body of a POST, and gives up as soon as it is too large or too slow."""

import asyncio
import json
import math
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from starlette.requests import ClientDisconnect, Request

from graph.execution.refusals import RequestCode, RequestRefused, over_limit, refusal
from graph.execution.side_thread import SideThread
from server.wire.http.body_coding import expanded, is_compressed
from server.wire.refusals import HttpCode, closing, with_headers

_DISCARDED_TIMES = 10
_DISCARDED_SECONDS = 2.0
# What takes more than a few milliseconds leaves the event loop to the other requests.
_BYTES_OFF_THE_LOOP = 50_000
# One after the other: each takes many times the memory of its text, and each thread more takes turns from the loop.
_READER = SideThread("bodies")
_TIMES_VALUES = 12
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)

_MAX_NESTING = 1_000
# Escapes of UTF-16: a pair, half of one, and anything else that begins with a backslash (RFC 8259 section 7).
_HALF_OF_A_PAIR = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPES = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<alone>u[dD][89a-fA-F])|.)", re.DOTALL)


async def read_json(request: Request, max_bytes: int, max_values: int, timeout_seconds: float) -> Any:
    """The decoded body. Raises RequestRefused for a body that is not JSON, and ClientDisconnect.

    `max_bytes` counts what comes, and what that expands to; `max_values` is that of `decoded`.
    """
    _check_content_type(request)
    is_gzip = is_compressed(request.headers.getlist("content-encoding"))
    try:
        async with asyncio.timeout(timeout_seconds):
            body = await _read(request, max_bytes)
    except TimeoutError:
        raise closing(
            refusal(HttpCode.BODY_TIMEOUT, f"The body did not arrive within {timeout_seconds:g} seconds.")
        ) from None
    if is_gzip:
        return await _beside(lambda: _decode_large(expanded(body, max_bytes), "The body", max_values))
    return await decoded(body, "The body", max_values)


async def decoded(text: bytes | str, what: str, max_values: int) -> Any:
    """The value of a JSON text, as `decode_json` gives it; a long one is read beside the event loop.

    One of more than twelve times `max_values`, which is what variables may have, is refused (VALUE_LIMIT) before
    anything is made of it: that would take twenty bytes of memory for each of its own.
    """
    if len(text) <= _BYTES_OFF_THE_LOOP:
        return decode_json(text, what)
    return await _beside(lambda: _decode_large(text, what, max_values))


async def _beside(read: Callable[[], Any]) -> Any:
    return await _READER.run(read)


def _decode_large(text: bytes | str, what: str, max_values: int) -> Any:
    most = _TIMES_VALUES * max_values
    written = text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
    if written.count(b",") >= most:
        values = _STRINGS.sub(b"", written).count(b",") + 1
        if values > most:
            raise over_limit(RequestCode.VALUE_LIMIT, f"values in {what[0].lower()}{what[1:]}", values, most)
    return decode_json(text, what)


def decode_json(text: bytes | str, what: str) -> Any:
    """The value of a JSON text, read once; strict, so that no two readers of the request can understand it differently.

    Refused are the same name twice in an object, NaN and numbers that come to infinity, lone surrogates, byte order
    marks, invalid UTF-8, and deep nesting.
    """
    try:
        written = text if isinstance(text, str) else text.decode()
        _refuse_lone_surrogates(written)
        value = _DECODER.decode(written)
        if written.count("[") + written.count("{") > _MAX_NESTING:
            _refuse_deep(value)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise refusal(HttpCode.BAD_REQUEST, f"{what} is not valid JSON: {reason}.") from None
    return value


def _with_distinct_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("an object has the same name twice")
    return made


def _whole(written: str) -> float:
    """What 64 bits do not hold is no whole number to any other reader of ours either."""
    number = int(written)
    return number if -(2**63) <= number < 2**64 else _finite(written)


def _finite(written: str) -> float:
    number = float(written)
    if math.isinf(number):
        raise ValueError("a number is too large")
    return number


def _refuse_constant(written: str) -> None:
    raise ValueError(f"{written} is no JSON")


def _refuse_lone_surrogates(text: str) -> None:
    if _HALF_OF_A_PAIR.search(text) and any(found["alone"] for found in _ESCAPES.finditer(text)):
        raise ValueError("half of a surrogate pair is no character")


def _refuse_deep(value: Any) -> None:
    level = [value]
    for _ in range(_MAX_NESTING):
        inner = [held for held in level if isinstance(held, dict | list)]
        level = [each for held in inner for each in (held.values() if isinstance(held, dict) else held)]
        if not level:
            return
    raise RecursionError


_DECODER = json.JSONDecoder(
    object_pairs_hook=_with_distinct_names, parse_float=_finite, parse_int=_whole, parse_constant=_refuse_constant
)


def _check_content_type(request: Request) -> None:
    written = request.headers.getlist("content-type")
    media_type, *parameters = (part.strip().lower() for part in (written[0] if written else "").split(";"))
    charsets = {part.removeprefix("charset=").strip('"') for part in parameters if part.startswith("charset=")}
    if len(written) != 1 or media_type != "application/json" or charsets - {"utf-8", "utf8"}:
        told = "Send Content-Type: application/json in UTF-8, or multipart/form-data with files."
        refused = refusal(HttpCode.UNSUPPORTED_MEDIA_TYPE, told)
        raise with_headers(refused, {"accept-post": "application/json, multipart/form-data"})


async def _read(request: Request, max_bytes: int) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > max_bytes:
        raise await _too_large(request, int(declared), max_bytes, is_ended=False)
    chunks: list[bytes] = []
    received = 0
    while True:
        chunk, is_ended = await _next_chunk(request)
        received += len(chunk)
        if received > max_bytes:
            raise await _too_large(request, received, max_bytes, is_ended)
        chunks.append(chunk)
        if is_ended:
            return b"".join(chunks)


async def _next_chunk(request: Request) -> tuple[bytes, bool]:
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    return message.get("body", b""), not message.get("more_body", False)


async def _too_large(request: Request, actual: int, maximum: int, is_ended: bool) -> RequestRefused:
    """The refusal. Some of what is still coming is thrown away first, for a while: a client that is cut off in the
    middle of its body seldom reads the answer. What is left then is cut off by closing the connection."""
    left = 0 if "expect" in request.headers else _DISCARDED_TIMES * maximum
    with suppress(TimeoutError):
        async with asyncio.timeout(_DISCARDED_SECONDS):
            while not is_ended and left > 0:
                chunk, is_ended = await _next_chunk(request)
                left -= len(chunk)
    refused = over_limit(HttpCode.BODY_LIMIT, "body bytes", actual, maximum)
    if not is_ended:
        refused = closing(refused)
    return refused
