"""What a run found, as it is written to the JSON file and read by tables, plot and targets."""

from dataclasses import asdict, dataclass, field
from typing import Any

from bench.rounds import Figures

TANTIVY = "tantivy"
"""The search engine beside which relevance is measured."""


@dataclass(frozen=True, slots=True)
class PeerResult:
    """A peer in one scenario. The ratios are Partsgraph's lead over it: the median of the rounds' ratios."""

    figures: Figures
    rounds: tuple[float, ...]
    times_as_many_requests: float
    times_less_cpu: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """One scenario at one size; `fields` is the number of fields in an answer."""

    fields: int
    peers: dict[str, PeerResult]


@dataclass(frozen=True, slots=True)
class Growth:
    """One scenario at one size, Partsgraph alone."""

    requests_per_second: float
    buffers_per_request: float
    statements_per_request: float
    sequential_scans: int


@dataclass(frozen=True, slots=True)
class LockTime:
    """How long useStock holds its locks, from the first lock to the end of the commit, without rivals."""

    partsgraph_ms: float
    bare_ms: float
    statements: int

    @property
    def factor(self) -> float:
        """Of the bare transaction's time."""
        return self.partsgraph_ms / self.bare_ms


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident megabytes of Partsgraph's server process."""

    parts: int
    idle: float
    warm_requests: int
    warm: float
    mixed_requests: int
    mixed: float

    @property
    def growth(self) -> float:
        """What the mixed requests added, as a share of the memory after warming up."""
        return self.mixed / self.warm - 1


@dataclass(frozen=True, slots=True)
class Price:
    """What a screen costs, and the processor time of the server and the database for it."""

    screen: str
    cost: int
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Prices:
    """All screens, and how far their order by price is that by processor time (Spearman's rank correlation)."""

    screens: tuple[Price, ...]
    rank_correlation: float


@dataclass(frozen=True, slots=True)
class SearchKind:
    """Queries of one kind, one client: milliseconds of a request."""

    name: str
    p50_ms: float
    p95_ms: float
    worst_ms: float


@dataclass(frozen=True, slots=True)
class SearchTimes:
    """searchParts over the whole mix, one client; then so many clients at once."""

    kinds: tuple[SearchKind, ...]
    p50_ms: float
    p95_ms: float
    worst_ms: float
    clients: int
    p99_of_many_ms: float
    requests_per_second: float
    sequential_scans: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """How often the wanted part came first, and among the first three, over one table of queries."""

    table: str
    engine: str
    queries: int
    first: float
    first_three: float
    misses: tuple[str, ...]


@dataclass(slots=True)
class SizeResult:
    """Everything that was measured at one number of parts."""

    comparisons: dict[str, Comparison] = field(default_factory=dict)
    growth: dict[str, Growth] = field(default_factory=dict)
    lock_time: LockTime | None = None
    search: SearchTimes | None = None


@dataclass(slots=True)
class Results:
    """A whole run."""

    facts: dict[str, str]
    sizes: dict[int, SizeResult] = field(default_factory=dict)
    memory: Memory | None = None
    prices: Prices | None = None
    relevance: tuple[Ranking, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For the file; numbers are rounded to what can be told apart."""
        rounded: dict[str, Any] = _rounded(asdict(self))
        return rounded

    def growth_factor(self, scenario: str, figure: str) -> float | None:
        """A figure of the largest size over that of the smallest, None when only one was measured."""
        found = [size.growth[scenario] for _, size in sorted(self.sizes.items()) if scenario in size.growth]
        if len(found) < 2:
            return None
        return float(getattr(found[-1], figure)) / float(getattr(found[0], figure))


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _rounded(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value
