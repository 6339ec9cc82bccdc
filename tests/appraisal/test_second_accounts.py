"""A second account opens nothing to a person that the first account closes."""

import pytest

from appraisal.choices import Component
from appraisal.models import (
    BallotBox,
    BoxPerson,
    BoxVoter,
    ComponentPool,
    DebriefMeeting,
    LowRankCase,
    MeetingJudge,
    MeetingSpeaker,
)
from appraisal.reports.appeals import givers_of
from appraisal.services.appeals import accept_appeal, uphold_appeal
from appraisal.services.district.objections import decide_objection, raise_objection
from appraisal.services.district.reporting import report_district
from appraisal.services.district.scoring import adopt_own, feed_back, start_scoring
from appraisal.services.handling import Check, carry_out, check_measure, follow_case
from appraisal.services.low_rank import consult_party, decide_case, decline_case, entrust_case, release_case
from tests.appraisal.conftest import NOON, fresh, refused
from tests.appraisal.districts import AFTER, codes, issue, points_of, rate, score, step
from tests.appraisal.reviewing import clerk, file, own, publish, second, year
from tests.appraisal.sealed_years import locked_year
from tests.appraisal.self_acts_later import DECISION, FACTS, SAID
from tests.appraisal.self_years import second_account
from tests.factories import give_role, make_cadre, make_user

__all__ = ["clerk", "own", "second", "year"]
pytestmark = pytest.mark.django_db


# ---- 连续靠后 -------------------------------------------------------------------------------
@pytest.fixture
def case(staff, leader, district):
    """The case of whom two locked years put last."""
    units = (district.township_a, district.township_b, district.village_a1, district.village_a2, district.village_b1)
    five = [make_cadre(unit) for unit in units]
    for locked in (2024, 2025):
        locked_year(locked, staff, leader, five)
    return LowRankCase.objects.get()


@pytest.fixture
def keeper(district):
    return make_user("district_staff", district.top)


def go(service, case, by, **said):
    row = fresh(case)
    return service(case=row, version=row.version, by=by, at=NOON, **said)


def test_who_decides_by_one_account_keeps_no_case_by_another(case, leader, keeper, district):
    other = second_account(leader, "district_staff", district.top)
    assert refused(lambda: go(entrust_case, case, leader, keeper=other)) == "low_rank.keeper"
    go(entrust_case, case, leader, keeper=keeper)
    assert fresh(case).keeper == keeper


def test_a_keeper_who_became_a_leader_leaves_the_own_case_to_another(case, leader, keeper, district):
    go(entrust_case, case, leader, keeper=keeper)
    go(consult_party, case, keeper, said=SAID)
    other = second_account(keeper, "leader", district.top)
    assert refused(lambda: go(decline_case, case, other, reason="已经改正")) == "low_rank.two"
    assert refused(lambda: go(decide_case, case, other, decision=DECISION)) == "low_rank.two"
    go(decide_case, case, leader, decision=DECISION)
    go(carry_out, case, keeper, facts=FACTS)
    go(follow_case, case, keeper)
    go(check_measure, case, keeper, measure=case.measures.get().pk, found=Check("已经改正", FACTS.held_on))
    assert refused(lambda: go(release_case, case, other, reason="已经改正")) == "low_rank.two"
    assert fresh(case).state == "followed"
    assert go(release_case, case, leader, reason="已经改正").closed_by == leader


# ---- 区综合考核 ------------------------------------------------------------------------------
@pytest.fixture
def scoring(prepared, district, staff):
    """A 区综合考核 in 核分; of both units a deputy handed in."""
    row = issue(prepared, district, staff)
    for unit in (district.township_a, district.township_b):
        rate(row, unit, make_user("township_secretary", unit), 38_000, 55_000)
    return step(start_scoring, row, staff)


@pytest.fixture
def secretary(district):
    """The secretary of township A, who handed nothing in; with another account in the office."""
    user = make_user("township_secretary", district.township_a)
    return second_account(user, "district_staff", district.top)


def test_nobody_scores_the_unit_of_which_they_are_secretary_whoever_handed_in(scoring, secretary, staff, district):
    a, b = district.township_a, district.township_b
    assert codes(lambda: score(scoring, secretary, {(a, 1): 38_000})) == {"district.self"}
    item = scoring.items.get(position=1)
    assert adopt_own(appraisal=scoring, item=item, by=secretary, at=NOON) == 1
    assert (points_of(scoring, a)[1].points, points_of(scoring, b)[1].points) == (None, 38_000)
    assert score(scoring, staff, {(a, 1): 38_000}) == 1


def test_nor_answer_its_objections_nor_report(scoring, secretary, staff, leader, district):
    a, b = district.township_a, district.township_b
    give_role(secretary, district.top, "leader")
    score(scoring, staff, {(unit, place): (30_000, "次数不足") for unit in (a, b) for place in (1, 2)})
    step(feed_back, scoring, staff)
    points = points_of(scoring, a)[1]
    objection = raise_objection(points=points, text="次数有误", by=points.unit.handed_in_by, at=NOON)
    answer = {"objection": objection, "is_corrected": False, "points": None, "reason": "属实", "at": NOON}
    assert refused(lambda: decide_objection(by=secretary, **answer)) == "district.self"
    assert decide_objection(by=leader, **answer).state == "upheld"
    assert refused(lambda: step(report_district, scoring, secretary, AFTER)) == "district.self"
    assert step(report_district, scoring, leader, AFTER).state == "reported"


# ---- 异议 ---------------------------------------------------------------------------------
def test_a_judge_of_the_debrief_does_not_decide_about_it(year, second, own, clerk, leader, staff):
    meeting = DebriefMeeting.objects.create(
        cycle=year, title="述职会", day=NOON.date(), starts_at="14:30", place="会议室", minutes=8, state="closed"
    )
    MeetingSpeaker.objects.create(meeting=meeting, participant=second, position=1, is_written=True)
    for user in (clerk, None):
        MeetingJudge.objects.create(meeting=meeting, ballot_class="judges", user=user, name="评委")
    publish(year, staff)
    row = accept_appeal(appeal=file(second, own, Component.DEBRIEF), version=1, by=staff, at=NOON)
    assert givers_of(row) == {clerk.person_key}
    by_another = second_account(clerk, "leader", second.organisation.parent)
    assert refused(lambda: uphold_appeal(appeal=row, version=2, answer="属实", by=by_another, at=NOON)) == "appeal.self"
    assert uphold_appeal(appeal=row, version=2, answer="属实", by=leader, at=NOON).state == "upheld"


def test_who_voted_under_their_name_does_not_decide_about_it(year, second, own, clerk, leader, staff):
    pool = ComponentPool.objects.get(component__group=second.group, component__component=3, ballot_class="a")
    days = {"opens_on": NOON.date(), "closes_on": NOON.date()}
    for mode, voter in (("named", clerk), ("counted", leader)):
        box = BallotBox.objects.create(cycle=year, mode=mode, pool=pool, title="党政评", state="closed", **days)
        BoxPerson.objects.create(box=box, participant=second, position=1)
        BoxVoter.objects.create(box=box, voter=voter, rates=[second.pk], has_voted=True)
        BoxVoter.objects.create(box=box, voter=staff, rates=[second.pk] if mode == "counted" else [])
    publish(year, staff)
    row = file(second, own, Component.PARTY_GOVERNMENT)
    assert givers_of(row) == {clerk.person_key}
    row.component = Component.YOUTH_OPINION
    assert givers_of(row) == frozenset()
