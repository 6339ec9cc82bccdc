"""Results made known (公布): to each person their own, and until when they may object."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from appraisal.access import KEEP
from appraisal.choices import AppealState
from appraisal.models import Appeal, AppraisalCycle, Publication
from appraisal.reports.review import last_cards, published, stale_calibrations, unchanged_corrections
from appraisal.rules.cycle import REVIEW_STATES
from appraisal.rules.review import APPEAL, appeal_window
from appraisal.services.keeping import lock_cycle, record_about, refuse, refuse_state, refuse_stranger
from orgs.models import User
from youthleague.kernel.findings import Finding
from youthleague.kernel.notices import Letter
from youthleague.notices.services.sending import Occasion, send_notices

RESULTS_PUBLISHED = "results-published"
_STANDS = Finding("publication.twice", "结果已经公布，公布以后没有变动，不用再公布。")
_STALE = Finding("publication.stale", "有 %(count)d 项校准因为重新汇总不再适用，请逐项重新校准或者撤回，再公布。")
_UNCHANGED = Finding(
    "publication.correction", "有 %(count)d 件决定更正的异议还没有改动结果；请退回汇总更正，或者改为维持，再公布。"
)


@transaction.atomic
def publish_results(*, cycle: AppraisalCycle, version: int, by: User, at: datetime) -> Publication:
    """Make the results of a year known to each person; the days for objections begin.

    Objections that were to be corrected are finished with the results that came of it. Raises ``cycle.state``,
    ``row.stale``, ``appraisal.scope``, ``publication.twice``, ``publication.stale``, ``publication.correction``.
    """
    refuse_stranger(by, KEEP, at)
    cycle = lock_cycle(cycle, version)
    refuse_state(cycle, REVIEW_STATES)
    refuse(_STANDS if published(cycle) else None)
    stale, unchanged = len(stale_calibrations(cycle)), len(unchanged_corrections(cycle))
    refuse(_STALE.about(count=stale) if stale else None)
    refuse(_UNCHANGED.about(count=unchanged) if unchanged else None)
    first_day, last_day = appeal_window(timezone.localdate(at), cycle.appeal_days)
    row = Publication.objects.create(
        cycle=cycle,
        number=cycle.publications.count() + 1,
        first_day=first_day,
        last_day=last_day,
        people=last_cards(cycle).count(),
        published_by=by,
        published_at=at,
    )
    _finish_corrections(cycle)
    _tell_everybody(row, at)
    record_about("review.publish", cycle, by, at, people=row.people)
    return row


def close_publication(cycle: AppraisalCycle, at: datetime) -> None:
    """Say that results which were made known no longer stand; part of an act that changes them."""
    cycle.publications.standing().update(closed_at=at)


# ---- parts ---------------------------------------------------------------------------
def _finish_corrections(cycle: AppraisalCycle) -> None:
    cards = {one.participant_id: one for one in last_cards(cycle).with_final_grade()}
    for appeal in Appeal.objects.filter(participant__cycle=cycle, state=AppealState.CORRECTING):
        card = cards[appeal.participant_id]
        appeal.after, appeal.after_grade = card, card.final_grade
        appeal.state = APPEAL.target(appeal.state, "finish")
        appeal.version += 1
        appeal.save()


def _tell_everybody(row: Publication, at: datetime) -> None:
    """Tell each person, on every account, that the own results may be read."""
    people = (
        last_cards(row.cycle).order_by("participant").values_list("participant_id", "participant__cadre__person_key")
    )
    accounts: dict[str, list[int]] = {}
    for key, person_key in User.objects.filter(is_active=True).values_list("pk", "person_key"):
        accounts.setdefault(person_key, []).append(key)
    title = f"{row.cycle}考核结果已经公布"
    text = f"请看自己的期末成绩单；有异议的，{row.last_day:%Y-%m-%d} 以前在成绩单上提出。"
    letters = [
        Letter(account, title, text, reverse("appraisal-own-scorecard", args=[participant]))
        for participant, person_key in people
        for account in accounts.get(person_key, ())
    ]
    send_notices(
        Occasion(RESULTS_PUBLISHED, f"appraisal.AppraisalCycle:{row.cycle_id}", f"{row.number}"), letters, at=at
    )
