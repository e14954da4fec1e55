"""How much a match counts: by the field, by how well the word fits, and what stands above all of that.

The score of a part is the sum over the terms of the best weight × quality of their needles, and the tier on top.
"""

from collections.abc import Mapping, Sequence

from domain.entities.search import SearchField

WEIGHT_BY_FIELD: Mapping[SearchField, int] = {
    SearchField.KEY: 100,
    SearchField.MANUFACTURER_CODE: 95,
    SearchField.MANUFACTURER_CODE_PART: 70,
    SearchField.VALUE: 80,
    SearchField.TYPE: 65,
    SearchField.DESCRIPTION: 50,
    SearchField.PACKAGE: 48,
    SearchField.SERIES: 48,
    SearchField.MANUFACTURER: 45,
    SearchField.TAG: 45,
    SearchField.PARAMETER: 30,
    SearchField.TECHNICAL: 28,
    SearchField.JOINED: 40,
    SearchField.ATTACHMENT: 25,
    SearchField.DOCUMENT: 20,
    SearchField.LOCATION: 90,
}

WEIGHTS: Sequence[int] = tuple(WEIGHT_BY_FIELD[field] for field in SearchField)
"""In the order of the fields, so that the weight of a field stands at its number (from 1)."""

EXACT = 100
"""The quality of a word that is there as it was typed, of a value, and of a place."""

PREFIX = (60, 90)
"""Of a word that only begins so: from the first, where the rest is long, to the second, where it is one letter."""

MISSPELT = (11, 8, 5)
"""Of a word with one, two, three wrong letters: in the best field less than the beginning of a word in a PDF."""

TIERS: Mapping[str, int] = {"key": 4_000_000, "code": 3_000_000, "beginning": 2_000_000}
"""Of the whole query being the key, the MPN, the beginning of either; sixteen terms at their best have 160,000."""
