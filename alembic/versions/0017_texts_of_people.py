"""Texts of people by one rule: cleaned where they are kept, compared without what does not show.

What a text may not hold is taken out, and what showed nothing gets a name that can be read. Names that were different
and are the same now stay two: the older as it is, the younger with a number. Each change of what has edits leaves one,
and what was renamed is told to whoever migrates.

The rules are written here once more, as they were decided for this revision: rules of the domain may change later, and
a migration may not. That is why this file is long.

Revision ID: 0017
Revises: 0016
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_PAGE_ROWS = 1_000
_ACTOR = "partsgraph"

# White_Space and Default_Ignorable_Code_Point of Unicode 18.0.
_SPACE = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_EACH_SPACE = "".join(map(chr, [*range(9, 14), 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)])) + (
    "\u2028\u2029\u202f\u205f\u3000"
)
_NOTHING = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_REFUSED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SPACES = re.compile(f"[{_SPACE}]+")
_LINE_END = re.compile(r"\r\n|[\n\v\f\r\x85\u2028\u2029]")
_IGNORABLE = re.compile(f"[{_NOTHING}]+")
_SHOWS = re.compile(f"[^{_SPACE}{_NOTHING}]")
# Texts that no rule changes, and that are folded as they were: the others are looked at.
_PLAIN = "COLLATE \"C\" ~ '^[!-~]+( [!-~]+)*$'"


def _one_line(text: str) -> str:
    return unicodedata.normalize("NFC", _SPACES.sub(" ", _REFUSED.sub("", text)).strip(" "))


def _several_lines(text: str) -> str:
    lines = _LINE_END.split(_REFUSED.sub("", text))
    return unicodedata.normalize("NFC", "\n".join(line.rstrip(_EACH_SPACE) for line in lines).strip(_EACH_SPACE))


def _address(text: str) -> str:
    return _REFUSED.sub("", text).strip(_EACH_SPACE)


def _file_name(text: str) -> str:
    name = _one_line(re.split(r"[/\\]", text)[-1])
    return "file" if name in {"", ".", ".."} or _SHOWS.search(name) is None else name


def _fold(text: str) -> str:
    folded, before = _folded_once(text), text
    while folded != before:
        folded, before = _folded_once(folded), folded
    return folded


def _folded_once(text: str) -> str:
    shown = _IGNORABLE.sub("", unicodedata.normalize("NFKC", text).casefold())
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", shown)).strip(" ")


def _fold_before(text: str) -> str:
    """The folded form of the revisions before this one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


_Fold = Callable[[str], str]


@dataclass(frozen=True)
class _Texts:
    """A column of texts: how one is cleaned, how long it may be, and which column holds its folded form."""

    name: str
    cleaned: Callable[[str], str]
    limit: int
    required: bool = False
    key: str | None = None
    key_length: int | None = None
    is_list: bool = False

    def of(self, value: Any) -> Any:
        """What becomes of a value; of a list, no two are the same afterwards."""
        if value is None:
            return None
        if self.is_list:
            return _distinct([self._text(text, required=True) for text in value], self.limit)
        return self._text(value, required=self.required)

    def folded(self, value: Any, fold: _Fold) -> Any:
        """The value of its folded column."""
        if value is None:
            return None
        return [fold(text) for text in value] if self.is_list else fold(value)[: self.key_length]

    def _text(self, text: str, *, required: bool) -> str | None:
        kept = self.cleaned(self.cleaned(text)[: self.limit])
        if _SHOWS.search(kept):
            return kept
        return _code_points(text) if required else None


@dataclass(frozen=True)
class _Table:
    """A table of texts, what people call a row of it, and of which kind of thing its rows leave edits."""

    name: str
    called: str
    columns: tuple[_Texts, ...]
    edited: str | None = None
    guard: str | None = None
    has_version: bool = False


