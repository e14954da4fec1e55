"""Checks of an input's fields that gather every fault, so that a caller is told all of them at once."""

from collections.abc import Callable, Iterable, Sequence

from domain.errors import Issue, ValidationError
from domain.rules.texts import FaultyText, fold, one_line, refuse_faulty, several_lines, shows_nothing, trimmed

Path = tuple[str, ...]

_STAND_IN = ""
"""What stands for a text that was refused: it is neither blank nor twice there."""


class InputChecks:
    """Checks one input; each method returns the value as it is kept, or a stand-in where it notes a fault."""

    def __init__(self) -> None:
        self._issues: list[Issue] = []

    def note(self, path: Path, message: str) -> None:
        """Note a fault."""
        self._issues.append(Issue(path, message))

    def refuse(self) -> None:
        """Raises ValidationError when a fault was noted."""
        if self._issues:
            raise ValidationError(self._issues)

    def text(self, path: Path, text: str | None, limit: int) -> str | None:
        """An optional text of one line, of at most so many characters; None when blank."""
        return self._kept(path, text, limit, one_line)

    def required_text(self, path: Path, text: str | None, limit: int) -> str:
        """A text of one line, of 1 to so many characters."""
        return self._required(path, self.text(path, text, limit))

    def lines(self, path: Path, text: str | None, limit: int) -> str | None:
        """An optional text of several lines, of at most so many characters; None when blank."""
        return self._kept(path, text, limit, several_lines)

    def required_lines(self, path: Path, text: str | None, limit: int) -> str:
        """A text of several lines, of 1 to so many characters."""
        return self._required(path, self.lines(path, text, limit))

    def address(self, path: Path, text: str | None, limit: int) -> str | None:
        """An optional address of at most so many characters, trimmed and otherwise letter by letter; None when blank.

        Whether it is one is for the caller to say.
        """
        return self._kept(path, text, limit, _trimmed_address)

    def number(self, path: Path, number: int | None, least: int, most: int) -> int | None:
        """An optional whole number in a range."""
        if number is not None and not least <= number <= most:
            self.note(path, f"must be between {least:,} and {most:,}, not {number:,}")
        return number

    def texts(self, path: Path, texts: Sequence[str], most: int, limit: int) -> tuple[str, ...]:
        """At most so many texts, each of one line of 1 to `limit` characters, no two the same; the order is kept."""
        if not self.count(path, len(texts), most):
            return ()
        kept = [self.required_text((*path, str(index)), text, limit) for index, text in enumerate(texts)]
        self.distinct(kept, [(*path, str(index)) for index in range(len(kept))])
        return tuple(kept)

    def count(self, path: Path, number: int, most: int, least: int = 0) -> bool:
        """Tell whether a list has so many entries.

        The entries of one that is too long are not looked at: a request of a megabyte could name a fault in each of
        hundreds of thousands, and the refusal would be many times as large.
        """
        if number > most:
            self.note(path, f"at most {most:,} entries, not {number:,}")
        if number < least:
            self.note(path, f"at least {least:,}, not {number:,}")
        return least <= number <= most

    def distinct(self, names: Iterable[str], paths: Iterable[Path]) -> None:
        """No two names are the same, as they are compared; blank ones are a fault of their own."""
        seen: set[str] = set()
        for name, path in zip(names, paths, strict=True):
            if name and fold(name) in seen:
                self.note(path, "is named twice")
            seen.add(fold(name))

    def _kept(self, path: Path, text: str | None, limit: int, cleaned: Callable[[str, int], str]) -> str | None:
        if text is None:
            return None
        try:
            kept = cleaned(text, limit)
        except FaultyText as fault:
            self.note(path, str(fault))
            return _STAND_IN
        if len(kept) > limit:
            self.note(path, f"at most {limit:,} characters, not {len(kept):,}")
            return kept[:limit]
        return kept or None

    def _required(self, path: Path, kept: str | None) -> str:
        if kept is None:
            self.note(path, "must not be blank")
        return kept or ""


def _trimmed_address(text: str, _limit: int) -> str:
    refuse_faulty(text)
    kept = trimmed(text)
    return "" if shows_nothing(kept) else kept
