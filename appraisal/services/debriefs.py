"""述职报告: the person writes it and sends it in, 同级党组织 looks it through, the person hands it in."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from appraisal.access import ENDORSE, KEEP
from appraisal.choices import DebriefState
from appraisal.models import DebriefReport, Participant
from appraisal.policies import materials_policy
from appraisal.reports.debriefs import facts_of
from appraisal.rules.cycle import MATERIAL_STATES, WRITING_STATES
from appraisal.rules.materials import (
    DEBRIEF,
    OPEN_REPORTS,
    PARTS,
    report_findings,
    return_reason_finding,
    tidied,
    words_of,
    writing_finding,
)
from appraisal.services.keeping import (
    error,
    record_about,
    refuse,
    refuse_by_key,
    refuse_foreign,
    scope_for,
    self_finding,
)
from appraisal.services.writing import (
    begin,
    existing,
    may_review,
    refuse_writer,
    save,
    sign,
    step,
    stored_report,
    tell_person,
    tell_reviewers,
)
from orgs.access import is_same_person
from orgs.models import User
from youthleague.kernel.findings import Finding

_NOT_REVIEWER = Finding(
    "report.scope", "这份述职报告不由您审核：由所在街乡的同级党（工）委审核，没有的由机关干事审核。"
)
_SAME = Finding("report.self", "送审和审核不能是同一个人；请由另一位同志审核。")


# ---- the person -------------------------------------------------------------------------
@transaction.atomic
def write_report(
    *, participant: Participant, version: int, parts: Mapping[str, str], by: User, at: datetime
) -> DebriefReport:
    """Put the four parts in the place of what stood there; a draft may be too long.

    Raises ``cycle.state``, ``appraisal.scope``, ``material.account``, ``material.withdrawn``, ``row.stale``,
    ``material.state``.
    """
    begin(participant, WRITING_STATES)
    refuse_writer(participant, by, at)
    row = stored_report(participant, version)
    if row is None:
        row = DebriefReport(participant=participant, state=DebriefState.DRAFT)
    refuse(writing_finding(row.state, OPEN_REPORTS))
    for name in PARTS:
        setattr(row, name, tidied(parts.get(name, "")))
    row.words = sum(words_of(getattr(row, name)) for name in PARTS)
    is_new = sign(row, participant, by, at)
    save(row)
    if is_new:
        record_about("report.write", participant, by, at, words=row.words)
    return row


@transaction.atomic
def send_report(*, participant: Participant, version: int, by: User, at: datetime) -> DebriefReport:
    """Send the report to be looked through (提交党组织审核), with the figures as they stand now.

    Raises as ``write_report``, and ``material.missing``, under a part ``report.part``, ``report.words``.
    """
    begin(participant, WRITING_STATES)
    refuse_writer(participant, by, at)
    row = _report(participant, version)
    day = timezone.localdate(at)
    parts = [getattr(row, name) for name in PARTS]
    refuse_by_key(report_findings(parts, most=materials_policy(day).report_words))
    step(row, DEBRIEF, "send")
    row.facts = [fact.as_json() for fact in facts_of(participant, day)]
    row.sent_by, row.sent_at = by, at
    row.reason = row.opinion = ""
    row.reviewed_by = row.reviewed_at = None
    save(row)
    tell_reviewers(row, at)
    record_about("report.send", participant, by, at, words=row.words)
    return row


@transaction.atomic
def recall_report(*, participant: Participant, version: int, by: User, at: datetime) -> DebriefReport:
    """Take the report back to write on it, before it is handed in; it is to be looked through anew.

    Raises as ``send_report``.
    """
    begin(participant, WRITING_STATES)
    refuse_writer(participant, by, at)
    row = _report(participant, version)
    step(row, DEBRIEF, "recall")
    row.facts, row.opinion = [], ""
    row.sent_by = row.sent_at = row.reviewed_by = row.reviewed_at = None
    save(row)
    record_about("report.recall", participant, by, at)
    return row


@transaction.atomic
def hand_in_report(*, participant: Participant, version: int, by: User, at: datetime) -> DebriefReport:
    """Hand in what was approved (提交); in 年终材料 alone, raises as ``send_report``."""
    begin(participant, MATERIAL_STATES)
    refuse_writer(participant, by, at)
    row = _report(participant, version)
    step(row, DEBRIEF, "hand-in")
    row.handed_in_by, row.handed_in_at = by, at
    save(row)
    record_about("report.hand-in", participant, by, at)
    return row


# ---- whoever looks it through -----------------------------------------------------------
@transaction.atomic
def approve_report(*, report: DebriefReport, version: int, opinion: str, by: User, at: datetime) -> DebriefReport:
    """Approve a report (审核通过), with an opinion or without.

    Raises ``cycle.state``, ``report.scope``, ``appraisal.self``, ``report.self`` for whoever sent it in on behalf,
    ``row.stale``, ``material.state``.
    """
    row = _reviewed(report, version, by, at)
    step(row, DEBRIEF, "approve")
    row.opinion = opinion.strip()
    save(row)
    said = f"审核意见：{row.opinion.rstrip('。')}。" if row.opinion else ""
    tell_person(row, "述职报告审核通过", f"{said}请在年终材料阶段提交。", at)
    record_about("report.approve", row.participant, by, at)
    return row


@transaction.atomic
def return_report(*, report: DebriefReport, version: int, reason: str, by: User, at: datetime) -> DebriefReport:
    """Send a report back with a reason (退回); raises as ``approve_report``, and ``material.reason``."""
    row = _reviewed(report, version, by, at)
    refuse(return_reason_finding(reason))
    step(row, DEBRIEF, "return")
    row.reason = reason.strip()
    save(row)
    tell_person(row, "述职报告已退回", f"理由：{row.reason.rstrip('。')}。请修改后再送审。", at)
    record_about("report.return", row.participant, by, at)
    return row


@transaction.atomic
def send_back_report(*, participant: Participant, version: int, reason: str, by: User, at: datetime) -> DebriefReport:
    """Send back a report that was handed in (机关干事退回); it is looked through anew.

    Raises ``cycle.state``, ``appraisal.scope``, ``appraisal.self``, ``material.reason``, ``material.missing``,
    ``row.stale``, ``material.state``.
    """
    begin(participant, MATERIAL_STATES)
    refuse_foreign([participant], scope_for(by, KEEP, at))
    refuse(self_finding(by, participant) or return_reason_finding(reason))
    row = _report(participant, version)
    step(row, DEBRIEF, "send-back")
    row.reason = reason.strip()
    row.handed_in_by = row.handed_in_at = None
    save(row)
    tell_person(row, "述职报告已退回", f"理由：{row.reason.rstrip('。')}。请修改后再送审。", at)
    record_about("report.send-back", participant, by, at)
    return row


# ---- parts ------------------------------------------------------------------------------
def _report(participant: Participant, version: int) -> DebriefReport:
    row = existing(stored_report(participant, version))
    row.participant = participant
    return row


def _reviewed(report: DebriefReport, version: int, by: User, at: datetime) -> DebriefReport:
    """Lock a report for whoever looks it through."""
    participant = report.participant
    begin(participant, WRITING_STATES)
    refuse(self_finding(by, participant))
    if not may_review(participant, by, at):
        raise error(_NOT_REVIEWER)
    row = _report(participant, version)
    refuse(_SAME if row.sent_by is not None and is_same_person(by, row.sent_by) else None)
    row.reviewed_by, row.reviewed_at = by, at
    row.is_party_review = scope_for(by, ENDORSE, at).covers(participant.lineage)
    return row
