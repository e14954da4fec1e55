"""Every refusal that a payload lists is reached by a request, names the field at fault, and changes nothing."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

import pytest
from graphql import GraphQLUnionType

from graph.schema import graphql_schema
from tests.factories import Workshop, booked
from tests.graphql_client import Json
from tests.server_process import ROOT

USED_KEY = "5f0c2a70-1111-4222-8333-444455556666"
KEY_OF_GONE = "5f0c2a70-1111-4222-8333-444455557777"
THOUSAND_MILLION = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """The ids of operations that a request of the table names."""

    received_five: str
    received_by_retired: str
    used_one_of_full: str
    reversal: str


Fields = Callable[[Known], Json]


def fields(**given: object) -> Fields:
    """Fields that need to know nothing."""
    return lambda _known: given


def stock(**given: object) -> Fields:
    """Fields of a stock change: part AAAA, one piece, at 1-1, unless told otherwise."""
    return fields(**({"partKey": "AAAA", "location": "1-1", "quantity": 1} | given))


def move(*targets: tuple[str, int], part: str = "AAAA", source: str = "1-1", **given: object) -> Fields:
    """Fields of a move."""
    wanted = [{"location": place, "quantity": quantity} for place, quantity in targets]
    return fields(partKey=part, source=source, targets=wanted, **given)


def count(counted: int, part: str = "AAAA", place: str = "1-1", **given: object) -> Fields:
    """Fields of a count."""
    return fields(partKey=part, location=place, counted=counted, **given)


def book(*changes: tuple[str, str, int], **given: object) -> Fields:
    """Fields of a booking."""
    return fields(changes=booked(*changes), **given)


# (mutation, refusal): the input, and the path the refusal answers.
REFUSALS: dict[tuple[str, str], tuple[Fields, list[str] | None]] = {
    ("createPart", "ValidationError"): (fields(description="  "), ["description"]),
    ("createPart", "NotFoundError"): (fields(description="x", typeName="Nothing"), ["typeName"]),
    ("createPart", "AlreadyExistsError"): (fields(description="x", key="aaaa"), ["key"]),
    ("createPart", "IdempotencyKeyReusedError"): (
        fields(description="another", idempotencyKey=USED_KEY),
        ["idempotencyKey"],
    ),
    ("updatePart", "ValidationError"): (fields(partKey="AAAA", description=None), ["description"]),
    ("updatePart", "NotFoundError"): (fields(partKey="ZZZZ", series="E12"), ["partKey"]),
    ("updatePart", "ConflictError"): (fields(partKey="AAAA", series="E12", expectedVersion=9), ["expectedVersion"]),
    ("updateParts", "ValidationError"): (fields(partKeys=[], retired=True), ["partKeys"]),
    ("updateParts", "NotFoundError"): (fields(partKeys=["BBBB", "ZZZZ"], addTags=["new"]), ["partKeys", "1"]),
    ("updateParts", "InUseError"): (fields(partKeys=["BBBB", "AAAA"], retired=True), ["partKeys"]),
    ("mergeParts", "ValidationError"): (fields(keep="AAAA", drop="AAAA"), ["drop"]),
    ("mergeParts", "NotFoundError"): (fields(keep="AAAA", drop="ZZZZ"), ["drop"]),
    ("mergeParts", "PartRetiredError"): (fields(keep="RRRR", drop="AAAA"), ["keep"]),
    ("mergeParts", "QuantityLimitError"): (fields(keep="FFFF", drop="GGGG"), ["drop"]),
    ("retirePart", "NotFoundError"): (fields(partKey="ZZZZ"), ["partKey"]),
    ("retirePart", "ConflictError"): (fields(partKey="BBBB", expectedVersion=9), ["expectedVersion"]),
    ("retirePart", "InUseError"): (fields(partKey="AAAA"), ["partKey"]),
    ("restorePart", "NotFoundError"): (fields(partKey="ZZZZ"), ["partKey"]),
    ("restorePart", "ConflictError"): (fields(partKey="RRRR", expectedVersion=9), ["expectedVersion"]),
    ("deletePart", "NotFoundError"): (fields(partKey="ZZZZ"), ["partKey"]),
    ("deletePart", "ConflictError"): (fields(partKey="BBBB", expectedVersion=9), ["expectedVersion"]),
    ("deletePart", "InUseError"): (fields(partKey="RRRR"), ["partKey"]),
    ("createPartType", "ValidationError"): (fields(name="  "), ["name"]),
    ("createPartType", "NotFoundError"): (fields(name="Gone", idempotencyKey=KEY_OF_GONE), ["idempotencyKey"]),
    ("createPartType", "AlreadyExistsError"): (fields(name="RESISTOR"), ["name"]),
    ("createPartType", "IdempotencyKeyReusedError"): (
        fields(name="Tool", idempotencyKey=USED_KEY),
        ["idempotencyKey"],
    ),
    ("updatePartType", "ValidationError"): (fields(name="Diode", newName="x" * 101), ["newName"]),
    ("updatePartType", "NotFoundError"): (fields(name="Nothing", newName="Something"), ["name"]),
    ("updatePartType", "AlreadyExistsError"): (fields(name="Diode", newName="resistor"), ["newName"]),
    ("updatePartType", "ConflictError"): (
        fields(name="Diode", newName="LED", expectedVersion=9),
        ["expectedVersion"],
    ),
    ("deletePartType", "NotFoundError"): (fields(name="Nothing"), ["name"]),
    ("deletePartType", "InUseError"): (fields(name="Resistor"), ["name"]),
    ("createBox", "ValidationError"): (fields(description="x", capacity=0), ["capacity"]),
    ("createBox", "NotFoundError"): (
        fields(description="x", capacity=1, designatedTypeNames=["Diode", "Nothing"]),
        ["designatedTypeNames", "1"],
    ),
    ("createBox", "AlreadyExistsError"): (fields(description="x", capacity=1, number=1), ["number"]),
    ("createBox", "IdempotencyKeyReusedError"): (
        fields(description="x", capacity=1, idempotencyKey=USED_KEY),
        ["idempotencyKey"],
    ),
    ("updateBox", "ValidationError"): (fields(number=1, capacity=None), ["capacity"]),
    ("updateBox", "NotFoundError"): (fields(number=99, columns=2), ["number"]),
    ("updateBox", "ConflictError"): (fields(number=1, columns=2, expectedVersion=9), ["expectedVersion"]),
    ("updateBox", "InUseError"): (fields(number=1, capacity=2), ["capacity"]),
    ("deleteBox", "NotFoundError"): (fields(number=99), ["number"]),
    ("deleteBox", "ConflictError"): (fields(number=2, expectedVersion=9), ["expectedVersion"]),
    ("deleteBox", "InUseError"): (fields(number=1), ["number"]),
    ("receiveStock", "ValidationError"): (stock(quantity=0), ["quantity"]),
    ("receiveStock", "NotFoundError"): (stock(location="1-11"), ["location"]),
    ("receiveStock", "PartRetiredError"): (stock(partKey="RRRR"), ["partKey"]),
    ("receiveStock", "QuantityLimitError"): (stock(partKey="FFFF", location="1-2"), ["location"]),
    ("receiveStock", "IdempotencyKeyReusedError"): (stock(idempotencyKey=USED_KEY), ["idempotencyKey"]),
    ("useStock", "ValidationError"): (stock(reason="x" * 501), ["reason"]),
    ("useStock", "NotFoundError"): (stock(partKey="ZZZZ"), ["partKey"]),
    ("useStock", "PartRetiredError"): (stock(partKey="RRRR"), ["partKey"]),
    ("useStock", "InsufficientStockError"): (stock(quantity=101), ["location"]),
    ("useStock", "IdempotencyKeyReusedError"): (stock(idempotencyKey=USED_KEY), ["idempotencyKey"]),
    ("moveStock", "ValidationError"): (move(("1-3", 1), ("1-1", 1)), ["targets", "1", "location"]),
    ("moveStock", "NotFoundError"): (move(("1-3", 1), ("3-1", 1)), ["targets", "1", "location"]),
    ("moveStock", "PartRetiredError"): (move(("1-3", 1), part="RRRR"), ["partKey"]),
    ("moveStock", "InsufficientStockError"): (move(("1-3", 60), ("1-4", 41)), ["source"]),
    ("moveStock", "QuantityLimitError"): (
        move(("1-3", 1), part="FFFF", source="1-2"),
        ["targets", "0", "location"],
    ),
    ("moveStock", "IdempotencyKeyReusedError"): (move(("1-3", 1), idempotencyKey=USED_KEY), ["idempotencyKey"]),
    ("countStock", "ValidationError"): (count(-1), ["counted"]),
    ("countStock", "NotFoundError"): (count(1, place="2-6"), ["location"]),
    ("countStock", "PartRetiredError"): (count(1, part="RRRR"), ["partKey"]),
    ("countStock", "ConflictError"): (count(90, expectedQuantity=99), ["expectedQuantity"]),
    ("countStock", "QuantityLimitError"): (count(THOUSAND_MILLION, part="FFFF", place="1-4"), ["location"]),
    ("countStock", "IdempotencyKeyReusedError"): (count(1, idempotencyKey=USED_KEY), ["idempotencyKey"]),
    ("bookStock", "ValidationError"): (book(("AAAA", "1-1", 1), ("AAAA", "1-3", 0)), ["changes", "1", "delta"]),
    ("bookStock", "NotFoundError"): (book(("AAAA", "1-1", 1), ("ZZZZ", "1-3", 1)), ["changes", "1", "partKey"]),
    ("bookStock", "PartRetiredError"): (
        book(("AAAA", "1-1", 1), ("RRRR", "1-3", 1)),
        ["changes", "1", "partKey"],
    ),
    ("bookStock", "InsufficientStockError"): (
        book(("BBBB", "1-1", 1), ("AAAA", "1-1", -101)),
        ["changes", "1", "location"],
    ),
    ("bookStock", "QuantityLimitError"): (
        book(("AAAA", "1-1", 1), ("FFFF", "1-4", THOUSAND_MILLION)),
        ["changes", "1", "location"],
    ),
    ("bookStock", "IdempotencyKeyReusedError"): (
        book(("AAAA", "1-1", 1), idempotencyKey=USED_KEY),
        ["idempotencyKey"],
    ),
    ("reverseOperation", "ValidationError"): (
        lambda known: {"operationId": known.received_five, "reason": "x" * 501},
        ["reason"],
    ),
    ("reverseOperation", "NotFoundError"): (fields(operationId="not an id"), ["operationId"]),
    ("reverseOperation", "PartRetiredError"): (
        lambda known: {"operationId": known.received_by_retired},
        ["operationId"],
    ),
    ("reverseOperation", "InsufficientStockError"): (
        lambda known: {"operationId": known.received_five},
        ["operationId"],
    ),
    ("reverseOperation", "QuantityLimitError"): (
        lambda known: {"operationId": known.used_one_of_full},
        ["operationId"],
    ),
    ("reverseOperation", "NotReversibleError"): (lambda known: {"operationId": known.reversal}, ["operationId"]),
    ("reverseOperation", "IdempotencyKeyReusedError"): (
        lambda known: {"operationId": known.received_five, "idempotencyKey": USED_KEY},
        ["idempotencyKey"],
    ),
}
# When all keys or all numbers are taken: test_exhaustion.py.
ELSEWHERE = {
    ("createPart", "ExhaustedError"),
    ("createBox", "ExhaustedError"),
    # tests/jobs/test_cancelling.py
    *(("cancelJob", refusal) for refusal in ("NotFoundError", "NotOwnerError", "JobFinishedError")),
}


@pytest.fixture
async def known(workshop: Workshop) -> Known:
    """A workshop in which every refusal has its reason.

    AAAA lies at 1-1; BBBB was never used; RRRR is retired with a past; FFFF has as much as fits at 1-2 and 1-3, and
    GGGG at 1-2. Diode is a type that nothing names; the type Gone was deleted.
    """
    await workshop.box(1, capacity=10)
    await workshop.box(2, capacity=5)
    await workshop.part_type("Resistor")
    await workshop.part_type("Diode")
    await workshop.done("createPartType", name="Gone", idempotencyKey=KEY_OF_GONE)
    await workshop.done("deletePartType", name="Gone")
    await workshop.stocked(100, key="AAAA", typeName="Resistor", idempotencyKey=USED_KEY)
    await workshop.part(key="BBBB")
    await workshop.stocked(THOUSAND_MILLION, "1-2", key="GGGG")
    await workshop.stocked(THOUSAND_MILLION, "1-2", key="FFFF")
    used_one = await workshop.use("FFFF", "1-2", 1)
    await workshop.receive("FFFF", "1-2", 1)
    await workshop.receive("FFFF", "1-3", THOUSAND_MILLION)
    await workshop.part(key="RRRR")
    by_retired = await workshop.receive("RRRR", "1-5", 5)
    await workshop.use("RRRR", "1-5", 5)
    await workshop.done("retirePart", partKey="RRRR")
    five = await workshop.receive("AAAA", "1-6", 5)
    await workshop.use("AAAA", "1-6", 1)
    mistaken = await workshop.receive("AAAA", "1-7", 1)
    reversal = await workshop.reverse(mistaken["operation"]["id"])
    return Known(
        received_five=five["operation"]["id"],
        received_by_retired=by_retired["operation"]["id"],
        used_one_of_full=used_one["operation"]["id"],
        reversal=reversal["operation"]["id"],
    )


@pytest.mark.parametrize(("mutation", "typename"), REFUSALS)
async def test_a_refusal_names_the_field_at_fault_and_changes_nothing(
    workshop: Workshop, known: Known, mutation: str, typename: str
) -> None:
    wanted, path = REFUSALS[mutation, typename]
    refusal = await workshop.refused(mutation, typename, **wanted(known))
    assert refusal["path"] == path
    assert refusal["code"] == _code(typename)


def test_every_refusal_that_a_payload_lists_is_provoked() -> None:
    root = graphql_schema.mutation_type
    assert root is not None
    listed = {
        (name, member.name)
        for name, field in root.fields.items()
        if isinstance(field.type, GraphQLUnionType)
        for member in field.type.types
        if not member.name.endswith("Success")
    }
    in_tables = set(REFUSALS) | ELSEWHERE | set(_of_nouns())
    assert in_tables - listed == set()
    assert listed - in_tables - set(_called()) == set()


def _of_nouns() -> Iterator[tuple[str, str]]:
    """What the modules `refusals` of the nouns' folders have in their tables."""
    for path in sorted(ROOT.glob("tests/*/refusals.py")):
        module = import_module(f"tests.{path.parent.name}.refusals")
        for table in ("REFUSALS", "UPLOAD_REFUSALS", "ELSEWHERE"):
            yield from getattr(module, table, ())


def _called() -> Iterator[tuple[str, str]]:
    """What tests provoke by name: `workshop.refused("updateBox", "ConflictError", …)`."""
    for path in sorted(ROOT.glob("tests/*/test_*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="refused"),
                    args=[ast.Constant(value=str(mutation)), ast.Constant(value=str(refusal)), *_],
                ):
                    yield mutation, refusal


def _code(typename: str) -> str:
    words = "".join(f"_{letter}" if letter.isupper() else letter for letter in typename.removesuffix("Error"))
    return words.strip("_").upper()
