"""What is read about a vote: the box that a code opens, the people of a box, its numbers, comments, named ratings."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from appraisal.choices import LINK_MODES, BallotOption, BoxMode, BoxState, Screening
from appraisal.models import BallotBox, BallotComment, BoxPerson, BoxVoter, Participant, VotingCode, YouthBallot
from appraisal.rules.voting import QUESTIONS, SHOWN_FROM
from youthleague.protection.seal import signatures_of

CODE_PURPOSE = "appraisal.voting-code"


@dataclass(frozen=True)
class Turnout:
    """How many codes were issued and used, or voters asked and heard."""

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
    if box.mode == BoxMode.CONSULTATION:
        return Turnout(0, YouthBallot.objects.filter(box=box).count())
    if box.mode in LINK_MODES:
        return Turnout(box.codes_count, BoxVoter.objects.filter(box=box, has_voted=True).count())
    return Turnout(box.codes_count, VotingCode.objects.filter(box=box, is_used=True).count())


def missing_voters(box: BallotBox) -> list[str]:
    """Name who has not rated yet, where the box keeps names; elsewhere there is a number only."""
    if box.mode != BoxMode.NAMED or box.state != BoxState.OPEN:
        return []
    rows = BoxVoter.objects.filter(box=box, has_voted=False).order_by("voter__full_name", "pk")
    return list(rows.values_list("voter__full_name", flat=True))


def counts_of(ballots: Iterable[YouthBallot], participant_id: int) -> dict[int, int]:
    """Count the options that somebody was given."""
    found = Counter(one.choices[str(participant_id)] for one in ballots if str(participant_id) in one.choices)
    return dict(sorted(found.items()))


def comments_of(box: BallotBox) -> list[BallotComment]:
    """Give what was written beside the ballots, in an order of chance, once the vote is over and enough have voted.

    Where the box keeps names, few are enough: who voted is no secret there.
    """
    is_enough = box.mode == BoxMode.NAMED or (box.ballots_count or 0) >= SHOWN_FROM
    if box.state != BoxState.CLOSED or not is_enough:
        return []
    return list(BallotComment.objects.filter(box=box).order_by("pk"))


def passed(comments: Iterable[BallotComment]) -> list[str]:
    """Give what leaders read of comments."""
    return [one.text for one in comments if one.screening == Screening.PASSED]


@dataclass(frozen=True)
class Answer:
    """A question of a consultation, and how many chose each option."""

    question: str
    counts: tuple[tuple[str, int], ...]


def answers_of(box: BallotBox) -> list[Answer]:
    """Count the answers of a consultation that is over, from five on; nothing else."""
    is_enough = (box.ballots_count or 0) >= SHOWN_FROM
    if box.mode != BoxMode.CONSULTATION or box.state != BoxState.CLOSED or not is_enough:
        return []
    found = Counter(item for one in YouthBallot.objects.filter(box=box) for item in one.choices.items())
    return [
        Answer(title, tuple((word, found[str(number), option]) for option, word in enumerate(options, start=1)))
        for number, (title, options) in enumerate(QUESTIONS, start=1)
    ]


@dataclass(frozen=True)
class NamedRating:
    """What one voter has said of everybody in a box of names: options in the order of the people, nothing as a dash."""

    voter: str
    options: tuple[str, ...]


def named_ratings(box: BallotBox) -> list[NamedRating]:
    """List who has rated whom how, where the box keeps names, once the vote is over."""
    if box.mode != BoxMode.NAMED or box.state != BoxState.CLOSED:
        return []
    people = list(BoxPerson.objects.filter(box=box).order_by("position").values_list("participant_id", flat=True))
    words = {str(one.value): one.label for one in BallotOption}
    rows = BoxVoter.objects.filter(box=box).select_related("voter").order_by("voter__full_name", "pk")
    return [
        NamedRating(
            row.voter.full_name, tuple(str(words.get(f"{row.choices.get(str(one), '')}", "—")) for one in people)
        )
        for row in rows
    ]


def digest_of_codes(marks: Iterable[str]) -> str:
    """Give the SHA-256 of the signatures of codes, in whatever order they come."""
    return hashlib.sha256("\n".join(sorted(marks)).encode()).hexdigest()


def digest_of_ballots(ballots: Iterable[YouthBallot]) -> str:
    """Give the SHA-256 of ballots, in whatever order they come."""
    return _digest([one.key, one.choices] for one in ballots)


def digest_of_voters(voters: Iterable[BoxVoter]) -> str:
    """Give the SHA-256 of who is asked about whom, in whatever order they come."""
    return _digest([one.voter_id, sorted(one.rates)] for one in voters)


def digest_of_ratings(voters: Iterable[BoxVoter]) -> str:
    """Give the SHA-256 of what was said by name, in whatever order it comes."""
    return _digest([one.voter_id, one.choices] for one in voters)


def _digest(rows: Iterable[object]) -> str:
    lines = sorted(json.dumps(one, sort_keys=True, separators=(",", ":")) for one in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
