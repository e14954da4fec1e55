"""Memory of Partsgraph's server process: fresh, warm, and after many mixed requests."""

from bench.load import load_of
from bench.options import Options
from bench.peers import PARTSGRAPH
from bench.results import Memory
from bench.workload import Workload
from bench.workshop import Workshop

_SHARE_OF_WARM_UP = 10


def measure_memory(parts: int, idle: float, workshop: Workshop, workload: Workload, options: Options) -> Memory:
    """`idle` was read before the first request. Raises BenchmarkError when a request fails."""
    bodies = workload.bodies("mixture", PARTSGRAPH)
    warm_requests = max(1, options.memory_requests // _SHARE_OF_WARM_UP)
    load_of(warm_requests, workshop.server.port, bodies)
    warm = workshop.server.resident_megabytes()
    load_of(options.memory_requests, workshop.server.port, bodies)
    mixed = workshop.server.resident_megabytes()
    return Memory(parts, idle, warm_requests, warm, options.memory_requests, mixed)
