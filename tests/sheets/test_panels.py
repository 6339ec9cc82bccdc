"""What the workbench shows of batches."""

from datetime import timedelta

import pytest

from orgs.access import scope_of
from tests.factories import NOW, TODAY, make_user
from tests.rosters import applied, checked, row_of, uploaded
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.panels import upload_actions, waiting_batches

pytestmark = pytest.mark.django_db


def words(user) -> list[tuple[str, str]]:
    """Give word and verb of each line that waits for an account."""
    panel = waiting_batches(user, scope_of(user, TODAY))
    return [(item["word"], item["verb"]) for item in panel["items"]]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, ("可以写入", "去写入")),
        ({"state": BatchState.MAPPED, "mapping_confirmed": False}, ("待指明列", "指明列")),
        ({"state": BatchState.FAILED}, ("未能导入", "重新上传")),
    ],
)
def test_what_waits_for_its_uploader_has_one_verb(district, secretary, fields, line):
    batch = checked([row_of(1)], district.township_a, secretary)
    ImportBatch.objects.filter(pk=batch.pk).update(**fields)
    assert words(secretary) == [line]


def test_errors_to_mend_are_counted(district, secretary):
    checked([row_of(1), row_of(2, phone="1"), row_of(3, phone="1", ethnicity="无名")], district.township_a, secretary)
    assert words(secretary) == [("2 行有错误", "去更正")]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": BatchState.APPLYING},
        {"state": BatchState.MAPPED, "mapping_confirmed": True},
        {"state": BatchState.CANCELLED},
        {"state": BatchState.UNDONE},
        {"uploaded_at": NOW - timedelta(days=40)},
        {"state": BatchState.FAILED, "uploaded_at": NOW - timedelta(days=10)},
    ],
)
def test_what_does_not_wait_is_no_line(district, secretary, fields):
    batch = checked([row_of(1)], district.township_a, secretary)
    ImportBatch.objects.filter(pk=batch.pk).update(**fields)
    assert words(secretary) == []


def test_what_was_written_does_not_wait(district, secretary):
    applied(checked([row_of(1)], district.township_a, secretary))
    assert words(secretary) == []


def test_a_failed_batch_that_was_replaced_does_not_wait(district, secretary):
    first = uploaded([row_of(1)], district.township_a, secretary)
    ImportBatch.objects.update(state=BatchState.FAILED)
    uploaded([row_of(1)], district.township_a, secretary, replaces=first.pk)
    assert words(secretary) == []


def test_others_see_nothing_of_it(district, secretary):
    checked([row_of(1)], district.township_a, secretary)
    assert words(make_user("township_secretary", district.township_a)) == []
    assert words(make_user("district_staff", district.top)) == []


def test_a_leader_who_gives_marks_by_spreadsheet_sees_what_waits_and_keeps_no_roster(district):
    user = make_user("leader", district.top)
    assert waiting_batches(user, scope_of(user, TODAY)) == {"items": []}
    assert upload_actions(user, scope_of(user, TODAY)) is None


@pytest.mark.parametrize("role", ["auditor", "sysadmin"])
def test_whoever_keeps_no_records_is_offered_nothing(district, role):
    user = make_user(role, district.top)
    assert waiting_batches(user, scope_of(user, TODAY)) is None
    assert upload_actions(user, scope_of(user, TODAY)) is None


def test_whoever_keeps_records_may_upload_at_once(secretary):
    actions = upload_actions(secretary, scope_of(secretary, TODAY))["actions"]
    assert [(action["title"], action["url"], action["primary"]) for action in actions] == [
        ("上传团干部花名册", "/sheets/cadres/upload/", True),
        ("上传周报", "/sheets/weeks/upload/", False),
    ]