_PARTS = _Table(
    "parts",
    "part",
    (
        _Texts("description", _several_lines, 2_000, required=True, key="description_key", key_length=500),
        _Texts("manufacturer", _one_line, 255, key="manufacturer_key"),
        _Texts("manufacturer_code", _one_line, 255, key="manufacturer_code_key"),
        *(_Texts(name, _one_line, 100) for name in ("package", "series", "dimensions")),
        *(_Texts(name, _one_line, 100) for name in ("voltage_rating", "input_voltage", "output_voltage")),
        *(_Texts(name, _one_line, 50) for name in ("mounting_type", "pin_pitch")),
        _Texts("product_page", _address, 2_000),
        _Texts("tags", _one_line, 50, key="tag_keys", is_list=True),
    ),
    edited="PART",
    has_version=True,
)
_BOXES = _Table(
    "boxes",
    "box",
    (_Texts("description", _several_lines, 255, required=True, key="description_key"),),
    edited="BOX",
    has_version=True,
)
_PROJECTS = _Table(
    "projects", "project", (_Texts("description", _several_lines, 2_000),), edited="PROJECT", has_version=True
)
_ATTACHMENTS = _Table(
    "attachments",
    "attachment",
    (
        _Texts("title", _one_line, 255, required=True),
        _Texts("file_name", _file_name, 255, required=True),
        _Texts("url", _address, 2_000, required=True),
    ),
    has_version=True,
)
_REQUIREMENTS = _Table(
    "requirements",
    "requirement",
    (_Texts("note", _several_lines, 2_000), _Texts("designators", _one_line, 50, is_list=True)),
)
_PICK_LINES = _Table("pick_lines", "pick line", (_Texts("designators", _one_line, 50, is_list=True),))
_OPERATIONS = _Table("operations", "operation", (_Texts("reason", _one_line, 500),), guard="operations_append_only")
_NAME, _VALUE = _Texts("name", _one_line, 100, required=True), _Texts("value", _one_line, 255, required=True)
# What is unique by its name: the table, what it is called, the limit, and of which kind its edits are.
_NAMED = (
    ("part_types", "part type", 100, "PART_TYPE"),
    ("projects", "project", 255, "PROJECT"),
    ("api_tokens", "token", 100, None),
)
# Under which the installation itself acts, and no token.
_OWN_NAMES = ("local", "seed", "worker", "partsgraph", "command line")
_ACTORS = {
    "operations": ("actor",),
    "edits": ("actor",),
    "attachments": ("actor",),
    "pick_lists": ("actor", "finished_by"),
    "jobs": ("owner",),
    "idempotency_keys": ("actor",),
}
_GUARDS = {"operations": "operations_append_only", "jobs": "jobs_go_forward"}


@dataclass(frozen=True)
class _Edit:
    kind: str
    object_id: int
    field: str
    before: str | None
    after: str | None


