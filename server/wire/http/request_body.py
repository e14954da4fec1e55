"""Reads the JSON body of a POST, and gives up as soon as it is too large or too slow."""

import asyncio
import json
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request

from graph.execution.refusals import RequestRefused, over_limit, refusal
from server.wire.http.body_coding import expanded, is_compressed
from server.wire.refusals import HttpCode, closing, with_headers

_DISCARDED_TIMES = 10
# What takes more than a few milliseconds leaves the event loop to the other requests.
_BYTES_OFF_THE_LOOP = 50_000


async def read_json(request: Request, max_bytes: int, timeout_seconds: float) -> Any:
    """The decoded body. Raises RequestRefused for a body that is not JSON, and ClientDisconnect.

    `max_bytes` counts what comes, and what that expands to.
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
        return await asyncio.to_thread(lambda: decode_json(expanded(body, max_bytes), "The body"))
    if len(body) > _BYTES_OFF_THE_LOOP:
        return await asyncio.to_thread(decode_json, body, "The body")
    return decode_json(body, "The body")


def decode_json(text: bytes | str, what: str) -> Any:
    """The value of a JSON text; strict, so that no two readers of the request can understand it differently.

    orjson refuses NaN, lone surrogates, byte order marks, invalid UTF-8 and deep nesting; it keeps the last of two
    equal names, which the second look refuses.
    """
    try:
        value = orjson.loads(text)
        json.loads(text, object_pairs_hook=_refuse_repeated_names)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise refusal(HttpCode.BAD_REQUEST, f"{what} is not valid JSON: {reason}.") from None
    return value


def _refuse_repeated_names(pairs: list[tuple[str, Any]]) -> None:
    names = {name for name, _ in pairs}
    if len(names) < len(pairs):
        raise ValueError("an object has the same name twice")


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
    """The refusal. Some of what is still coming is thrown away first: a client that is cut off in the middle of its
    body seldom reads the answer. What is left then is cut off by closing the connection."""
    left = 0 if "expect" in request.headers else _DISCARDED_TIMES * maximum
    while not is_ended and left > 0:
        chunk, is_ended = await _next_chunk(request)
        left -= len(chunk)
    refused = over_limit(HttpCode.BODY_LIMIT, "body bytes", actual, maximum)
    if not is_ended:
        refused = closing(refused)
    return refused
