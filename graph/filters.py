"""How a filter of the schema becomes conditions of a listing."""

from collections.abc import Hashable

from domain.rules.texts import FaultyText, fold, one_line
from graph.mutation_fields import named
from graph.request_errors import bad_user_input
from persistence.readers.lookups import containing
from persistence.readers.paging import Conditions

_MAX_CHARACTERS = 255


def conditions(**values: Hashable | None) -> Conditions:
    """The conditions that have a value; None stands for no condition."""
    return tuple((name, value) for name, value in values.items() if named(value) is not None)


def folded(argument: str, text: str | None) -> str | None:
    """The text as names are compared. Raises the request error BAD_USER_INPUT when no name can be like it."""
    given = exact(argument, text)
    return fold(given) if given is not None else None


def exact(argument: str, text: str | None) -> str | None:
    """The text as it would be kept, one line. Raises the request error BAD_USER_INPUT when none can be like it."""
    given = named(text)
    if given is None:
        return None
    try:
        kept = one_line(given, _MAX_CHARACTERS)
    except FaultyText as fault:
        raise bad_user_input(f"`{argument}` takes one line of text: {fault}.") from None
    if len(kept) > _MAX_CHARACTERS:
        raise bad_user_input(f"`{argument}` takes up to {_MAX_CHARACTERS} characters.")
    return kept


def pattern(argument: str, text: str | None) -> str | None:
    """The pattern of texts that contain this one, as names are compared; blank text is no condition."""
    key = folded(argument, text)
    return containing(key) if key else None
