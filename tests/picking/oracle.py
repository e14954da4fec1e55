"""What the tables say of projects and their lists, what the pure rule makes of that, and what the server shows."""

from collections import Counter
from dataclasses import dataclass

import asyncpg

from domain.entities.project import Amount
from domain.rules import availability as rule
from tests.factories import Workshop
from tests.graphql_client import Json

_PROJECTS = (
    "SELECT id, name, rank, build_target, built_units, status = 'ARCHIVED' AS archived FROM projects ORDER BY id"
)
_REQUIREMENTS = """
SELECT requirement.id, project.name AS project, part.key, per_unit, attrition_percent, extra_pieces
  FROM requirements AS requirement
  JOIN projects AS project ON project.id = requirement.project_id JOIN parts AS part ON part.id = requirement.part_id
 ORDER BY requirement.id
"""
_LISTS = """
SELECT list.id, list.units, list.state, list.built_units, project.name AS project
  FROM pick_lists AS list JOIN projects AS project ON project.id = list.project_id ORDER BY list.id
"""
_LINES = """
SELECT line.id, line.pick_list_id, line.list_state, line.requirement_id, part.key, project.name AS project,
       line.box_number || '-' || line.location_number AS place, line.planned_quantity, line.open_quantity,
       line.picked_quantity, line.released_quantity, line.returned_quantity
  FROM pick_lines AS line JOIN parts AS part ON part.id = line.part_id
  JOIN pick_lists AS list ON list.id = line.pick_list_id JOIN projects AS project ON project.id = list.project_id
 ORDER BY line.id
"""
_STOCK = """
SELECT part.key, box.number || '-' || location.number AS place, stock.quantity
  FROM stock JOIN parts AS part ON part.id = stock.part_id
  JOIN locations AS location ON location.id = stock.location_id JOIN boxes AS box ON box.id = location.box_id
"""
_SHOWN = """{
  parts(first: 5) { nodes {
    key totalQuantity reservedQuantity availableQuantity reservations { project { name } firmQuantity softQuantity }
  } }
  projects(first: 5, filter: { status: null }) { nodes {
    name builtUnits buildableUnits
    requirements(first: 5) { nodes { part { key } coverage {
      neededQuantity pickedQuantity openQuantity onHandQuantity availableQuantity shortageQuantity
    } } }
  } }
}"""


@dataclass(frozen=True, slots=True)
class Facts:
    """The rows of the tables at one moment; equal when nothing changed."""

    keys: list[str]
    stock: dict[tuple[str, str], int]
    projects: dict[str, asyncpg.Record]
    requirements: list[asyncpg.Record]
    lists: list[asyncpg.Record]
    lines: list[asyncpg.Record]

    def on_hand(self, key: str) -> int:
        """Pieces of a part, wherever they lie."""
        return sum(quantity for (of, _), quantity in self.stock.items() if of == key)

    def promised(self, key: str) -> int:
        """Pieces of a part on open lines of all projects."""
        return sum(line["open_quantity"] for line in self.lines if line["key"] == key)

    def excess(self, key: str) -> int:
        """Promised pieces that are not on hand."""
        return max(self.promised(key) - self.on_hand(key), 0)

    def picked(self, key: str) -> int:
        """Pieces of a part that lists of any state took and did not give back."""
        return sum(line["picked_quantity"] for line in self.lines if line["key"] == key)

    def open_at(self, key: str, place: str) -> int:
        """Pieces of a part that open lines are to take at a place."""
        at_place = [line for line in self.lines if (line["key"], line["place"]) == (key, place)]
        return sum(line["open_quantity"] for line in at_place)

    def started(self, project: str) -> int:
        """Units that are built or on open lists."""
        mine: list[int] = [
            each["units"] for each in self.lists if (each["project"], each["state"]) == (project, "OPEN")
        ]
        built: int = self.projects[project]["built_units"]
        return built + sum(mine)

    def picked_and_open(self, requirement_id: int) -> tuple[int, int]:
        """Pieces of the open lists that serve a requirement, of whichever part."""
        served = [
            line for line in self.lines if line["list_state"] == "OPEN" and line["requirement_id"] == requirement_id
        ]
        return sum(line["picked_quantity"] for line in served), sum(line["open_quantity"] for line in served)

    def need(self, requirement: asyncpg.Record) -> int:
        """Pieces for the units that are still to be built."""
        project = self.projects[requirement["project"]]
        return rule.needed(amount(requirement), project["build_target"], project["built_units"])

    def claims(self, key: str) -> list[rule.Claim]:
        """What each project holds and wants of a part."""
        firm: Counter[str] = Counter()
        soft: Counter[str] = Counter()
        for line in self.lines:
            if line["key"] == key:
                firm[line["project"]] += line["open_quantity"]
        for each in self.requirements:
            if each["key"] == key:
                archived = self.projects[each["project"]]["archived"]
                soft[each["project"]] += rule.soft(
                    self.need(each), *self.picked_and_open(each["id"]), archived=archived
                )
        return [
            rule.Claim(project["id"], project["rank"], firm[name], soft[name])
            for name, project in self.projects.items()
        ]

    def available(self, project: str, key: str) -> int:
        """Pieces of a part that a project can have."""
        of = self.projects[project]
        return rule.available(self.on_hand(key), rule.counts_against(of["id"], of["rank"], self.claims(key)))

    def may_list(self, project: str, key: str) -> int:
        """Pieces of a part that a project may put on a new list."""
        own = sum(claim.firm for claim in self.claims(key) if claim.project_id == self.projects[project]["id"])
        return rule.may_list(self.available(project, key), own)


