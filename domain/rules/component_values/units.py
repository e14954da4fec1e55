"""Units by the ways in which they are written, each with what turns it into its base unit.

A writing that can be meant in two ways is left out: kB (1000 or 1024), 10 K (kilo or kelvin), and in capitals MA, MV,
MW (milli or mega). So whatever stands in the table has one meaning.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple


class Scale(NamedTuple):
    """What a number is multiplied with, `factor` × 10^`power`, and the base unit it is in then."""

    power: int = 0
    unit: str | None = None
    factor: int = 1


_LETTERS = {"f": -15, "p": -12, "n": -9, "u": -6, "m": -3, "k": 3, "K": 3, "M": 6, "G": 9, "T": 12}
PREFIXES: Mapping[str, int] = {**_LETTERS, **dict.fromkeys(("meg", "Meg", "MEG", "mega", "Mega", "MEGA"), 6)}
"""Powers of ten. K is kilo before every unit."""

TOUCHING: Mapping[str, Scale] = {written: Scale(power) for written, power in PREFIXES.items() if written != "f"}
"""Prefixes that need no unit where they touch their number: 10m, 10M; `scanning` leaves out what has two meanings."""
APART: Mapping[str, Scale] = {
    written: scale for written, scale in TOUCHING.items() if written not in {"m", "K", "G", "T"}
}
"""And after a blank, where m is metre, T tesla, and K and G may be units too."""

_BELOW, _ABOVE = "f p n u m", "k K M G T meg Meg MEG"
_ALL = f"{_BELOW} {_ABOVE}"

_SYMBOLS: Mapping[str, str] = {
    **dict.fromkeys(("Ω", "V", "A", "W", "Hz", "bit/s", "SPS"), _ALL),
    **dict.fromkeys(("V/s", "A/s", "V/°C", "V/K", "A/°C", "V/√Hz", "A/√Hz"), "f p n u m k K"),
    **dict.fromkeys(("F", "s", "C"), _BELOW),
    **dict.fromkeys(("H", "lm", "lx", "cd"), "f p n u m k K"),
    **dict.fromkeys(("J", "N", "VA", "Wh", "Ah", "bar"), "n u m k K M G"),
    "S": "p n u m k",
    "Nm": "u m c k K M",
    "m": "f p n u m c k K",
    "g": "p n u m k K",
    "Pa": "u m h k K M G",
    "T": "p n u m",
    "K": "n u m",
    "dB": "",
    **dict.fromkeys(("%", "°C", "°", "h", "min", "ppm", "ppm/°C", "ppm/K", "%/°C", "%/K", "dBm", "dBi", "rpm"), ""),
    **dict.fromkeys(("lm/W", "K/W", "°C/W", "bit", "B"), ""),
}
"""Base units as they are answered, with the prefixes that they take."""

_NEVER_ALONE = {"C", "K", "S"}
"""Without a prefix these may be degrees Celsius, kilo and seconds."""

_SPELLINGS: Mapping[str, Iterable[str]] = {
    "Ω": ("R",),
    "V": ("v", "VAC", "VDC", "Vac", "Vdc", "VRMS", "Vrms"),
    "A": ("a",),
    "W": ("w",),
    "Hz": ("hz", "HZ"),
    "bit/s": ("bps", "Bit/s", "BPS"),
    "SPS": ("sps",),
    "Ah": ("AH", "ah"),
    "Wh": ("WH", "wh"),
    "VA": ("va",),
    "Nm": ("N·m",),
    "rpm": ("RPM",),
    "ppm": ("PPM",),
    "ppm/°C": ("PPM/°C", "ppm/C", "PPM/C"),
    "ppm/K": ("PPM/K",),
    "°C": ("degC",),
    "dB": ("DB",),
    "dBm": ("DBM",),
}
"""Other ways to write a symbol; they take its prefixes."""

_WORDS: Mapping[str, Iterable[str]] = {
    "Ω": ("ohm", "ohms"),
    "F": ("farad", "farads"),
    "H": ("henry", "henrys", "henries"),
    "V": ("volt", "volts"),
    "A": ("amp", "amps", "ampere", "amperes"),
    "W": ("watt", "watts"),
    "Hz": ("hertz",),
    "m": ("metre", "metres", "meter", "meters"),
    "g": ("gram", "grams"),
    "s": ("second", "seconds", "sec"),
    "J": ("joule", "joules"),
    "N": ("newton", "newtons"),
    "min": ("minute", "minutes"),
    "h": ("hour", "hours", "hr", "hrs"),
    "K": ("kelvin",),
    "%": ("percent",),
    "lx": ("lux",),
    "bit": ("bit", "bits"),
    "B": ("byte", "bytes"),
}
"""Words, in small letters, in capitals, and with a capital in front."""

_PREFIX_WORDS = {
    **dict.fromkeys(("pico", "piko"), -12),
    **dict.fromkeys(("micro", "mikro"), -6),
    **dict.fromkeys(("centi", "zenti"), -2),
    "nano": -9,
    "milli": -3,
    "kilo": 3,
    "mega": 6,
    "giga": 9,
}
_UNITS_WITH_PREFIX_WORDS = {"Ω", "F", "H", "V", "A", "W", "Hz", "m", "g", "s"}
_SPECIAL_WORDS = {
    **dict.fromkeys(("inch", "inches", "zoll", '"'), Scale(-4, "m", 254)),
    **dict.fromkeys(("mil", "mils"), Scale(-7, "m", 254)),
    **dict.fromkeys(("kilohm", "kilohms"), Scale(3, "Ω")),
    **dict.fromkeys(("megohm", "megohms"), Scale(6, "Ω")),
}
_BINARY = {"Ki": 1024, "Mi": 1024**2, "Gi": 1024**3, "Ti": 1024**4}
_PER_TIME = {"ms": 3, "us": 6, "ns": 9}
_HUNDREDS = {"c": -2, "h": 2}

_RUSSIAN: Mapping[str, str] = {"Ом": "Ω", "Ф": "F", "Гн": "H", "В": "V", "А": "A", "Вт": "W", "Гц": "Hz"}
_RUSSIAN_PREFIXES = {"п": -12, "н": -9, "мк": -6, "м": -3, "к": 3, "М": 6, "Г": 9}
"""Symbols of GOST 8.417."""

_CHINESE: Mapping[str, Iterable[str]] = {
    "Ω": ("欧", "欧姆", "歐", "歐姆"),
    "F": ("法", "法拉"),
    "H": ("亨", "亨利"),
    "V": ("伏", "伏特"),
    "A": ("安", "安培"),
    "W": ("瓦", "瓦特"),
    "Hz": ("赫", "赫兹", "赫茲"),
    "m": ("米",),
    "s": ("秒",),
}
"""Words of GB 3100; they take Latin prefixes, too: 4.7K欧."""
_CHINESE_PREFIXES = {"皮": -12, "纳": -9, "納": -9, "微": -6, "毫": -3, "千": 3, "兆": 6}

_MEGA_IN_CAPITALS = {"Ω", "Hz", "SPS", "bit/s"}
"""Before these M is mega in capitals too: nobody has millihertz."""
_TWO_MEANINGS = {
    *("mhz", "mHZ", "mohm", "mohms", "mOHM", "mOHMS", "msps", "mbps", "mBPS", "mwh", "mWH"),  # milli or mega
    *("PA", "pa"),  # pascal or picoampere
    "mf",  # milli, or micro as in old lists
    *("mega", "MEGA"),  # the prefix, or meg before a
}


def _combined(prefixes: str, writing: str, unit: str) -> Iterator[tuple[str, Scale]]:
    for prefix in prefixes.split():
        if not _has_two_meanings(prefix + writing, unit):
            yield prefix + writing, Scale(_HUNDREDS.get(prefix) or PREFIXES[prefix], unit)


def _has_two_meanings(written: str, unit: str) -> bool:
    """Whether an M is milli or mega, as in lists that have capitals only, or small letters only, and in 5 Ma."""
    if written in _TWO_MEANINGS:
        return True
    if written.startswith("M") and written[1:].islower() and written[1:] != unit and unit not in _MEGA_IN_CAPITALS:
        return True
    in_capitals = written.startswith("M") and not any(letter.islower() for letter in written)
    return in_capitals and unit not in _MEGA_IN_CAPITALS and not written.startswith("MEG")


def _symbols() -> Iterator[tuple[str, Scale]]:
    for unit, prefixes in _SYMBOLS.items():
        for writing in (unit, *_SPELLINGS.get(unit, ())):
            if writing not in _NEVER_ALONE:
                yield writing, Scale(0, unit)
            yield from _combined(prefixes, writing, unit)
    for unit in ("V", "A"):
        for time, power in _PER_TIME.items():
            for prefix in ("", "m", "k", "K"):
                yield f"{prefix}{unit}/{time}", Scale(PREFIXES.get(prefix, 0) + power, f"{unit}/s")


def _in_capitals() -> Iterator[tuple[str, Scale]]:
    """22PF, 0.1UF, 100NH, in lists that have no small letters."""
    for unit in ("F", "H", "V", "A", "W"):
        for prefix, power in {"P": -12, "N": -9, "U": -6}.items():
            if prefix + unit not in _TWO_MEANINGS:
                yield prefix + unit, Scale(power, unit)


def _in_small_letters() -> Iterator[tuple[str, Scale]]:
    """82nf and 10uh; alone, h is hours and f is nothing."""
    for unit in ("F", "H"):
        yield from _combined(_BELOW, unit.lower(), unit)


def _words() -> Iterator[tuple[str, Scale]]:
    for unit, words in _WORDS.items():
        for word in words:
            yield from _in_each_case(word, Scale(0, unit))
            if unit in _UNITS_WITH_PREFIX_WORDS:
                for prefix, power in _PREFIX_WORDS.items():
                    yield from _in_each_case(prefix + word, Scale(power, unit))
    for word, scale in _SPECIAL_WORDS.items():
        yield from _in_each_case(word, scale)
    for word in ("ohm", "ohms", "Ohm", "Ohms", "OHM", "OHMS"):
        yield from _combined(_ALL, word, "Ω")
    for prefix, factor in _BINARY.items():
        for writing, unit in {"B": "B", "bit": "bit", "bits": "bit"}.items():
            yield prefix + writing, Scale(0, unit, factor)


def _in_russian() -> Iterator[tuple[str, Scale]]:
    for writing, unit in _RUSSIAN.items():
        yield writing, Scale(0, unit)
        for prefix, power in _RUSSIAN_PREFIXES.items():
            # МВ is milli or mega in lists that have capitals only, as MV is.
            if not (prefix + writing).isupper() or prefix != "М" or unit in _MEGA_IN_CAPITALS:
                yield prefix + writing, Scale(power, unit)


def _in_chinese() -> Iterator[tuple[str, Scale]]:
    for unit, writings in _CHINESE.items():
        for writing in writings:
            yield writing, Scale(0, unit)
            yield from ((prefix + writing, Scale(power, unit)) for prefix, power in _CHINESE_PREFIXES.items())
            yield from _combined(_SYMBOLS[unit], writing, unit)


def _in_each_case(word: str, scale: Scale) -> Iterator[tuple[str, Scale]]:
    yield from ((written, scale) for written in (word, word.capitalize(), word.upper()))


UNITS: Mapping[str, Scale] = {
    **dict(_in_russian()),
    **dict(_in_chinese()),
    **dict(_in_small_letters()),
    **dict(_in_capitals()),
    **dict(_words()),
    **dict(_symbols()),
}
"""Everything that may stand behind a number and names a unit; µ is written u."""

SCALES_OF_CODES: Mapping[str, Scale] = {"R": Scale(0, "Ω"), "V": Scale(0, "V"), "A": Scale(0, "A")}
"""Letters of codes that are units themselves."""

_OF_SMALL, _OF_LARGE = frozenset({"F", "H", "A", "s"}), frozenset({"Ω", "Hz"})
UNITS_OF_CODES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys("pnu", _OF_SMALL),
    "m": _OF_SMALL | {"Ω", "V"},
    **dict.fromkeys("kKMGT", _OF_LARGE),
    **{letter: frozenset({scale.unit or ""}) for letter, scale in SCALES_OF_CODES.items()},
}
"""What a letter code may count; 100n50V and 1k5W are two values without a blank."""
