"""When the linkage reminds: jobs that can be set on the page 定时任务, and the kinds of notices sent from here."""

from datetime import time

from celery import shared_task
from django.utils import timezone

from linkage.services.evidence import sweep_evidence
from linkage.services.keeping import ANSWERED, ARRIVED, HANDED, INVITED
from linkage.services.reminding import PLAN_DIGEST, REMINDERS, REPORT_DUE, remind, send_missed
from linkage.services.task_reminders import NEAR_DUE, OVERDUE
from youthleague.kernel.jobs import Job
from youthleague.kernel.notices import NoticeKind

JOBS = (
    Job(
        "plan-digest",
        "周一联动安排",
        "linkage.tasks.plan_digest",
        time(9),
        weekdays=(1,),
        note="每人一条，合并说明本周安排、上周没有填的团组织和本周到期的任务。",
    ),
    Job(
        "report-due",
        "周五周报提醒",
        "linkage.tasks.report_due",
        time(10),
        weekdays=(5,),
        note="只提醒还没有填本周周报的团组织，已填和免报的不打扰。",
    ),
    Job(
        NEAR_DUE,
        "任务临期提醒",
        "linkage.tasks.near_due",
        time(9, 30),
        note="工作日提醒承办的人：任务过几个工作日到期（政策参数）；一人一条合并，每件只提醒一次，放假不发，调休上班照发。",
    ),
    Job(
        OVERDUE,
        "任务逾期提醒",
        "linkage.tasks.overdue",
        time(9, 30),
        note="工作日告诉上级：下级的任务已逾期几个工作日（政策参数）；一人一周最多一条，不再催承办单位。",
    ),
    Job(
        "catch-up",
        "补发提醒",
        "linkage.tasks.catch_up",
        time(14),
        note="上午该发的提醒因为队列或后台任务出故障没有发出的，下午补发；已经发出的不会重发。",
    ),
)
NOTICES = (
    NoticeKind(PLAN_DIGEST, "周一联动安排", "每周一上午一条，合并说明本周安排和本周到期的任务。"),
    NoticeKind(REPORT_DUE, "周五周报提醒", "周五上午，本单位或所属团组织还没有填周报时才来。"),
    NoticeKind(NEAR_DUE, "任务临期", "您承办的任务快到期时，合并一条，每件只提醒一次。"),
    NoticeKind(OVERDUE, "任务逾期", "下级的任务逾期几天没有办结时，一周最多一条。"),
    NoticeKind(ARRIVED, "新任务", "有任务交给您所在的团组织，或者交来的任务作废时，一项一条。"),
    NoticeKind(ANSWERED, "任务答复", "您承办的任务被退回、作废，或者延期申请有了答复时。"),
    NoticeKind(
        INVITED,
        "联动邀约",
        "别的团组织邀请一起办事，受邀的有了答复，或者一起办的事有了新的一步时。",
    ),
    NoticeKind(HANDED, "任务移交", "原来的承办人不再任职，任务转到您这里时。"),
)


@shared_task(ignore_result=True)
def plan_digest() -> None:
    """Send Monday's digest."""
    remind(PLAN_DIGEST, at=timezone.now())


@shared_task(ignore_result=True)
def report_due() -> None:
    """Send Friday's reminder."""
    remind(REPORT_DUE, at=timezone.now())


@shared_task(ignore_result=True)
def near_due() -> None:
    """Tell of tasks that come due."""
    remind(NEAR_DUE, at=timezone.now())


@shared_task(ignore_result=True)
def overdue() -> None:
    """Tell of tasks that are overdue."""
    remind(OVERDUE, at=timezone.now())


@shared_task(ignore_result=True)
def clear_evidence() -> None:
    """Remove the files that a killed upload left."""
    sweep_evidence(timezone.now())


@shared_task(ignore_result=True)
def catch_up() -> None:
    """Send what was called for today and got lost."""
    send_missed({job.task: job.code for job in JOBS if job.code in REMINDERS}, at=timezone.now())
