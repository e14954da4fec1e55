"""What returns in the demo workshop: evening courses, the trolley's refills, and boards built in small runs."""

from server.seed.demo.story import Act, book, move

# fmt: off
_COURSE_KIT = (
    ("RKTA 9-1", 2), ("RGNA 9-1", 2), ("RHSA 9-2", 2), ("CAPA 9-3", 2), ("LEDR 9-4", 2), ("LEDG 9-4", 1),
    ("TNPN 9-5", 1), ("UTMA 9-6", 1), ("SCKA 9-6", 1), ("BATH 9-8", 1),
)

_TROLLEY = (
    ("RKTA", "1-1 > 9-1 40"), ("RGNA", "1-2 > 9-1 40"), ("RHSA", "1-3 > 9-2 40"), ("CAPA", "2-1 > 9-3 40"),
    ("LEDR", "4-11 > 9-4 40"), ("LEDG", "4-12 > 9-4 20"), ("TNPN", "4-21 > 9-5 20"), ("UTMA", "5-2 > 9-6 20"),
    ("SCKA", "7-12 > 9-6 20"),
)

_SENSOR_NODE = (
    ("UMCB 6-2", 1), ("SHUM 6-8", 1), ("MWFA 6-11", 1), ("ULDA 5-8", 1), ("RSMA 1-11", 4), ("CSMA 2-5", 3),
    ("JSTA 7-3", 2), ("USBC 7-9", 1), ("SPCA 8-3", 4), ("SCRA 8-1", 4),
)

_LAMP_CONTROLLER = (
    ("UMCA 5-13", 1), ("XTAL 3-4", 1), ("CAPA 2-1", 4), ("RGNA 1-2", 3), ("TMSB 4-25", 2), ("LADR 4-17", 12),
    ("UREG 5-7", 1), ("ENCA 7-25", 1), ("DCJK 7-10", 1), ("TBLK 7-5", 2),
)

_RELAY_BOARD = (
    ("MRLY 7-31", 4), ("UPTA 5-16", 4), ("TNPN 4-21", 4), ("DRFA 4-2", 4), ("TBLK 7-5", 6), ("RHSA 1-3", 8),
    ("LEDR 4-11", 4),
)
# fmt: on


def _run(
    days: int,
    clock: str,
    actor: str,
    reason: str,
    recipe: tuple[tuple[str, int], ...],
    units: int,
    name: str | None = None,
) -> Act:
    return book(days, clock, actor, reason, ", ".join(f"{place} -{pieces * units}" for place, pieces in recipe), name)


def _course(days: int, actor: str, participants: int) -> Act:
    return _run(days, "19:30", actor, f"Soldering course, {participants} kits", _COURSE_KIT, participants)


def _refill(days: int, actor: str) -> tuple[Act, ...]:
    return tuple(
        move(days, f"16:{20 + 3 * step}", actor, key, places, "Refilled the course trolley")
        for step, (key, places) in enumerate(_TROLLEY)
    )


# fmt: off
COURSES = (
    _course(352, "ada", 8), _course(324, "ada", 10), _course(296, "dara", 6), _course(268, "ada", 9),
    _course(240, "ada", 8), _course(198, "dara", 7), _course(163, "ada", 10), _course(121, "boris", 8),
    _course(79, "ada", 9), _course(44, "dara", 6), _course(9, "ada", 8), _course(2, "boris", 5),
)

REFILLS = (*_refill(297, "dara"), *_refill(241, "ada"), *_refill(164, "dara"), *_refill(80, "chen"))

BUILDS = (
    _run(330, "14:10", "chen", "Lamp controller, 2 boards", _LAMP_CONTROLLER, 2),
    _run(301, "10:40", "boris", "Sensor node, 3 boards", _SENSOR_NODE, 3),
    _run(280, "15:25", "chen", "Relay board for the greenhouse, 2 boards", _RELAY_BOARD, 2),
    _run(238, "11:05", "chen", "Lamp controller, 3 boards", _LAMP_CONTROLLER, 3),
    _run(190, "09:50", "boris", "Sensor node, 4 boards", _SENSOR_NODE, 4),
    _run(160, "13:30", "dara", "Relay board, 2 boards", _RELAY_BOARD, 2),
    _run(118, "16:00", "chen", "Lamp controller, 2 boards", _LAMP_CONTROLLER, 2),
    _run(70, "10:15", "dara", "Relay board, 2 boards", _RELAY_BOARD, 2),
    _run(58, "14:45", "boris", "Sensor node, 2 boards", _SENSOR_NODE, 2, name="nodes in autumn"),
    _run(30, "11:20", "chen", "Lamp controller, 2 boards", _LAMP_CONTROLLER, 2),
    _run(4, "15:10", "boris", "Sensor node, 2 boards", _SENSOR_NODE, 2),
)
