"""Random projects with stock, and random acts on them, each one request of the API.

One method for each act, all beside the state that they share: hence the length.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from hypothesis import strategies as st

from tests.factories import Workshop
from tests.graphql_client import Json
from tests.picking.lists import line, project
from tests.picking.oracle import Facts

PARTS, LOCATIONS = 3, 4
Request: TypeAlias = tuple[str, Json]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be done: to which of the things that there are, and with how many pieces or units."""

    name: str
    which: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Wish:
    """A project: its target, and its requirements by part as the API takes them, substitutes as numbers of parts."""

    target: int
    requirements: dict[int, Json]


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    """Projects with one to three requirements."""
    amounts = st.fixed_dictionaries(
        {
            "perUnit": st.integers(1, 3),
            "attritionPercent": st.sampled_from([0, 10, 50]),
            "extraPieces": st.integers(0, 2),
            "substitutes": st.sampled_from([(), (), (1,), (1, 2)]),
        }
    )
    return Wish(
        draw(st.integers(0, 6)), draw(st.dictionaries(st.integers(0, PARTS - 1), amounts, min_size=1, max_size=PARTS))
    )


class Acting:
    """Carries acts out. It remembers each list as the last answer told it; refusals are answers like others."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.parts: list[str] = []
        self.projects: dict[str, str] = {}
        self.lists: dict[str, Json] = {}

    async def prepare(self, stock: list[int], projects: list[Wish]) -> None:
        """Parts that lie at two places each, and projects A, B, C that want them."""
        await self.workshop.box(capacity=LOCATIONS)
        for index, pieces in enumerate(stock):
            key = await self.workshop.part()
            self.parts.append(key)
            for place, quantity in ((f"1-{index + 1}", pieces), (f"1-{index + 2}", pieces // 2)):
                if quantity:
                    await self.workshop.receive(key, place, quantity)
        for name, wish in zip("ABC", projects, strict=False):
            lines = [self._line(part, given) for part, given in wish.requirements.items()]
            self.projects[name] = await project(self.workshop, name, wish.target, *lines)

    def _line(self, part: int, given: Json) -> Json:
        substitutes = [self.parts[(part + step) % PARTS] for step in given["substitutes"]]
        return line(self.parts[part], **{**_without(given, "substitutes"), "substituteKeys": substitutes})

    async def carry_out(self, act: Act, facts: Facts) -> tuple[Request, Json] | None:
        """The request and its answer; None when there is nothing that it could be about."""
        request = _REQUESTS[act.name](self, act, facts)
        return (request, await self.ask(request)) if request is not None else None

    async def ask(self, request: Request) -> Json:
        """Send a request, and remember the list it tells of."""
        answer = await self.workshop.run(request[0], **request[1])
        if "pickList" in answer:
            self.lists[answer["pickList"]["id"]] = answer["pickList"]
        return answer

    def open_lists(self) -> list[Json]:
        """The lists that were open when they were last heard of."""
        return [each for each in self.lists.values() if each["state"] == "OPEN"]

    def use(self, act: Act, facts: Facts) -> Request | None:
        """By hand: whatever is promised of it."""
        if not facts.stock:
            return None
        (key, place), there = _one(sorted(facts.stock.items()), act.which)
        return "useStock", {"partKey": key, "location": place, "quantity": min(act.pieces, there)}

    def move(self, act: Act, facts: Facts) -> Request | None:
        """To a place of the same box."""
        if not facts.stock:
            return None
        (key, place), there = _one(sorted(facts.stock.items()), act.which)
        targets = [{"location": f"1-{act.pieces % LOCATIONS + 1}", "quantity": min(act.pieces, there)}]
        return "moveStock", {"partKey": key, "source": place, "targets": targets}

    def receive(self, act: Act, _facts: Facts) -> Request:
        """At any place."""
        place = f"1-{act.which % LOCATIONS + 1}"
        return "receiveStock", {"partKey": _one(self.parts, act.which), "location": place, "quantity": act.pieces}

    def rank(self, act: Act, _facts: Facts) -> Request:
        """To the first place, or to the last."""
        rank = 1 if act.pieces % 2 else len(self.projects)
        return "rankProject", {"projectId": self._project(act), "rank": rank}

    def target(self, act: Act, _facts: Facts) -> Request:
        """Below what is built, too."""
        return "updateProject", {"projectId": self._project(act), "buildTarget": act.pieces}

    def archive(self, act: Act, _facts: Facts) -> Request:
        """Refused while a list is open."""
        return "archiveProject", {"projectId": self._project(act)}

    def restore(self, act: Act, facts: Facts) -> Request | None:
        """Of what is archived, if anything is."""
        archived = [name for name, of in facts.projects.items() if of["archived"]]
        return ("restoreProject", {"projectId": self.projects[_one(archived, act.which)]}) if archived else None

    def remove_requirement(self, act: Act, facts: Facts) -> Request | None:
        """Lists that serve it keep their lines."""
        if not facts.requirements:
            return None
        chosen = _one(facts.requirements, act.which)
        return "removeRequirement", {"projectId": self.projects[chosen["project"]], "partKey": chosen["key"]}

    def make_list(self, act: Act, _facts: Facts) -> Request:
        """Of what is there; in every second case substitutes will do."""
        return "createPickList", self._list(act, "TAKE_AVAILABLE")

    def make_whole_list(self, act: Act, _facts: Facts) -> Request:
        """Or none."""
        return "createPickList", self._list(act, "REJECT")

    def make_list_without(self, act: Act, _facts: Facts) -> Request:
        """Without the parts that are short."""
        return "createPickList", self._list(act, "LEAVE_OUT")

    def pick(self, act: Act, facts: Facts) -> Request | None:
        """Pieces of one line, at times more than are open or there; at times the line is closed."""
        lines = [each for made in self.open_lists() for each in made["lines"] if each["openQuantity"]]
        if not lines:
            return None
        chosen = _one(lines, act.which)
        wish = self._pick(chosen, min(act.pieces, chosen["openQuantity"] + 1), facts)
        return "pickLine", wish | {"close": act.which % 5 == 4}

    def pick_several(self, act: Act, facts: Facts) -> Request | None:
        """All that is open on a list, or the first piece of each line."""
        lists = [made for made in self.open_lists() if any(each["openQuantity"] for each in made["lines"])]
        if not lists:
            return None
        most = act.pieces if act.which % 2 else 1_000
        lines = [each for each in _one(lists, act.which)["lines"] if each["openQuantity"]]
        return "pickLines", {"lines": [self._pick(each, min(each["openQuantity"], most), facts) for each in lines]}

    def undo(self, act: Act, _facts: Facts) -> Request | None:
        """Into the place of the line, or another one."""
        lines = [each for made in self.open_lists() for each in made["lines"] if each["pickedQuantity"]]
        if not lines:
            return None
        chosen = _one(lines, act.which)
        return "undoPick", _back(chosen, act, min(act.pieces, chosen["pickedQuantity"]))

    def complete(self, act: Act, _facts: Facts) -> Request | None:
        """With any number of units; in every second case a piece of each line goes back."""
        if not self.open_lists():
            return None
        chosen = _one(self.open_lists(), act.which)
        picked = [each for each in chosen["lines"] if each["pickedQuantity"]]
        returned = [_back(each, act, 1) for each in picked] if act.pieces % 2 else []
        built = act.pieces % (chosen["units"] + 1)
        return "completePickList", {"pickListId": chosen["id"], "builtUnits": built, "returned": returned}

    def reopen(self, act: Act, _facts: Facts) -> Request | None:
        """Refused when others hold the pieces by now."""
        completed = [each for each in self.lists.values() if each["state"] == "COMPLETED"]
        return ("reopenPickList", {"pickListId": _one(completed, act.which)["id"]}) if completed else None

    def cancel(self, act: Act, _facts: Facts) -> Request | None:
        """At times to another place."""
        if not self.open_lists():
            return None
        chosen = _one(self.open_lists(), act.which)
        elsewhere = [{"lineId": each["id"], "location": "1-1"} for each in chosen["lines"] if each["pickedQuantity"]]
        return "cancelPickList", {"pickListId": chosen["id"], "returnTo": elsewhere if act.pieces % 2 else []}

    def _project(self, act: Act) -> str:
        return _one(list(self.projects.values()), act.which)

    def _list(self, act: Act, when_short: str) -> Json:
        return {
            "projectId": self._project(act),
            "units": (act.pieces + 1) // 2,
            "whenShort": when_short,
            "substitutesAllowed": act.pieces % 2 == 1,
        }

    def _pick(self, of: Json, quantity: int, facts: Facts) -> Json:
        """Elsewhere when the place of the line holds too few and another holds enough."""
        wish: Json = {"lineId": of["id"], "quantity": quantity}
        key = of["part"]["key"]
        if facts.stock.get((key, of["locationReference"]), 0) >= quantity:
            return wish
        enough = [place for (part, place), there in facts.stock.items() if part == key and there >= quantity]
        return wish | {"location": enough[0]} if enough else wish


def _back(of: Json, act: Act, quantity: int) -> Json:
    place = f"1-{act.which % LOCATIONS + 1}" if act.which % 2 else of["locationReference"]
    return {"lineId": of["id"], "quantity": quantity, "location": place}


def _one(of: list[T], which: int) -> T:
    return of[which % len(of)]


def _without(given: Json, name: str) -> Json:
    return {field: value for field, value in given.items() if field != name}


_REQUESTS: dict[str, Callable[[Acting, Act, Facts], Request | None]] = {
    act.__name__: act
    for act in (
        Acting.make_list,
        Acting.make_whole_list,
        Acting.make_list_without,
        Acting.pick,
        Acting.pick_several,
        Acting.undo,
        Acting.complete,
        Acting.reopen,
        Acting.cancel,
        Acting.use,
        Acting.move,
        Acting.receive,
        Acting.rank,
        Acting.target,
        Acting.archive,
        Acting.restore,
        Acting.remove_requirement,
    )
}
_OFTEN = (
    "make_list",
    "make_list",
    "make_whole_list",
    "pick",
    "pick",
    "pick_several",
    "undo",
    "complete",
    "reopen",
    "reopen",
)
acts = st.builds(Act, st.sampled_from((*_REQUESTS, *_OFTEN)), st.integers(0, 11), st.integers(1, 8))
