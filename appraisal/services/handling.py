"""Carrying out what was decided about a case (处理措施): the talk, the person's own words, the check; due days told."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from appraisal.models import HandlingMeasure, LowRankCase
from appraisal.policies import low_rank_policy
from appraisal.rules.low_rank import OPEN_STATES, STATING_STATES, days_finding, low_rank_step_finding, text_finding
from appraisal.services.keeping import refuse
from appraisal.services.low_rank_keeping import (
    LOW_RANK_DUE,
    begin_as_keeper,
    leaders_of,
    lock_case,
    move,
    record_step,
    save,
    tell_keeper,
    tell_person,
)
from appraisal.services.writing import has_account
from orgs.access import is_same_person
from orgs.models import User
from youthleague.audit.services import record
from youthleague.kernel.findings import Finding
from youthleague.kernel.notices import Letter
from youthleague.notices.services.calendar import working_calendar
from youthleague.notices.services.sending import Occasion, send_notices

_OTHERS = Finding("low_rank.statement", "本人有账号，请由本人写明态度。")
_STATED = Finding("low_rank.stated", "本人已经表态，不再改动。")
_CHECKED = Finding("low_rank.checked", "这一项已经登记复查结果。")
_FOREIGN = Finding("low_rank.foreign", "这一项措施不在这一件里；请刷新后再看。")


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """One measure as it was carried out: who talked, when, where, about what; what has to be put right, by when."""

    talked_by: str
    held_on: date
    place: str
    content: str
    demands: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Check:
    """What was found when a measure was checked, and when."""

    result: str
    on: date


@transaction.atomic
def carry_out(*, case: LowRankCase, version: int, facts: MeasureFacts, by: User, at: datetime) -> HandlingMeasure:
    """Write down that what was decided was carried out (实施), or that there was one more talk while it is followed up.

    Raises ``row.stale``, ``low_rank.scope``, ``appraisal.self``, ``low_rank.state``, ``low_rank.words``,
    ``low_rank.day``, ``low_rank.due``.
    """
    case = begin_as_keeper(case, version, by, at)
    move(case, "talk" if case.state == "followed" else "carry-out")
    written = ((facts.talked_by, "谈话人"), (facts.place, "地点"), (facts.content, "内容"), (facts.demands, "整改要求"))
    for text, what in written:
        refuse(text_finding(text, what))
    refuse(days_finding(facts.held_on, facts.due_on, timezone.localdate(at)))
    row = HandlingMeasure(
        case=case,
        title=case.measure,
        talked_by=facts.talked_by.strip(),
        held_on=facts.held_on,
        place=facts.place.strip(),
        content=facts.content.strip(),
        demands=facts.demands.strip(),
        due_on=facts.due_on,
        entered_by=by,
        entered_at=at,
    )
    row.clean_fields(exclude={"case", "entered_by"})
    row.save()
    save(case)
    tell_person(case, "有一件考核后续事项请您阅知，您可以写明自己的态度。", at)
    record_step(case, "carry-out", by, at)
    return row


@transaction.atomic
def follow_case(*, case: LowRankCase, version: int, by: User, at: datetime) -> LowRankCase:
    """Begin to follow up what has to be put right (跟踪整改); raises as carrying it out does."""
    case = begin_as_keeper(case, version, by, at)
    move(case, "follow")
    save(case)
    record_step(case, "follow", by, at)
    return case


@transaction.atomic
def state_view(*, case: LowRankCase, version: int, measure: int, text: str, by: User, at: datetime) -> HandlingMeasure:
    """Write down what the person says to a measure (本人表态), once: the person, or the keeper for one without account.

    Raises ``row.stale``, ``low_rank.scope``, ``low_rank.statement``, ``low_rank.state``, ``low_rank.foreign``,
    ``low_rank.stated``, ``low_rank.words``.
    """
    person = case.participant.cadre
    is_own = is_same_person(by, person)
    case = lock_case(case, version) if is_own else begin_as_keeper(case, version, by, at)
    refuse(_OTHERS if not is_own and has_account(case.participant) else None)
    refuse(None if case.state in STATING_STATES else low_rank_step_finding(case.state, "state"))
    row = _measure_of(case, measure)
    refuse(None if row.stated_at is None else _STATED)
    refuse(text_finding(text, "态度"))
    row.statement, row.stated_at, row.is_on_behalf = text.strip(), at, not is_own
    _store(row, case)
    tell_keeper(case, "您经办的一件考核后续事项，本人已经表态。", at)
    if is_own:  # whoever reads the log must not learn of whom there is a case
        record(action="appraisal.own-words", by=by, at=at)
    else:
        record_step(case, "state", by, at)
    return row


@transaction.atomic
def check_measure(
    *, case: LowRankCase, version: int, measure: int, found: Check, by: User, at: datetime
) -> HandlingMeasure:
    """Write down what the check of a measure found (复查结果).

    Raises as carrying it out does, ``low_rank.foreign``, ``low_rank.checked``.
    """
    case = begin_as_keeper(case, version, by, at)
    move(case, "check")
    row = _measure_of(case, measure)
    refuse(None if row.checked_on is None else _CHECKED)
    refuse(text_finding(found.result, "复查结果") or days_finding(found.on, None, timezone.localdate(at)))
    row.result, row.checked_on = found.result.strip(), found.on
    _store(row, case)
    record_step(case, "check", by, at)
    return row


def remind_due(*, at: datetime) -> int:
    """Tell keepers of measures that come due, each once; gives how many notices are new. None on a day off.

    Where the keeper has no account any more the leaders are told.
    """
    day = timezone.localdate(at)
    if not working_calendar(day).is_working_day(day):
        return 0
    last = day + timedelta(days=low_rank_policy(day).remind_days)
    open_ones = HandlingMeasure.objects.filter(checked_on=None, due_on__lte=last, case__state__in=OPEN_STATES)
    rows = open_ones.select_related("case__keeper", "case__participant__cadre").order_by("due_on", "pk")
    return sum(_remind(row, day, at) for row in rows)


# ---- parts ---------------------------------------------------------------------------
def _measure_of(case: LowRankCase, key: int) -> HandlingMeasure:
    row = case.measures.filter(pk=key).first()
    if row is None:
        refuse(_FOREIGN)
    return row  # type: ignore[return-value]  # refused above


def _store(row: HandlingMeasure, case: LowRankCase) -> None:
    row.clean_fields(exclude={"case", "entered_by"})
    row.save()
    save(case)


def _remind(row: HandlingMeasure, day: date, at: datetime) -> int:
    case, keeper = row.case, row.case.keeper
    users = [keeper] if keeper is not None and keeper.is_active else leaders_of(case, day)
    text = f"一件考核后续事项的整改期限是 {row.due_on}，请复查并登记结果。"
    url = reverse("appraisal-low-rank", args=[case.pk])
    occasion = Occasion(LOW_RANK_DUE, f"{HandlingMeasure._meta.label}:{row.pk}", f"{row.due_on}")  # noqa: SLF001
    return send_notices(occasion, [Letter(one.pk, "整改期限临近", text, url) for one in users], at=at)
