"""How often the wanted part comes first, over tables of queries, beside tantivy over the same parts.

Both are asked the same queries: over the demo workshop with the parts of tests/search/corpus.json, and over generated
parts. Where
tantivy has a choice it is given what helps it: its configuration is told with the results (`CONFIGURATION`).
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import tantivy

from bench.full_workshop import Client
from bench.peers import PARTSGRAPH
from bench.results import TANTIVY, Ranking
from bench.workshop import Workshop
from tests.search.corpus import Wanted, load_corpus, wanted

TABLES_BY_HAND = ("relevance.tsv", "kept_aside.tsv")
"""Those over the demo workshop and the corpus."""
TABLES_OF_GENERATED = ("generated_relevance.tsv",)
CONFIGURATION = """\
tantivy 0.27: Okapi BM25 (its default) over the fields key, mpn, mpn_words, description, type, package, series,
manufacturer, tags, parameters, technical, places, titles and sheets; analyser: simple tokenizer, lower case, ASCII
folding, words up to 64 letters; key and mpn as one word each without dashes and blanks. A query: every word must be
found, in any field, the best of which counts (dis-max), as the word itself (boost of its field), as the beginning of
one (half), or misspelt (a fifth; no letter wrong under 4 letters or with digits, 1 up to 7, else 2, its most);
transpositions count as one. Two neighbours may be written as one word. The whole query as key: boost 1,000; as mpn:
500; as the beginning of either: 100. Boosts of fields: mpn_words 8, description, type 6, package, series 5,
manufacturer, tags, parameters 4, technical 3, places, titles 2, sheets 1."""

_BOOSTS = {
    "mpn_words": 8.0,
    "description": 6.0,
    "type": 6.0,
    "package": 5.0,
    "series": 5.0,
    "manufacturer": 4.0,
    "tags": 4.0,
    "parameters": 4.0,
    "technical": 3.0,
    "places": 2.0,
    "titles": 2.0,
    "sheets": 1.0,
}
_MARKED = (("key", 1_000.0), ("mpn", 500.0))
_ASKED = 3
_SEARCH = "query ($text: String!) { searchParts(text: $text, first: 3) { nodes { part { key } } } }"
_PARTS = """
SELECT part.key, coalesce(part.manufacturer_code, '') AS mpn, part.description, coalesce(part.package, '') AS package,
       coalesce(part.series, '') AS series, coalesce(part.manufacturer, '') AS manufacturer,
       coalesce(type.name, '') AS type, array_to_string(part.tags, ' ') AS tags,
       concat_ws(' ', part.dimensions, part.voltage_rating, part.input_voltage, part.output_voltage,
                 part.mounting_type, part.pin_pitch, part.pin_count) AS technical,
       (SELECT string_agg(name || ' ' || value, ' ') FROM part_parameters WHERE part_id = part.id) AS parameters,
       (SELECT string_agg(format('%s-%s', box.number, stock.location_number), ' ')
          FROM stock JOIN boxes AS box ON box.id = stock.box_id WHERE stock.part_id = part.id) AS places,
       (SELECT string_agg(concat_ws(' ', title, file_name), ' ') FROM attachments WHERE part_id = part.id) AS titles,
       (SELECT string_agg(text.text, ' ') FROM attachments AS attachment
          JOIN attachment_texts AS text ON text.attachment_id = attachment.id
         WHERE attachment.part_id = part.id) AS sheets
  FROM parts AS part LEFT JOIN part_types AS type ON type.id = part.type_id
 WHERE part.retired_at IS NULL
