"""Votes by link (党政评): who is asked about whom, what they say, and one reminder a day to those who owe it.

What is said takes the path of a vote: no event, no log line, no time; see ``balloting``.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from appraisal.access import KEEP
from appraisal.choices import LINK_MODES, BoxMode, BoxState
from appraisal.models import BallotBox, BallotComment, BoxVoter, Participant, YouthBallot
from appraisal.reports.voters import candidate_of, candidates
from appraisal.reports.voting import digest_of_voters, people_of_box
from appraisal.rules.voting import choices_finding, comment_finding, modes_finding, voters_finding
from appraisal.services.balloting import fresh_key
from appraisal.services.keeping import error, refuse, refuse_stranger, self_finding
from appraisal.services.voting import begin_step, end_step, least_of, open_box, record_box, sealed_facts
from orgs.access import is_same_person
from orgs.models import User
from youthleague.kernel.findings import Finding
from youthleague.kernel.notices import Letter
from youthleague.notices.services.sending import Occasion, send_notices

BALLOT_ASKED = "ballot-asked"
_CHOICE = Finding("box.voter", "请选投票人；其中有人现在不能评这个票箱里的任何一位，请刷新后重选。")
_ENDED = Finding("vote.ended", "这次投票没有开始，或者已经结束，没有保存。")
_TWICE = Finding("vote.twice", "您已经评过了；每人一份，交上以后不能再改。")
_RIGHT = Finding("vote.right", "您的职务有变动，名单里有您现在不能评的同志；请告诉机关干事。")
_OPEN = Finding("box.open", "投票没有开始，或者已经结束，不能提醒。")


@transaction.atomic
def name_voters(*, box: BallotBox, version: int, voters: Collection[int], by: User, at: datetime) -> BallotBox:
    """Say who is asked (accounts), and seal by count and digest who rates whom; nobody rates themselves.

    Raises what ``begin_step`` raises, ``box.other_mode``, ``box.voter`` for somebody who can rate nobody,
    ``box.voters`` when too few are asked about somebody.
    """
    box = begin_step(box, version, "seal", by, at)
    refuse(modes_finding(box.mode, LINK_MODES))
    people = people_of_box(box)
    rated = {one.user.pk: one.rates(people) for one in candidates(timezone.localdate(at))}
    asked = sorted(set(voters))
    refuse(None if asked and all(map(rated.get, asked)) else _CHOICE)
    counts = Counter(person for one in asked for person in rated[one])
    by_name = {one.cadre.name: counts[one.pk] for one in people}
    refuse(voters_finding(by_name, mode=box.mode, counted_from=least_of(box)))
    rows = [BoxVoter(box=box, voter_id=one, rates=rated[one]) for one in asked]
    BoxVoter.objects.bulk_create(rows)
    box.codes_count, box.codes_digest = len(rows), digest_of_voters(rows)
    end_step(box, "seal")
    record_box("ballot.voters", box, by, at, **sealed_facts(box))
    return box


@transaction.atomic
def open_and_tell(*, box: BallotBox, version: int, by: User, at: datetime) -> BallotBox:
    """Let a box take votes, and send those who are asked by link the link; raises what ``open_box`` raises."""
    box = open_box(box=box, version=version, by=by, at=at)
    if box.mode in LINK_MODES:
        _tell(box, "open", list(BoxVoter.objects.filter(box=box)), at)
    return box


@transaction.atomic
def remind_voters(*, box: BallotBox, by: User, at: datetime) -> int:
    """Send whoever has not voted one reminder, at most one a day; gives how many were sent, and nothing about whom.

    Raises ``appraisal.scope``, ``box.other_mode``, ``box.open``.
    """
    refuse_stranger(by, KEEP, at)
    day = timezone.localdate(at)
    refuse(modes_finding(box.mode, LINK_MODES) or (None if _is_open(box, day) else _OPEN))
    count = _tell(box, f"{day}", list(BoxVoter.objects.filter(box=box, has_voted=False)), at)
    record_box("ballot.remind", box, by, at, sent=count)
    return count


@transaction.atomic
def cast_by_link(*, voter: BoxVoter, choices: Mapping[int, int], comment: str, by: User, day: date) -> None:
    """Take what somebody says: kept under their name until the end of the vote (实名), or counted once (计数).

    Where a box only counts, there is a ballot for each person, which knows neither the voter nor the other ballots.
    Raises ``vote.ended``, ``appraisal.self``, ``vote.right`` for whoever may not rate one of them any more,
    ``vote.twice``, ``vote.choice``, ``vote.comment``; nothing is changed then.
    """
    box = BallotBox.objects.select_for_update().filter(pk=voter.box_id, mode__in=LINK_MODES).order_by("pk").first()
    if box is None or not _is_open(box, day) or not is_same_person(by, voter.voter):
        raise error(_ENDED)
    _refuse_right(voter, by, day)
    said = comment.strip()
    refuse(choices_finding(choices, voter.rates) or comment_finding(said))
    others = BoxVoter.objects.filter(box=box, voter__person_key=by.person_key, has_voted=True).exclude(pk=voter.pk)
    refuse(_TWICE if others.exists() else None)
    plain = {str(person): int(choices[person]) for person in voter.rates}
    if box.mode == BoxMode.NAMED:
        BoxVoter.objects.filter(pk=voter.pk).update(has_voted=True, choices=plain, comment=said)
        return
    if BoxVoter.objects.filter(pk=voter.pk, has_voted=False).update(has_voted=True) != 1:
        raise error(_TWICE)
    for person, option in plain.items():
        YouthBallot.objects.create(key=fresh_key(), box=box, choices={person: option})
    if said:
        BallotComment.objects.create(key=fresh_key(), box=box, text=said)


def _is_open(box: BallotBox, day: date) -> bool:
    return box.state == BoxState.OPEN and box.opens_on <= day <= box.closes_on


def _refuse_right(voter: BoxVoter, by: User, day: date) -> None:
    """Ask again what was asked when the voters were named: roles end, and accounts are linked to people."""
    people = list(Participant.objects.filter(pk__in=voter.rates).select_related("cadre"))
    for one in people:
        refuse(self_finding(by, one))
    now = candidate_of(by, day)
    refuse(None if now and set(voter.rates) <= set(now.rates(people)) else _RIGHT)


def _tell(box: BallotBox, period: str, voters: Collection[BoxVoter], at: datetime) -> int:
    way = BoxMode(box.mode).label
    text = f"{box.title}：请在 {box.closes_on:%Y-%m-%d} 以前评议，{way}投票，打开就能评，手机上也可以。"
    occasion = Occasion(BALLOT_ASKED, f"{box._meta.label}:{box.pk}", period, until=box.closes_on)  # noqa: SLF001
    title = "请您评议 {} 位团干部"
    letters = [
        Letter(one.voter_id, title.format(len(one.rates)), text, reverse("ballot", args=[one.pk])) for one in voters
    ]
    return send_notices(occasion, letters, at=at)
