"""Writing a remark: who may, when, and that every wording stays."""

import pytest

from appraisal.models import AppraisalCycle, Remark
from appraisal.services.remarks import write_remark
from tests.appraisal.cards import of
from tests.appraisal.conftest import NOON, account_of, refused
from tests.factories import make_user
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


def write(person, by, version=0, text="肯担当，善协调。"):
    return write_remark(participant=person, version=version, text=text, by=by, at=NOON)


def test_every_wording_stays(cycle, people, leader, staff):
    person = of(cycle, people["b"])
    write(person, leader, text=" 肯担当。 ")
    write(person, staff, 1, "肯担当，善协调。")
    rows = Remark.objects.filter(participant=person).values_list("version", "text", "written_by")
    assert list(rows) == [(2, "肯担当，善协调。", staff.pk), (1, "肯担当。", leader.pk)]
    events = AuditEvent.objects.filter(action="appraisal.remark").values_list("subject", flat=True)
    assert set(events) == {f"appraisal.Participant:{person.pk}"}


@pytest.mark.parametrize(
    ("version", "text", "code"),
    [(0, "又一稿", "row.stale"), (2, "又一稿", "row.stale"), (1, "  ", "remark.empty"), (1, "第一稿", "remark.same")],
)
def test_what_is_refused_changes_nothing(cycle, people, leader, version, text, code):
    person = of(cycle, people["b"])
    write(person, leader, text="第一稿")
    assert refused(lambda: write(person, leader, version, text)) == code
    assert Remark.objects.get().text == "第一稿"


def test_who_may_not_write(cycle, people, district):
    person = of(cycle, people["b"])
    secretary, elsewhere = (
        make_user(role, unit)
        for role, unit in (("township_secretary", district.township_b), ("leader", district.township_a))
    )
    self = account_of(people["b"], "leader", district.top)
    assert refused(lambda: write(person, secretary)) == "appraisal.scope"
    assert refused(lambda: write(person, elsewhere)) == "appraisal.scope"
    assert refused(lambda: write(person, self)) == "appraisal.self"
    assert not Remark.objects.exists()


def test_a_colleague_of_the_group_does_not_write(cycle, people, district, leader):
    other = of(cycle, people["a"])
    other.group = of(cycle, people["top"]).group
    other.save()
    assert refused(lambda: write(other, account_of(people["top"], "district_staff", district.top))) == "remark.foreign"
    assert write(other, leader).version == 1


@pytest.mark.parametrize(
    ("state", "is_open"), [("preparation", False), ("daily", True), ("decision", True), ("feedback", False)]
)
def test_until_the_person_reads_it(cycle, people, leader, state, is_open):
    AppraisalCycle.objects.filter(pk=cycle.pk).update(state=state)
    if is_open:
        assert write(of(cycle, people["b"]), leader).version == 1
        return
    assert refused(lambda: write(of(cycle, people["b"]), leader)) == "cycle.state"
