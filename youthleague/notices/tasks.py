"""When notices leave: the outbox every minute, the days off once a day; and the kinds sent from here."""

from datetime import time

from celery import shared_task
from django.utils import timezone

from youthleague.kernel.jobs import Job
from youthleague.kernel.notices import NoticeKind
from youthleague.notices.services.days import keep_special_days
from youthleague.notices.services.outbox import drain_outbox

JOBS = (
    Job(
        "special-days",
        "更新工作日历",
        "youthleague.notices.tasks.special_days",
        time(3, 40),
        note="录入新公布的放假和调休安排；某一年没有安排时告诉系统管理员。",
    ),
)
NOTICES = (
    NoticeKind("calendar", "工作日历缺少年份", "某一年的节假日安排还没有录入时，告诉系统管理员。", is_lasting=True),
)


@shared_task(ignore_result=True)
def deliver() -> None:
    """Send what is due."""
    drain_outbox(at=timezone.now())


@shared_task(ignore_result=True)
def special_days() -> None:
    """Enter the days off that were published, and tell of a year without any."""
    keep_special_days(at=timezone.now())
