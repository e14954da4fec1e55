"""Part keys.

Rules: docs/domain.md#part-keys, #drawn-keys.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.part_keys import DRAWN_KEYS, drawn_key, parsed_key


def test_there_are_331776_keys_to_draw_and_each_number_has_its_own() -> None:
    assert DRAWN_KEYS == 331_776
    assert len({drawn_key(number) for number in range(DRAWN_KEYS)}) == DRAWN_KEYS


def test_the_first_and_the_last_drawn_key() -> None:
    assert (drawn_key(0), drawn_key(DRAWN_KEYS - 1)) == ("AAAA", "ZZZZ")


@given(st.integers(0, DRAWN_KEYS - 1))
def test_a_drawn_key_has_four_letters_without_i_and_o(number: int) -> None:
    key = drawn_key(number)
    assert parsed_key(key) == key
    assert not set(key) & set("IO")


@pytest.mark.parametrize(("text", "key"), [("ABCD", "ABCD"), ("abcd", "ABCD"), (" ioIo ", "IOIO")])
def test_a_given_key_may_be_any_letters_in_any_case(text: str, key: str) -> None:
    assert parsed_key(text) == key


@pytest.mark.parametrize("text", ["", "ABC", "ABCDE", "AB1D", "ÄBCD", "ßßAB", "A BC", "ABC\n\nD", "ſABC"])
def test_anything_else_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match="four letters"):
        parsed_key(text)
