"""定时任务: the schedule of celery beat as the page shows and sets it."""

from datetime import UTC, datetime, time

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from tests.factories import make_user
from youthleague.audit.models import AuditEvent
from youthleague.celery import app
from youthleague.workbench.reports import all_jobs, job_rows
from youthleague.workbench.services import enter_jobs, set_job

pytestmark = [pytest.mark.django_db]
NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)  # Wednesday, 12:00 in Shanghai


@pytest.fixture
def job():
    return next(job for job in all_jobs() if job.code == "special-days")


@pytest.fixture
def sysadmin(district):
    return make_user("sysadmin", district.top)


def row_of(job):
    return next(row for row in job_rows(NOON) if row.job == job)


def test_every_job_names_a_task_that_exists():
    assert [job.task for job in all_jobs() if job.task not in app.tasks] == []


def test_jobs_are_entered_once_and_what_was_set_stays(job, sysadmin):
    assert enter_jobs() == len(all_jobs())
    set_job(job=job, is_on=False, weekdays=[1], at_time=time(9), by=sysadmin, at=NOON)
    assert enter_jobs() == 0
    assert (row_of(job).is_on, row_of(job).weekdays, row_of(job).time) == (False, (1,), time(9))


def test_a_job_that_is_gone_is_removed_and_other_schedules_stay(job):
    enter_jobs()
    PeriodicTask.objects.filter(name="job:special-days").update(name="job:gone")
    PeriodicTask.objects.create(name="foreign", task="x", crontab=PeriodicTask.objects.get(name="job:gone").crontab)
    enter_jobs()
    assert not PeriodicTask.objects.filter(name="job:gone").exists()
    assert PeriodicTask.objects.filter(name="foreign").exists()


@pytest.mark.parametrize(
    ("weekdays", "at_time", "following"),
    [
        ([1], time(9), "2026-11-30T09:00"),
        ([5], time(10), "2026-11-27T10:00"),
        ([3], time(12, 30), "2026-11-25T12:30"),
        ([7], time(8), "2026-11-29T08:00"),
        ([1, 2, 3, 4, 5, 6, 7], time(3), "2026-11-26T03:00"),
    ],
)
def test_the_next_run_is_told(job, sysadmin, weekdays, at_time, following):
    enter_jobs()
    set_job(job=job, is_on=True, weekdays=weekdays, at_time=at_time, by=sysadmin, at=NOON)
    row = row_of(job)
    assert (list(row.weekdays), row.time) == (weekdays, at_time)
    assert timezone.localtime(row.next_run).isoformat()[:16] == following


def test_a_job_without_a_day_is_refused(job, sysadmin):
    enter_jobs()
    with pytest.raises(ValidationError) as refused:
        set_job(job=job, is_on=True, weekdays=[], at_time=time(9), by=sysadmin, at=NOON)
    assert refused.value.error_dict["weekdays"][0].code == "job.days"
    assert row_of(job).time == job.at


def test_setting_a_job_is_recorded(job, sysadmin):
    set_job(job=job, is_on=True, weekdays=[1], at_time=time(9), by=sysadmin, at=NOON)
    event = AuditEvent.objects.get(action="job.set")
    assert event.facts == {"key": "special-days", "is_on": True, "days": [1], "time": "09:00"}


@pytest.fixture
def plain_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.mark.usefixtures("plain_files")
def test_the_page_shows_and_sets_a_job(client, job, sysadmin):
    client.force_login(sysadmin)
    enter_jobs()
    assert job.title in client.get("/jobs/").text
    form = client.get("/jobs/special-days/").context["form"]
    assert form.initial["at_time"] == job.at
    answer = client.post("/jobs/special-days/", {"is_on": "on", "weekdays": ["1", "5"], "at_time": "09:30"})
    assert answer.status_code == 302
    assert (row_of(job).weekdays, row_of(job).time) == ((1, 5), time(9, 30))
    assert "每周一、五 09:30" in client.get("/jobs/").text


@pytest.mark.usefixtures("plain_files")
def test_a_job_that_does_not_exist_is_not_found(client, sysadmin):
    client.force_login(sysadmin)
    assert client.get("/jobs/gone/").status_code == 404


@pytest.mark.usefixtures("plain_files")
@pytest.mark.parametrize("role", ["security_admin", "auditor", "district_staff", "leader"])
def test_jobs_are_the_system_administrator_s(client, district, role):
    client.force_login(make_user(role, district.top))
    assert [client.get(path).status_code for path in ("/jobs/", "/jobs/special-days/")] == [403, 403]
