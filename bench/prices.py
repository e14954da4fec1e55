"""Whether the price of an operation agrees with what it takes: screens of a front end, by price and processor time."""

import json
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from bench.database import cpu_difference
from bench.errors import BenchmarkError
from bench.full_workshop import Client, fill
from bench.options import Options
from bench.results import Price, Prices
from bench.workshop import Workshop
from tests.screens.screens import SCREENS

_WARM_UP = 10
_LEAST_REQUESTS = 10
_MOST_REQUESTS = 200


def measure_prices(workshop: Workshop, options: Options) -> Prices:
    """The workshop is the demo workshop beside generated parts; it is filled first. Raises BenchmarkError."""
    client = Client(workshop.server.port)
    variables = {screen.name: screen.variables for screen in SCREENS}
    variables |= fill(client, variables)
    workshop.observer.settle()
    bodies = {
        screen.name: json.dumps({"query": screen.document, "variables": variables[screen.name]}).encode()
        for screen in SCREENS
    }
    costs = {name: _cost(client, name, body) for name, body in bodies.items()}
    measured: dict[str, list[float]] = {name: [] for name in bodies}
    for _ in range(options.rounds):
        for name, body in bodies.items():
            measured[name].append(_cpu_ms(workshop, client, body))
    screens = tuple(Price(name, costs[name], statistics.median(rounds)) for name, rounds in measured.items())
    return Prices(screens, _rank_correlation([each.cost for each in screens], [each.cpu_ms for each in screens]))


def _cost(client: Client, name: str, body: bytes) -> int:
    for _ in range(_WARM_UP):
        answer = json.loads(client.post(body, {"Content-Type": "application/json"}))
        if "errors" in answer:
            raise BenchmarkError(f"{name} is not answered: {answer['errors']}")
    cost: int = answer["extensions"]["cost"]
    return cost


def _cpu_ms(workshop: Workshop, client: Client, body: bytes) -> float:
    """Of one request, of the server and the database, over so many that the steps of the clock do not weigh."""
    requests, spent = 0, 0.0
    while requests < _LEAST_REQUESTS or (spent < 0.5 and requests < _MOST_REQUESTS):
        backends, server = workshop.observer.cpu_seconds_by_backend(), workshop.server.cpu_seconds()
        for _ in range(_LEAST_REQUESTS):
            client.post(body, {"Content-Type": "application/json"})
        spent += workshop.server.cpu_seconds() - server
        spent += cpu_difference(backends, workshop.observer.cpu_seconds_by_backend())
        requests += _LEAST_REQUESTS
    return spent * 1e3 / requests


def _rank_correlation(ones: Sequence[float], others: Sequence[float]) -> float:
    """Spearman's: 1 where both are in the same order."""
    return statistics.correlation(_ranks(ones), _ranks(others))


def _ranks(values: Sequence[float]) -> list[float]:
    """The place of each value in their order; equal ones share the middle of their places."""
    ordered = sorted(values)
    return [(bisect_left(ordered, value) + bisect_right(ordered, value)) / 2 for value in values]
