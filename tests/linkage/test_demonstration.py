"""Tasks of the demonstration district: every state occurs, and each looks as the services would have left it."""

import pytest
from django.db import transaction
from django.test import override_settings

from cadres.management.district import fill_district
from linkage.choices import AssignmentState, TaskState
from linkage.models import LinkageTask, TaskAssignment, TaskExtension, TaskRecord
from linkage.reports.tasks import task_standing
from linkage.rules import joint_progress
from linkage.services.demonstration_tasks import fill_tasks
from orgs.access import scope_of
from orgs.models import User
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _filled(django_db_setup, django_db_blocker):
    """Fill the database once for all tests of this file, and take everything back in the end."""
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(PASSWORD_HASHERS=hashers):
        fill_district(seed=7, name="示范区", at=NOW, accounts=True)
        assert fill_tasks(seed=7, day=TODAY, at=NOW) == 9
        yield
        transaction.set_rollback(True)


def test_every_state_occurs_but_void():
    shown = set(TaskAssignment.objects.values_list("state", flat=True))
    assert shown == {state.value for state in AssignmentState} - {"void"}
    assert set(LinkageTask.objects.values_list("state", flat=True)) == {
        TaskState.DRAFT,
        TaskState.RUNNING,
        TaskState.ARCHIVED,
    }
    parts = TaskAssignment.objects
    assert parts.filter(returns=1).count() == 1
    assert parts.exclude(parent=None).count() == 6
    assert parts.overdue(TODAY).exists()
    assert TaskExtension.objects.filter(state="asked").count() == 1


def test_every_row_keeps_the_rules_and_no_step_is_ahead_of_time():
    for model in (LinkageTask, TaskAssignment, TaskExtension, TaskRecord):
        for row in model.objects.all():
            row.full_clean()
    assert not TaskRecord.objects.filter(at__gte=NOW).exists()
    for part in TaskAssignment.objects.all():
        steps = list(part.records.order_by("at", "pk").values_list("act", flat=True))
        assert steps == list(part.records.order_by("pk").values_list("act", flat=True))
        assert (part.handler is None) == (part.state in {"draft", "waiting"})
        assert (part.finished_on is not None) == (part.state in {"submitted", "closed", "rated", "archived"})
        assert part.finished_on is None or part.finished_on <= min(part.due_on, TODAY)


def test_what_is_split_goes_as_far_as_its_parts():
    [above] = TaskAssignment.objects.filter(children__isnull=False).distinct()
    parts = list(above.children.values_list("progress", "quota"))
    assert above.progress == joint_progress(parts) > 0


def test_tasks_to_the_townships_have_a_basis_and_their_pages_have_something_to_say():
    scope = scope_of(User.objects.get(username="ganshi"), TODAY)
    for task in LinkageTask.objects.all():
        assert (task.basis_document is None) == (task.organisation.level == "township")
        assert task_standing(task, scope, TODAY).parts


def test_the_same_seed_tells_the_same_stories():
    def told():
        return list(TaskRecord.objects.order_by("pk").values_list("act", "text", "progress", "by", "at"))

    before = told()
    with transaction.atomic():
        for model in (TaskRecord, TaskExtension):
            model.objects.all().delete()
        TaskAssignment.objects.exclude(parent=None).delete()
        TaskAssignment.objects.all().delete()
        LinkageTask.objects.all().delete()
        assert fill_tasks(seed=7, day=TODAY, at=NOW) == 9
        assert told() == before
        transaction.set_rollback(True)