def amount(requirement: asyncpg.Record) -> Amount:
    """What one unit takes."""
    return Amount(requirement["per_unit"], requirement["attrition_percent"], requirement["extra_pieces"])


async def read_facts(connection: asyncpg.Connection) -> Facts:
    """The tables as they are now."""
    return Facts(
        [row["key"] for row in await connection.fetch("SELECT key FROM parts ORDER BY id")],
        {(row["key"], row["place"]): row["quantity"] for row in await connection.fetch(_STOCK)},
        {row["name"]: row for row in await connection.fetch(_PROJECTS)},
        await connection.fetch(_REQUIREMENTS),
        await connection.fetch(_LISTS),
        await connection.fetch(_LINES),
    )


def by_rule(facts: Facts) -> Json:
    """What the server has to show: parts, projects and coverage in whole numbers."""
    names = {project["id"]: name for name, project in facts.projects.items()}
    parts = {}
    for key in facts.keys:
        claims = facts.claims(key)
        reserved = sum(claim.firm + claim.soft for claim in claims)
        by_project = {names[each.project_id]: (each.firm, each.soft) for each in claims if each.firm or each.soft}
        on_hand = facts.on_hand(key)
        parts[key] = (on_hand, reserved, rule.part_available(on_hand, claims), by_project)
    coverage = {}
    supplies: dict[str, list[tuple[Amount, int]]] = {name: [] for name in facts.projects}
    for each in facts.requirements:
        name, key = each["project"], each["key"]
        need, (picked, open_), can_have = (
            facts.need(each),
            facts.picked_and_open(each["id"]),
            facts.available(name, key),
        )
        short = rule.shortage(need, picked, can_have, archived=facts.projects[name]["archived"])
        coverage[name, key] = (need, picked, open_, facts.on_hand(key), can_have, short)
        supplies[name].append((amount(each), picked + can_have))
    projects = {
        name: (
            sum(each["built_units"] or 0 for each in facts.lists if each["project"] == name),
            0 if of["archived"] else rule.buildable(of["build_target"], of["built_units"], supplies[name]),
        )
        for name, of in facts.projects.items()
    }
    return {"parts": parts, "projects": projects, "coverage": coverage}


async def shown(workshop: Workshop) -> Json:
    """What the server shows, in the shape of `by_rule`."""
    data = await workshop.graphql(_SHOWN)
    parts = {
        node["key"]: (
            node["totalQuantity"],
            int(node["reservedQuantity"]),
            node["availableQuantity"],
            {
                each["project"]["name"]: (each["firmQuantity"], each["softQuantity"])
                for each in node["reservations"]
                if each["firmQuantity"] or each["softQuantity"]
            },
        )
        for node in data["parts"]["nodes"]
    }
    nodes = data["projects"]["nodes"]
    projects = {node["name"]: (node["builtUnits"], node["buildableUnits"]) for node in nodes}
    coverage = {
        (node["name"], each["part"]["key"]): tuple(each["coverage"].values())
        for node in nodes
        for each in node["requirements"]["nodes"]
    }
    return {"parts": parts, "projects": projects, "coverage": coverage}
