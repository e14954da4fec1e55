"""What the pick lists of the demo workshop are; documentation relies on it."""

import httpx

from tests.graphql_client import Json, data_of
from tests.server_process import ServerProcess


async def test_the_demo_has_pick_lists_in_all_states(demo_client: httpx.AsyncClient) -> None:
    data = await data_of(
        demo_client,
        """{
          projects(first: 10) { nodes {
            name builtUnits
            pickLists(first: 5) { nodes {
              number state units builtUnits finishedBy shortages { part { key } missingQuantity }
              lines { part { key } locationReference plannedQuantity openQuantity pickedQuantity returnedQuantity }
            } }
            history(first: 9) { nodes { part { key } delta operation { kind source { ... on PickList { number } } } } }
          } }
          motors: part(key: "MTRA") { totalQuantity openPickLines { plannedQuantity } }
          regulators: part(key: "UREG") { totalQuantity openPickLines { openQuantity pickList { number } } }
        }""",
    )
    projects = {node.pop("name"): node for node in data["projects"]["nodes"]}
    told = {name: [_told(each) for each in node["pickLists"]["nodes"]] for name, node in projects.items()}
    assert told == {
        "Metronome": [(1, "COMPLETED", 1, 1, "RHSA 9-2 2/0/2/0, UTMA 9-6 1/0/1/0, BUZA 9-7 1/0/1/0", "")],
        "Line follower": [
            (2, "CANCELLED", 1, None, "UREG 5-7 1/0/0/0, MTRA 6-30 2/0/0/2, LDRA 9-2 4/0/0/0", "TMSB 2"),
        ],
        "Bench power supply": [
            (
                3,
                "OPEN",
                2,
                None,
                "CELA 2-11 8/0/8/0, TMSB 4-25 4/4/0/0, UREG 5-7 4/4/0/0, USWA 6-1 2/2/0/0, TBLK 7-5 4/0/4/0",
                "",
            ),
        ],
        "Weather station": [
            (
                4,
                "OPEN",
                1,
                None,
                "UREG 5-7 1/1/0/0, STMP 6-7 1/1/0/0, SHUM 6-8 1/1/0/0, RKTA 9-1 10/10/0/0, LEDR 9-4 1/1/0/0",
                "URTC 1",
            ),
        ],
        "Blinker kit": [
            (
                5,
                "OPEN",
                5,
                None,
                (
                    "SWTA 7-24 5/5/0/0, RKTA 9-1 11/11/0/0, CAPA 9-3 10/10/0/0, LEDR 9-4 5/5/0/0, LEDG 9-4 5/5/0/0, "
                    "UTMA 9-6 5/5/0/0"
                ),
                "",
            ),
        ],
    }
    assert {name: node["builtUnits"] for name, node in projects.items() if node["builtUnits"]} == {"Metronome": 1}
    moved = {
        name: [
            (node["part"]["key"], node["delta"], node["operation"]["kind"], node["operation"]["source"]["number"])
            for node in project["history"]["nodes"]
        ]
        for name, project in projects.items()
    }
    assert moved == {
        "Metronome": [("BUZA", -1, "PICK", 1), ("UTMA", -1, "PICK", 1), ("RHSA", -2, "PICK", 1)],
        "Line follower": [("MTRA", 2, "PICK", 2), ("MTRA", -2, "PICK", 2)],
        "Bench power supply": [("TBLK", -4, "PICK", 3), ("CELA", -8, "PICK", 3)],
        "Weather station": [],
        "Blinker kit": [],
    }
    assert data["motors"] == {"totalQuantity": 4, "openPickLines": []}
    assert [(each["pickList"]["number"], each["openQuantity"]) for each in data["regulators"]["openPickLines"]] == [
        (3, 4),
        (4, 1),
    ]


def _told(pick_list: Json) -> tuple[object, ...]:
    """Number, state, units, built units, lines as "KEY place planned/open/picked/returned", and shortages."""
    lines = [
        f"{line['part']['key']} {line['locationReference']} "
        + "/".join(str(line[f"{name}Quantity"]) for name in ("planned", "open", "picked", "returned"))
        for line in pick_list["lines"]
    ]
    short = [f"{each['part']['key']} {each['missingQuantity']}" for each in pick_list["shortages"]]
    assert (pick_list["finishedBy"] is None) == (pick_list["state"] == "OPEN")
    state = (pick_list[name] for name in ("number", "state", "units", "builtUnits"))
    return (*state, ", ".join(lines), ", ".join(short))


async def test_the_demo_reconciles(demo_server: ServerProcess) -> None:
    assert demo_server.run_command("check").stdout == "Everything reconciles.\n"
