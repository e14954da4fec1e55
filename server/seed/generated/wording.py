"""What generated parts are called: product lines, qualities, uses and makers, of our own making."""

from collections.abc import Sequence
from random import Random

from server.seed.generated.words import Vocabulary, rank, ranked

ADJECTIVES = (
    "general", "standard", "precision", "shielded", "sealed", "insulated", "miniature", "rugged", "flexible", "rigid",
    "metallised", "laminated", "polarised", "symmetrical", "balanced", "adjustable", "latching", "resettable",
    "flameproof", "washable", "solderable", "halogenless", "nonmagnetic", "antistatic", "automotive", "marine",
    "medical", "industrial", "nautical", "tropicalised", "weatherproof", "vibrationproof", "silent", "fast", "slow",
    "quick", "delayed", "pulsed", "continuous", "intermittent", "linear", "logarithmic", "bidirectional", "unipolar",
    "bipolar", "differential", "galvanic", "capacitive", "inductive", "resistive", "optical", "thermal", "magnetic",
    "acoustic", "hermetic", "encapsulated", "conformal", "tinned", "gilded", "silvered", "nickelled", "anodised",
    "matched", "selected", "graded", "calibrated", "trimmed", "annealed", "sintered", "braided", "twisted",
    "stranded", "tapered", "flanged", "threaded", "knurled", "slotted", "recessed", "angled", "upright", "stacked",
    "staggered", "keyed", "locking", "floating", "grounded", "isolated", "buffered", "filtered", "damped", "tuned",
    "wideband", "narrowband", "lossy", "lossless", "stable", "rapid", "economy", "spare", "surplus",
)  # fmt: skip
NOUNS = (
    "amplifier", "filter", "supply", "driver", "bridge", "clamp", "sensor", "switch", "charger", "inverter",
    "converter", "oscillator", "mixer", "receiver", "transmitter", "antenna", "display", "keypad", "lamp", "motor",
    "pump", "valve", "heater", "fan", "compressor", "welder", "battery", "panel", "meter", "counter", "timer",
    "clock", "alarm", "lock", "gate", "barrier", "elevator", "crane", "tractor", "trolley", "drone", "rover",
    "camera", "projector", "speaker", "microphone", "headset", "tuner", "recorder", "printer", "scanner", "plotter",
    "router", "modem", "gateway", "terminal", "console", "cabinet", "rack", "backplane", "harness", "connector",
    "socket", "plug", "adapter", "cable", "shield", "ferrite", "choke", "coil", "winding", "core", "bobbin", "rotor",
    "stator", "brush", "encoder", "resolver", "gyroscope", "compass", "altimeter", "barometer", "thermostat",
    "hygrometer", "anemometer", "scale", "balance", "probe", "electrode", "membrane", "cuvette", "burner", "igniter",
    "kiln", "oven", "fridge", "kettle", "toaster", "mower", "shutter", "blind", "doorbell", "intercom", "beacon",
    "buoy", "sonar", "radar", "laser", "prism", "lens", "mirror", "telescope", "synthesiser", "organ", "pedal",
    "theremin", "carillon",
)  # fmt: skip
LINES = Vocabulary(endings=("n", "r", "x", "l", "s", "m"))
"""The words of product lines and trades; words of documents end on other letters."""
LINE_COUNT = 60_000

_SHARE_OF_LINE_WORDS = 0.7
_MAKERS = Vocabulary(endings=("k", "nd", "rt", "lm", "ck"), syllables=2)
_MAKER_COUNT = 400
_FIRMS = (
    "", " Components", "werk", " Devices", "tronik", " Semiconductors", " Électronique", " & Daughters", " Gerätebau",
    "søn", " Instruments", "elec", " Précision", " Works",
)  # fmt: skip
_FIRST_MAKERS = (
    ("Harrow", "H"), ("Tamber", "T"), ("Ostara", "O"), ("Kestrel", "K"), ("Corvid", "C"), ("Lumenta", "L"),
    ("Fennwerk", "FW"), ("Konnekt", "KN"), ("Eisenhut", "EH"), ("Drahtig", "DG"), ("Quarzwerk", "QW"),
    ("Brightwater", "BW"),
)  # fmt: skip


def _made_maker(number: int) -> tuple[str, str]:
    """The initials are its first three consonants."""
    name = _MAKERS.word(number)
    initials = "".join(letter for letter in name if letter not in "aeiou")[:3]
    return f"{name.capitalize()}{_FIRMS[number % len(_FIRMS)]}", initials.upper()


MAKERS: Sequence[tuple[str, str]] = (
    *_FIRST_MAKERS,
    *(_made_maker(number) for number in range(_MAKER_COUNT - len(_FIRST_MAKERS))),
)
"""Names with the initials that their codes begin with, those with the most parts first."""


def line_word(chance: Random) -> str:
    """A word of the trade: a few are met everywhere, most on one part or two."""
    return LINES.word(rank(LINE_COUNT, chance))


def application(chance: Random) -> str:
    """What a part is good for: "kadrolen amplifier", "timerbridge" and the like."""
    noun = ranked(NOUNS, chance)
    return f"{line_word(chance)} {noun}" if chance.random() < _SHARE_OF_LINE_WORDS else f"{chance.choice(NOUNS)}{noun}"


def quality(chance: Random) -> str:
    """One adjective or two."""
    return " ".join(dict.fromkeys(ranked(ADJECTIVES, chance) for _ in range(chance.randrange(1, 3))))
