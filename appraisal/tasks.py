"""When the appraisal is added up: every night while results come in, and when somebody asks."""

from datetime import time

import structlog
from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from appraisal.models import AppraisalCycle, DistrictAppraisal
from appraisal.rules import district
from appraisal.rules.cycle import ROLL_UP_STATES
from appraisal.services import rolling
from appraisal.services.appeals import APPEAL_ANSWERED
from appraisal.services.balloting import wipe_storage
from appraisal.services.district.keeping import DISTRICT_TOLD
from appraisal.services.district.rolling import roll_up_district as calculate_district
from appraisal.services.handling import remind_due
from appraisal.services.letter_keeping import LETTER_ANSWERED, LETTER_ARRIVED
from appraisal.services.low_rank_keeping import LOW_RANK_DUE, LOW_RANK_TOLD
from appraisal.services.pledge_keeping import PLEDGE_ANSWERED, PLEDGE_ASKED
from appraisal.services.publishing import RESULTS_PUBLISHED
from appraisal.services.verifying import verify_year
from appraisal.services.voters import BALLOT_ASKED
from appraisal.services.writing import ANSWERED, TO_REVIEW
from orgs.models import User
from youthleague.kernel.jobs import Job
from youthleague.kernel.notices import NoticeKind

log = structlog.get_logger(__name__)

JOBS = (
    Job(
        "roll-up",
        "考评汇总",
        "appraisal.tasks.roll_up",
        time(2, 30),
        note="只计算正在测评或汇总的年度；内容没有变化就不产生新的一版。",
    ),
    Job(
        LOW_RANK_DUE,
        "整改期限提醒",
        "appraisal.tasks.low_rank_due",
        time(9, 30),
        note="工作日提醒连续靠后事项的经办人：整改期限快到了（政策参数）；每项只提醒一次。",
    ),
    Job(
        "district-roll-up",
        "区综合考核汇总",
        "appraisal.tasks.roll_up_district",
        time(2, 50),
        note="只计算正在核分或反馈异议的年度；内容没有变化就不产生新的一版。",
    ),
    Job(
        "verify-locks",
        "核对锁定的成绩单",
        "appraisal.tasks.verify_locks",
        time(3, 40),
        note="逐张核对每个锁定过的年度；结果在年度的“锁定”页和审计日志。",
    ),
)
NOTICES = (
    NoticeKind(ANSWERED, "年终材料答复", "您的三张清单、述职报告被接收、退回或者审核通过时。"),
    NoticeKind(TO_REVIEW, "述职报告待审核", "本街乡团干部的述职报告送到您这里审核时。"),
    NoticeKind(PLEDGE_ASKED, "责任书等您办理", "岗位目标责任书等您确认，或者等本单位会签时，一份一条。"),
    NoticeKind(RESULTS_PUBLISHED, "考核结果公布", "您的年度考核结果公布、可以提出异议时。"),
    NoticeKind(APPEAL_ANSWERED, "异议办理结果", "您提出的异议被受理、作出决定时。"),
    NoticeKind(LOW_RANK_TOLD, "考核后续事项", "有一件考核后续事项请您决定、经办或者阅知时；通知里不写姓名和内容。"),
    NoticeKind(LOW_RANK_DUE, "整改期限临近", "您经办的一件考核后续事项快到整改期限时，每项只提醒一次。"),
    NoticeKind(
        BALLOT_ASKED, "请您评议", "党政评请您评议团干部时，开始投票一条；没有评的，机关干事可以再提醒，一天最多一条。"
    ),
    NoticeKind(PLEDGE_ANSWERED, "责任书办理结果", "岗位目标责任书签订、被退回时。"),
    NoticeKind(DISTRICT_TOLD, "区综合考核", "区综合考核的指标下达、得分反馈、异议答复到本单位时。"),
    NoticeKind(LETTER_ARRIVED, "收到反馈函", "团干部考核等次的反馈函送达本单位，或者作废时。", is_lasting=True),
    NoticeKind(LETTER_ANSWERED, "反馈函办理结果", "您拟的反馈函被退回，或者对方回执时。"),
)


@shared_task(ignore_result=True)
def roll_up(cycle_id: int | None = None, by_id: int | None = None) -> None:
    """Calculate one year, or all that are being evaluated or added up; finish what closing a vote left to do."""
    chosen = {} if cycle_id is None else {"pk": cycle_id}
    by = User.objects.get(pk=by_id) if by_id is not None else None
    wipe_storage()
    for cycle in AppraisalCycle.objects.filter(state__in=ROLL_UP_STATES, **chosen):
        rolling.roll_up(cycle=cycle, by=by, at=timezone.now())


@shared_task(ignore_result=True)
def low_rank_due() -> None:
    """Tell keepers of measures that come due."""
    remind_due(at=timezone.now())


@shared_task(ignore_result=True)
def roll_up_district() -> None:
    """Calculate the 区综合考核 of every year that is being scored or objected to."""
    for appraisal in DistrictAppraisal.objects.filter(state__in=district.ROLL_UP_STATES):
        calculate_district(appraisal=appraisal, by=None, at=timezone.now())


@shared_task(ignore_result=True)
def verify_locks() -> None:
    """Check every year that was ever locked; a second check does no harm."""
    for cycle in AppraisalCycle.objects.filter(seals__isnull=False).distinct():
        verify_year(cycle=cycle, by=None, at=timezone.now())


def nudge(cycle_id: int, by_id: int) -> bool:
    """Tell a worker to calculate a year; a broker that is down leaves it to the night, or to whoever asks again."""
    try:
        roll_up.delay(cycle_id, by_id)
    except (OperationalError, OSError) as error:
        log.warning("nudge_failed", cycle_id=cycle_id, error=type(error).__name__)
        return False
    return True
