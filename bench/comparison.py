"""Partsgraph beside its peers: the same scenario on the same database, in alternating rounds."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from bench.answers import check_answers
from bench.errors import BenchmarkError
from bench.options import CONNECTIONS, Options
from bench.peers import PARTSGRAPH, PEERS
from bench.processes import ServerProcess, free_port
from bench.results import Comparison, PeerResult
from bench.rounds import Figures, Target, measure_alternating, medians
from bench.workload import Workload
from bench.workshop import Workshop


@contextmanager
def open_peers(workshop: Workshop) -> Iterator[Mapping[str, ServerProcess]]:
    """All servers by name, Partsgraph among them, as long as the block lasts."""
    servers = {PARTSGRAPH: workshop.server}
    with ExitStack() as stack:
        for peer in PEERS:
            port, log = free_port(), workshop.directory / f"{peer.name}.log"
            production = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
            command = peer.command(workshop.addresses, port)
            server = ServerProcess(peer.title, command, {**workshop.addresses, **production}, port, log)
            stack.callback(server.stop)
            servers[peer.name] = server
        for server in servers.values():
            server.wait_until_ready()
        yield servers


def compare(
    scenario: str, workshop: Workshop, workload: Workload, servers: Mapping[str, ServerProcess], options: Options
) -> Comparison:
    """One scenario. Raises BenchmarkError when answers differ, requests fail, or changes are not recorded."""
    names = [PARTSGRAPH, *(peer.name for peer in PEERS if scenario in peer.scenarios)]
    targets = [Target(name, servers[name], workload.bodies(scenario, name)) for name in names]
    fields = check_answers(
        scenario,
        {target.name: target.server.port for target in targets},
        {target.name: target.bodies for target in targets},
    )
    before = workshop.observer.operations_appended()
    rounds = measure_alternating(targets, workshop.observer, options.rounds, options.seconds)
    if scenario == "use":
        _check_recorded(workshop.observer.operations_appended() - before, rounds, options)
    ours = rounds[PARTSGRAPH]
    return Comparison(fields, {name: _result(ours, rounds[name]) for name in names})


def _check_recorded(recorded: int, rounds: Mapping[str, Sequence[Figures]], options: Options) -> None:
    """A refusal is a 200 as well; only operations that were recorded are uses of stock."""
    figures = [one for found in rounds.values() for one in found]
    answered = sum(one.requests_per_second * options.seconds for one in figures)
    if recorded < answered * 0.98 - CONNECTIONS:
        raise BenchmarkError(f"useStock was answered {answered:.0f} times and recorded {recorded} times")


def _result(ours: Sequence[Figures], theirs: Sequence[Figures]) -> PeerResult:
    pairs = list(zip(ours, theirs, strict=True))
    return PeerResult(
        figures=medians(theirs),
        rounds=tuple(figures.requests_per_second for figures in theirs),
        times_as_many_requests=statistics.median(
            our.requests_per_second / their.requests_per_second for our, their in pairs
        ),
        times_less_cpu=statistics.median(their.cpu_ms / our.cpu_ms for our, their in pairs),
    )
