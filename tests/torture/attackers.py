"""All attacks at once, as a process of its own: python -m tests.torture.attackers --help.

Each kind is done again and again to the end by a client of its own. How often is told at the end, as a line of JSON.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

from tests.torture.attacks import ATTACKS, Attacker

_PAUSE_SECONDS = 0.1


async def _again_and_again(attack: Callable[[Attacker], Awaitable[bool]], attacker: Attacker, end: float) -> int:
    times = 0
    while time.monotonic() < end:
        # Whoever attacks is cut off, and comes again.
        with suppress(OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
            await attack(attacker)
        times += 1
        await asyncio.sleep(_PAUSE_SECONDS)
    return times


async def _attack(attacker: Attacker, seconds: float, only: list[str]) -> Counter[str]:
    end = time.monotonic() + seconds
    attacks = [attack for attack in ATTACKS if not only or attack.__name__ in only]
    times = await asyncio.gather(*(_again_and_again(attack, attacker, end) for attack in attacks))
    return Counter({attack.__name__: number for attack, number in zip(attacks, times, strict=True)})


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.attackers", description=__doc__)
    parser.add_argument("port", type=int, help="port of the server on loopback")
    parser.add_argument("--token", required=True, help="token of a VIEWER")
    parser.add_argument("--file", required=True, help="address of a large file")
    parser.add_argument("--pick-list", required=True, help="address of a list that can be printed")
    parser.add_argument("--seconds", type=float, default=60, help="how long")
    parser.add_argument("--only", nargs="*", default=[], help="these attacks alone")
    given = parser.parse_args()
    attacker = Attacker(given.port, given.token, given.file, given.pick_list, random.Random(1))
    sys.stdout.write(json.dumps(asyncio.run(_attack(attacker, given.seconds, given.only))))


if __name__ == "__main__":
    main()
