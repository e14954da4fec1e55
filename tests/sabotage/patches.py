"""The patches: what each of them breaks, which tests have to notice, and which of them a run takes."""

import random
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.server_process import ROOT

_HERE = Path(__file__).resolve().parent
_CHANGED = re.compile(r"^(?:---|\+\+\+) [ab]/(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sabotage:
    """A patch, what it breaks, the tests that have to fail, and the paths of the files it changes."""

    path: Path
    story: str
    tests: tuple[str, ...]
    changes: frozenset[str]

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.path.stem


@dataclass(frozen=True, slots=True)
class Share:
    """One of so many parts of the patches, counted from one: 3/8 is the third eighth."""

    part: int
    of: int

    @classmethod
    def parse(cls, written: str) -> "Share":
        """Read "3/8". Raises ValueError."""
        part, _, of = written.partition("/")
        share = cls(int(part), int(of))
        if not 1 <= share.part <= share.of:
            raise ValueError(f"{written} is no share")
        return share


class UnknownRevision(Exception):
    """The repository does not have this revision; a shallow clone has few."""


def read_all() -> list[Sabotage]:
    """Every patch, by name."""
    return [_read(path) for path in sorted(_HERE.glob("*.patch"))]


def _read(path: Path) -> Sabotage:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    head = lines[: next((number for number, line in enumerate(lines) if line.startswith("--- ")), len(lines))]
    story = " ".join(line.removeprefix("# ") for line in head if line.startswith("# "))
    tests = tuple(line.removeprefix("test: ") for line in head if line.startswith("test: "))
    return Sabotage(path, story, tests, frozenset(_CHANGED.findall(text)))


def with_words(patches: Iterable[Sabotage], words: Sequence[str]) -> set[Sabotage]:
    """Those whose names hold one of the words."""
    return {sabotage for sabotage in patches if any(word in sabotage.name for word in words)}


def in_share(patches: Iterable[Sabotage], share: Share, seed: int) -> set[Sabotage]:
    """A share drawn with the seed; the shares of one seed hold each patch once."""
    return set(_shuffled(patches, seed)[share.part - 1 :: share.of])


def drawn(patches: Iterable[Sabotage], most: int | None, seed: int) -> set[Sabotage]:
    """At most so many of them, drawn with the seed; all where no number is given."""
    return set(_shuffled(patches, seed)[:most])


def _shuffled(patches: Iterable[Sabotage], seed: int) -> list[Sabotage]:
    in_order = sorted(patches, key=lambda sabotage: sabotage.name)
    random.Random(seed).shuffle(in_order)
    return in_order


def touched_since(patches: Iterable[Sabotage], revision: str) -> set[Sabotage]:
    """Those that patch a file that was changed since the revision, committed or not, or are new or written anew.

    Raises UnknownRevision.
    """
    if _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").returncode != 0:
        raise UnknownRevision(f"there is no revision {revision} in this clone: what changed since then is not known")
    listed = _git("diff", "--name-only", "--no-renames", "--relative", "-z", revision, "--")
    listed.check_returncode()
    changed = set(listed.stdout.split("\0"))
    return {
        sabotage for sabotage in patches if sabotage.changes & changed or _breaks_something_else(sabotage, revision)
    }


def _breaks_something_else(sabotage: Sabotage, revision: str) -> bool:
    """Tell whether the diff in its file is new or another one than at the revision; its head may name other tests."""
    then = _git("show", f"{revision}:./{sabotage.path.relative_to(ROOT)}").stdout
    return _diff_in(then) != _diff_in(sabotage.path.read_text(encoding="utf-8"))


def _diff_in(patch: str) -> str:
    return patch[patch.find("\n--- ") :]


def _git(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
