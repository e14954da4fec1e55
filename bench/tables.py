"""The results as tables on the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bench.peers import PARTSGRAPH, PEERS
from bench.results import Comparison, Prices, Ranking, Results, SearchTimes, SizeResult
from bench.targets import goals

_TITLES = {PARTSGRAPH: "Partsgraph", **{peer.name: peer.title for peer in PEERS}}
SCENARIO_TITLES = {
    "list": "100 parts with type, total, stock, locations, boxes",
    "part": "a part with stock and 20 changes",
    "box": "a box with 60 locations and their contents",
    "coverage": "project coverage, 50 requirements, 20 other active projects",
    "use": "useStock",
    "first page": "first page of 50 parts",
    "deep page": "page of 50 parts at 90 % of the list",
}
_COLORS = {"missed": "red", "must": "yellow", "goal": "green"}


def show(results: Results, console: Console) -> None:
    """Everything that was measured."""
    for name, value in results.facts.items():
        console.print(f"[dim]{name:>18}[/dim]  {value}")
    for scenario in _measured_scenarios(results):
        console.print(f"[bold]{scenario:>18}[/bold]  {SCENARIO_TITLES[scenario]}")
    for parts, size in sorted(results.sizes.items()):
        if size.comparisons:
            console.print(_comparison_table(parts, size))
    if any(size.growth for size in results.sizes.values()):
        console.print(_growth_table(results))
    if results.prices is not None:
        console.print(_price_table(results.prices))
    for parts, size in sorted(results.sizes.items()):
        if size.search is not None:
            console.print(_search_table(parts, size.search))
    if results.relevance:
        console.print(_relevance_table(results.relevance))
    _show_locks_and_memory(results, console)
    console.print(_goal_table(results))


def _measured_scenarios(results: Results) -> list[str]:
    measured = {name for size in results.sizes.values() for name in (*size.comparisons, *size.growth)}
    return [name for name in SCENARIO_TITLES if name in measured]


def title_of(peer: str) -> str:
    """How a peer is called."""
    return _TITLES[peer]


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    return table


def _comparison_table(parts: int, size: SizeResult) -> Table:
    columns = ("requests/s", "CPU ms", "of it database", "p50 ms", "p99 ms", "Partsgraph ÷ it", "by CPU")
    table = _table(f"{parts:,} parts", "scenario", "server", *columns)
    table.columns[1].justify = "left"
    for scenario, comparison in size.comparisons.items():
        _add_peers(table, scenario, comparison)
        table.add_section()
    return table


def _add_peers(table: Table, scenario: str, comparison: Comparison) -> None:
    for name, result in comparison.peers.items():
        figures, is_other = result.figures, name != PARTSGRAPH
        table.add_row(
            "" if is_other else f"[bold]{scenario}[/bold] ({comparison.fields:,} fields)",
            title_of(name),
            f"{figures.requests_per_second:,.0f}",
            f"{figures.cpu_ms:.2f}",
            f"{figures.database_cpu_ms:.2f}",
            f"{figures.p50_ms:.1f}",
            f"{figures.p99_ms:.1f}",
            f"{result.times_as_many_requests:.2f} ×" if is_other else "",
            f"{result.times_less_cpu:.2f} ×" if is_other else "",
        )


def _growth_table(results: Results) -> Table:
    sizes = sorted(parts for parts, size in results.sizes.items() if size.growth)
    columns = [f"{parts:,}: {what}" for parts in sizes for what in ("buffers", "requests/s")]
    table = _table("Growth: database buffers touched for each request", "scenario", "statements", *columns, "buffers ×")
    for scenario in results.sizes[sizes[0]].growth:
        found = [results.sizes[parts].growth[scenario] for parts in sizes]
        cells = [
            text for one in found for text in (f"{one.buffers_per_request:.1f}", f"{one.requests_per_second:,.0f}")
        ]
        factor = results.growth_factor(scenario, "buffers_per_request")
        shown = f"{factor:.2f}" if factor is not None else ""
        table.add_row(scenario, f"{found[0].statements_per_request:.1f}", *cells, shown)
    return table


def _price_table(prices: Prices) -> Table:
    table = _table("Screens by processor time", "screen", "cost", "CPU ms")
    for screen in sorted(prices.screens, key=lambda screen: screen.cpu_ms):
        table.add_row(screen.screen, f"{screen.cost:,}", f"{screen.cpu_ms:.2f}")
    return table


def _search_table(parts: int, times: SearchTimes) -> Table:
    table = _table(f"searchParts at {parts:,} parts, one client", "queries", "p50 ms", "p95 ms", "worst ms")
    for kind in times.kinds:
        table.add_row(kind.name, f"{kind.p50_ms:.1f}", f"{kind.p95_ms:.1f}", f"{kind.worst_ms:.1f}")
    table.add_section()
    table.add_row("all", f"{times.p50_ms:.1f}", f"{times.p95_ms:.1f}", f"{times.worst_ms:.1f}")
    many = f"{times.clients} clients: {times.requests_per_second:,.0f} requests/s, p99"
    table.add_row(many, "", f"{times.p99_of_many_ms:.1f}", "")
    return table


def _relevance_table(rankings: Sequence[Ranking]) -> Table:
    table = _table("Relevance: the wanted part comes …", "queries", "engine", "number", "first", "among three")
    table.columns[1].justify = "left"
    for each in rankings:
        table.add_row(each.table, each.engine, str(each.queries), f"{each.first:.1%}", f"{each.first_three:.1%}")
    return table


def _show_locks_and_memory(results: Results, console: Console) -> None:
    for parts, size in sorted(results.sizes.items()):
        if size.lock_time is not None:
            time = size.lock_time
            console.print(
                f"useStock at {parts:,} parts, lock to commit: {time.partsgraph_ms:.2f} ms, "
                f"{time.statements} statements; bare transaction {time.bare_ms:.2f} ms; {time.factor:.2f} ×"
            )
    if results.memory is not None:
        memory = results.memory
        console.print(
            f"Memory at {memory.parts:,} parts: idle {memory.idle:.0f} MiB, after {memory.warm_requests:,} requests "
            f"{memory.warm:.0f}, after {memory.mixed_requests:,} mixed ones {memory.mixed:.0f} ({memory.growth:+.1%})"
        )


def _goal_table(results: Results) -> Table:
    table = _table("Goals", "", "measured", "must", "goal", "")
    for goal in goals(results):
        sign = "≥" if goal.at_least else "≤"
        wanted = f"{sign} {goal.goal:g}" if goal.goal is not None else ""
        color = _COLORS[goal.verdict]
        table.add_row(goal.text, f"{goal.value:.4g}", f"{sign} {goal.must:g}", wanted, f"[{color}]{goal.verdict}[/]")
    return table