@dataclass
class _Report:
    """What was done, for whoever migrates: how many texts of which column were cleaned, and what was renamed."""

    cleaned: dict[str, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def count(self, table: str, column: str, texts: int = 1) -> None:
        self.cleaned[f"{table}.{column}"] = self.cleaned.get(f"{table}.{column}", 0) + texts

    def renamed(self, what: str, before: str, after: str, same_as: str, named: str) -> None:
        why = f'its name is the same as that of {same_as} "{_shown(named)}"'
        self.lines.append(f'{what} "{_shown(before)}" is called "{_shown(after)}" now: {why}')

    def named(self, what: str, before: str, after: str) -> None:
        if _SHOWS.search(_REFUSED.sub("", before)) is None:
            self.lines.append(f'{what} "{_shown(before)}" is called "{_shown(after)}" now: nothing of it was shown')

    def told(self) -> Iterator[str]:
        yield from self.lines
        for column, number in self.cleaned.items():
            yield f"{number:,} {'text' if number == 1 else 'texts'} of {column} cleaned"


def upgrade() -> None:
    _add_name_keys()
    # While names change, one may become what another was.
    op.drop_index("uq_api_tokens_name", "api_tokens")
    # A folded form may be eighteen times as long as its text: two of them no longer fit in an entry of an index.
    op.drop_index("ix_parts_manufacturer_code_key_manufacturer_key", "parts")
    if context.is_offline_mode():
        # Without the data there is nothing to be cleaned; `partsgraph check` finds what is left.
        op.execute("UPDATE api_tokens SET name_key = lower(name)")
    else:
        report = _Report()
        _clean_everything(report)
        tell = context.config.attributes.get("tell", print)
        for line in report.told():
            tell(line)
    op.alter_column("api_tokens", "name_key", existing_type=sa.Text(), nullable=False)
    active = sa.text("revoked_at IS NULL")
    op.create_index("uq_api_tokens_name_key", "api_tokens", ["name_key"], unique=True, postgresql_where=active)
    op.create_index("ix_parts_manufacturer_code_key", "parts", ["manufacturer_code_key"])


def downgrade() -> None:
    """Texts stay as they were cleaned; their folded forms become those of the revision before."""
    if not context.is_offline_mode():
        for table in (_PARTS, _BOXES):
            for page in _pages(table):
                _save(table, page, [row | _keys(table, row, _fold_before) for row in page])
        for name in ("part_types", "projects"):
            rows = _names(name)
            _write_keys(name, [(row["id"], _fold_before(row["name"])) for row in rows if _is_odd(row)])
        for parts in _parameters():
            rows = [row for part in parts for row in part]
            _write_parameters([{**row, "name_key": _fold_before(row["name"])} for row in rows], rows)
    op.drop_index("uq_api_tokens_name_key", "api_tokens")
    op.drop_column("api_tokens", "name_key")
    active = sa.text("revoked_at IS NULL")
    op.create_index("uq_api_tokens_name", "api_tokens", ["name"], unique=True, postgresql_where=active)
    op.drop_index("ix_parts_manufacturer_code_key", "parts")
    both = ["manufacturer_code_key", "manufacturer_key"]
    op.create_index("ix_parts_manufacturer_code_key_manufacturer_key", "parts", both)


def _add_name_keys() -> None:
    op.add_column("api_tokens", sa.Column("name_key", sa.Text(collation="C"), nullable=True), if_not_exists=True)


def _clean_everything(report: _Report) -> None:
    # In the order in which everybody locks (docs/domain.md#lock-order).
    for table in ("part_types", "boxes", "parts", "part_parameters", "projects", "requirements", "attachments"):
        op.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
    actors = {}
    for table, called, limit, kind in _NAMED:
        renamed = _clean_names(table, called, limit, kind, report)
        if table == "api_tokens":
            actors = renamed
    for each in (_PARTS, _BOXES, _PROJECTS, _ATTACHMENTS, _REQUIREMENTS, _PICK_LINES, _OPERATIONS):
        _clean_table(each, report)
    _clean_parameters(report)
    _rename_actors(actors, report)


def _clean_table(table: _Table, report: _Report) -> None:
    if table.guard:
        op.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER {table.guard}")
    for page in _pages(table):
        edits: list[_Edit] = []
        after = []
        for row in page:
            cleaned = {column.name: column.of(row[column.name]) for column in table.columns}
            changed = {name: value for name, value in cleaned.items() if value != row[name]}
            for name in changed:
                report.count(table.name, name)
            _tell(table, row, changed, report)
            edits += _edits(table, row, changed)
            after.append(row | changed | _keys(table, row | changed, _fold) | {"is_edited": bool(changed)})
        _save(table, page, after)
        _add_edits(edits)
    if table.guard:
        op.execute(f"ALTER TABLE {table.name} ENABLE TRIGGER {table.guard}")


def _pages(table: _Table) -> Iterator[list[dict[str, Any]]]:
    """The rows with a text that is not plain."""
    names = ["id", *(column.name for column in table.columns), *(each.key for each in table.columns if each.key)]
    more = ", part_id, box_id, project_id" if table is _ATTACHMENTS else ""
    odd = " OR ".join(_odd(column) for column in table.columns)
    query = f"SELECT {', '.join(names)}{more} FROM {table.name} WHERE id > :after AND ({odd}) ORDER BY id LIMIT :rows"
    after = -(2**63)
    while page := op.get_bind().execute(sa.text(query), {"after": after, "rows": _PAGE_ROWS}).mappings().all():
        after = page[-1]["id"]
        yield [{**row, "is_edited": False} for row in page]


def _odd(column: _Texts) -> str:
    if column.is_list:
        return f"EXISTS (SELECT FROM unnest({column.name}) AS each WHERE NOT each {_PLAIN})"
    if column.cleaned is _file_name:
        return f"NOT {column.name} {_PLAIN} OR {column.name} ~ '[/\\\\]'"
    return f"NOT {column.name} {_PLAIN}"


def _keys(table: _Table, row: Mapping[str, Any], fold: _Fold) -> dict[str, Any]:
    return {column.key: column.folded(row[column.name], fold) for column in table.columns if column.key}


def _save(table: _Table, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> None:
    """Write the texts and folded columns of the rows that changed: most that are not plain are as they should be."""
    rows = [now for was, now in zip(before, after, strict=True) if now != was]
    texts = [column.name for column in table.columns]
    keys = [column.key for column in table.columns if column.key]
    lists = {name for column in table.columns if column.is_list for name in (column.name, column.key)}
    assigned = [f"{name} = :{name}" for name in (*texts, *keys)]
    if table.has_version:
        assigned += [
            "version = version + CAST(:is_edited AS int)",
            "updated_at = CASE WHEN :is_edited THEN clock_timestamp() ELSE updated_at END",
        ]
    parameters = [*texts, *keys, "id", *(["is_edited"] if table.has_version else [])]
    statement = sa.text(f"UPDATE {table.name} SET {', '.join(assigned)} WHERE id = :id").bindparams(
        *(sa.bindparam(name, type_=sa.ARRAY(sa.Text)) for name in parameters if name in lists),
        *(sa.bindparam(name, type_=sa.Boolean) for name in parameters if name == "is_edited"),
    )
    if rows:
        op.get_bind().execute(statement, [{name: row[name] for name in parameters} for row in rows])


def _edits(table: _Table, row: Mapping[str, Any], changed: Mapping[str, Any]) -> list[_Edit]:
    """What changed, as people see it."""
    if table.edited:
        return [_Edit(table.edited, row["id"], name, _told(row[name]), _told(value)) for name, value in changed.items()]
    if table is _ATTACHMENTS and "title" in changed:
        owner = next(kind for kind in ("part", "box", "project") if row[f"{kind}_id"] is not None)
        return [_Edit(owner.upper(), row[f"{owner}_id"], "attachments", row["title"], changed["title"])]
    if table is _REQUIREMENTS and changed:
        before = _requirement(row["id"])
        texts = _requirement_text(before), _requirement_text({**before, **changed})
        return [_Edit("PROJECT", before["project_id"], "requirements", *texts)]
    return []


def _told(value: Any) -> str | None:
    return ", ".join(value) or None if isinstance(value, list) else value


def _requirement(requirement_id: int) -> Mapping[str, Any]:
    query = sa.text("""
        SELECT requirement.*, part.key,
               ARRAY(SELECT other.key FROM requirement_substitutes AS substitute
                       JOIN parts AS other ON other.id = substitute.part_id
                      WHERE substitute.requirement_id = requirement.id ORDER BY substitute.position) AS substitutes
          FROM requirements AS requirement
          JOIN parts AS part ON part.id = requirement.part_id
         WHERE requirement.id = :id
    """)
    return op.get_bind().execute(query, {"id": requirement_id}).mappings().one()


def _requirement_text(row: Mapping[str, Any]) -> str:
    pieces = [f"{row['per_unit']} per unit"]
    pieces += [f"{row['attrition_percent']} % attrition"] if row["attrition_percent"] else []
    pieces += [f"{row['extra_pieces']} extra"] if row["extra_pieces"] else []
    told = [f"{row['key']}: {', '.join(pieces)}"]
    told += [f"or {', '.join(row['substitutes'])}"] if row["substitutes"] else []
    told += [", ".join(row["designators"])] if row["designators"] else []
    return "; ".join([*told, *([row["note"]] if row["note"] else [])])


def _add_edits(edits: Sequence[_Edit]) -> None:
    statement = sa.text(
        "INSERT INTO edits (object_kind, object_id, actor, field, before, after) "
        "VALUES (:kind, :object_id, :actor, :field, :before, :after)"
    )
    if edits:
        op.get_bind().execute(statement, [{**asdict(each), "actor": _ACTOR} for each in edits])


def _tell(table: _Table, row: Mapping[str, Any], changed: Mapping[str, Any], report: _Report) -> None:
    """Texts of a row that are called otherwise now: told apart by a number, or named by their code points."""
    for column in table.columns:
        if changed.get(column.name) is None:
            continue
        what, before, after = f"{table.called} {row['id']}, {column.name}", row[column.name], changed[column.name]
        if column.is_list:
            _tell_list(what, before, [column.of([text])[0] for text in before], after, report)
        else:
            report.named(what, before, after)


def _tell_list(what: str, before: Sequence[str], cleaned: Sequence[str], after: Sequence[str], report: _Report) -> None:
    holders: dict[str, str] = {}
    for was, plain, now in zip(before, cleaned, after, strict=True):
        holder = holders.setdefault(_fold(plain), now)
        if now != plain:
            report.renamed(what, was, now, "the one before", holder)
        else:
            report.named(what, was, now)


def _clean_names(table: str, called: str, limit: int, kind: str | None, report: _Report) -> dict[str, str]:
    """Clean the names of a table in which no two are the same; each that changed, with what it is now."""
    rows = _names(table)
    cleaned = [_NAME_OF[limit].of(row["name"]) for row in rows]
    # A token that has such a name already keeps it: what was done under it cannot be told apart.
    known = {row["name"] for row in rows}
    own = [name for name in _OWN_NAMES if table == "api_tokens" and name not in known]
    names = _distinct(cleaned, limit, own)
    holders = {name: ("the installation itself", name) for name in own}
    for row, plain, after in zip(rows, cleaned, names, strict=True):
        holder, name = holders.setdefault(_fold(plain), (f"{called} {row['id']}", after))
        if after != plain:
            report.renamed(f"{called} {row['id']}", row["name"], after, holder, name)
        else:
            report.named(f"{called} {row['id']}", row["name"], after)
        if after != row["name"]:
            report.count(table, "name")
        if after != row["name"] and kind is not None:
            _add_edits([_Edit(kind, row["id"], "name", row["name"], after)])
    changed = {row["id"]: after for row, after in zip(rows, names, strict=True) if after != row["name"]}
    keys = ((row["id"], row["name_key"], _fold(after)) for row, after in zip(rows, names, strict=True))
    _write_keys(table, [(row_id, key) for row_id, before, key in keys if key != before])
    more = "" if table == "api_tokens" else ", version = version + 1, updated_at = clock_timestamp()"
    for row_id, name in changed.items():
        statement = sa.text(f"UPDATE {table} SET name = :name{more} WHERE id = :id")
        op.get_bind().execute(statement, {"name": name, "id": row_id})
    return {row["name"]: changed[row["id"]] for row in rows if row["id"] in changed}


_NAME_OF = {limit: _Texts("name", _one_line, limit, required=True) for limit in (100, 255)}


def _names(table: str) -> Sequence[Mapping[str, Any]]:
    """All of them, since any may be the same as another."""
    return op.get_bind().execute(sa.text(f"SELECT id, name, name_key FROM {table} ORDER BY id")).mappings().all()


def _is_odd(row: Mapping[str, Any]) -> bool:
    return bool(row["name_key"] != _fold_before(row["name"]))


def _write_keys(table: str, keys: Sequence[tuple[int, str]]) -> None:
    """First they get out of each other's way: one may become what another was."""
    away = sa.text(f"UPDATE {table} SET name_key = chr(1) || id WHERE id = :id")
    anew = sa.text(f"UPDATE {table} SET name_key = :key WHERE id = :id")
    for statement in (away, anew) if keys else ():
        op.get_bind().execute(statement, [{"id": row_id, "key": key} for row_id, key in keys])


def _clean_parameters(report: _Report) -> None:
    touched = sa.text("UPDATE parts SET version = version + 1, updated_at = clock_timestamp() WHERE id = ANY(:ids)")
    for parts in _parameters():
        cleaned = [_clean_parameters_of(part, report) for part in parts]
        edits = [
            _Edit("PART", before[0]["part_id"], "parameters", _parameters_text(before), _parameters_text(after))
            for before, after in zip(parts, cleaned, strict=True)
            if _parameters_text(before) != _parameters_text(after)
        ]
        _add_edits(edits)
        ids = sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger))
        op.get_bind().execute(touched.bindparams(ids), {"ids": [each.object_id for each in edits]})
        _write_parameters([row for part in cleaned for row in part], [row for part in parts for row in part])


