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

_GIGA = Scale(9)

_LIMITS = (ReadingSign.AT_LEAST, ReadingSign.ABOUT, ReadingSign.AT_MOST)
"""In the order in which they stand on the scale of numbers."""

_SIGNS = {"+": ReadingSign.PLUS, "-": ReadingSign.MINUS}
_TOLERANCES = {ReadingSign.PLUS_MINUS, *_SIGNS.values()}


def readings_of_items(items: Sequence[Item]) -> tuple[Reading, ...]:
    """The readings in the order of the text. Raises NotUnderstood."""
    settled = _with_units_of_limits(_with_units_from_tolerances(_with_pairs(items)))
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
            for each in pair if settled else ():
                settled[-1] = _with_tolerance(settled[-1], each.value)
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
    if (
        Joint.SEPARATED in {following.joint, Joint.BLANK if stands_alone else item.joint}
        and second.unit not in _RELATIVE
    ):
        # +5V, +12V, -12V
        return ()
    if first.scale is None and (not stands_alone or following.joint is Joint.SLASH):
        first = replace(first, scale=second.scale)
    if first.unit != second.unit or second.scale is None:
        return ()
    are_alike = item.value.scale == second.scale and first.magnitude == second.magnitude
    if second.unit not in _RELATIVE and (stands_alone or (following.joint is Joint.BLANK and are_alike)):
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
        if before is not None and before.sign is ReadingSign.PLUS_MINUS:
            before = None
        may_be_acceleration = item.value.unit == "g" or item.value.scale == _GIGA
        if may_be_acceleration and (before is None or before.value.unit not in {None, "g"}):
            # An acceleration, as of a sensor: ±16g, ±16G.
            raise NotUnderstood
        if before is None or before.upper is not None or before.sign in _SIGNS.values():
            continue
        settled[at - 1] = _with_tolerance(before, item.value)
    return settled


def _with_tolerance(item: Item, tolerance: Value) -> Item:
    """The item that may be off by so much, in its unit. Raises NotUnderstood where it may be no tolerance: 5V ±12V."""
    value = item.value
    if tolerance.unit in _RELATIVE or (tolerance.unit == "dB" and value.scale is not None):
        return item
    if item.upper is not None:
        raise NotUnderstood
    if value.scale is None:
        value = replace(value, scale=tolerance.scale)
    elif tolerance.scale is None or not _has_unit_of(value.scale, tolerance.scale):
        raise NotUnderstood
    # Nought degrees are no nothing.
    if value.unit != "°C" and abs(_number(tolerance)) >= abs(_number(value)):
        raise NotUnderstood
    return replace(item, value=value)


def _has_unit_of(scale: Scale, other: Scale) -> bool:
    """Whether they have one unit: a prefix alone (22p) goes with another prefix (0.5pF), but 100n not with 50V."""
    return scale.unit == other.unit or (scale.unit is None and other.power != 0 and other.factor == 1)


def _with_units_of_limits(items: Sequence[Item]) -> Sequence[Item]:
    """min 2.7, max 5.5 V: prefix and unit go back from limit to limit. Raises NotUnderstood where they are unknown."""
    settled = list(items)
    if not any(item.value.scale is not None and item.sign not in _TOLERANCES for item in items):
        return settled
    for at in reversed(range(len(items))):
        item, following = settled[at], settled[at + 1] if at + 1 < len(items) else None
        if item.sign not in _LIMITS or item.value.scale is not None:
            continue
        if following is None or following.sign not in _LIMITS or following.value.scale is None:
            return _with_unit_from_the_middle(items)
        settled[at] = item = replace(item, value=replace(item.value, scale=following.value.scale))
        if not _stand_in_order(item, following):
            raise NotUnderstood
    return settled


def _with_unit_from_the_middle(items: Sequence[Item]) -> Sequence[Item]:
    """12 V (11.4 min, 12.6 max): the unit is known where the limits stand on either side of the value."""
    if len(items) != 3 or [item.sign for item in items[1:]] != [ReadingSign.AT_LEAST, ReadingSign.AT_MOST]:
        raise NotUnderstood
    value, *limits = items
    if not value.is_plain or any(limit.value.scale is not None for limit in limits):
        raise NotUnderstood
    least, most = (replace(limit, value=replace(limit.value, scale=value.value.scale)) for limit in limits)
    if not _number(least.value) < _number(value.value) < _number(most.value):
        raise NotUnderstood
    return [value, least, most]


def _stand_in_order(item: Item, following: Item) -> bool:
    signs = [_LIMITS.index(each.sign) for each in (item, following) if each.sign is not None]
    numbers = _number(item.value), _number(following.value)
    return numbers[0] != numbers[1] and signs[0] != signs[1] and (numbers[0] < numbers[1]) == (signs[0] < signs[1])


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
        has_tolerance = following is not None and following.sign in _TOLERANCES
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
    if not _has_unit_of(lower.scale, upper.scale):
        # 100n-50V
        raise NotUnderstood
    if lower.unit is None:
        lower = replace(lower, scale=lower.scale._replace(unit=upper.unit))
    return lower, upper


def _reading(value: Value, sign: ReadingSign) -> Reading:
    return Reading(_number(value), value.unit, sign)


def _number(value: Value) -> Decimal:
    scale = value.scale or Scale()
    digits, power = value.magnitude.digits * scale.factor, value.magnitude.power + scale.power
    return _exact(digits, power, is_negative=value.sign == "-")


def _exact(digits: int, exponent: int, *, is_negative: bool) -> Decimal:
    """digits × 10^exponent without rounding, and without trailing zeros after the decimal point."""
    while exponent < 0 and digits % 10 == 0:
        if digits == 0:
            return Decimal(0)
        digits, exponent = digits // 10, exponent + 1
    if exponent >= 0:
        return Decimal((-digits if is_negative else digits) * 10**exponent)
    return Decimal((int(is_negative), tuple(int(digit) for digit in str(digits)), exponent))
