"""What the documents claim, as functions over their text: headings, references to rules, links, limits, "enforced by".

A page of the project names tests, files and numbers. What is named can go away while the page stays, so
`tests/test_documents.py` looks each of them up.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DOMAIN = Path("docs/domain.md")
_FENCED = re.compile(r"^ *```.*?^ *```[ ]*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_REFERENCE = re.compile(r"docs/domain\.md(#[\w-]+(?:,\s+#[\w-]+)*)")
_LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s]+)\)")
_CLAIM = re.compile(r"enforced by(?:\*\*)?", re.IGNORECASE)
_CODE = re.compile(r"`([^`]+)`")
_NAMED_FILE = re.compile(
    r"((?:alembic|bench|deploy|docs|domain|explorer|graph|make|persistence|requirements|server|tests)/[\w./-]+)(?:::\w+)?"
)
_LIMIT = re.compile(r"^\| [^|]+ \| ([\d,]+) \| `([\w.]+)` \|$", re.MULTILINE)
_FIELD = re.compile(r"^\| `(\w+)` \| (.+) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that says what enforces something, from these words to the end of its paragraph."""

    path: Path
    line: int
    text: str

    @property
    def names(self) -> list[str]:
        """What it names in code."""
        return _CODE.findall(self.text)


def slug(heading: str) -> str:
    """The anchor that a heading gets where pages are shown: lower case, hyphens for blanks, no punctuation."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def headings(text: str, levels: Sequence[int] = (1, 2, 3, 4)) -> list[str]:
    """The anchors of a page's headings of these levels, in order."""
    return [slug(title) for marks, title in _HEADING.findall(_FENCED.sub("", text)) if len(marks) in levels]


def rules(text: str) -> list[str]:
    """The anchors of docs/domain.md that are rules: its small headings, and chapters without any."""
    found: list[str] = []
    chapters = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    for chapter in chapters:
        small = headings(chapter, [3])
        found += small or [slug(chapter.partition("\n")[0])]
    return [each for each in found if each not in {"words", "limits"}]


def referred_rules(text: str) -> list[str]:
    """The anchors of docs/domain.md that a text names: `docs/domain.md#a, #b`."""
    return [each.lstrip("# \n") for found in _REFERENCE.findall(text) for each in re.split(r",\s+", found)]


def broken_links(path: Path, text: str, root: Path) -> list[str]:
    """Links of a page to files or headings that are not there."""
    faults = []
    for link in _LINK.findall(_FENCED.sub("", text)):
        name, _, anchor = link.partition("#")
        target = (root / path.parent / name).resolve() if name else root / path
        if not target.exists():
            faults.append(f"{path}: {link} leads nowhere")
        elif anchor and anchor not in headings(target.read_text(encoding="utf-8")):
            faults.append(f"{path}: {link} names no heading")
    return faults


def missing_files(path: Path, text: str, root: Path) -> list[str]:
    """Files and folders that a page names in code, by their whole path, and that are not there."""
    named = [_NAMED_FILE.fullmatch(code) for code in _CODE.findall(_FENCED.sub("", text))]
    return [f"{path}: there is no {found[1]}" for found in named if found and not (root / found[1]).exists()]


def limits(text: str) -> dict[str, int]:
    """The table of limits: dotted name of a constant → number."""
    return {name: _number(number) for number, name in _LIMIT.findall(text)}


def fields_of(noun: str, text: str) -> dict[str, str]:
    """The table of a noun's fields: name → rule."""
    chapter = text.partition(f"### Fields of a {noun}\n")[2].partition("\n### ")[0]
    return dict(_FIELD.findall(chapter))


def numbers(rule: str) -> list[int]:
    """The numbers in the words of a rule."""
    return [_number(found) for found in re.findall(r"\d[\d,]*", rule)]


def constants(path: Path, text: str) -> list[str]:
    """The dotted names of the limits that a file of the domain defines."""
    module = ".".join(path.with_suffix("").parts)
    return [
        f"{module}.{target.id}"
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id.startswith("MAX_")
    ]


def claims(path: Path, text: str) -> Iterator[Claim]:
    """Every claim of a page."""
    for found in _CLAIM.finditer(text):
        rest = re.split(r"\n\s*\n|enforced by", text[found.end() :], maxsplit=1, flags=re.IGNORECASE)[0]
        yield Claim(path, text.count("\n", 0, found.start()) + 1, rest)


def faults_of(claim: Claim, root: Path) -> list[str]:
    """What a claim names and is not there; a claim that names nothing is a fault too."""
    place = f"{claim.path}:{claim.line}"
    if not claim.names:
        return [f"{place}: names nothing that enforces it"]
    return [f"{place}: there is no {name}" for name in claim.names if not _exists(name, root)]


def _exists(name: str, root: Path) -> bool:
    if name.startswith("make "):
        return re.search(rf"^{name.split()[1]}:", _read(root / "Makefile"), re.MULTILINE) is not None
    if name.startswith("partsgraph "):
        return (root / "server" / "cli" / f"{name.split()[1]}.py").exists()
    file, _, function = name.partition("::")
    if function:
        return (root / file).is_file() and function in _functions(root / file)
    if "/" in name:
        return _holds_tests(root / name) if name.startswith("tests/") else (root / name).exists()
    return (root / "tests" / "sabotage" / f"{name}.patch").exists() or _is_trigger(name, root)


def _holds_tests(path: Path) -> bool:
    """A file of tests, or a folder with one."""
    files = path.rglob("test_*.py") if path.is_dir() else [path]
    return any(file.is_file() and any(function.startswith("test_") for function in _functions(file)) for file in files)


def _is_trigger(name: str, root: Path) -> bool:
    versions = (root / "alembic" / "versions").glob("*.py")
    return any(re.search(rf"CREATE TRIGGER {name}\b", _read(version)) for version in versions)


@lru_cache(maxsize=200)
def _functions(path: Path) -> frozenset[str]:
    tree = ast.parse(_read(path))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@lru_cache(maxsize=200)
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _number(written: str) -> int:
    return int(written.replace(",", ""))
