"""What the results of the last locked year of the demonstration were used for, and one case of low ranks.

Through the services: what they refuse, because of who is who in the district, is left out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from appraisal.choices import Grade, LowRankState, UsageKind
from appraisal.models import LowRankCase, Participant, ResultUsage, Seal
from appraisal.policies import usage_terms
from appraisal.reports.results import closed_groups
from appraisal.reports.seals import standing_cards
from appraisal.reports.usage import candidates
from appraisal.services.handling import MeasureFacts, carry_out, follow_case, state_view
from appraisal.services.low_rank import Consultation, Decision, consult_party, decide_case, entrust_case
from appraisal.services.low_rank_keeping import keepers_for
from appraisal.services.usage import UsageWording, decide_usage, propose_usage
from appraisal.services.writing import has_account
from orgs.access import is_same_person, scope_of
from orgs.models import User

_WORDINGS = (
    UsageWording(UsageKind.AWARD, "五四评优：优秀共青团干部", "团委〔2026〕8号", "任职满两年，牵头的项目受表彰"),
    UsageWording(UsageKind.AWARD, "五四评优：优秀共青团干部", "团委〔2026〕8号"),
    UsageWording(UsageKind.AWARD, "推优：市级优秀共青团干部推荐人选", "团委〔2026〕11号"),
    UsageWording(UsageKind.PROMOTION, "推荐为年轻干部培养人选", "推荐函〔2026〕3号"),
    UsageWording(UsageKind.TRAINING, "市团委跟班锻炼半年", "团组〔2026〕6号"),
)


@transaction.atomic
def fill_use(*, staff: Sequence[User], leader: User, at: datetime) -> tuple[int, int]:
    """Use the results of the last locked year, and take one case up; gives how many uses and cases.

    Without a locked year there is nothing to use.
    """
    seal = Seal.objects.standing().select_related("cycle").order_by("-cycle__year").first()
    if seal is None:
        return 0, 0
    return len(_use(seal, staff[0], leader, at)), _take_up(staff, leader, at)


def _use(seal: Seal, clerk: User, leader: User, at: datetime) -> list[ResultUsage]:
    """Enter a few uses; the last one waits for approval."""
    cards = standing_cards(seal.cycle).filter(grade__in=[Grade.EXCELLENT, Grade.GOOD])
    cards = cards.exclude(
        participant__group__in=closed_groups(seal.cycle, clerk, scope_of(clerk, timezone.localdate(at)))
    )
    keys = cards.order_by("grade", "number").values_list("participant", flat=True)
    rows = Participant.objects.filter(pk__in=list(keys)).select_related("cadre", "cycle", "group", "organisation")
    found = candidates(list(rows), usage_terms(timezone.localdate(at)))
    free = [one.person for one in found if all(finding is None for finding in one.barred.values())]
    free = [one for one in free if not any(is_same_person(user, one.cadre) for user in (clerk, leader))]
    made = [
        propose_usage(participant=one, wording=said, by=clerk, at=at)
        for one, said in zip(free, _WORDINGS, strict=False)
    ]
    for row in made[:-1]:
        decide_usage(usage=row, version=row.version, approved=True, by=leader, at=at)
    return made


def _take_up(staff: Sequence[User], leader: User, at: datetime) -> int:
    """Take the newest case that was proposed to 跟踪整改."""
    waiting = LowRankCase.objects.with_person().filter(state=LowRankState.PROPOSED)
    for case in waiting.order_by("-participant__cycle__year", "pk"):
        allowed = keepers_for(case.participant, timezone.localdate(at))
        keeper = next((one for one in staff if one in allowed), None)
        if keeper is not None and not is_same_person(leader, case.participant.cadre):
            _handle(case, keeper, leader, at)
            return 1
    return 0


def _handle(case: LowRankCase, keeper: User, leader: User, at: datetime) -> None:
    day = timezone.localdate(at)
    case = entrust_case(case=case, version=case.version, keeper=keeper, by=leader, at=at)
    said = Consultation(
        "建议由分管领导谈话提醒，一个季度后复查。",
        "同级党（工）委",
        day - timedelta(days=20),
        "同意谈话提醒，党（工）委一并督促整改。",
    )
    case = consult_party(case=case, version=case.version, said=said, by=keeper, at=at)
    decision = Decision(1, "会议纪要〔2026〕4号", "连续两年考核靠后，按规定谈话提醒，限期整改。")
    case = decide_case(case=case, version=case.version, decision=decision, by=leader, at=at)
    facts = MeasureFacts(
        talked_by="团区委分管领导",
        held_on=day - timedelta(days=10),
        place="团区委会议室",
        content="反馈两年的考核情况，指出联动任务办结慢、联系青年少，听取本人说明，肯定在基层组织建设方面的努力。",
        demands="制定整改清单，按月推进；补齐联系青年的工作；年底前向分管领导汇报一次。",
        due_on=day + timedelta(days=60),
    )
    measure = carry_out(case=case, version=case.version, facts=facts, by=keeper, at=at)
    case.refresh_from_db()
    if not has_account(case.participant):
        text = "认识到差距，诚恳接受，已列出整改清单，按时完成。"
        state_view(case=case, version=case.version, measure=measure.pk, text=text, by=keeper, at=at)
        case.refresh_from_db()
    follow_case(case=case, version=case.version, by=keeper, at=at)
