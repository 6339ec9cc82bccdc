"""年中调整 with its trace, 年末对账 by figures and by hand, 归档."""

from datetime import date

import pytest

from appraisal.choices import PledgeState
from appraisal.models import AppraisalCycle, PledgeChange, ResponsibilityPledge
from appraisal.reports.pledges import figure_values, pledge_gaps, settlement, state_counts
from appraisal.services.pledge_goals import GoalEntry
from appraisal.services.pledge_year import GoalResult, adjust_pledge
from appraisal.services.pledges import archive_pledge, confirm_pledge, return_pledge, sign_pledge
from linkage.models import TaskAssignment
from tests.appraisal.conftest import NOON, fresh, person, refused, take_to
from tests.appraisal.pledges import (
    FIGURE,
    RATE_FIGURE,
    act,
    adjust,
    again,
    content,
    draft,
    entries,
    goal,
    settle,
    take,
)
from tests.factories import make_user
from tests.linkage.conftest import send
from youthleague.audit.models import AuditEvent
from youthleague.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def a(cycle, people):
    return person(cycle, people["a"])


@pytest.fixture
def signed(a, staff, hands):
    return take(draft(a, staff), "signed", hands)


@pytest.fixture
def at_years_end(cycle, signed, staff):
    AppraisalCycle.objects.update(state="materials")
    return signed


# ---- adjusting -------------------------------------------------------------------------
def test_an_adjustment_keeps_what_was_before_and_holds_once_confirmed_and_signed(signed, hands):
    first = signed.goals.first()
    row = adjust(signed, hands["staff"], target=5_000, due_on=date(2026, 12, 15))
    assert (row.state, row.goals.first().pk) == ("adjusted", first.pk)
    found = list(PledgeChange.objects.values_list("number", "what", "before", "after", "step__reason"))
    assert found == [
        (1, "完成时限", "2026-11-30", "2026-12-15", "任务加重"),
        (1, "目标值", "3", "5", "任务加重"),
    ]
    assert AuditEvent.objects.get(action="pledge.adjust").facts == {"changes": 2}
    assert Notice.objects.filter(recipient=hands["own"], title__contains="年中调整").count() == 1
    act(confirm_pledge, signed, hands["own"])
    row = act(sign_pledge, signed, hands["leader"])
    assert (row.state, row.signed_on, row.countersigned_on) == ("signed", date(2026, 11, 25), date(2026, 11, 25))
    assert Notice.objects.filter(recipient=hands["party"], title__contains="年中调整").count() == 1


def test_goals_that_come_and_go_are_told_as_wholes(signed, hands):
    changed = content(GoalEntry(goal("新目标", 40)), entries(signed)[0], duties="改过的职责")
    act(adjust_pledge, signed, hands["staff"], content=changed, reason="分工变动")
    found = list(PledgeChange.objects.values_list("number", "what", "before", "after"))
    assert found == [
        (0, "岗位职责", "主持全面工作", "改过的职责"),
        (2, "整条目标", "青年夜校，8 场，40 分，2026-11-30 前", "无"),
        (3, "整条目标", "无", "新目标，3 个，40 分，2026-11-30 前"),
    ]


@pytest.mark.parametrize(
    ("changes", "reason", "found"),
    [
        ({"target": 5_000}, " ", "fact.reason"),
        ({"target": 3_000}, "没有变化", "pledge.unchanged"),
        ({"weight": 59}, "改分值", "pledge.weights"),
        ({"due_on": date(2027, 1, 2)}, "改时限", {"1": ["goal.due"]}),
    ],
)
def test_an_adjustment_that_is_wrong_changes_nothing(signed, hands, changes, reason, found):
    assert refused(lambda: adjust(signed, hands["staff"], reason=reason, **changes)) == found
    assert (again(signed).state, PledgeChange.objects.count()) == ("signed", 0)
    assert signed.goals.first().target == 3_000


def test_whoever_adjusts_does_not_sign_it_and_others_may_not_adjust(signed, hands, district):
    for user in (hands["leader"], hands["party"], make_user("district_staff", district.township_b)):
        assert refused(lambda user=user: adjust(signed, user)) == "appraisal.scope"
    assert refused(lambda: adjust(signed, hands["own"])) == "appraisal.scope"
    stale = {"pledge": again(signed), "version": 1, "content": content(), "by": hands["staff"], "at": NOON}
    assert refused(lambda: adjust_pledge(**stale, reason="加重")) == "row.stale"
    AppraisalCycle.objects.update(state="totalling")
    assert refused(lambda: adjust(signed, hands["staff"])) == "cycle.state"


@pytest.mark.parametrize(("state", "who"), [("adjusted", "own"), ("agreed", "leader"), ("adjusted", "reviewer")])
def test_an_adjustment_that_is_returned_is_written_anew(signed, hands, state, who):
    take(signed, state, hands)
    row = act(return_pledge, signed, hands[who], reason="太重")
    assert (row.state, row.signed_on) == ("adjusting", date(2026, 11, 25))
    adjust(row, hands["staff"], reason="改回", target=3_000)
    assert list(PledgeChange.objects.values_list("before", "after")) == [("3", "5"), ("5", "3")]
    assert again(signed).state == "adjusted"


