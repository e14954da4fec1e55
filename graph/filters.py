"""How a filter of the schema becomes conditions of a listing."""

from collections.abc import Hashable

from domain.rules.texts import fold, is_storable
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
    return fold(given.strip()) if given is not None else None


def exact(argument: str, text: str | None) -> str | None:
    """The text itself. Raises the request error BAD_USER_INPUT when nothing stored can be like it."""
    given = named(text)
    if given is not None and (len(given) > _MAX_CHARACTERS or not is_storable(given)):
        raise bad_user_input(
            f"`{argument}` takes up to {_MAX_CHARACTERS} characters without U+0000 or lone surrogates."
        )
    return given


def pattern(argument: str, text: str | None) -> str | None:
    """The pattern of texts that contain this one, ignoring case; blank text is no condition."""
    key = folded(argument, text)
    return containing(key) if key else None
