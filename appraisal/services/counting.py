"""What is counted of a vote when it ends, by the way in which it was cast; what does not fit is not counted."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from appraisal.choices import BoxMode
from appraisal.models import BallotBox, BoxVoter, VotingCode, YouthBallot
from appraisal.reports.voting import counts_of, digest_of_ballots, digest_of_ratings, people_of_box
from appraisal.rules.results import NO_PAPERS, Papers
from appraisal.rules.voting import is_shown
from appraisal.services.keeping import refuse
from appraisal.services.results import TallyEntry
from youthleague.kernel.findings import Finding

_FOREIGN = Finding(
    "box.ballots", "收回的选票与用过的投票码、评过的人数不一致，不能计票；请作废这个票箱，并告诉审计员。"
)


@dataclass(frozen=True)
class Count:
    """How many have voted, the digest of what they said, and what is written of it."""

    came: int
    digest: str
    entries: tuple[TallyEntry, ...] = ()

    @property
    def hidden(self) -> int:
        """Give about how many people nothing is written, since too few judged them."""
        return sum(not one.counts for one in self.entries)


def count_box(box: BallotBox) -> Count:
    """Count a box; raises ``box.ballots`` when there are other ballots than codes used, or voters heard, account for.

    Nothing of a consultation is written. Fewer than five judgements about somebody are not, unless they are by name.
    """
    if box.mode == BoxMode.NAMED:
        return _by_name(box)
    ballots = list(YouthBallot.objects.filter(box=box))
    if box.mode == BoxMode.CONSULTATION:
        return Count(len(ballots), digest_of_ballots(ballots))
    return _by_link(box, ballots) if box.mode == BoxMode.COUNTED else _by_code(box, ballots)


def _by_code(box: BallotBox, ballots: Collection[YouthBallot]) -> Count:
    used = VotingCode.objects.filter(box=box, is_used=True).count()
    refuse(_FOREIGN if used != len(ballots) else None)
    papers = Papers(box.codes_count, len(ballots), len(ballots))
    entries = [_entry(box, one.pk, counts_of(ballots, one.pk), papers) for one in people_of_box(box)]
    return Count(len(ballots), digest_of_ballots(ballots), tuple(entries))


def _by_link(box: BallotBox, ballots: Collection[YouthBallot]) -> Count:
    voters = list(BoxVoter.objects.filter(box=box))
    heard = [one for one in voters if one.has_voted]
    asked, came = _rated(voters), _rated(heard)
    found = Counter(int(person) for one in ballots for person in one.choices)
    refuse(_FOREIGN if found != came else None)
    entries = [
        _entry(box, one.pk, counts_of(ballots, one.pk), Papers(asked[one.pk], came[one.pk], came[one.pk]))
        for one in people_of_box(box)
    ]
    return Count(len(heard), digest_of_ballots(ballots), tuple(entries))


def _by_name(box: BallotBox) -> Count:
    voters = list(BoxVoter.objects.filter(box=box))
    asked, entries = _rated(voters), []
    for person in people_of_box(box):
        counts = Counter(one.choices[str(person.pk)] for one in voters if str(person.pk) in one.choices)
        came = counts.total()
        told = (dict(sorted(counts.items())), Papers(asked[person.pk], came, came)) if came else ({}, NO_PAPERS)
        entries.append(TallyEntry(person.pk, box.pool_id or 0, *told))
    return Count(sum(one.has_voted for one in voters), digest_of_ratings(voters), tuple(entries))


def _rated(voters: Collection[BoxVoter]) -> Counter[int]:
    return Counter(person for one in voters for person in one.rates)


def _entry(box: BallotBox, person: int, counts: dict[int, int], papers: Papers) -> TallyEntry:
    told = (counts, papers) if is_shown(counts) else ({}, NO_PAPERS)
    return TallyEntry(person, box.pool_id or 0, *told)