def _clean_parameters_of(part: Sequence[Mapping[str, Any]], report: _Report) -> list[dict[str, Any]]:
    names = [row["name"] for row in part]
    cleaned = [_NAME.of(name) for name in names]
    distinct = _distinct(cleaned, _NAME.limit)
    what = f"part {part[0]['part_id']}, parameter"
    _tell_list(what, names, cleaned, distinct, report)
    after = []
    for was, name in zip(part, distinct, strict=True):
        now = {**was, "name": name, "name_key": _fold(name), "value": _VALUE.of(was["value"])}
        report.named(f'{what} "{_shown(name)}"', was["value"], now["value"])
        for column in ("name", "value"):
            if now[column] != was[column]:
                report.count("part_parameters", column)
        after.append(now)
    return after


def _parameters() -> Iterator[list[list[Mapping[str, Any]]]]:
    """All parameters of each part that has one that is not plain, in pages of parts."""
    found = sa.text(
        "SELECT DISTINCT part_id FROM part_parameters "
        f"WHERE part_id > :after AND (NOT name {_PLAIN} OR NOT value {_PLAIN}) ORDER BY part_id LIMIT :rows"
    )
    query = sa.text(
        "SELECT part_id, position, name, name_key, value FROM part_parameters WHERE part_id = ANY(:ids) "
        "ORDER BY part_id, position"
    ).bindparams(sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger)))
    after = -(2**63)
    while ids := op.get_bind().execute(found, {"after": after, "rows": _PAGE_ROWS}).scalars().all():
        of_part: dict[int, list[Mapping[str, Any]]] = {}
        for row in op.get_bind().execute(query, {"ids": ids}).mappings():
            of_part.setdefault(row["part_id"], []).append(row)
        yield list(of_part.values())
        after = ids[-1]


