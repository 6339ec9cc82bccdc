"""What the roof changes: when periodic jobs run; the schedule of celery beat is the truth."""

from collections.abc import Collection
from datetime import datetime, time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from orgs.models import User
from youthleague.audit.services import record
from youthleague.kernel.jobs import Job
from youthleague.workbench.reports import all_jobs

# A message that nobody took is stale by then; what it would have done is caught up by the next one.
EXPIRES_SECONDS = 6 * 3600
_NO_DAY = "请至少选一天；不想让它运行，请把它停用。"


@transaction.atomic
def enter_jobs() -> int:
    """Enter the jobs that the schedule does not know yet, at their default times; gives how many are new.

    What somebody set stays. A job that no application declares any more is removed.
    """
    jobs = {job.code: job for job in all_jobs()}
    PeriodicTask.objects.filter(name__startswith=PREFIX).exclude(name__in=map(_name, jobs)).delete()
    known = set(PeriodicTask.objects.filter(name__startswith=PREFIX).values_list("name", flat=True))
    new = [job for code, job in jobs.items() if _name(code) not in known]
    for job in new:
        _write(job, is_on=job.on, weekdays=job.weekdays, at_time=job.at)
    return len(new)


@transaction.atomic
def set_job(*, job: Job, is_on: bool, weekdays: Collection[int], at_time: time, by: User, at: datetime) -> None:
    """Switch a job on or off, and say on which ISO weekdays and at what time it runs; raises ``job.days``."""
    if not weekdays:
        raise ValidationError({"weekdays": ValidationError(_NO_DAY, code="job.days")})
    _write(job, is_on=is_on, weekdays=sorted(weekdays), at_time=at_time)
    facts = {"key": job.code, "is_on": is_on, "days": sorted(weekdays), "time": f"{at_time:%H:%M}"}
    record(action="job.set", by=by, at=at, subject="", facts=facts)


PREFIX = "job:"


def _name(code: str) -> str:
    return f"{PREFIX}{code}"


def _write(job: Job, *, is_on: bool, weekdays: Collection[int], at_time: time) -> None:
    days = ",".join(str(day % 7) for day in sorted(weekdays))  # cron counts Sunday as 0
    schedule, _is_new = CrontabSchedule.objects.get_or_create(
        minute=str(at_time.minute),
        hour=str(at_time.hour),
        day_of_week="*" if len(set(weekdays)) == 7 else days,
        day_of_month="*",
        month_of_year="*",
        timezone=settings.TIME_ZONE,
    )
    PeriodicTask.objects.update_or_create(
        name=_name(job.code),
        defaults={
            "task": job.task,
            "crontab": schedule,
            "enabled": is_on,
            "expire_seconds": EXPIRES_SECONDS,
            "description": job.title,
        },
    )
