"""Fixtures of the linkage: who writes, and when."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from linkage.models import TaskAssignment, WeeklyReport
from linkage.services.joint import JointFacts
from linkage.services.tasks import TaskFacts, draft_task, issue_task
from linkage.services.weekly import WeekEntry, report_weeks
from orgs.models import PolicyDocument
from tests.factories import make_user
from youthleague.kernel.weeks import IsoWeek

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)  # Wednesday, 12:00 in Shanghai
THIS = IsoWeek(2026, 48)
LAST = IsoWeek(2026, 47)


@pytest.fixture
def secretary(district):
    """The secretary of township A."""
    return make_user("township_secretary", district.township_a)


@pytest.fixture
def staff(district):
    """Staff of the district."""
    return make_user("district_staff", district.top)


@pytest.fixture
def plain_files(settings):
    """Use static files without their hashed names."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def entry(unit, version=0, **said):
    """Give an entry; ``said`` may hold is_quiet and is_exempt."""
    flags = {name: said.pop(name) for name in ("is_quiet", "is_exempt") if name in said}
    return WeekEntry(unit.pk, version, said, **flags)


def write(by, *entries, week=THIS, at=NOON):
    return report_weeks(week=week, entries=entries, by=by, at=at)


def stored(week=THIS):
    rows = WeeklyReport.objects.of_week(week)
    return {row.organisation.name: (row.state, row.theme, row.done, row.version) for row in rows}


DUE = date(2026, 12, 4)


def facts(**said):
    """Give what a task says; a document stands behind it unless ``basis_document`` is given."""
    if "basis_document" not in said:
        said["basis_document"] = PolicyDocument.objects.get_or_create(
            title="清河行动方案", defaults={"kind": "notice", "issued_on": date(2026, 9, 1), "issuer": "团区委"}
        )[0]
    return TaskFacts(**{"title": "清河护绿", "aim": "每村一次", "starts_on": NOON.date(), "due_on": DUE} | said)


def send(by, organisation, *units, quota=None, at=NOON, **said):
    """Draft a task and send it to some units right below."""
    wanted = {unit.pk: quota for unit in units}
    task = draft_task(organisation=organisation, facts=facts(**said), units=wanted, by=by, at=at)
    return issue_task(task=task, version=task.version, by=by, at=at)


def part(task, unit):
    """Give what a unit has of a task."""
    return TaskAssignment.objects.get(task=task, organisation=unit)


def standing(task):
    """Give state, progress and handler of every part by unit."""
    rows = task.assignments.select_related("organisation", "handler")
    return {row.organisation.name: (row.state, row.progress, row.handler and row.handler.username) for row in rows}


def joint_facts(**said):
    """Give what a task between equals says."""
    return JointFacts(**{"title": "护河", "aim": "一起清河", "starts_on": NOON.date(), "due_on": DUE} | said)


def refused(call):
    """Give the codes with which a call is refused: one, or those by field."""
    with pytest.raises(ValidationError) as caught:
        call()
    error = caught.value
    if hasattr(error, "error_dict"):
        return {name: [one.code for one in errors] for name, errors in error.error_dict.items()}
    return error.code


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def media(settings, tmp_path):
    """Keep files in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def due(now):
    return timezone.localdate(now) + timedelta(days=9)


@pytest.fixture
def sent(district, staff, now, due):
    """Give a task that both townships have."""
    units = (district.township_a, district.township_b)
    return send(staff, district.top, *units, quota=20, at=now, starts_on=due - timedelta(days=9), due_on=due)


def at(user):
    """Give a browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def main(answer):
    """Give what stands between navigation and foot."""
    text = answer.text
    return text[text.index("<main") : text.index("</main>")]


def buttons(answer):
    """Give the words on the buttons and links that look like buttons, beside the lines of parts."""
    text = re.sub(r"<tbody.*?</tbody>", "", main(answer), flags=re.DOTALL)
    return re.findall(r'class="btn [^>]*>\s*(?:<svg.*?</svg>)?\s*([^<]+)<', text)
