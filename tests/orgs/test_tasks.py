"""What is done every day: the schedule names tasks that exist, and sessions that are over go."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from orgs.tasks import clear_sessions
from youthleague.celery import app


@pytest.mark.django_db
def test_sessions_that_are_over_are_removed_and_the_others_stay():
    now = timezone.now()
    for key, days in (("over", -1), ("alive", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(days=days))
    clear_sessions()
    assert set(Session.objects.values_list("session_key", flat=True)) == {"alive"}


def test_the_schedule_names_tasks_that_a_worker_knows():
    app.autodiscover_tasks(force=True)
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {"youthleague.audit.tasks.anchor", "orgs.tasks.clear_sessions"} <= named <= set(app.tasks)