def _parameters_text(rows: Iterable[Mapping[str, Any]]) -> str:
    return "; ".join(f"{row['name']}: {row['value']}" for row in rows)


def _write_parameters(after: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]) -> None:
    changed = [dict(now) for now, was in zip(after, before, strict=True) if dict(now) != dict(was)]
    place = "WHERE part_id = :part_id AND position = :position"
    away = sa.text(f"UPDATE part_parameters SET name_key = chr(1) || position {place}")
    anew = sa.text(f"UPDATE part_parameters SET name = :name, name_key = :name_key, value = :value {place}")
    for statement in (away, anew) if changed else ():
        op.get_bind().execute(statement, changed)


def _rename_actors(renamed: Mapping[str, str], report: _Report) -> None:
    """What was done under a name of a token that changed is told under the new one."""
    for table, columns in _ACTORS.items():
        guard = _GUARDS.get(table)
        if guard:
            op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
        for column in columns:
            query = sa.text(f"SELECT DISTINCT {column} FROM {table} WHERE NOT {column} {_PLAIN}")
            odd = op.get_bind().execute(query).scalars().all()
            names = {name: _NAME.of(name) for name in odd} | dict(renamed)
            if rows := _replace(table, column, {before: after for before, after in names.items() if before != after}):
                report.count(table, column, rows)
        if guard:
            op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {guard}")


