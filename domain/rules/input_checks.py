"""Checks of an input's fields that gather every fault, so that a caller is told all of them at once."""

from collections.abc import Iterable, Sequence

from domain.errors import Issue, ValidationError
from domain.rules.texts import fold, is_storable, trimmed

Path = tuple[str, ...]


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
        """An optional text of at most so many characters: trimmed, and None when blank."""
        kept = trimmed(text)
        if kept is None:
            return None
        if not is_storable(kept):
            self.note(path, "U+0000 and lone surrogates cannot be stored")
        if len(kept) > limit:
            self.note(path, f"at most {limit:,} characters, not {len(kept):,}")
        return kept

    def required_text(self, path: Path, text: str | None, limit: int) -> str:
        """A text of 1 to so many characters."""
        kept = self.text(path, text, limit)
        if kept is None:
            self.note(path, "must not be blank")
        return kept or ""

    def number(self, path: Path, number: int | None, least: int, most: int) -> int | None:
        """An optional whole number in a range."""
        if number is not None and not least <= number <= most:
            self.note(path, f"must be between {least:,} and {most:,}, not {number:,}")
        return number

    def texts(self, path: Path, texts: Sequence[str], most: int, limit: int) -> tuple[str, ...]:
        """At most so many texts, each of 1 to `limit` characters, distinct ignoring case; the order is kept."""
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
        """No two names are the same ignoring case; blank ones are a fault of their own."""
        seen: set[str] = set()
        for name, path in zip(names, paths, strict=True):
            if name and fold(name) in seen:
                self.note(path, "is named twice")
            seen.add(fold(name))
