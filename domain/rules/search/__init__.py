"""Words by which parts are found, and what somebody means who looks for some: documents, queries, marks.

A text goes through the rooms in this order: `tokens` (what is a word in it), `folding` (letters without case and
accents), `values` (what is a number with a unit), `words` (all words by which a text of a field is found). From them
`documents` and `text_words` make what is stored, `queries` what is looked for, `marking` what is shown of a hit.
Nothing here knows a database; how much a match counts is in `weights`.
"""

from domain.rules.search.documents import TYPE_REFERENCE, attachment_words, document_of, name_words
from domain.rules.search.marking import TextMatches, marks, matched_terms, matches
from domain.rules.search.queries import MAX_QUERY_LENGTH, MAX_TERMS, completing, query_json, query_of
from domain.rules.search.text_words import text_words
from domain.rules.search.units_by_name import unit_by_name

__all__ = [
    "MAX_QUERY_LENGTH",
    "MAX_TERMS",
    "RULES_VERSION",
    "TYPE_REFERENCE",
    "TextMatches",
    "attachment_words",
    "completing",
    "document_of",
    "marks",
    "matched_terms",
    "matches",
    "name_words",
    "query_json",
    "query_of",
    "text_words",
    "unit_by_name",
]

RULES_VERSION = 1
"""Of these rules and their tables, and of the readings of values. Whoever changes by what words something is found
counts it up, and a job makes the documents again."""
