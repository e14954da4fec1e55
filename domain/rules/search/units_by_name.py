"""The unit that the name of a parameter tells: Resistance 4k7 is in Ω."""

from collections.abc import Mapping

from domain.rules.search.tokens import tokens_of

_NAMES: Mapping[str, str] = {
    "Ω": "resistance impedance resistor esr widerstand impedanz widerstandswert rdson dcr",
    "F": "capacitance capacitor kapazitat kapazitaet",
    "H": "inductance inductor induktivitat induktivitaet",
    "V": "voltage volts vcc vdd vin vout spannung nennspannung betriebsspannung eingangsspannung ausgangsspannung "
    "versorgungsspannung durchlassspannung sperrspannung spannungsfestigkeit dropout",
    "A": "current ampere amps strom nennstrom stromstarke stromstaerke ausgangsstrom eingangsstrom kollektorstrom "
    "drainstrom haltestrom betriebsstrom ruhestrom",
    "W": "power wattage dissipation leistung nennleistung verlustleistung belastbarkeit",
    "Hz": "frequency bandwidth frequenz bandbreite taktfrequenz resonanzfrequenz clock",
    "m": "length width height depth diameter pitch thickness lange laenge breite hohe hoehe tiefe durchmesser raster "
    "rastermass dicke",
    "°C": "temperature temperatur betriebstemperatur",
    "%": "tolerance toleranz genauigkeit accuracy efficiency wirkungsgrad",
    "s": "time delay zeit verzogerung verzoegerung",
    "g": "weight mass gewicht masse",
}
_UNITS = {word: unit for unit, words in _NAMES.items() for word in words.split()}
_SAY_OTHERWISE = {"thermal", "coefficient", "ratio", "gain", "code", "type", "factor", "thermischer", "noise", "count"}
"""Words beside which a name says something else: thermal resistance, voltage gain, temperature coefficient."""


def unit_by_name(name: str) -> str | None:
    """The base unit of a parameter's value by its name, as "Ω" for "Resistance"; None where the name tells none.

    The last word that names a quantity counts, or else the first: Drain current, Output voltage, Voltage (max).
    """
    words = [token.word for token in tokens_of(name)]
    if _SAY_OTHERWISE.intersection(words):
        return None
    return next((_UNITS[word] for word in reversed(words) if word in _UNITS), None)
