"""What belongs together in a value: a number, a range, a limit; and how it stands beside the one before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from domain.entities.reading import ReadingSign
from domain.rules.component_values.not_understood import NotUnderstood
from domain.rules.component_values.tokens import Ahead, Beside, Mark, Token, Value


class Joint(Enum):
    """How an item stands beside the one before it."""

    BLANK = auto()
    SLASH = auto()
    SEPARATED = auto()


@dataclass(frozen=True, slots=True)
class Item:
    """A value, or with `upper` a range; `sign` where the text gives one."""

    value: Value
    joint: Joint
    sign: ReadingSign | None = None
    upper: Value | None = None
    is_hyphened: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is one value of which nothing is said."""
        return self.sign is None and self.upper is None


_RANGES = {Mark.RANGE, Mark.HYPHEN, Mark.TILDE}
_BREAKS = {Mark.SEPARATOR: Joint.SEPARATED, Mark.BRACKET: Joint.SEPARATED, Mark.SLASH: Joint.SLASH}


def items_of(tokens: Sequence[Token]) -> Sequence[Item]:
    """The items in their order. Raises NotUnderstood where a sign or word has no value to stand by."""
    gathered = _Gathered()
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if isinstance(token, Beside):
            gathered.segment.append(token)
        elif isinstance(token, Mark) and token in _BREAKS:
            gathered.end_segment(token)
        elif token is Mark.PASSED:
            gathered.awaits_more = False
        else:
            item, at = _item(tokens, at, gathered.joint)
            gathered.add(item)
            continue
        at += 1
    return gathered.all()


class _Gathered:
    """Items so far, and those of the segment that goes on: what stands between commas, brackets and the like."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.segment: list[Item | Beside] = []
        self.joint = Joint.SEPARATED
        self.awaits_more = True
        """Nothing stands before this, or only a mark, which needs something on either side."""

    def add(self, item: Item) -> None:
        self.segment.append(item)
        self.joint, self.awaits_more = Joint.BLANK, False

    def end_segment(self, mark: Mark) -> None:
        if mark is not Mark.BRACKET:
            if self.awaits_more:
                raise NotUnderstood
            self.awaits_more = True
        if mark is Mark.BRACKET and self.items and len(self.segment) == 1 and isinstance(self.segment[0], Beside):
            # 5 V (min)
            self.items[-1] = _said(self.items[-1], self.segment[0])
            self.segment = []
        elif mark is not Mark.SLASH:
            self.items += _with_words(self.segment)
            self.segment = []
        self.joint = _BREAKS[mark]

    def all(self) -> Sequence[Item]:
        if self.awaits_more:
            raise NotUnderstood
        return self.items + _with_words(self.segment)


def _item(tokens: Sequence[Token], at: int, joint: Joint) -> tuple[Item, int]:
    """The item that begins there, and where the next one does."""
    token, sign = tokens[at], None
    if isinstance(token, Ahead):
        sign = token.sign
    elif token is Mark.TILDE:
        if at and tokens[at - 1] is Mark.PASSED:
            # DC ~ 6 GHz
            raise NotUnderstood
        sign = ReadingSign.ABOUT
    elif token is Mark.PLUS_MINUS:
        sign = ReadingSign.PLUS_MINUS
    at += sign is not None
    value = _value(tokens, at)
    if sign is ReadingSign.PLUS_MINUS and value.sign:
        raise NotUnderstood
    at += 1
    beyond = at
    while beyond < len(tokens) and tokens[beyond] is Mark.PASSED:
        beyond += 1
    between = tokens[beyond] if beyond < len(tokens) else None
    if not isinstance(between, Mark) or between not in _RANGES:
        return Item(value, joint, sign), at
    if sign is not None:
        raise NotUnderstood
    upper = _value(tokens, beyond + 1)
    return Item(value, joint, None, upper, is_hyphened=between is Mark.HYPHEN), beyond + 2


def _value(tokens: Sequence[Token], at: int) -> Value:
    token = tokens[at] if at < len(tokens) else None
    if not isinstance(token, Value):
        raise NotUnderstood
    return token


def _with_words(segment: Sequence[Item | Beside]) -> list[Item]:
    """The items with what min, typ and max say of them; these stand all before or all behind their values."""
    items = [part for part in segment if isinstance(part, Item)]
    if len(items) == len(segment):
        return items
    stand_before, stand_behind = isinstance(segment[0], Beside), isinstance(segment[-1], Beside)
    if stand_before == stand_behind:
        raise NotUnderstood
    ordered = segment if stand_before else segment[::-1]
    said: list[Item] = []
    word: Beside | None = None
    for part in ordered:
        if isinstance(part, Beside):
            if word is not None:
                raise NotUnderstood
            word = part
            continue
        said.append(_said(part, word) if word else part)
        word = None
    return said if stand_before else said[::-1]


def _said(item: Item, word: Beside) -> Item:
    if not item.is_plain:
        raise NotUnderstood
    return replace(item, sign=word.sign)
