"""Applies each patch to a copy of the checkout and runs the tests it names there: they have to fail.

    python -m tests.sabotage                        all patches
    python -m tests.sabotage part_lock …            those whose names hold one of the words
    python -m tests.sabotage --share 1/8 --seed 7   the first of eight shares that the seed draws
    python -m tests.sabotage --changed-since main   those that are new or patch what was changed since

What is asked for together is united. Without --seed one is drawn; it is told, so that the run can be had again. When
this clone does not have the revision, that is told and the rest runs. Of more than --most so many are drawn. There are
as many patches at a time as cores (--jobs), each in a database and a bucket of its own in the one cluster and the one
S3 server of the run.

A patch is tests/sabotage/<name>.patch: lines beginning with "# " say what is broken, lines beginning with "test: " name
the tests, then the unified diff follows. A patch that no longer applies counts as unnoticed, and so does a test that no
longer exists or that breaks off before it could fail: a copy that does not even start would seem to notice everything.

What became of each patch is kept for `make proof`.
"""

import argparse
import asyncio
import os
import random
import sys
import time
from collections.abc import Sequence

from tests.proof.results import Case, Kind, Verdict, append, begun
from tests.sabotage.copies import healthy_copy
from tests.sabotage.patches import (
    Sabotage,
    Share,
    UnknownRevision,
    drawn,
    in_share,
    read_all,
    touched_since,
    with_words,
)
from tests.sabotage.verdicts import verdict
from tests.servers import prepared
from tests.servers.run import open_run_stores


def main() -> int:
    """The command line; the exit code is the number of patches that went unnoticed, 2 when there was none to run."""
    parser = _parser()
    asked = parser.parse_args()
    try:
        patches = _chosen(asked)
    except UnknownRevision as error:
        parser.error(str(error))
    run, began = begun(Kind.SABOTAGE), time.perf_counter()
    cases: list[Case] = []
    try:
        misses = asyncio.run(_run_all(patches, asked.jobs, cases)) if patches else []
    finally:
        append(run, cases)
    for told in misses:
        print(f"\n{told}")
    print(f"{len(patches) - len(misses)} of {len(patches)} noticed in {time.perf_counter() - began:.0f} s")
    # Nothing need have changed since a revision, but words that name no patch are mistaken.
    return min(len(misses), 100) if patches or asked.changed_since else 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.sabotage", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("words", nargs="*", help="run the patches whose names hold one of these")
    parser.add_argument("--share", type=Share.parse, metavar="K/N", help="run the K-th of N shares")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="what draws the shares")
    parser.add_argument("--changed-since", metavar="REVISION", help="run the patches that a change since then touches")
    parser.add_argument("--most", type=int, metavar="N", help="run no more than so many, drawn by the seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many patches at a time")
    return parser


def _chosen(asked: argparse.Namespace) -> list[Sabotage]:
    """The patches that are asked for, by name. Raises UnknownRevision when nothing else is asked for."""
    patches = read_all()
    if not (asked.words or asked.share or asked.changed_since):
        return patches
    chosen = with_words(patches, asked.words)
    if asked.share:
        print(f"share {asked.share.part}/{asked.share.of}, seed {asked.seed}", flush=True)
        chosen |= in_share(patches, asked.share, asked.seed)
    if asked.changed_since:
        try:
            chosen |= touched_since(patches, asked.changed_since)
        except UnknownRevision as error:
            if not chosen:
                raise
            print(error, flush=True)
    kept = drawn(chosen, asked.most, asked.seed)
    if len(kept) < len(chosen):
        print(f"{len(kept)} of the {len(chosen)} that are asked for, seed {asked.seed}", flush=True)
    return [sabotage for sabotage in patches if sabotage in kept]


async def _run_all(patches: Sequence[Sabotage], jobs: int, cases: list[Case]) -> list[str]:
    """Run the patches and tell of each when it ends; what was told of those that went unnoticed. Adds to the cases."""
    places, misses = asyncio.Semaphore(jobs), []
    with healthy_copy() as healthy:
        os.environ[prepared.CHOICE] = str(healthy.prepared)

        async def run(sabotage: Sabotage) -> None:
            async with places:
                began = time.perf_counter()
                wrong = await asyncio.to_thread(verdict, sabotage, healthy)
                seconds = time.perf_counter() - began
            word = "noticed " if wrong is None else "MISSED  "
            told = f"{word} {sabotage.name} ({seconds:.0f} s): {wrong or sabotage.story}"
            print(told, flush=True)
            held = Verdict.HELD if wrong is None else Verdict.FAILED
            cases.append(Case(sabotage.name, held, round(seconds, 1), sabotage.story))
            if wrong is not None:
                misses.append(told)

        async with open_run_stores(), asyncio.TaskGroup() as group:
            for sabotage in patches:
                group.create_task(run(sabotage))
    return misses


if __name__ == "__main__":
    sys.exit(main())
