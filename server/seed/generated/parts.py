"""What generated parts look like: plausible, of our own making, and the same for the same chance."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from domain.entities.ids import PartTypeId
from domain.entities.part import PartDetails
from domain.rules.part_details import parameter_of
from server.seed.generated.wording import MAKERS, application, line_word, quality
from server.seed.generated.words import rank

_TAGS = (
    "smd", "through-hole", "power", "audio", "sensor", "radio", "kit", "repair", "prototype", "reserve", "usb", "motor",
)  # fmt: skip
_SERIES_OF_24 = (
    10, 11, 12, 13, 15, 16, 18, 20, 22, 24, 27, 30, 33, 36, 39, 43, 47, 51, 56, 62, 68, 75, 82, 91,
)  # fmt: skip
_DECADES = (1, 10, 100)
_THRESHOLDS = (None, None, 10, 25, 50, 100)
_MOUNTING = ("SMD", "THT", "panel")
_WITH_TOLERANCE = {"Resistance", "Capacitance", "Inductance", "Frequency"}
_REPEATED_CODE_EVERY = 400


@dataclass(frozen=True, slots=True)
class Family:
    """Parts of one type: `packages` to choose from, and a parameter whose value has one of the SI prefixes `scales`."""

    type_name: str
    letters: str
    packages: tuple[str, ...]
    parameter: str
    unit: str = ""
    scales: tuple[str, ...] = ("",)


FAMILIES = (
    Family("Resistor", "R", ("0402", "0603", "0805", "1206", "axial"), "Resistance", "Ω", ("", "k", "M")),
    Family("Ceramic capacitor", "CC", ("0402", "0603", "0805", "1206"), "Capacitance", "F", ("p", "n", "µ")),
    Family("Electrolytic capacitor", "CE", ("radial 5 mm", "radial 8 mm", "radial 10 mm"), "Capacitance", "F", ("µ",)),
    Family("Film capacitor", "CF", ("box 5 mm", "box 10 mm"), "Capacitance", "F", ("n",)),
    Family("Tantalum capacitor", "CT", ("A", "B", "C", "D"), "Capacitance", "F", ("µ",)),
    Family("Inductor", "IN", ("0805", "1210", "radial"), "Inductance", "H", ("n", "µ")),
    Family("Crystal", "X", ("HC-49S", "3225", "5032"), "Frequency", "Hz", ("M",)),
    Family("Fuse", "F", ("5 × 20 mm", "1206"), "Current", "A", ("", "m")),
    Family("Zener diode", "DZ", ("DO-35", "SOD-123"), "Zener voltage", "V"),
    Family("Schottky diode", "DS", ("SMA", "SMB", "DO-41"), "Current", "A"),
    Family("LED", "LD", ("3 mm", "5 mm", "0603", "0805"), "Current", "A", ("m",)),
    Family("MOSFET", "Q", ("SOT-23", "TO-220", "SO-8"), "Drain current", "A"),
    Family("Bipolar transistor", "QB", ("TO-92", "SOT-23"), "Collector current", "A", ("m",)),
    Family("Linear regulator", "VR", ("TO-220", "SOT-223", "SOT-23-5"), "Output voltage", "V"),
    Family("Operational amplifier", "OA", ("DIP-8", "SO-8", "SOT-23-5"), "Bandwidth", "Hz", ("k", "M")),
    Family("Microcontroller", "MC", ("DIP-28", "TQFP-32", "QFN-48"), "Clock", "Hz", ("M",)),
    Family("Relay", "RL", ("19 × 15 mm", "29 × 12 mm"), "Coil voltage", "V"),
    Family("Pin header", "PH", ("2.54 mm", "2 mm", "1.27 mm"), "Current", "A"),
    Family("Terminal block", "TB", ("5.08 mm", "3.5 mm"), "Current", "A"),
    Family("Push button", "PB", ("6 × 6 mm", "12 × 12 mm"), "Current", "A", ("m",)),
    Family("Temperature sensor", "TS", ("TO-92", "SOT-23"), "Supply current", "A", ("µ", "m")),
    Family("DC motor", "M", ("25 mm", "37 mm"), "Voltage", "V"),
    Family("Screw", "SC", ("M2", "M2.5", "M3", "M4"), "Length", "m", ("m",)),
    Family("Hook-up wire", "W", ("0.14 mm²", "0.25 mm²", "0.5 mm²"), "Current", "A"),
)


def generated_details(
    number: int, family: Family, chance: Random, type_ids: Mapping[str, PartTypeId], before: PartDetails | None
) -> PartDetails:
    """The details of the part with this number; now and then it has manufacturer and code of the part `before`."""
    manufacturer, initials = MAKERS[rank(len(MAKERS), chance)]
    package = chance.choice(family.packages)
    value = _written_value(family, chance)
    code = f"{initials}{family.letters}{chance.randrange(100, 1000)}-{number:06d}"
    if before is not None and number % _REPEATED_CODE_EVERY == 0:
        manufacturer, code = before.manufacturer or manufacturer, before.manufacturer_code or code
    parameters = [(family.parameter, value)]
    if family.parameter in _WITH_TOLERANCE:
        parameters.append(("Tolerance", f"{chance.choice((1, 2, 5, 10))} %"))
    facts = ", ".join((f"{family.type_name} {value}", package, *(text for _, text in parameters[1:])))
    line = line_word(chance).capitalize()
    return PartDetails(
        description=f"{facts}, {line}, {quality(chance)}, for {application(chance)}",
        manufacturer=manufacturer,
        manufacturer_code=code,
        type_id=type_ids[family.type_name],
        tags=tuple(chance.sample(_TAGS, chance.randrange(4))),
        package=package,
        series=f"{line} {initials}{family.letters}",
        mounting_type=chance.choice(_MOUNTING),
        pin_count=chance.choice((2, 3, 4, 8)),
        low_stock_threshold=chance.choice(_THRESHOLDS),
        parameters=tuple(parameter_of(name, text) for name, text in parameters),
    )


def _written_value(family: Family, chance: Random) -> str:
    """A value of the series E24 (IEC 60063) in one of the notations people use: 4.7kΩ, 4.7 kΩ, 4.7k, 4k7."""
    scale = chance.choice(family.scales)
    plain = f"{chance.choice(_SERIES_OF_24) * chance.choice(_DECADES) / 10:g}"
    notations = [f"{plain}{scale}{family.unit}", f"{plain} {scale}{family.unit}"]
    if scale:
        notations += [f"{plain}{scale}", plain.replace(".", scale) if "." in plain else f"{plain}{scale}"]
    return chance.choice(notations)
