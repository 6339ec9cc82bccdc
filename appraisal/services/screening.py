"""Looking comments through (意见建议筛查) before leaders read them: each is passed, or withheld with a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from appraisal.access import KEEP
from appraisal.choices import Screening
from appraisal.models import BallotBox, BallotComment
from appraisal.reports.voting import comments_of
from appraisal.rules.voting import SCREENING_STATES, screening_finding
from appraisal.services.keeping import STALE, lock_cycle, refuse, refuse_by_key, refuse_state, refuse_stranger
from appraisal.services.voting import record_box, refuse_own
from orgs.models import User
from youthleague.kernel.findings import Finding

_STRANGE = Finding("screening.comment", "其中有不在这个票箱里、或者还不能看的意见，没有保存；请刷新后再看。")


@dataclass(frozen=True)
class Verdict:
    """Whether leaders may read a comment, and why not."""

    screening: str
    reason: str = ""


@transaction.atomic
def screen_comments(
    *, box: BallotBox, version: int, verdicts: Mapping[str, Verdict], by: User, at: datetime
) -> BallotBox:
    """Pass or withhold comments (by key) of a vote that is over; a verdict may be changed later.

    Raises ``appraisal.scope``, ``cycle.state`` of a year that is put away, ``row.stale``, ``appraisal.self``,
    ``box.own_group``, ``screening.comment``; under ``reason-`` and its key ``screening.reason``.
    """
    refuse_stranger(by, KEEP, at)
    refuse_state(lock_cycle(box.cycle), SCREENING_STATES)
    box = BallotBox.objects.select_for_update().order_by("pk").get(pk=box.pk)
    refuse(STALE if box.version != version else None)
    refuse_own(box, by)
    rows = {one.pk: one for one in comments_of(box)}
    refuse(None if verdicts.keys() <= rows.keys() else _STRANGE)
    refuse_by_key(_faults(verdicts))
    changed = []
    for key, verdict in verdicts.items():
        row = rows[key]
        if (row.screening, row.reason) != (verdict.screening, verdict.reason):
            row.screening, row.reason = verdict.screening, verdict.reason
            changed.append(row)
    BallotComment.objects.bulk_update(changed, ["screening", "reason"], batch_size=100)
    box.version += 1
    box.save()
    states = [one.screening for one in changed]
    counts = {"passed": states.count(Screening.PASSED), "withheld": states.count(Screening.WITHHELD)}
    record_box("ballot.screen", box, by, at, **counts)
    return box


def _faults(verdicts: Mapping[str, Verdict]) -> Iterator[tuple[str, Finding]]:
    for key, verdict in verdicts.items():
        if finding := screening_finding(verdict.screening, verdict.reason):
            yield f"reason-{key}", finding
