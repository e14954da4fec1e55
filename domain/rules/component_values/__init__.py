"""Values as they stand on components, in data sheets and in lists of parts: 4k7, 10 k Ω, 100nF 50V X7R, -40 to 85 °C.

A value becomes exact decimal numbers in base units, one for each that it names. It is read as a whole or not at all:
where a word is not understood (10 kΩ resistor), or something can be read in two ways (1,000), there are no readings.
The case of a prefix counts, since 10m is not 10M.

Sources: SI Brochure, 9th edition, chapter 3 (prefixes); IEC 60062:2016, clause 5 (letter codes such as 4K7 and R47).

A value goes through the rooms in this order: `plain_text` (one character for all that look alike), `scanning` (tokens,
by the tables of `units` and `words` and the forms of `numbers`), `items` (what belongs together), `judging` (what it
means).
"""

from domain.entities.reading import Reading
from domain.rules.component_values.items import items_of
from domain.rules.component_values.judging import readings_of_items
from domain.rules.component_values.limits import MAX_LENGTH, MAX_READINGS
from domain.rules.component_values.not_understood import NotUnderstood
from domain.rules.component_values.plain_text import plain
from domain.rules.component_values.scanning import tokens_of

__all__ = ["MAX_LENGTH", "MAX_READINGS", "RULES_VERSION", "readings_of"]

RULES_VERSION = 2
"""Of these rules and their tables. Whoever changes what a text is read as counts it up, and a job reads what is stored
again; a migration makes the index anew by which the job finds it (`ix_part_parameters_to_read`)."""


def readings_of(text: str) -> tuple[Reading, ...]:
    """Every number that a text names, in its order; none when it is not understood as a whole.

    Takes time in proportion to the length of the text.
    """
    if len(text) > MAX_LENGTH:
        return ()
    try:
        return readings_of_items(items_of(tokens_of(plain(text))))
    except NotUnderstood:
        return ()
