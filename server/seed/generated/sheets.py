"""Generated data sheets: PDFs of several pages, each with words that no other has, the same for the same number.

Their text is written down as the reader of files would find it, so none has to be read again; a test reads one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from random import Random

from domain.entities.attachment import StoredFile
from domain.entities.file_facts import FileFacts, FileKind
from domain.entities.file_reading import PAGE_BREAK, DocumentText
from domain.entities.ids import PartId
from persistence.bulk_rows import NewDocument
from server.seed.data_sheets import pdf_of
from server.seed.generated.wording import ADJECTIVES, NOUNS
from server.seed.generated.words import Vocabulary, rank, ranked

PHYSICS = Vocabulary(endings=("lt", "nt", "mp"), first=1_000_003)
"""What only documents speak of, and most of them of something else."""
_PHYSICS_COUNT = 30_000
NAMES = Vocabulary(endings=("sk", "rd"), syllables=4, first=2_000_003)
"""Words of one document alone."""
NAMES_EACH = 3

_VERBS = (
    "limits", "drives", "measures", "protects", "follows", "exceeds", "tolerates", "dissipates", "stores", "couples",
    "filters", "compensates", "triggers", "drifts beyond", "recovers from", "is trimmed by", "is rated for",
)  # fmt: skip
_LEADS = (
    "At room temperature", "Under full load", "After reflow", "During start-up", "Within the safe operating area",
    "Without a heat sink", "In the typical circuit", "Above the cut-off frequency", "For long cable runs", "In storage",
    "With the enable pin low", "Over the whole input range", "When the output is shorted", "In pulsed operation",
)  # fmt: skip
_QUANTITIES = (
    "ripple current", "leakage current", "rise time", "settling time", "supply voltage", "output impedance",
    "thermal resistance", "junction temperature", "gate charge", "insertion loss", "contact resistance", "phase margin",
    "noise density", "duty cycle", "creepage distance", "bandwidth", "hysteresis", "quiescent current", "breakdown",
)  # fmt: skip
_HEADINGS = (
    "Features", "Absolute maximum ratings", "Electrical characteristics", "Typical application", "Layout", "Ordering",
)  # fmt: skip
_PAGES = (3, 6)
_SENTENCES_A_PAGE = (5, 7)
_LINE_LENGTH = 78


@dataclass(frozen=True, slots=True)
class Subject:
    """The part that a data sheet is about."""

    part_id: PartId
    maker: str
    code: str


def names_of(number: int) -> list[str]:
    """The words that only the document with this number holds, one on each of its first pages."""
    return [NAMES.word(number * NAMES_EACH + place) for place in range(NAMES_EACH)]


def pages_of(number: int, subject: Subject) -> list[list[str]]:
    """The lines of each page, without its title."""
    chance = Random(f"data sheet {number}")
    names = names_of(number)
    pages = []
    for page in range(chance.randint(*_PAGES)):
        sentences = [_sentence(chance) for _ in range(chance.randint(*_SENTENCES_A_PAGE))]
        if page < len(names):
            sentences.insert(chance.randrange(len(sentences)), f"The {names[page]} method applies.")
        if page == 0:
            sentences.append(f"Made by {subject.maker}.")
        pages.append([_HEADINGS[page], *_lines(" ".join(sentences))])
    return pages


def document_of(number: int, subject: Subject) -> NewDocument:
    """The data sheet with this number, as PDF and as the text that is read from it."""
    title, pages = f"{subject.code} data sheet", pages_of(number, subject)
    content = pdf_of(title, pages)
    text = PAGE_BREAK.join("\n".join((title, *lines)) for lines in pages)
    facts = FileFacts(FileKind.PDF, "application/pdf")
    file = StoredFile(f"{subject.code}.pdf", len(content), sha256(content).digest(), facts)
    return NewDocument(subject.part_id, title, file, content, DocumentText(text, len(pages), len(pages)))


def _sentence(chance: Random) -> str:
    subject, object_ = ranked(_QUANTITIES, chance), PHYSICS.word(rank(_PHYSICS_COUNT, chance))
    number = f"{chance.randrange(1, 1000)} {chance.choice(('mV', 'mA', 'ns', 'kHz', 'pF', 'mW'))}"
    return (
        f"{chance.choice(_LEADS)} the {subject} {chance.choice(_VERBS)} the {ranked(ADJECTIVES, chance)} {object_} "
        f"{ranked(NOUNS, chance)} at {number}."
    )


def _lines(text: str) -> Iterator[str]:
    line = ""
    for word in text.split():
        if line and len(line) + len(word) >= _LINE_LENGTH:
            yield line
            line = word
        else:
            line = f"{line} {word}".lstrip()
    yield line
