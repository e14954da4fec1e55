"""Whatever somebody types is answered: with nothing or with something sensible, soon, and never with an error."""

import pytest

from tests.factories import Workshop
from tests.graphql_client import GraphQL

ASK = """
query Ask($text: String!) {
  searchParts(text: $text, first: 5) {
    totalCount nodes { score part { key } matches { field text ranges { start length } } }
    facets { types { count } tags { count } boxes { count } parameters { count } }
  }
  completeWords(text: $text) { word partCount }
}
"""
TEXTS = {
    "nothing": "",
    "blanks": " \t\n\r\u00a0\u2003 ",
    "punctuation": "!?;:,.-_/\\|()[]{}<>@#$%^&*+=~`'\"",
    "stop words": "the of and for with a an in",
    "operators of full text": "resistor & ! capacitor | (4k7 <-> :* ') & !!",
    "operators of a search engine": 'resistor AND NOT "4k7" OR title:foo^3 ~2 +x -y *',
    "SQL": "'; DROP TABLE parts; -- \" OR 1=1 /* */ $1 :text %s \\",
    "LIKE": "%_\\%\\_ resist% _esistor",
    "regular expression": "(a+)+$ [[:alpha:]]{1,9999} (?=x) \\d+ ^.*$ ((((((((",
    "JSON": '{"terms": [{"needles": [{"word": "x"}]}], "whole": null}',
    "10,000 letters": "a" * 10_000,
    "10,000 different letters": "".join(chr(97 + number * 7 % 26) for number in range(10_000)),
    "10,000 words": "resistor " * 10_000,
    "words that begin everything": "re ca in co di mo po tr sw se ba te li me mi ma",
    "misspelt words": "resitsor capacitro potentiomter operatinal amplifer conector tranzistor voltag regulater",
    "digits": "1234567890" * 60,
    "enormous numbers": "9e999999 1e-99999 99999999999999999999999999999999999999k 1/0 0/0",
    "places": "9999-9999 0-0 99999-1 7-3-3 -1--1 1-1",
    "right to left": "مقاومة נגד \u200f4k7\u200f \u202eresistor",
    "emoji": "🔋🔌👩\u200d🔧🏳️\u200d🌈 resistor 🇩🇪",
    "combining marks": "r" + "\u0301" * 3_000 + "esistor e\u0300\u0301\u0302 \u0301",
    "many scripts": "Ω μ µ ㏀ ﬁ ①② Ⅳ ½ ﷺ 抵抗 저항 сопротивление αντίσταση ตัวต้านทาน प्रतिरोधक",
    "what does not show": "\u200b\u200c\u200d\u2060\ufeff re\u00adsis\u200btor",
    "NUL and other controls": "\x00\x01\x07resistor\x00\x1b[\x7f\x85",
    "beyond Unicode's letters": "\U0010ffff\U000e0001\ufffe\uffff \ud7ff resistor",
    "a value in pieces": "4 . 7 k Ω 4.7.7.7k 4k7k7 --4k7 +-4k7 4k7% 1/4/4W",
    "one word of 64 letters and more": "x" * 64 + " " + "y" * 65 + " " + "=" * 70,
    "types and values as they are kept": "type:1 =4700 =4700 Ω type: =",
}


@pytest.mark.parametrize("name", TEXTS)
async def test_a_hostile_text_is_answered_without_an_error(workshop: Workshop, graphql: GraphQL, name: str) -> None:
    await workshop.part("Resistor 4k7", parameters=[{"name": "Resistance", "value": "4k7"}])
    answer = await graphql(ASK, {"text": TEXTS[name]})
    hits = answer["searchParts"]
    assert hits["totalCount"] == len(hits["nodes"]) <= 1
    assert len(answer["completeWords"]) <= 10


@pytest.mark.parametrize("name", ["nothing", "blanks", "punctuation"])
async def test_a_text_that_says_nothing_finds_nothing(workshop: Workshop, graphql: GraphQL, name: str) -> None:
    await workshop.part("Resistor 4k7")
    answer = await graphql(ASK, {"text": TEXTS[name]})
    assert answer["searchParts"]["totalCount"] == 0
    assert answer["completeWords"] == []


@pytest.mark.parametrize("name", ["10,000 words", "what does not show", "NUL and other controls"])
async def test_what_is_around_a_word_does_not_hide_it(workshop: Workshop, graphql: GraphQL, name: str) -> None:
    await workshop.part("Resistor 4k7")
    assert (await graphql(ASK, {"text": TEXTS[name]}))["searchParts"]["totalCount"] == 1, name
