"""The headers under which a file is harmless wherever it is opened, and keeps its name."""

from urllib.parse import quote

from domain.entities.attachment import AttachmentKind
from domain.rules.file_formats.file_kinds import SHOWN_BY_BROWSERS
from persistence.readers.attachment import AttachmentView

# No script, no form, no plug-in, no other address, whatever the bytes turn out to be: a sandbox without any exception.
CONTENT_SECURITY_POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
_CACHED_FOR_EVER = "private, max-age=31536000, immutable"
_INLINE = frozenset({AttachmentKind.IMAGE.value, AttachmentKind.PDF.value})
"""What is shown in place, of the media types that every browser draws; others it would only save under its own name."""
_TOKEN_SAFE = "!#$&+-.^_`|~"


def file_headers(file: AttachmentView, etag: str, *, is_download: bool) -> dict[str, str]:
    """The headers of every answer that holds bytes of the file. The bytes of an attachment never change."""
    is_shown = file.kind in _INLINE and file.media_type in SHOWN_BY_BROWSERS and not is_download
    return {
        "accept-ranges": "bytes",
        "cache-control": _CACHED_FOR_EVER,
        "content-disposition": disposition(file.file_name or "file", is_inline=is_shown),
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "cross-origin-resource-policy": "cross-origin",
        "etag": etag,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }


def disposition(name: str, *, is_inline: bool) -> str:
    """Content-Disposition (RFC 6266): the name in ASCII for old clients, and whole in UTF-8 (RFC 8187)."""
    plain = "".join(each if " " <= each <= "~" and each not in '"\\%' else "_" for each in name)
    kind = "inline" if is_inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_TOKEN_SAFE)}"
