"""What grows with the number of parts: pages of the database touched for each request, and requests per second."""

import statistics

from bench.load import load_for, load_of
from bench.options import Options
from bench.peers import PARTSGRAPH
from bench.results import Growth
from bench.workload import Workload
from bench.workshop import Workshop

_LEAST_REQUESTS = 100
SCENARIOS = ("part", "use", "first page", "deep page")


def measure_growth(scenario: str, workshop: Workshop, workload: Workload, options: Options) -> Growth:
    """One scenario at this size: medians of the rounds. Raises BenchmarkError when a request fails."""
    observer, port = workshop.observer, workshop.server.port
    bodies = workload.bodies(scenario, PARTSGRAPH)
    warm_up = load_for(options.seconds, port, bodies)
    workshop.server.wait_until_idle()
    # Exactly so many requests, none cut off, so that buffers and statements divide evenly.
    requests = max(_LEAST_REQUESTS, int(warm_up.requests / warm_up.seconds * options.seconds))
    scans = observer.sequential_scans()
    rates, buffers, statements = [], [], []
    for _ in range(options.rounds):
        observer.forget_statements()
        seconds = load_of(requests, port, bodies)
        found = observer.statements()
        rates.append(requests / seconds)
        buffers.append(found.buffers / requests)
        statements.append(found.calls / requests)
    return Growth(
        requests_per_second=statistics.median(rates),
        buffers_per_request=statistics.median(buffers),
        statements_per_request=statistics.median(statements),
        sequential_scans=observer.sequential_scans() - scans,
    )
