"""Writes the figures of a full run into docs/performance.md, between the two marks that stand there."""

from collections.abc import Iterator

from bench.peers import PARTSGRAPH
from bench.processes import ROOT
from bench.results import Results
from bench.tables import title_of
from bench.targets import Goal, goals

_PAGE = ROOT / "docs" / "performance.md"
_BEGIN, _END = "<!-- figures: written by make bench -->", "<!-- end of the figures -->"
_SHOWN_FACTS = ("date", "processor", "cores", "Python", "PostgreSQL", "Node", "PostGraphile", "load", "database pools")


def write_figures(results: Results) -> None:
    """Replaces what stands between the marks; the rest of the page is written by people."""
    before, _, rest = _PAGE.read_text().partition(_BEGIN)
    _, _, after = rest.partition(_END)
    lines = [
        "; ".join(f"{name} {results.facts[name]}" for name in _SHOWN_FACTS) + ".",
        "",
        *_comparison_lines(results),
        "",
        *_growth_lines(results),
        "",
        *_goal_lines(goals(results)),
        "",
        "![Requests per second and growth](../bench/results/latest.png)",
    ]
    _PAGE.write_text(f"{before}{_BEGIN}\n\n" + "\n".join(lines) + f"\n\n{_END}{after}")


def _comparison_lines(results: Results) -> Iterator[str]:
    yield "| parts | scenario | server | requests/s | CPU ms | of it database | p99 ms | Partsgraph ÷ it | by CPU |"
    yield "| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for parts, size in sorted(results.sizes.items()):
        for scenario, comparison in size.comparisons.items():
            for name, peer in comparison.peers.items():
                figures = peer.figures
                lead = f"{peer.times_as_many_requests:.2f} | {peer.times_less_cpu:.2f}" if name != PARTSGRAPH else " | "
                yield (
                    f"| {parts:,} | {scenario} | {title_of(name)} | {figures.requests_per_second:,.0f} | "
                    f"{figures.cpu_ms:.2f} | {figures.database_cpu_ms:.2f} | {figures.p99_ms:.0f} | {lead} |"
                )


def _growth_lines(results: Results) -> Iterator[str]:
    sizes = sorted(results.sizes)
    yield (
        "| buffers touched for each request | statements | " + " | ".join(f"{parts:,} parts" for parts in sizes) + " |"
    )
    yield "| --- | ---: |" + " ---: |" * len(sizes)
    for scenario, smallest in results.sizes[sizes[0]].growth.items():
        buffers = " | ".join(f"{results.sizes[parts].growth[scenario].buffers_per_request:.1f}" for parts in sizes)
        yield f"| {scenario} | {smallest.statements_per_request:.0f} | {buffers} |"


def _goal_lines(found: list[Goal]) -> Iterator[str]:
    yield "| | measured | must | goal | reached |"
    yield "| --- | ---: | ---: | ---: | --- |"
    for goal in found:
        sign = "≥" if goal.at_least else "≤"
        wanted = f"{sign} {goal.goal:g}" if goal.goal is not None else ""
        yield f"| {goal.text} | {goal.value:.3g} | {sign} {goal.must:g} | {wanted} | {goal.verdict} |"
