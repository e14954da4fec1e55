"""Bodies of the GraphQL multipart request specification, written by hand, part by part."""

import json

from tests.attachments.uploading import ATTACH_FILE, PDF, PREFLIGHT

BOUNDARY = "XyZ"
TYPE = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"} | PREFLIGHT


def body(*parts: tuple[str, bytes], end: bytes = b"--XyZ--\r\n") -> bytes:
    """A multipart body of parts with their parameters behind `form-data`; a lone surrogate is the byte it escapes."""
    written = (
        b"--XyZ\r\nContent-Disposition: form-data; "
        + parameters.encode(errors="surrogateescape")
        + b"\r\n\r\n"
        + content
        + b"\r\n"
        for parameters, content in parts
    )
    return b"".join(written) + end


def operations(key: str = "AAAA") -> bytes:
    """The part that asks to attach a file to a part of the workshop."""
    return json.dumps(
        {"query": ATTACH_FILE, "variables": {"input": {"owner": {"partKey": key}, "file": None}}}
    ).encode()


def parts(key: str = "AAAA", content: bytes = PDF) -> list[tuple[str, bytes]]:
    """The three parts of a request that is as specified, each with its parameters."""
    return [
        ('name="operations"', operations(key)),
        ('name="map"', b'{"0": ["variables.input.file"]}'),
        ('name="0"; filename="a.pdf"', content),
    ]
