"""Which patches are run, of those that are asked for."""

from tests.sabotage.patches import Share, drawn, in_share, read_all

PATCHES = read_all()


def test_the_shares_of_a_seed_hold_each_patch_once() -> None:
    shares = [in_share(PATCHES, Share(part, 8), 7) for part in range(1, 9)]
    assert sum(map(len, shares)) == len(PATCHES)
    assert set.union(*shares) == set(PATCHES)


def test_no_more_are_drawn_than_there_may_be_and_the_same_ones_by_the_same_seed() -> None:
    assert len(PATCHES) > 80
    assert len(drawn(PATCHES, 30, 7)) == 30
    assert drawn(PATCHES, 30, 7) == drawn(reversed(PATCHES), 30, 7) != drawn(PATCHES, 30, 8)
    few = set(PATCHES[:5])
    assert drawn(few, 30, 7) == drawn(few, None, 7) == few