# ---- settling --------------------------------------------------------------------------
def test_a_settlement_scores_goals_out_of_a_hundred(at_years_end, hands):
    one, two = at_years_end.goals.all()
    results = {one.pk: GoalResult(2_000, "差一个"), two.pk: GoalResult(9_000)}
    row = settle(at_years_end, hands["staff"], results=results)
    assert (row.state, row.score) == ("settled", 80_000)
    standing = settlement(row, list(row.goals.all()), NOON.date())
    assert [(line.rate.text, line.score) for line in standing.lines] == [("66.7%", 40_000), ("112.5%", 40_000)]
    assert (standing.total, standing.left_out, row.goals.first().note) == (80_000, 0, "差一个")
    assert act(archive_pledge, row, hands["leader"]).state == "archived"


def test_what_has_no_rate_is_left_out(cycle, people, staff, hands):
    zero = content(goal("无案件", 40, target=0), goal("建支部", 60))
    row = take(draft(person(cycle, people["a"]), staff, content=zero), "signed", hands)
    AppraisalCycle.objects.update(state="materials")
    none, some = row.goals.all()
    row = settle(row, staff, results={none.pk: GoalResult(0), some.pk: GoalResult(1_500)})
    standing = settlement(row, list(row.goals.all()), NOON.date())
    assert [line.rate.text for line in standing.lines] == ["—", "50.0%"]
    assert (row.score, standing.left_out) == (50_000, 1)


def test_what_was_reached_is_typed_unless_a_figure_gives_it(cycle, people, staff, hands):
    said = content(goal("完成任务", 60, figure=FIGURE), goal("青年夜校", 40))
    row = take(draft(person(cycle, people["a"]), staff, content=said), "signed", hands)
    AppraisalCycle.objects.update(state="materials")
    figure, typed = row.goals.all()
    both = {figure.pk: GoalResult(1_000), typed.pk: GoalResult(None)}
    found = refused(lambda: settle(row, staff, results=both))
    assert found == {str(figure.pk): ["goal.computed"], str(typed.pk): ["goal.actual"]}
    found = refused(lambda: settle(row, staff, results={typed.pk: GoalResult(-1)}))
    assert found == {str(typed.pk): ["goal.target"]}
    assert again(row).state == "signed"


def test_figures_are_computed_for_the_person_and_for_the_unit(cycle, people, staff, hands, district):
    said = content(
        goal("完成任务", 50, figure=FIGURE, target=12_000), goal("办结率", 50, figure=RATE_FIGURE, target=90_000)
    )
    row = take(draft(person(cycle, people["a"]), staff, content=said), "signed", hands)
    for number, state in enumerate(("closed", "running"), start=1):
        task = send(staff, district.top, district.township_a, district.township_b, title=f"任务{number}")
        TaskAssignment.objects.filter(task=task).update(
            handler=hands["own"],
            due_on=date(2026, 10, number),
            state=state,
            done_count=3,
            finished_on=date(2026, 10, 1),
        )
    mine, rate = row.goals.all()
    standing = settlement(row, [mine, rate], date(2026, 11, 1))
    assert [(line.actual, line.rate.text) for line in standing.lines] == [(12_000, "100.0%"), (50_000, "55.6%")]
    assert standing.total is None
    AppraisalCycle.objects.update(state="materials")
    row = settle(row, staff)
    assert list(row.goals.values_list("actual", flat=True)) == [12_000, 50_000]
    TaskAssignment.objects.update(done_count=99)
    stored = settlement(row, list(row.goals.all()), date(2026, 12, 1))
    assert (stored.lines[0].actual, stored.total) == (12_000, row.score)


def test_before_the_year_there_is_nothing_to_compute(a, staff):
    row = draft(a, staff, content=content(goal(figure=FIGURE, weight=100)))
    assert figure_values([(row.goals.get(), a)], date(2025, 12, 31)) == {}


def test_a_settlement_belongs_to_the_years_end_and_may_be_returned(signed, hands, staff, cycle):
    assert refused(lambda: settle(signed, staff)) == "cycle.state"
    take_to(cycle, "materials", staff)
    assert refused(lambda: settle(signed, hands["leader"])) == "appraisal.scope"
    row = settle(signed, staff)
    assert refused(lambda: act(archive_pledge, row, staff)) == "appraisal.scope"
    assert refused(lambda: act(return_pledge, row, staff, reason="算错")) == "appraisal.scope"
    row = act(return_pledge, row, hands["leader"], reason="算错")
    assert (row.state, row.score, row.signed_on) == ("signed", None, date(2026, 11, 25))
    ResponsibilityPledge.objects.filter(pk=row.pk).update(state="draft")
    assert refused(lambda: settle(row, staff)) == "pledge.state"


# ---- of a year -------------------------------------------------------------------------
def test_gaps_name_who_has_none_and_whose_is_not_in_force(cycle, people, staff, hands, django_assert_num_queries):
    take(draft(person(cycle, people["a"]), staff), "signed", hands)
    draft(person(cycle, people["b"]), staff)
    year = fresh(cycle)
    with django_assert_num_queries(1):
        gaps = pledge_gaps(year)
    assert [one.cadre for one in gaps.missing] == [people["top"]]
    assert [one.participant.cadre for one in gaps.unsigned] == [people["b"]]
    assert (gaps.people, gaps.signed, dict(gaps.by_state)) == (3, 1, {PledgeState.SIGNED: 1, PledgeState.DRAFT: 1})
    own = cycle.participants.filter(cadre=people["b"])
    assert (pledge_gaps(cycle, own).people, pledge_gaps(cycle, own).signed) == (1, 0)
    assert state_counts(cycle.participants.all()) == [("未拟", 1), ("草拟", 1), ("已签订", 1)]
