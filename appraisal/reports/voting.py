"""What is read about a vote: the box that a code opens, the people of a box, its numbers; no choice of anybody."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from appraisal.choices import BoxState
from appraisal.models import BallotBox, BallotComment, BoxPerson, Participant, VotingCode, YouthBallot
from appraisal.rules.voting import SHOWN_FROM
from youthleague.protection.seal import signatures_of

CODE_PURPOSE = "appraisal.voting-code"


@dataclass(frozen=True)
class Turnout:
    """How many codes were issued and used."""

    issued: int
    used: int

    @property
    def missing(self) -> int:
        """Give how many have not voted; never who."""
        return self.issued - self.used


def box_of_code(code: str, day: date) -> BallotBox | None:
    """Give the box that a code opens on a day; None for a wrong or used one, and while the box is not open."""
    unused = VotingCode.objects.filter(pk__in=signatures_of(code, purpose=CODE_PURPOSE), is_used=False)
    boxes = BallotBox.objects.filter(pk__in=unused.values("box"), state=BoxState.OPEN)
    return boxes.filter(opens_on__lte=day, closes_on__gte=day).select_related("cycle", "pool__component").first()


def people_of_box(box: BallotBox) -> list[Participant]:
    """Give the people about whom a box is, in their order."""
    rows = BoxPerson.objects.filter(box=box).select_related("participant__cadre", "participant__organisation")
    return [row.participant for row in rows.order_by("position")]


def turnout_of(box: BallotBox) -> Turnout:
    """Count what was issued and used; a number is all that is known of a vote before it ends."""
    return Turnout(box.codes_count, VotingCode.objects.filter(box=box, is_used=True).count())


def counts_of(ballots: Iterable[YouthBallot], participant_id: int) -> dict[int, int]:
    """Count the options that somebody was given."""
    found = Counter(one.choices[str(participant_id)] for one in ballots if str(participant_id) in one.choices)
    return dict(sorted(found.items()))


def comments_of(box: BallotBox) -> list[str]:
    """Give what was written beside the ballots, in an order of chance, once the vote is over and enough have voted."""
    if box.state != BoxState.CLOSED or (box.ballots_count or 0) < SHOWN_FROM:
        return []
    return list(BallotComment.objects.filter(box=box).order_by("pk").values_list("text", flat=True))


def digest_of_codes(marks: Iterable[str]) -> str:
    """Give the SHA-256 of the signatures of codes, in whatever order they come."""
    return hashlib.sha256("\n".join(sorted(marks)).encode()).hexdigest()


def digest_of_ballots(ballots: Iterable[YouthBallot]) -> str:
    """Give the SHA-256 of ballots, in whatever order they come."""
    lines = sorted(json.dumps([one.key, one.choices], sort_keys=True, separators=(",", ":")) for one in ballots)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