def _replace(table: str, column: str, names: Mapping[str, str]) -> int:
    """All in one statement, since one name may become what another was."""
    statement = sa.text(
        f"UPDATE {table} SET {column} = name.after FROM unnest(:before, :after) AS name (before, after) "
        f"WHERE {column} = name.before"
    ).bindparams(*(sa.bindparam(each, type_=sa.ARRAY(sa.Text)) for each in ("before", "after")))
    if not names:
        return 0
    return op.get_bind().execute(statement, {"before": list(names), "after": list(names.values())}).rowcount


def _distinct(names: Sequence[str], limit: int, first: Sequence[str] = ()) -> list[str]:
    """The names in their order, each that is the same as one before it, or as one of `first`, with a free number."""
    taken, seen = {_fold(name) for name in names}, {_fold(name) for name in first}
    found = []
    for name in names:
        after, number = name, 2
        while _fold(after) in seen or (after != name and _fold(after) in taken):
            ending = f" ({number})"
            after, number = f"{name[: limit - len(ending)].rstrip(' ')}{ending}", number + 1
        seen.add(_fold(after))
        found.append(after)
    return found


def _code_points(text: str) -> str:
    """A name for what shows nothing: "(U+200B)"."""
    named = [f"U+{ord(each):04X}" for each in text[:4]]
    return f"({' '.join(named)}{' …' if len(text) > 4 else ''})"


def _shown(text: str) -> str:
    """A text as it was, with what does not show written out."""
    return "".join(each if each.isprintable() else f"<U+{ord(each):04X}>" for each in text)
