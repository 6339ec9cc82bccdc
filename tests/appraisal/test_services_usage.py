"""Using results: entered by one person, approved by another, for whom the sealed grades allow it."""

import pytest

from appraisal.choices import UsageKind
from appraisal.models import Participant, ResultUsage, Veto
from appraisal.policies import usage_terms
from appraisal.reports.usage import approved_usages, candidates, sealed_people
from appraisal.services.usage import UsageWording, decide_usage, propose_usage, withdraw_usage
from orgs.access import scope_of
from orgs.models import PolicyValue, User
from tests.appraisal.conftest import NOON, account_of, fresh, refused
from tests.appraisal.sealed_years import locked_year, prepare_year, reopened, seal
from tests.factories import FOUNDED, TODAY, make_user
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
MAY = UsageWording(UsageKind.AWARD, " 五四评优：优秀共青团干部 ", "团委〔2026〕5号", "")


@pytest.fixture
def year(staff, leader, people):
    """A sealed year: A is 好, B is 一般, the official of the district has no grade."""
    cadres = [people["a"], people["b"], people["top"]]
    return locked_year(2025, staff, leader, cadres, grades={people["b"].pk: 3, people["top"].pk: None})


def of(year, cadre):
    return Participant.objects.select_related("cycle", "cadre", "group").get(cycle=year, cadre=cadre)


def enter(person, by, wording=MAY):
    return propose_usage(participant=person, wording=wording, by=by, at=NOON)


def answer(row, by, *, approved=True, version=None):
    return decide_usage(usage=row, version=version or fresh(row).version, approved=approved, by=by, at=NOON)


def test_a_use_is_entered_and_approved_by_another_person(year, people, staff, leader):
    row = enter(of(year, people["a"]), staff)
    assert (row.title, row.grade, row.state, row.entered_by) == ("五四评优：优秀共青团干部", 1, "entered", staff)
    answer(row, leader)
    assert (fresh(row).state, fresh(row).approved_by) == ("approved", leader)
    assert refused(lambda: answer(row, leader)) == "item.state"
    events = AuditEvent.objects.filter(action__startswith="usage.").order_by("seq")
    assert [(one.action, one.facts["kind"]) for one in events] == [
        ("usage.propose", "award"),
        ("usage.decide", "award"),
    ]


def test_a_use_that_was_refused_may_be_entered_again(year, people, staff, leader):
    row = enter(of(year, people["a"]), staff)
    assert refused(lambda: enter(of(year, people["a"]), staff)) == "usage.twice"
    answer(row, leader, approved=False)
    enter(of(year, people["a"]), staff)
    assert sorted(ResultUsage.objects.values_list("state", flat=True)) == ["entered", "refused"]


@pytest.mark.parametrize(
    ("who", "wording", "code"),
    [
        ("b", MAY, "usage.grade"),
        ("top", MAY, "usage.ungraded"),
        ("b", UsageWording(UsageKind.PROMOTION, "后备", "1号"), "usage.grade"),
        ("a", UsageWording(UsageKind.AWARD, " ", "1号"), "usage.words"),
        ("a", UsageWording(UsageKind.AWARD, "评优", ""), "usage.words"),
    ],
)
def test_nobody_overrides_what_bars_somebody(year, people, staff, who, wording, code):
    assert refused(lambda: enter(of(year, people[who]), staff, wording)) == code
    assert not ResultUsage.objects.exists()


def test_whom_a_grade_bars_from_an_honour_may_still_be_trained(year, people, staff):
    enter(of(year, people["b"]), staff, UsageWording(UsageKind.TRAINING, "跟班锻炼", "1号"))
    assert ResultUsage.objects.get().grade == 3


def test_a_veto_bars(staff, leader, people):
    cycle = prepare_year(2025, staff, [people["a"]])
    person = of(cycle, people["a"])
    told = {"participant": person, "kind": cycle.veto_kinds.first(), "reason": "通报", "entered_by": staff}
    Veto.objects.create(**told, entered_at=NOON, state="approved")
    seal(cycle, leader)
    assert refused(lambda: enter(person, staff)) == "usage.veto"


def test_several_years_may_be_asked_for(year, people, staff, leader):
    PolicyValue.objects.create(key="usage.promotion_years", value=2, effective_from=FOUNDED, source="测试")
    promotion = UsageWording(UsageKind.PROMOTION, "后备", "1号")
    assert refused(lambda: enter(of(year, people["a"]), staff, promotion)) == "usage.ungraded"
    locked_year(2024, staff, leader, [people["a"]], grades={people["a"].pk: 2})
    enter(of(year, people["a"]), staff, promotion)


