"""The results as one picture: requests per second in each scenario, and what grows with the number of parts."""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.peers import PARTSGRAPH
from bench.results import Comparison, Results
from bench.tables import SCENARIO_TITLES, title_of

_OURS, _THEIRS = "#1b7837", "#9e9e9e"


def draw(results: Results, path: Path) -> None:
    """Writes the picture as PNG; comparisons are those at the middle number of parts."""
    sizes = sorted(results.sizes)
    parts = sizes[len(sizes) // 2]
    comparisons = results.sizes[parts].comparisons
    shows_growth = len(sizes) > 1 and bool(results.sizes[sizes[-1]].growth)
    panels = len(comparisons) + shows_growth
    if panels == 0:
        return
    rows = (panels + 1) // 2
    figure = Figure(figsize=(10, 2.3 * rows), layout="constrained")
    axes = list(figure.subplots(rows, 2, squeeze=False).flat)
    for panel, (scenario, comparison) in zip(axes, comparisons.items(), strict=False):
        _draw_comparison(panel, SCENARIO_TITLES[scenario], comparison)
    if shows_growth:
        _draw_growth(axes[len(comparisons)], results)
    for panel in axes[panels:]:
        panel.axis("off")
    figure.suptitle(f"Requests per second at {parts:,} parts")
    figure.savefig(path, dpi=100)


def _draw_comparison(panel: Axes, title: str, comparison: Comparison) -> None:
    names = list(reversed(comparison.peers))
    rates = [comparison.peers[name].figures.requests_per_second for name in names]
    bars = panel.barh(
        [title_of(name) for name in names], rates, color=[_OURS if name == PARTSGRAPH else _THEIRS for name in names]
    )
    panel.bar_label(bars, labels=[f"{rate:,.0f}" for rate in rates], padding=3, fontsize=8)
    panel.set_title(title, fontsize=9, loc="left")
    panel.margins(x=0.15)
    panel.tick_params(labelsize=8)
    panel.spines[["top", "right"]].set_visible(False)


def _draw_growth(panel: Axes, results: Results) -> None:
    sizes = sorted(results.sizes)
    for scenario in results.sizes[sizes[0]].growth:
        buffers = [results.sizes[parts].growth[scenario].buffers_per_request for parts in sizes]
        panel.plot(sizes, buffers, marker="o", markersize=3, label=scenario)
    panel.set_xscale("log")
    panel.set_ylim(bottom=0)
    panel.set_title("Database buffers touched for each request, by number of parts", fontsize=9, loc="left")
    panel.legend(fontsize=7, frameon=False)
    panel.tick_params(labelsize=8)
    panel.spines[["top", "right"]].set_visible(False)
