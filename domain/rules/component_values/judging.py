"""What the items of a value mean: which unit a number has from its neighbour, and what is one value too many."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from domain.entities.reading import Reading, ReadingSign
from domain.rules.component_values.items import Item, Joint
from domain.rules.component_values.not_understood import NotUnderstood
from domain.rules.component_values.tokens import Value
from domain.rules.component_values.units import Scale

_RELATIVE = {"%", "ppm", "ppm/°C", "ppm/K", "%/°C", "%/K"}
"""What is said in these is a share of the value, whose unit is another one."""

_SIGNS = {"+": ReadingSign.PLUS, "-": ReadingSign.MINUS}


def readings_of_items(items: Sequence[Item]) -> tuple[Reading, ...]:
    """The readings in the order of the text. Raises NotUnderstood."""
    settled = _with_units_from_tolerances(_with_pairs(items))
    _refuse_alternatives(settled)
    _refuse_bare(settled)
    return tuple(reading for item in settled for reading in _readings(item))


def _with_pairs(items: Sequence[Item]) -> Sequence[Item]:
    """+80/-20% and a single +5 % are tolerances, told by their signs; another sign inside a text is refused."""
    settled: list[Item] = []
    at = 0
    while at < len(items):
        item, following = items[at], items[at + 1] if at + 1 < len(items) else None
        pair = _pair(item, following, stands_alone=not settled) if following else ()
        if pair:
            settled += pair
            at += 2
            continue
        settled.append(_single(item, is_first=not settled))
        at += 1
    return settled


def _pair(item: Item, following: Item, *, stands_alone: bool) -> Sequence[Item]:
    if not (item.is_plain and following.is_plain) or {item.value.sign, following.value.sign} != {"+", "-"}:
        return ()
    first, second = item.value, following.value
    if first.scale is None and (not stands_alone or following.joint is Joint.SLASH):
        first = replace(first, scale=second.scale)
    if first.unit != second.unit or second.scale is None:
        return ()
    if stands_alone and second.unit not in _RELATIVE:
        # Two supplies, perhaps, or alternatives.
        raise NotUnderstood
    return [
        Item(replace(value, sign=""), joint, _SIGNS[value.sign])
        for value, joint in ((first, item.joint), (second, Joint.BLANK))
    ]


def _single(item: Item, *, is_first: bool) -> Item:
    if is_first or item.joint is not Joint.BLANK or not item.value.sign or not item.is_plain:
        return item
    if item.value.sign == "+" and item.value.unit == "%":
        return replace(item, value=replace(item.value, sign=""), sign=ReadingSign.PLUS)
    raise NotUnderstood


def _with_units_from_tolerances(items: Sequence[Item]) -> Sequence[Item]:
    """25 ±2 °C: the unit goes back over ±, but a percentage does not."""
    settled = list(items)
    for at, item in enumerate(items):
        if item.sign is not ReadingSign.PLUS_MINUS:
            continue
        before = settled[at - 1] if at else None
        if item.value.unit == "g" and (before is None or before.value.unit not in {None, "g"}):
            # An acceleration, as of a sensor: ±16g.
            raise NotUnderstood
        if before is None or not before.is_plain:
            continue
        if before.value.scale is None and item.value.unit not in _RELATIVE:
            settled[at - 1] = replace(before, value=replace(before.value, scale=item.value.scale))
        elif before.value.scale is not None and item.value.scale is None:
            raise NotUnderstood
    return settled


def _refuse_alternatives(items: Sequence[Item]) -> None:
    """A slash stands between values of different units; 10k/20k and +15V/-15V are alternatives or ratios."""
    units: list[str | None] = []
    for item in items:
        unit = item.value.unit if item.upper is None else item.upper.unit
        if item.joint is not Joint.SLASH:
            units = []
        if unit in units:
            raise NotUnderstood
        units.append(unit)


def _refuse_bare(items: Sequence[Item]) -> None:
    """A number without prefix and unit stands alone, has a tolerance, or a limit is said of it."""
    for item, following in pairwise([*items, None]):
        has_tolerance = following is not None and following.sign in {
            ReadingSign.PLUS_MINUS,
            ReadingSign.PLUS,
            ReadingSign.MINUS,
        }
        if item and item.is_plain and item.value.scale is None and len(items) > 1 and not has_tolerance:
            raise NotUnderstood


def _readings(item: Item) -> Iterator[Reading]:
    if item.upper is None:
        yield _reading(item.value, item.sign or ReadingSign.EQUAL)
        return
    lower, upper = _same_scale(item.value, item.upper)
    if upper.scale is None and item.is_hyphened:
        raise NotUnderstood
    ends = _reading(lower, ReadingSign.AT_LEAST), _reading(upper, ReadingSign.AT_MOST)
    if ends[0].number >= ends[1].number:
        raise NotUnderstood
    yield from ends


def _same_scale(lower: Value, upper: Value) -> tuple[Value, Value]:
    """4-20 mA and 1k to 22k Ω: unit and prefix go back to a lower end that has none."""
    if lower.scale is None:
        return replace(lower, scale=upper.scale), upper
    if upper.scale is None:
        raise NotUnderstood
    if lower.unit is None:
        lower = replace(lower, scale=lower.scale._replace(unit=upper.unit))
    if lower.unit != upper.unit:
        raise NotUnderstood
    return lower, upper


def _reading(value: Value, sign: ReadingSign) -> Reading:
    scale = value.scale or Scale()
    digits, power = value.magnitude.digits * scale.factor, value.magnitude.power + scale.power
    return Reading(_exact(digits, power, is_negative=value.sign == "-"), scale.unit, sign)


def _exact(digits: int, exponent: int, *, is_negative: bool) -> Decimal:
    """digits × 10^exponent without rounding, and without trailing zeros after the decimal point."""
    while exponent < 0 and digits % 10 == 0:
        if digits == 0:
            return Decimal(0)
        digits, exponent = digits // 10, exponent + 1
    if exponent >= 0:
        return Decimal((-digits if is_negative else digits) * 10**exponent)
    return Decimal((int(is_negative), tuple(int(digit) for digit in str(digits)), exponent))
