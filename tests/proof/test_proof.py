"""docs/proof.md says what the results say: the newest of each case, what failed as failed, and no number of its own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.proof.page import page_of
from tests.proof.recording import Recorder
from tests.proof.results import Case, Kind, Run, Verdict, append, begun, read

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KILLS = "tests/torture/test_kills.py::test_all_is_there_after_kills"
FILE = "`tests/torture/test_kills.py`"
HELD, FAILED, SKIPPED = Verdict.HELD, Verdict.FAILED, Verdict.SKIPPED


def case(name: str, verdict: Verdict = HELD, told: str = "", **counts: int) -> Case:
    return Case(name, verdict, 2.4, told, counts)


def run(
    kind: Kind, *cases: Case, hours: int = 0, commit: str | None = "0123456789abcdef", is_changed: bool = False
) -> Run:
    scale = 0.1 if kind is Kind.TORTURE else None
    return Run(kind, NOON + timedelta(hours=hours), commit, is_changed, scale, 2, "3.11.7", cases)


def page(*runs: Run, patches: tuple[str, ...] = ("lock", "limit"), gone: str = "") -> str:
    return page_of(runs, patches, lambda test: test != gone)


def line(text: str, word: str) -> str:
    (found,) = [each for each in text.splitlines() if word in each]
    return found


def test_what_was_written_is_read_again_the_oldest_first(tmp_path: Path) -> None:
    results = tmp_path / "below" / "results.jsonl"
    later = run(Kind.TORTURE, Case(KILLS, HELD, 3.0, "", {"kills": 2}, {"MB more": 1.5}), hours=1)
    earlier = run(Kind.SABOTAGE, case("lock", FAILED, "A lock is gone."), commit=None)
    for each in (later, earlier):
        append(replace(each, cases=()), each.cases, results)
    assert read(results) == [earlier, later]


def test_a_run_without_cases_is_not_kept_and_no_results_are_no_runs(tmp_path: Path) -> None:
    append(run(Kind.SABOTAGE), [], tmp_path / "results.jsonl")
    assert read(tmp_path / "results.jsonl") == []


def test_a_run_tells_the_commit_of_this_checkout() -> None:
    made = begun(Kind.SABOTAGE)
    assert made.commit is None or len(made.commit) == 40
    assert made.cores >= 1


def test_a_patch_is_told_with_what_it_breaks_and_when_it_was_noticed() -> None:
    text = page(run(Kind.SABOTAGE, case("lock", told="A lock | is gone."), case("limit", told="A limit is off.")))
    assert "2 patches: 2 noticed, 0 missed, 0 not tried.\n" in text
    assert line(text, "A lock") == "| A lock \\| is gone. | noticed | 2 | 2026-03-01 | `0123456789` |"


def test_a_patch_that_was_missed_is_shown_as_missed() -> None:
    text = page(run(Kind.SABOTAGE, case("lock", FAILED, "A lock is gone.")))
    assert "2 patches: 0 noticed, 1 missed, 1 not tried (`limit`).\n" in text
    assert "| **MISSED** (`lock`) |" in line(text, "A lock")


def test_the_newest_result_counts_whichever_way_it_went() -> None:
    old, new = run(Kind.SABOTAGE, case("lock", told="Old")), run(Kind.SABOTAGE, case("lock", FAILED, "New"), hours=1)
    for runs in ((old, new), (new, old)):
        assert "Old" not in page(*runs)
        assert "0 noticed, 1 missed" in page(*runs)
    mended = run(Kind.SABOTAGE, case("lock", told="Mended"), hours=2)
    assert "1 noticed, 0 missed" in page(old, new, mended)


def test_what_is_no_longer_there_is_left_out() -> None:
    runs = run(Kind.SABOTAGE, case("gone", told="Gone")), run(Kind.TORTURE, case(KILLS, kills=7))
    text = page(*runs, gone=KILLS)
    assert "Gone" not in text
    assert "kills" not in text.partition("## Torture")[2].partition("## Properties")[0].partition("clean.\n")[2]


def test_the_parameters_of_a_test_are_one_row_and_their_counts_are_added_up() -> None:
    cases = [
        Case(f"{KILLS}[server]", HELD, 100.0, "", {"kills of the server": 1_000, "audits": 1}),
        Case(
            f"{KILLS}[database]",
            HELD,
            20.4,
            "",
            {"kills of the database": 3, "audits": 1},
            {"MB more": 12.345, "bytes": 45_550.4},
        ),
    ]
    text = page(run(Kind.TORTURE, *cases))
    counts = "audits: 2, kills of the database: 3, kills of the server: 1,000"
    row = f"| {FILE} | 2 of 2 | {counts}, MB more: 12.3, bytes: 45,550 | 120 | 0.1 | 2026-03-01 | `0123456789` |"
    assert line(text, "all is there") == f"| all is there after kills {row}"
    assert f"In all that held together: {counts}.\n" in text


def test_a_test_that_failed_is_shown_as_failed_and_adds_nothing_to_what_held() -> None:
    cases = case(f"{KILLS}[server]", kills=5), case(f"{KILLS}[database]", FAILED, kills=2)
    text = page(run(Kind.TORTURE, *cases))
    assert f"- **FAILED** `{KILLS}[database]`\n" in text
    assert f"| **FAILED**: all is there after kills | {FILE} | 1 of 2 | kills: 7 |" in text
    assert "In all that held together: kills: 5.\n" in text


def test_cases_of_several_runs_name_all_of_them() -> None:
    runs = (
        run(Kind.TORTURE, case(f"{KILLS}[server]"), hours=24, commit="b" * 40),
        run(Kind.TORTURE, case(f"{KILLS}[database]"), commit="a" * 40),
    )
    row = line(page(*runs), "all is there")
    assert row.endswith("| 0.1 | 2026-03-01, 2026-03-02 | `aaaaaaaaaa`, `bbbbbbbbbb` |")


def test_the_machines_are_told_once() -> None:
    text = page(run(Kind.SABOTAGE, case("lock")), run(Kind.TORTURE, case(KILLS), hours=1))
    assert text.count("Ran on 2 cores with Python 3.11.7.\n") == 1
    assert "Ran on" not in page()


def test_what_was_skipped_is_no_result() -> None:
    text = page(run(Kind.TORTURE, case(KILLS, kills=5)), run(Kind.TORTURE, case(KILLS, SKIPPED), hours=1))
    assert f"| all is there after kills | {FILE} | 1 of 1 | kills: 5 |" in text


def test_properties_stand_apart_from_torture() -> None:
    text = page(run(Kind.TORTURE, case("tests/ledger/test_sums.py::test_sums_agree")))
    torture, _, properties = text.partition("## Properties")
    assert "Nothing has been run yet." in torture.partition("## Torture")[2]
    assert "| sums agree | `tests/ledger/test_sums.py` | 1 of 1 |" in properties


@pytest.mark.parametrize(
    ("how", "told"),
    [({"is_changed": True}, "`0123456789`+"), ({"commit": None}, "unknown"), ({"hours": 24}, "2026-03-02")],
)
def test_the_place_of_a_result_is_told(how: Mapping[str, object], told: str) -> None:
    text = page(run(Kind.SABOTAGE, case("lock", told="A lock is gone."), **how))  # type: ignore[arg-type]
    assert told in line(text, "A lock")


def test_without_results_the_page_says_so() -> None:
    assert page().count("Nothing has been run yet.") == 3


def _report(when: str, outcome: str, *properties: tuple[str, object]) -> pytest.TestReport:
    location = ("tests/torture/test_kills.py", 1, "test_kills")
    return pytest.TestReport(
        KILLS,
        location,
        {},
        outcome,  # type: ignore[arg-type]
        None,
        when,  # type: ignore[arg-type]
        user_properties=list(properties),
        duration=1.5,
    )


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        (("passed", "passed", "passed"), HELD),
        (("passed", "failed", "passed"), FAILED),
        (("failed", "passed"), FAILED),
        (("passed", "passed", "failed"), FAILED),
        (("skipped", "passed"), SKIPPED),
    ],
)
def test_a_test_held_when_none_of_its_parts_failed(outcomes: tuple[str, ...], verdict: Verdict) -> None:
    recorder = Recorder()
    for when, outcome in zip(("setup", "call", "teardown"), outcomes, strict=False):
        recorder.pytest_runtest_logreport(_report(when, outcome, ("kills", 2), ("kills", 1), ("MB", 0.5), ("x", "y")))
    (found,) = recorder.cases
    assert found == Case(KILLS, verdict, 1.5 * len(outcomes), "", {"kills": 3}, {"MB": 0.5})
