"""Reads the examples of the documentation: what is sent, with which variables, and what has to come back.

A page runs from top to bottom on a fresh demo workshop, so that a mutation shows in the queries after it. In a page,

    ```graphql           is sent, with no variables and to the whole document's only operation;
    ```json variables    before it holds its variables;
    ```graphql subscription    is subscribed to, with the variables before it;
    ```json event        is the next event of the last subscription;
    ```json              after a document is its answer, compared value by value; "…" as a value matches
                         anything, and as the last item of a list matches whatever else follows. "…lamp" matches
                         anything too, and stands for it in the variables of later documents.

A block whose info string has any other word (```graphql excerpt) is for reading only, and so is one in another
language.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_BLOCK = re.compile(r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=indent)```[ ]*$", re.MULTILINE | re.DOTALL)
ANYTHING = "…"


@dataclass(frozen=True, slots=True)
class Example:
    """One document with its place, its variables and the answer that the page promises."""

    place: str
    document: str | None
    """None for an event of the subscription before."""
    variables: dict[str, Any]
    answer: Any
    """None for a subscription, which is answered by events."""


class BrokenPage(Exception):
    """A page has a document without an answer, or an answer or variables without a document."""


def examples(page: Path) -> list[Example]:
    """The examples of a page in order. Raises BrokenPage."""
    return list(read_page(page.name, page.read_text(encoding="utf-8")))


def read_page(page: str, text: str) -> Iterator[Example]:
    """The examples in the text of a page."""
    variables: dict[str, Any] = {}
    sent: tuple[str, str] | None = None
    for match in _BLOCK.finditer(text):
        place = f"{page}:{text.count(chr(10), 0, match.start()) + 1}"
        match match["info"].split():
            case ["json", "variables"]:
                variables = json.loads(match["text"])
            case ["graphql"]:
                if sent is not None:
                    raise BrokenPage(f"{sent[0]}: a document without its answer")
                sent = place, match["text"]
            case ["graphql", "subscription"]:
                yield Example(place, match["text"], variables, None)
                variables = {}
            case ["json", "event"]:
                yield Example(place, None, {}, json.loads(match["text"]))
            case ["json"]:
                if sent is None:
                    raise BrokenPage(f"{place}: an answer without its document")
                yield Example(*sent, variables, json.loads(match["text"]))
                sent, variables = None, {}
            case _:
                continue
    if sent is not None or variables:
        raise BrokenPage(f"{page}: it ends before the last example has its answer")


def remembered(promised: Any, found: Any) -> Iterator[tuple[str, Any]]:
    """The values of an answer that the page gives a name."""
    if isinstance(promised, str) and promised.startswith(ANYTHING) and promised != ANYTHING:
        yield promised, found
    elif isinstance(promised, dict):
        for name in promised:
            yield from remembered(promised[name], found[name])
    elif isinstance(promised, list):
        for wanted, there in zip(promised, found, strict=False):
            yield from remembered(wanted, there)


def filled(variables: Any, known: Mapping[str, Any]) -> Any:
    """The variables with the values that names of earlier answers stand for."""
    if isinstance(variables, dict):
        return {name: filled(value, known) for name, value in variables.items()}
    if isinstance(variables, list):
        return [filled(value, known) for value in variables]
    return known.get(variables, variables) if isinstance(variables, str) else variables


def differences(promised: Any, found: Any, path: str = "") -> Iterator[str]:
    """Where an answer is not what the page promises."""
    if isinstance(promised, str) and promised.startswith(ANYTHING):
        return
    if isinstance(promised, dict) and isinstance(found, dict):
        for name in promised.keys() | found.keys():
            if name not in found or name not in promised:
                yield f"{path}.{name}: only in the {'page' if name in promised else 'answer'}"
            else:
                yield from differences(promised[name], found[name], f"{path}.{name}")
    elif isinstance(promised, list) and isinstance(found, list):
        yield from _list_differences(promised, found, path)
    elif promised != found or isinstance(promised, bool) != isinstance(found, bool):
        yield f"{path}: the page says {promised!r}, the answer {found!r}"


def _list_differences(promised: list[Any], found: list[Any], path: str) -> Iterator[str]:
    if promised and promised[-1] == ANYTHING and len(promised) > 1:
        promised = promised[:-1]
        found = found[: len(promised)]
    if len(promised) != len(found):
        yield f"{path}: the page lists {len(promised)}, the answer {len(found)}"
    for index, (wanted, there) in enumerate(zip(promised, found, strict=False)):
        yield from differences(wanted, there, f"{path}[{index}]")
