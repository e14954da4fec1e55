"""How long searchParts takes: a fixed mix of words, prefixes, misspellings and values, one client and sixteen.

The queries are made from the data: the same ones for the same data. Times of one client are those of the whole request,
over HTTP, in the order of the mix.
"""

import http.client
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from pathlib import Path

from bench.errors import BenchmarkError
from bench.load import load_for
from bench.options import CONNECTIONS, Options
from bench.results import SearchKind, SearchTimes
from bench.workshop import Workshop

DOCUMENT = """
query ($text: String!) {
  searchParts(text: $text, first: 20) {
    nodes { score part { key description manufacturerCode totalQuantity } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
_EACH = 40
_PASSES = 3
_PARTS = """
SELECT part.key, part.manufacturer_code, part.manufacturer, part.description, type.name AS type_name,
       (SELECT value FROM part_parameters WHERE part_id = part.id ORDER BY position LIMIT 1) AS value
  FROM parts AS part JOIN part_types AS type ON type.id = part.type_id
 WHERE part.retired_at IS NULL ORDER BY hashtext(part.key), part.key LIMIT $1
"""
_SHEETS = "SELECT text FROM attachment_texts ORDER BY hashtext(attachment_id::text), attachment_id LIMIT $1"
_TABLES = """
SELECT coalesce(sum(seq_scan), 0)::bigint FROM pg_stat_user_tables
 WHERE relname IN ('parts', 'search_documents', 'search_postings', 'search_attachments', 'search_words', 'stock')
"""
# What every catalogue is full of: the dearest words there are.
_BROAD = ("capacitor", "resistor 1 %", "smd capacitor", "diode", "power smd", "capac", "resistr", "smd 0805 ceramic")


def measure_search(workshop: Workshop, options: Options) -> SearchTimes:
    """All kinds of queries, one client, then all of them at once. Raises BenchmarkError when one is refused."""
    kinds = _queries(workshop)
    workshop.observer.settle()
    connection = http.client.HTTPConnection("127.0.0.1", workshop.server.port, timeout=60)
    for query in chain.from_iterable(kinds.values()):
        _ask(connection, query)
    scans = workshop.observer.value(_TABLES)
    measured: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(_PASSES):
        for turn in zip_longest(*kinds.values()):
            for name, query in zip(kinds, turn, strict=True):
                if query is not None:
                    measured[name].append(_ask(connection, query))
    connection.close()
    scans = workshop.observer.value(_TABLES) - scans
    every = sorted(chain.from_iterable(measured.values()))
    bodies = workshop.directory / "search.jsonl"
    _write(bodies, [query for turn in zip_longest(*kinds.values()) for query in turn if query is not None])
    loads = [load_for(options.seconds, workshop.server.port, bodies) for _ in range(options.rounds)]
    return SearchTimes(
        kinds=tuple(
            SearchKind(name, statistics.median(times), _quantile(sorted(times), 0.95), max(times))
            for name, times in measured.items()
        ),
        p50_ms=statistics.median(every),
        p95_ms=_quantile(every, 0.95),
        worst_ms=every[-1],
        clients=CONNECTIONS,
        p99_of_many_ms=statistics.median(load.p99_ms for load in loads),
        requests_per_second=statistics.median(load.requests / load.seconds for load in loads),
        sequential_scans=scans,
    )


def _queries(workshop: Workshop) -> dict[str, list[str]]:
    parts = workshop.observer.rows(_PARTS, _EACH)
    words = [_words(part["description"]) for part in parts]
    sheets = [_words(row["text"]) for row in workshop.observer.rows(_SHEETS, _EACH)]
    return {
        "key": [part["key"].lower() for part in parts[: _EACH // 4]],
        "MPN": [part["manufacturer_code"].lower() for part in parts],
        "MPN without dashes": [part["manufacturer_code"].replace("-", "") for part in parts],
        "MPN prefix": [part["manufacturer_code"][:6] for part in parts],
        "words": [" ".join(each[-2:]) for each in words],
        "one word": [max(each, key=len) for each in words],
        "prefix": [max(each, key=len)[:4] for each in words],
        "misspelt": [_misspelt(max(each, key=len)) for each in words],
        "two misspelt": [" ".join(map(_misspelt, sorted(each, key=len)[-2:])) for each in words],
        "value": [part["value"] for part in parts],
        "value and type": [f"{part['value']} {part['type_name']}" for part in parts],
        "maker and type": [f"{part['manufacturer']} {part['type_name']}" for part in parts],
        "inside PDFs": [" ".join(sorted(each, key=len)[-2:]) for each in sheets if len(each) > 1],
        "broad": list(_BROAD),
    }


def _words(text: str) -> list[str]:
    found = ("".join(filter(str.isalpha, word)) for word in text.split())
    return [word for word in found if len(word) > 2] or ["part"]


def _misspelt(word: str) -> str:
    """One letter is missing from a word of six and more; two have changed places in shorter ones."""
    middle = len(word) // 2
    if len(word) < 4:
        return word
    return word[:middle] + word[middle + 1 :]


def _ask(connection: http.client.HTTPConnection, query: str) -> float:
    started = time.perf_counter()
    connection.request("POST", "/graphql", _body(query), {"Content-Type": "application/json"})
    answer = json.loads(connection.getresponse().read())
    passed = time.perf_counter() - started
    if "errors" in answer:
        raise BenchmarkError(f"searching for {query!r} is not answered: {answer['errors']}")
    return passed * 1e3


def _body(query: str) -> bytes:
    return json.dumps({"query": DOCUMENT, "variables": {"text": query}}).encode()


def _write(path: Path, queries: Sequence[str]) -> None:
    path.write_text("".join(_lines(queries)))


def _lines(queries: Sequence[str]) -> Iterator[str]:
    for query in queries:
        yield _body(query).decode() + "\n"


def _quantile(ascending: Sequence[float], share: float) -> float:
    return ascending[min(len(ascending) - 1, int(len(ascending) * share))]
