"""What the figures must reach, and what they should: the table of the quality goals, computed from a run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.peers import PARTSGRAPH
from bench.results import TANTIVY, Ranking, Results, SearchTimes, SizeResult


@dataclass(frozen=True, slots=True)
class Goal:
    """One line. `at_least` tells whether more is better; `goal` is None where there is only a must."""

    text: str
    value: float
    must: float
    goal: float | None
    at_least: bool = True

    @property
    def verdict(self) -> str:
        """In one word or two."""
        if not self._reaches(self.must):
            return "missed"
        return "goal" if self.goal is None or self._reaches(self.goal) else "must"

    def _reaches(self, limit: float) -> bool:
        return self.value >= limit if self.at_least else self.value <= limit


# Scenario, peer, must, goal: so many times the requests per second of the peer.
_LEADS = (
    ("list", "postgraphile", 1.0, 2.0),
    ("list", "stock", 15.0, 20.0),
    ("part", "postgraphile", 1.0, 1.5),
    ("box", "postgraphile", 1.0, 2.0),
    ("use", "ordinary", 3.0, None),
)


def goals(results: Results) -> list[Goal]:
    """Those that the run has figures for."""
    found = [goal for parts, size in sorted(results.sizes.items()) for goal in _of_size(parts, size)]
    found += _of_growth(results)
    for parts, size in sorted(results.sizes.items()):
        if size.search is not None:
            found += _of_search(parts, size.search)
    found += _of_relevance(results.relevance)
    if results.prices is not None:
        found.append(
            Goal("price and processor time of the screens, Spearman's ρ", results.prices.rank_correlation, 0.9, None)
        )
    if results.memory is not None:
        memory = results.memory
        found.append(Goal("memory of an idle server, MiB", memory.idle, 170, 130, at_least=False))
        found.append(Goal("memory after mixed requests ÷ warm", 1 + memory.growth, 1.1, None, at_least=False))
    return found


def _of_size(parts: int, size: SizeResult) -> Iterator[Goal]:
    for scenario, peer, must, goal in _LEADS:
        if scenario in size.comparisons and peer in size.comparisons[scenario].peers:
            lead = size.comparisons[scenario].peers[peer].times_as_many_requests
            yield Goal(f"{scenario}, {parts:,} parts: times {peer}", lead, must, goal)
    if "coverage" in size.comparisons:
        floor = 1 / size.comparisons["coverage"].peers["floor"].times_as_many_requests
        yield Goal(f"coverage, {parts:,} parts: times the floor", floor, 5, 3, at_least=False)
    if "use" in size.comparisons:
        rate = size.comparisons["use"].peers[PARTSGRAPH].figures.requests_per_second
        yield Goal(f"use, {parts:,} parts: requests/s", rate, 300, 600)
    if size.lock_time is not None:
        time = size.lock_time
        yield Goal(f"use, {parts:,} parts: lock to commit ÷ bare", time.factor, 2, None, at_least=False)
        yield Goal(f"use, {parts:,} parts: statements of the transaction", time.statements, 6, None, at_least=False)


def _of_search(parts: int, times: SearchTimes) -> Iterator[Goal]:
    at = f"searchParts, {parts:,} parts"
    yield Goal(f"{at}: p95 of one client, ms", times.p95_ms, 150, 50, at_least=False)
    yield Goal(f"{at}: worst of one client, ms", times.worst_ms, 150, None, at_least=False)
    yield Goal(f"{at}: p99 of {times.clients} clients, ms", times.p99_of_many_ms, 400, None, at_least=False)
    yield Goal(f"{at}: sequential scans", times.sequential_scans, 0, None, at_least=False)


def _of_relevance(rankings: Sequence[Ranking]) -> Iterator[Goal]:
    by_table = {(each.table, each.engine): each for each in rankings}
    for (table, engine), ours in by_table.items():
        if engine == PARTSGRAPH:
            peer = by_table[table, TANTIVY]
            yield Goal(f"relevance, {table}: first", ours.first, 0.95, None)
            yield Goal(f"relevance, {table}: among three", ours.first_three, 0.99, None)
            yield Goal(f"relevance, {table}: first ÷ tantivy's", ours.first / max(peer.first, 0.01), 1.0, None)
            yield Goal(
                f"relevance, {table}: among three ÷ tantivy's",
                ours.first_three / max(peer.first_three, 0.01),
                1.0,
                None,
            )


def _of_growth(results: Results) -> Iterator[Goal]:
    sizes = sorted(results.sizes)
    if len(sizes) < 2:
        return
    for scenario in results.sizes[sizes[-1]].growth:
        factor = results.growth_factor(scenario, "buffers_per_request")
        if factor is not None:
            text = f"{scenario}: buffers at {sizes[-1]:,} ÷ {sizes[0]:,} parts"
            yield Goal(text, factor, 1.5, 1.2, at_least=False)
        scans = results.sizes[sizes[-1]].growth[scenario].sequential_scans
        yield Goal(f"{scenario}: sequential scans at {sizes[-1]:,} parts", scans, 0, None, at_least=False)
