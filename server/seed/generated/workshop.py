"""Generated parts in any number: three places and ten quantity changes each, the same for the same number.

Parts are written chunk by chunk, then their history round by round over all parts, so memory stays small. All of that
is one transaction; a load that is broken off leaves nothing. Documents follow in transactions of their own, since their
objects are uploaded before each commit; what is broken off then leaves the parts, and some of the documents.

A database that holds something keeps it: generated boxes get the numbers after the highest, parts get keys that are
free, and the history begins after the last operation that is there (in an empty database a year ago), since ids and
times of operations ascend together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from random import Random

from domain.entities.ids import PartKey, PartTypeId
from domain.entities.part import PartDetails
from domain.ports.unit_of_work import UnitOfWork
from domain.rules.part_keys import DRAWN_LETTERS
from domain.rules.texts import fold
from persistence.bulk_loading import BulkLoader, refresh_statistics
from persistence.bulk_rows import NewOperation, NewPart
from server.errors import OperatorError
from server.seed.generated.boxes import GeneratedBoxes
from server.seed.generated.history import ROUNDS
from server.seed.generated.parts import FAMILIES, generated_details
from server.seed.generated.sheets import Subject, document_of
from server.seed.generated.stock import GeneratedStock, Timetable
from server.seed.starter_types import SEED_ACTOR
from server.wiring import Application

_CHUNK = 5_000
_DOCUMENTS_PER_CHUNK = 250
_YEAR = timedelta(days=365)
_LETTERS = len(DRAWN_LETTERS)
_SHARE_OF_THE_BOXES_TYPE = 0.7

Progress = Callable[[int, int], None]


async def generate(application: Application, parts: int, progress: Progress, documents: int = 0) -> None:
    """Load so many parts, so many of them with a data sheet; `progress` is given steps done and in all.

    Raises OperatorError when the free keys or the box numbers do not suffice.
    """
    if parts < 1:
        raise OperatorError(f"the number of parts to generate must be at least 1, not {parts}")
    if not 0 <= documents <= parts:
        raise OperatorError(f"{parts:,} parts have at most {parts:,} documents, one each, not {documents:,}")
    units_of_work = application.services.installation.units_of_work
    total = parts * (ROUNDS + 1) + documents
    subjects = await units_of_work.begin(
        SEED_ACTOR, lambda uow: _load(uow, parts, documents, lambda done: progress(done, total))
    )
    if subjects:
        await application.object_store.ensure_bucket()
    for first in range(0, documents, _DOCUMENTS_PER_CHUNK):
        chunk = subjects[first : first + _DOCUMENTS_PER_CHUNK]
        await units_of_work.begin(SEED_ACTOR, partial(_attach, first, chunk), uploads=True)
        progress(total - documents + first + len(chunk), total)
    await refresh_statistics(application.database)


async def _load(uow: UnitOfWork, parts: int, documents: int, progress: Callable[[int], None]) -> list[Subject]:
    """Returns the parts that are to get a document."""
    loader = BulkLoader(uow)
    chance = Random(parts)
    timetable = await _timetable(loader, parts)
    keys = free_keys(parts, await loader.taken_keys(), chance)
    boxes = GeneratedBoxes(await loader.highest_box_number(), parts, chance)
    type_ids = await _type_ids(uow)
    await boxes.load(loader, type_ids, timetable.start)
    stock = GeneratedStock(keys, boxes, timetable, chance)
    catalogue = _catalogue(keys, stock, boxes, timetable, type_ids, chance)
    subjects: list[Subject] = []
    done = 0
    for chunk in _chunks(parts):
        new = [next(catalogue) for _ in chunk]
        part_ids = await loader.add_parts(new)
        stock.part_ids.extend(part_ids)
        for number, part_id, part in zip(chunk, part_ids, new, strict=True):
            # The documents are spread evenly over all parts.
            if number * documents // parts < (number + 1) * documents // parts:
                subjects.append(Subject(part_id, part.details.manufacturer or "", part.details.manufacturer_code or ""))
        done += len(chunk)
        progress(done)
    for round_number in range(ROUNDS):
        for chunk in _chunks(parts):
            await loader.add_operations(await _operations(loader, stock, round_number, chunk))
            done += len(chunk)
            progress(done)
    await loader.add_stock(stock.rows(), stock.totals())
    return subjects


async def _attach(first: int, subjects: Sequence[Subject], uow: UnitOfWork) -> None:
    """The data sheets of these parts, which are numbered from `first` on."""
    documents = [document_of(number, subject) for number, subject in enumerate(subjects, start=first)]
    loader = BulkLoader(uow)
    await loader.start()
    await loader.add_documents(documents)


def _chunks(parts: int) -> Iterator[range]:
    for first in range(0, parts, _CHUNK):
        yield range(first, min(first + _CHUNK, parts))


async def _timetable(loader: BulkLoader, parts: int) -> Timetable:
    now = await loader.start()
    last = await loader.last_operation_at()
    start = now - _YEAR if last is None else max(last, now - _YEAR)
    return Timetable(start, max(start, now), parts)


def free_keys(parts: int, taken: set[PartKey], chance: Random) -> list[PartKey]:
    """Distinct keys that no part has. Raises OperatorError when there are not so many."""
    free = [key for key in map(_key, range(_LETTERS**4)) if key not in taken]
    if parts > len(free):
        raise OperatorError(f"{parts:,} parts need as many keys, and {len(free):,} of {_LETTERS**4:,} are free")
    return chance.sample(free, parts)


def _key(number: int) -> PartKey:
    letters = ""
    for _ in range(4):
        number, letter = divmod(number, _LETTERS)
        letters = DRAWN_LETTERS[letter] + letters
    return PartKey(letters)


async def _type_ids(uow: UnitOfWork) -> Mapping[str, PartTypeId]:
    names = [family.type_name for family in FAMILIES]
    await uow.part_types.add_missing(names)
    found = await uow.part_types.find_and_share(names)
    return {name: found[fold(name)].id for name in names}


def _catalogue(
    keys: list[PartKey],
    stock: GeneratedStock,
    boxes: GeneratedBoxes,
    timetable: Timetable,
    type_ids: Mapping[str, PartTypeId],
    chance: Random,
) -> Iterator[NewPart]:
    """The parts in their order; most are of the type that the box of their first place is meant for."""
    before: PartDetails | None = None
    for number, key in enumerate(keys):
        of_the_box = chance.random() < _SHARE_OF_THE_BOXES_TYPE
        family = boxes.family(stock.home(number)) if of_the_box else chance.choice(FAMILIES)
        before = generated_details(number, family, chance, type_ids, before)
        created_at = timetable.start - timedelta(seconds=len(keys) - number)
        yield NewPart(key, before, created_at, created_at)


async def _operations(loader: BulkLoader, stock: GeneratedStock, round_number: int, turns: range) -> list[NewOperation]:
    steps = stock.steps(round_number, turns)
    operation_ids = await loader.draw_operation_ids(len(steps))
    return [
        stock.operation(operation_id, round_number, turn, part, step)
        for operation_id, (turn, part, step) in zip(operation_ids, steps, strict=True)
    ]