"""

Ask = Callable[[str], Sequence[str]]


def measure_relevance(workshop: Workshop, tables: Sequence[str]) -> tuple[Ranking, ...]:
    """Every table, by both. Raises BenchmarkError when a query is not answered."""
    client = Client(workshop.server.port)
    if tables == TABLES_BY_HAND and client.data('{ part(key: "AAKB") { key } }', {})["part"] is None:
        load_corpus(f"http://127.0.0.1:{workshop.server.port}")
    peer = _Tantivy(workshop.observer.rows(_PARTS))

    def ours(query: str) -> list[str]:
        hits = client.data(_SEARCH, {"text": query})["searchParts"]["nodes"]
        return [hit["part"]["key"] for hit in hits]

    engines: dict[str, Ask] = {PARTSGRAPH: ours, TANTIVY: peer.first}
    return tuple(_ranking(table, name, ask) for table in tables for name, ask in engines.items())


def _ranking(table: str, engine: str, ask: Ask) -> Ranking:
    rows = wanted(table)
    places = [_place(row, ask(row.query)) for row in rows]
    missed = tuple(f"{row.kind}: {row.query}" for row, place in zip(rows, places, strict=True) if place != 1)
    first, three = (sum(place <= most for place in places) / len(rows) for most in (1, _ASKED))
    return Ranking(table, engine, len(rows), first, three, missed)


def _place(row: Wanted, keys: Sequence[str]) -> int:
    """The place of the first wanted part, 99 where there is none."""
    return next((place for place, key in enumerate(keys, start=1) if key in row.first), 99)


class _Tantivy:
    """An index in memory."""

    def __init__(self, parts: Sequence[Any]) -> None:
        builder = tantivy.SchemaBuilder()
        for name in ("key", "mpn"):
            builder.add_text_field(name, stored=name == "key", tokenizer_name="raw")
        for name in _BOOSTS:
            builder.add_text_field(name, stored=False, tokenizer_name="folded")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        tokens = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        filters = (tantivy.Filter.remove_long(65), tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold())
        for each in filters:
            tokens = tokens.filter(each)
        self._analyser = tokens.build()
        self._index.register_tokenizer("folded", self._analyser)
        writer = self._index.writer(heap_size=64_000_000, num_threads=1)
        for part in parts:
            writer.add_document(self._document(part))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def first(self, text: str) -> list[str]:
        """The keys of the first three."""
        query = self._query(text)
        if query is None:
            return []
        found = self._searcher.search(query, _ASKED).hits
        return [self._searcher.doc(address)["key"][0].upper() for _, address in found]

    def _document(self, part: Any) -> Any:
        document = tantivy.Document()
        document.add_text("key", part["key"].lower())
        if part["mpn"]:
            document.add_text("mpn", "".join(self._analyser.analyze(part["mpn"])))
        for name in _BOOSTS:
            document.add_text(name, part["mpn" if name == "mpn_words" else name] or "")
        return document

    def _query(self, text: str) -> Any:
        words = self._analyser.analyze(text[:500])[:16]
        if not words:
            return None
        pairs = ["".join(pair) for pair in pairwise(words)]
        every = []
        for number, word in enumerate(words):
            joined = pairs[max(number - 1, 0) : number + 1]
            ways = [*self._ways(word), *(way for pair in joined for way in self._ways(pair))]
            every.append((tantivy.Occur.Must, tantivy.Query.disjunction_max_query(ways)))
        whole = "".join(words)
        marked = [(tantivy.Occur.Should, way) for way in self._whole(whole)]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, tantivy.Query.boolean_query(every)), *marked])

    def _ways(self, word: str) -> Iterator[Any]:
        for name, boost in (*_BOOSTS.items(), ("key", 6.0), ("mpn", 8.0)):
            yield _boosted(tantivy.Query.term_query(self._schema, name, word), boost)
            if len(word) > 1:
                begins = tantivy.Query.fuzzy_term_query(self._schema, name, word, distance=0, prefix=True)
                yield _boosted(begins, boost / 2)
            if edits := _edits(word):
                misspelt = tantivy.Query.fuzzy_term_query(self._schema, name, word, distance=edits)
                yield _boosted(misspelt, boost / 5)

    def _whole(self, word: str) -> Iterator[Any]:
        for name, boost in _MARKED:
            yield _boosted(tantivy.Query.term_query(self._schema, name, word), boost)
            begins = tantivy.Query.fuzzy_term_query(self._schema, name, word, distance=0, prefix=True)
            yield _boosted(begins, 100.0)


def _edits(word: str) -> int:
    if len(word) < 4 or any(letter.isdigit() for letter in word):
        return 0
    return 1 if len(word) <= 7 else 2


def _boosted(query: Any, boost: float) -> Any:
    return tantivy.Query.boost_query(query, boost)
