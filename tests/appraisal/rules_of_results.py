"""Rules of ballots counted on paper; ``test_rules`` runs them, so that every branch is counted in one place."""

import pytest

from appraisal.rules.results import NO_PAPERS, Papers, papers_finding

__all__ = ["test_papers_and_counts_fit", "test_what_was_invalid_follows_from_the_papers"]
VOTES = {1: 8, 2: 3, 5: 1}


@pytest.mark.parametrize(
    ("papers", "counts", "code"),
    [
        (NO_PAPERS, VOTES, None),
        (NO_PAPERS, {9: 1}, "ballot.count"),
        (Papers(20, 15, 12), VOTES, None),
        (Papers(12, 12, 12), {**VOTES, 6: 3}, None),
        (Papers(0, 0, 0), {}, None),
        (Papers(20, 15), VOTES, "ballot.papers"),
        (Papers(1_501, 15, 12), VOTES, "ballot.papers"),
        (Papers(20, 15, -1), VOTES, "ballot.papers"),
        (Papers(14, 15, 12), VOTES, "ballot.order"),
        (Papers(20, 11, 12), VOTES, "ballot.order"),
        (Papers(20, 15, 13), VOTES, "ballot.sum"),
        (Papers(20, 15, 12), {1: -1, 2: 13}, "ballot.count"),
    ],
)
def test_papers_and_counts_fit(papers, counts, code):
    found = papers_finding(papers, counts)
    assert (found.code if found else None) == code


def test_what_was_invalid_follows_from_the_papers():
    assert (Papers(20, 15, 12).invalid, NO_PAPERS.invalid, NO_PAPERS.given) == (3, 0, ())
