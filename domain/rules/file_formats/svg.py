"""Whether a file is a drawing in SVG, by how it begins.

Source: SVG 2 (W3C), section 5.1.1: an XML document whose root is `svg` in its namespace. What stands before the root is
the declaration, comments, instructions and a document type.
"""

import codecs
import re

LOOKED_AT_BYTES = 16 * 1024
"""Drawing programs write the root with all its namespaces well within these."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BEFORE_ROOT = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]+:)?svg\s[^>]*http://www\.w3\.org/2000/svg")


def is_svg(first_bytes: bytes) -> bool:
    """Whether the first bytes are those of an SVG; what is packed by gzip is none."""
    text = decoded(first_bytes)
    position = 0
    while (before := _BEFORE_ROOT.match(text, position)) is not None:
        position = before.end()
    # An entity may stand for the namespace, as Illustrator writes it.
    return bool(_ROOT.match(text, position) or _names_namespace_by_entity(text, position))


def decoded(content: bytes) -> str:
    """The text, by its byte order mark; without one it is UTF-8, as far as it is."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    return content.decode("utf-8", "replace")


def _names_namespace_by_entity(text: str, position: int) -> bool:
    before, root = text[:position], re.compile(r"<svg\s[^>]*xmlns\s*=\s*[\"']&\w+;").match(text, position)
    return root is not None and "http://www.w3.org/2000/svg" in before
