"""Whether a file is sent at all: what a client says that it has, or must find (RFC 9110, section 13)."""

from starlette.datastructures import Headers


def answer_without_file(headers: Headers, etag: str) -> int | None:
    """412 where If-Match names other states of the file, 304 where If-None-Match names this one; None to send it."""
    if_match = headers.getlist("if-match")
    if if_match and not _names(if_match, etag):
        return 412
    if _names([each.replace("W/", "") for each in headers.getlist("if-none-match")], etag):
        return 304
    return None


def _names(conditions: list[str], etag: str) -> bool:
    written = [each.strip() for each in ", ".join(conditions).split(",")]
    return "*" in written or etag in written