def test_without_sealed_results_nothing_is_used(year, people, staff, leader, district):
    row = enter(of(year, people["a"]), staff)
    reopened(year.seals.get(), leader, make_user("leader", district.top))
    assert refused(lambda: answer(row, leader)) == "usage.unsealed"
    assert refused(lambda: enter(of(year, people["a"]), staff)) == "usage.twice"
    assert refused(lambda: enter(of(year, people["b"]), staff)) == "usage.unsealed"
    answer(row, leader, approved=False)
    assert fresh(row).state == "refused"


def test_who_enters_and_who_approves(year, people, staff, leader, district):
    a = of(year, people["a"])
    for stranger in (leader, make_user("district_staff", district.township_b)):
        assert refused(lambda stranger=stranger: enter(a, stranger)) == "appraisal.scope"
    assert refused(lambda: enter(a, account_of(people["a"], "district_staff", district.top))) == "appraisal.self"
    peer = account_of(people["b"], "district_staff", district.top)
    assert refused(lambda: enter(a, peer)) == "usage.group"
    row = enter(a, staff)
    both = make_user("leader", district.top)
    User.objects.filter(pk=both.pk).update(person_key=staff.person_key)
    assert refused(lambda: answer(row, fresh(both))) == "item.self"
    assert refused(lambda: answer(row, leader, version=9)) == "row.stale"
    assert refused(lambda: answer(row, staff)) == "appraisal.scope"
    assert fresh(row).state == "entered"


def withdraw(row, by, *, reason=" 被举报查实 ", version=None):
    return withdraw_usage(usage=row, version=version or fresh(row).version, reason=reason, by=by, at=NOON)


def test_what_was_approved_is_withdrawn_with_a_reason_and_may_be_entered_again(year, people, staff, leader):
    person = of(year, people["a"])
    row = enter(person, staff)
    assert refused(lambda: withdraw(row, leader)) == "usage.state"
    answer(row, leader)
    assert approved_usages(person, UsageKind) == (row,)
    assert refused(lambda: withdraw(row, leader, reason=" ")) == "fact.reason"
    withdraw(row, leader)
    kept = fresh(row)
    assert (kept.state, kept.withdrawn_by, kept.withdrawal) == ("withdrawn", leader, "被举报查实")
    assert approved_usages(person, UsageKind) == ()
    assert candidates([person], usage_terms(TODAY))[0].usages == ()
    assert refused(lambda: withdraw(row, leader)) == "usage.state"
    assert refused(lambda: answer(row, leader)) == "item.state"
    assert AuditEvent.objects.filter(action="usage.withdraw", facts__kind="award").count() == 1
    enter(person, staff)
    assert sorted(ResultUsage.objects.values_list("state", flat=True)) == ["entered", "withdrawn"]


def test_who_withdraws_also_where_a_year_was_reopened(year, people, staff, leader, district):
    row = enter(of(year, people["a"]), staff)
    answer(row, leader)
    assert refused(lambda: withdraw(row, staff)) == "appraisal.scope"
    assert refused(lambda: withdraw(row, make_user("leader", district.township_b))) == "appraisal.scope"
    assert refused(lambda: withdraw(row, account_of(people["a"], "leader", district.top))) == "appraisal.self"
    assert refused(lambda: withdraw(row, leader, version=1)) == "row.stale"
    assert fresh(row).state == "approved"
    reopened(year.seals.get(), leader, make_user("leader", district.top))
    withdraw(row, leader)
    assert fresh(row).state == "withdrawn"


def test_candidates_say_for_what_and_why_not(year, people, staff, leader, django_assert_num_queries):
    enter(of(year, people["a"]), staff)
    rows = sealed_people(year, leader, scope_of(leader, TODAY)).order_by("pk")
    assert [one.final for one in rows] == [1, 3, None]
    with django_assert_num_queries(4):
        found = candidates(list(rows), usage_terms(TODAY))
    barred = {one.person.cadre.name: [one.barred[kind] is None for kind in UsageKind] for one in found}
    assert barred == {"甲": [True] * 4, "乙": [False, False, False, True], "丙": [False] * 4}
    assert [one.grade_word for one in found] == ["好", "一般", "不定等次"]
    assert [row.title for row in found[0].usages] == ["五四评优：优秀共青团干部"]
    assert candidates([], usage_terms(TODAY)) == []
