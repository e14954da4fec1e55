"""Documents that come once push out each other, and not those that are asked for again."""

from graph.execution.document_memory import DocumentMemory


def key(number: int) -> bytes:
    """The key of a document."""
    return b"%d" % number


def kept(memory: DocumentMemory[int], *numbers: int) -> list[int]:
    """Which of the numbers are kept; looking asks for them again."""
    return [number for number in numbers if memory.get(key(number)) is not None]


def filled(most: int, most_bytes: int, *numbers: int, size: int = 1) -> DocumentMemory[int]:
    """A memory in which each of these was put, and asked for again."""
    memory: DocumentMemory[int] = DocumentMemory(most, most_bytes)
    for number in numbers:
        memory.keep(key(number), number, size)
        assert memory.get(key(number)) == number
    return memory


def test_ever_new_documents_push_out_each_other() -> None:
    memory = filled(8, 1_000, *range(6))
    for number in range(100, 200):
        memory.keep(key(number), number, 1)
    assert kept(memory, *range(6)) == list(range(6))
    assert kept(memory, 197, 198, 199) == [198, 199]
    assert len(memory) == 8


def test_so_they_do_by_their_bytes() -> None:
    memory = filled(100, 1_000, *range(6), size=100)
    for number in range(100, 200):
        memory.keep(key(number), number, 200)
    assert kept(memory, *range(6)) == list(range(6))
    assert kept(memory, 198, 199) == [198, 199]


def test_what_was_asked_for_again_makes_room_for_others_that_are_in_the_order_of_asking() -> None:
    memory = filled(8, 1_000, *range(8))
    assert kept(memory, 0) == [0]
    memory.keep(key(8), 8, 1)
    assert kept(memory, 8) == [8]
    memory.keep(key(9), 9, 1)
    assert kept(memory, *range(10)) == [0, 3, 4, 5, 6, 7, 8, 9]


def test_while_nothing_is_asked_for_again_all_of_it_is_theirs() -> None:
    memory: DocumentMemory[int] = DocumentMemory(8, 1_000)
    for number in range(20):
        memory.keep(key(number), number, 1)
    assert kept(memory, *range(20)) == list(range(12, 20))


def test_one_that_is_larger_than_everything_is_kept_alone() -> None:
    memory = filled(8, 1_000, 0, 1, size=400)
    memory.keep(key(2), 2, 5_000)
    assert kept(memory, 0, 1, 2) == [2]
    memory.keep(key(3), 3, 100)
    assert kept(memory, 0, 1, 2, 3) == [3]
