"""Which rule the texts of a column keep to (docs/domain.md#texts): that of one line, unless its model says another.

The columns of facts have it from their declarations; a model says it of others by `kept_as`. `partsgraph check` goes
through all of them, so a new column is looked at without a line of its own.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, MetaData, Text

from domain.rules.texts import FaultyText, file_name, one_line, refuse_faulty, several_lines, trimmed
from persistence.folded_columns import folded_columns

RULE = "text rule"


class TextRule(StrEnum):
    """What is true of each text of a column."""

    ONE_LINE = "one line"
    SEVERAL_LINES = "several lines"
    ADDRESS = "an address"
    FILE_NAME = "the name of a file"
    ANY = "any"
    """Texts that nobody writes by hand, those found in files, and what edits tell was there."""


class TextColumn(NamedTuple):
    """A column of texts, or of lists of them."""

    table: str
    name: str
    rule: TextRule
    is_list: bool

    def is_kept(self, text: str) -> bool:
        """Tell whether the rule would keep the text as it is; a blank one is kept nowhere."""
        try:
            match self.rule:
                case TextRule.ONE_LINE:
                    return text != "" and one_line(text) == text
                case TextRule.SEVERAL_LINES:
                    return text != "" and several_lines(text) == text
                case TextRule.ADDRESS:
                    refuse_faulty(text)
                    return text != "" and trimmed(text) == text
                case TextRule.FILE_NAME:
                    return file_name(text) == text
                case TextRule.ANY:
                    return True
        except FaultyText:
            return False


def kept_as(rule: TextRule) -> dict[str, Any]:
    """The `info` of a column whose texts keep to another rule than that of one line."""
    return {RULE: rule}


def text_columns(metadata: MetaData) -> Iterator[TextColumn]:
    """The columns of all tables that have a rule; those that are folded from others have none."""
    folded = {(each.table, each.key) for each in folded_columns(metadata)}
    for table in metadata.sorted_tables:
        for column in table.columns:
            is_list = isinstance(column.type, ARRAY) and isinstance(column.type.item_type, Text)
            rule = column.info.get(RULE, TextRule.ONE_LINE)
            is_text = is_list or isinstance(column.type, Text)
            if is_text and rule is not TextRule.ANY and (table.name, column.name) not in folded:
                yield TextColumn(table.name, column.name, rule, is_list)
