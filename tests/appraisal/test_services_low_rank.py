"""Consecutive low ranks: proposed by the rule, decided by people, seen by very few."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from appraisal.models import HandlingMeasure, LowRankCase
from appraisal.services.handling import (
    Check,
    MeasureFacts,
    carry_out,
    check_measure,
    follow_case,
    remind_due,
    state_view,
)
from appraisal.services.low_rank import (
    Consultation,
    Decision,
    consult_party,
    decide_case,
    decline_case,
    entrust_case,
    propose_low_ranks,
    release_case,
)
from orgs.models import User
from tests.appraisal.conftest import NOON, account_of, fresh, refused
from tests.appraisal.sealed_years import locked_year, prepare_year, reopened, seal
from tests.factories import make_cadre, make_user
from youthleague.audit.models import AuditEvent
from youthleague.notices.models import Notice

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(NOON)
FACTS = MeasureFacts("书记", TODAY, "会议室", "谈话内容甲", "整改要求甲", TODAY + timedelta(days=5))


@pytest.fixture
def five(district):
    """Five secretaries, the last of whom always ranks last."""
    units = (district.township_a, district.township_b, district.village_a1, district.village_a2, district.village_b1)
    return [make_cadre(unit, name=name) for unit, name in zip(units, "甲乙丙丁戊", strict=True)]


@pytest.fixture
def last(five):
    return five[-1]


@pytest.fixture
def years(staff, leader, five):
    """Two sealed years on end."""
    return [locked_year(year, staff, leader, five) for year in (2024, 2025)]


@pytest.fixture
def case(years):
    return LowRankCase.objects.get()


@pytest.fixture
def keeper(district):
    return make_user("district_staff", district.top)


def go(act, case, by, **said):
    row = fresh(case)
    return act(case=row, version=row.version, by=by, at=NOON, **said)


def entrust(case, leader, keeper):
    return go(entrust_case, case, leader, keeper=keeper)


def consult(case, keeper, opinion="会商意见甲"):
    return go(consult_party, case, keeper, said=Consultation("拟处理甲", "柳溪镇党委", TODAY, opinion))


def decide(case, leader, step=1):
    return go(decide_case, case, leader, decision=Decision(step, "纪要1号", "决定内容甲"))


def take_to(case, state, leader, keeper):
    """Take a case on to a state."""
    steps = (
        ("drafted", lambda: entrust(case, leader, keeper)),
        ("consulted", lambda: consult(case, keeper)),
        ("decided", lambda: decide(case, leader)),
        ("carried_out", lambda: go(carry_out, case, keeper, facts=FACTS)),
        ("followed", lambda: go(follow_case, case, keeper)),
    )
    for name, act in steps:
        act()
        if name == state:
            break
    return fresh(case)


# ---- the proposal -------------------------------------------------------------------
def test_locking_proposes_for_who_was_last_two_years_on_end(case, last, leader):
    assert (case.participant.cadre, case.participant.cycle.year) == (last, 2025)
    assert (case.step, case.title, case.state, case.earlier) == (1, "谈话提醒", "proposed", None)
    assert case.years == [{"year": 2025, "rank": 5, "size": 5}, {"year": 2024, "rank": 5, "size": 5}]
    assert list(Notice.objects.filter(kind="low-rank").values_list("recipient", flat=True)) == [leader.pk]


def test_in_a_group_of_four_nobody_is_proposed(staff, leader, five):
    for year in (2024, 2025):
        locked_year(year, staff, leader, five[1:])
    assert not LowRankCase.objects.exists()


def test_several_are_proposed_at_once_and_those_who_tie_across_the_line_are_not(staff, leader, district, five):
    more = [make_cadre(district.village_b2, name=f"人{number}", league_post="member") for number in range(5)]
    everybody = [*five, *more]
    locked_year(2024, staff, leader, everybody)
    locked_year(2025, staff, leader, everybody)
    names = LowRankCase.objects.order_by("participant__cadre__name").values_list("participant__cadre__name", flat=True)
    assert list(names) == ["人3", "人4"]
    tied = {one.pk: 8 for one in everybody[7:]}
    cycle = prepare_year(2026, staff, everybody)
    seal(cycle, leader, ranks=tied)
    assert propose_low_ranks(cycle=cycle, by=leader, at=NOON) == 0


def test_a_year_between_or_another_group_breaks_the_sequence(staff, leader, five):
    locked_year(2023, staff, leader, five)
    cycle = locked_year(2025, staff, leader, five)
    assert not LowRankCase.objects.exists()
    other = prepare_year(2026, staff, five, group=1)
    seal(other, leader)
    assert propose_low_ranks(cycle=other, by=leader, at=NOON) == 0
    assert propose_low_ranks(cycle=cycle, by=leader, at=NOON) == 0


def test_another_year_escalates(years, case, staff, leader, keeper, five):
    take_to(case, "followed", leader, keeper)
    locked_year(2026, staff, leader, five)
    later = LowRankCase.objects.get(participant__cycle__year=2026)
    assert (later.step, later.title, later.earlier) == (2, "批评教育", case)
    assert fresh(case).state == "followed"
    entrust(later, leader, keeper)
    consult(later, keeper)
    decide(later, leader, 2)
    assert (fresh(later).measure, fresh(case).state, fresh(case).closed_by) == ("批评教育", "escalated", leader)


def test_an_earlier_case_that_nobody_decided_is_not_escalated(case, staff, leader, keeper, five):
    locked_year(2026, staff, leader, five)
    later = LowRankCase.objects.get(participant__cycle__year=2026)
    take_to(later, "decided", leader, keeper)
    assert (later.earlier, fresh(case).state) == (case, "proposed")


def test_results_locked_anew_take_the_proposal_back_and_bring_it_again(years, case, leader, five, last):
    cycle = case.participant.cycle
    reopened(cycle.seals.get(), leader, make_user("leader", case.participant.organisation.parent))
    second = seal(cycle, leader, version=2, ranks={last.pk: 1, five[0].pk: 5})
    assert propose_low_ranks(cycle=cycle, by=leader, at=NOON) == 0
    assert fresh(case).state == "lapsed"
    reopened(second, leader, make_user("leader", case.participant.organisation.parent))
    seal(cycle, leader, version=3)
    assert propose_low_ranks(cycle=cycle, by=leader, at=NOON) == 0
    assert (fresh(case).state, LowRankCase.objects.count()) == ("proposed", 1)


def test_a_case_that_was_taken_up_stays_for_people_to_decide(years, case, leader, keeper, five, last):
    entrust(case, leader, keeper)
    cycle = case.participant.cycle
    reopened(cycle.seals.get(), leader, make_user("leader", case.participant.organisation.parent))
    seal(cycle, leader, version=2, ranks={last.pk: 1, five[0].pk: 5})
    propose_low_ranks(cycle=cycle, by=leader, at=NOON)
    assert (fresh(case).state, fresh(case).step) == ("drafted", 1)


def test_who_asks_the_rule_and_of_which_year(years, staff, leader, district):
    assert refused(lambda: propose_low_ranks(cycle=years[1], by=staff, at=NOON)) == "appraisal.scope"
    below = make_user("leader", district.township_a)
    assert refused(lambda: propose_low_ranks(cycle=years[1], by=below, at=NOON)) == "appraisal.scope"
    open_year = prepare_year(2026, staff, [])
    assert refused(lambda: propose_low_ranks(cycle=open_year, by=leader, at=NOON)) == "low_rank.unsealed"


# ---- the case -----------------------------------------------------------------------
def test_a_case_is_taken_to_its_end(case, leader, keeper):
    take_to(case, "followed", leader, keeper)
    row = case.measures.get()
    assert (row.title, row.content, row.due_on, row.entered_by) == ("谈话提醒", "谈话内容甲", FACTS.due_on, keeper)
    assert refused(lambda: go(release_case, case, leader, reason="整改到位")) == "low_rank.unchecked"
    go(state_view, case, keeper, measure=row.pk, text=" 认真整改 ")
    go(check_measure, case, keeper, measure=row.pk, found=Check("已整改", TODAY))
    go(release_case, case, leader, reason=" 整改到位 ")
    done, row = fresh(case), fresh(row)
    assert (done.state, done.closing_reason, done.closed_by) == ("released", "整改到位", leader)
    assert (row.statement, row.is_on_behalf, row.result, row.checked_on) == ("认真整改", True, "已整改", TODAY)
    events = AuditEvent.objects.filter(subject=f"appraisal.LowRankCase:{case.pk}").order_by("seq")
    assert [one.action.removeprefix("low-rank.") for one in events] == [
        *("entrust", "consult", "decide", "carry-out", "follow", "state", "check", "release"),
    ]
    assert {(one.subject_lineage, str(one.facts)) for one in events} == {("", "{}")}


def test_a_second_talk_is_entered_while_it_is_followed_up(case, leader, keeper):
    take_to(case, "followed", leader, keeper)
    go(carry_out, case, keeper, facts=FACTS)
    assert (fresh(case).state, case.measures.count()) == ("followed", 2)


@pytest.mark.parametrize("state", ["proposed", "drafted", "consulted"])
def test_people_may_do_nothing_with_a_reason(case, leader, keeper, state):
    if state != "proposed":
        take_to(case, state, leader, keeper)
    assert refused(lambda: go(decline_case, case, leader, reason=" ")) == "low_rank.words"
    go(decline_case, case, leader, reason="情有可原")
    assert (fresh(case).state, fresh(case).closing_reason) == ("declined", "情有可原")
    assert refused(lambda: decide(case, leader)) == "low_rank.state"


def test_steps_follow_one_another(case, leader, keeper):
    assert refused(lambda: decide(case, leader)) == "low_rank.state"
    entrust(case, leader, keeper)
    assert refused(lambda: go(carry_out, case, keeper, facts=FACTS)) == "low_rank.state"
    assert refused(lambda: go(follow_case, case, keeper)) == "low_rank.state"
    assert refused(lambda: go(release_case, case, leader, reason="好")) == "low_rank.state"
    assert refused(lambda: go(state_view, case, keeper, measure=1, text="好")) == "low_rank.state"


def test_only_the_named_keeper_acts_and_only_leaders_decide(case, staff, leader, keeper, district):
    assert refused(lambda: entrust(case, staff, keeper)) == "low_rank.scope"
    entrust(case, leader, keeper)
    assert refused(lambda: consult(case, staff)) == "low_rank.scope"
    assert refused(lambda: consult(case, leader)) == "low_rank.scope"
    consult(case, keeper)
    assert refused(lambda: decide(case, keeper)) == "low_rank.scope"
    elsewhere = make_user("leader", district.township_a)
    assert refused(lambda: decide(case, elsewhere)) == "low_rank.scope"


def test_the_keeper_is_nobody_near(case, leader, keeper, district, five, last):
    assert refused(lambda: entrust(case, leader, account_of(last, "district_staff", district.top))) == "low_rank.keeper"
    peer = account_of(five[0], "district_staff", district.top)
    assert refused(lambda: entrust(case, leader, peer)) == "low_rank.keeper"
    assert refused(lambda: entrust(case, leader, make_user("judge", district.top))) == "low_rank.keeper"
    entrust(case, leader, keeper)
    other = make_user("district_staff", district.top)
    entrust(case, leader, other)
    assert refused(lambda: consult(case, keeper)) == "low_rank.scope"


def test_keeper_and_leader_are_two_persons(case, leader, keeper, district):
    entrust(case, leader, keeper)
    consult(case, keeper)
    second = make_user("leader", district.top)
    User.objects.filter(pk=second.pk).update(person_key=keeper.person_key)
    assert refused(lambda: decide(case, fresh(second))) == "low_rank.two"


def test_nobody_acts_on_the_own_case_by_any_account(case, last, leader, keeper, district):
    own = account_of(last, "leader", district.top)
    for act in (
        lambda: entrust(case, own, keeper),
        lambda: go(decline_case, case, own, reason="好"),
    ):
        assert refused(act) == "appraisal.self"
    entrust(case, leader, keeper)
    User.objects.filter(pk=keeper.pk).update(person_key=last.person_key)
    assert refused(lambda: consult(case, fresh(keeper))) == "appraisal.self"
    assert fresh(case).state == "drafted"


def test_what_is_wrong_is_refused_and_nothing_changes(case, leader, keeper):
    entrust(case, leader, keeper)
    said = Consultation("拟", "党委", TODAY + timedelta(days=1), "意见")
    assert refused(lambda: go(consult_party, case, keeper, said=said)) == "low_rank.day"
    assert refused(lambda: consult(case, keeper, opinion=" ")) == "low_rank.words"
    consult(case, keeper)
    assert refused(lambda: decide(case, leader, 2)) == "low_rank.measure"
    assert refused(lambda: go(decide_case, case, leader, decision=Decision(1, "", "内容"))) == "low_rank.words"
    stale = fresh(case)
    decide(case, leader)
    told = {"decision": Decision(1, "1号", "内容"), "by": leader, "at": NOON}
    assert refused(lambda: decide_case(case=stale, version=stale.version, **told)) == "row.stale"
    for facts, code in (
        (MeasureFacts("", *list(FACTS.__getstate__())[1:]), "low_rank.words"),
        (MeasureFacts("书记", TODAY, "室", "内容", "要求", TODAY), "low_rank.due"),
        (MeasureFacts("书记", TODAY + timedelta(days=1), "室", "内容", "要求", TODAY), "low_rank.day"),
    ):
        assert refused(lambda facts=facts: go(carry_out, case, keeper, facts=facts)) == code
    assert not HandlingMeasure.objects.exists()


def test_a_person_with_an_account_speaks_for_herself_once(case, last, leader, keeper, district):
    own = account_of(last, "village_secretary", district.village_b1)
    take_to(case, "carried_out", leader, keeper)
    row = case.measures.get()
    assert refused(lambda: go(state_view, case, keeper, measure=row.pk, text="好")) == "low_rank.statement"
    assert refused(lambda: go(state_view, case, own, measure=row.pk + 1, text="好")) == "low_rank.foreign"
    assert refused(lambda: go(state_view, case, own, measure=row.pk, text=" ")) == "low_rank.words"
    go(state_view, case, own, measure=row.pk, text="认真整改")
    assert (fresh(row).statement, fresh(row).is_on_behalf) == ("认真整改", False)
    said = AuditEvent.objects.filter(actor_name=own.full_name).order_by("seq").last()
    assert (said.action, said.subject, said.facts) == ("appraisal.own-words", "", {})
    assert refused(lambda: go(state_view, case, own, measure=row.pk, text="又改")) == "low_rank.stated"
    go(follow_case, case, keeper)
    go(check_measure, case, keeper, measure=row.pk, found=Check("好", TODAY))
    assert refused(lambda: go(check_measure, case, keeper, measure=row.pk, found=Check("好", TODAY))) == (
        "low_rank.checked"
    )


# ---- who sees and who is told -------------------------------------------------------
def test_very_few_see_a_case(case, last, staff, leader, keeper, district):
    own_leader = account_of(last, "leader", district.top)
    nobody = [
        staff,
        own_leader,
        make_user("township_secretary", district.township_b),
        make_user("party_committee", district.township_b),
        make_user("org_department", district.top),
        make_user("leader", district.township_a),
    ]

    def see(users):
        return [user for user in users if LowRankCase.objects.visible_to(user).exists()]

    assert (see([leader]), see([*nobody, keeper])) == ([leader], [])
    entrust(case, leader, keeper)
    assert see([*nobody, leader, keeper]) == [leader, keeper]
    assert not LowRankCase.objects.of_person(own_leader).exists()
    consult(case, keeper)
    decide(case, leader)
    assert LowRankCase.objects.of_person(own_leader).get() == case
    assert not LowRankCase.objects.of_person(staff).exists()


def test_notices_name_nobody(case, last, leader, keeper, district):
    own = account_of(last, "village_secretary", district.village_b1)
    take_to(case, "followed", leader, keeper)
    notices = Notice.objects.filter(kind="low-rank")
    assert set(notices.values_list("recipient", flat=True)) == {leader.pk, keeper.pk, own.pk}
    texts = "".join(f"{one.title}{one.text}" for one in notices)
    assert not any(word in texts for word in (last.name, "靠后", "谈话提醒", "谈话内容甲"))


def test_the_keeper_is_reminded_once_of_what_comes_due(case, leader, keeper):
    take_to(case, "followed", leader, keeper)
    assert remind_due(at=NOON) == 1
    assert remind_due(at=NOON + timedelta(days=1)) == 0
    [notice] = Notice.objects.filter(kind="low-rank-due")
    assert (notice.recipient, str(FACTS.due_on) in notice.text) == (keeper, True)


def test_nobody_is_reminded_early_on_a_day_off_or_of_what_is_checked(case, leader, keeper):
    take_to(case, "followed", leader, keeper)
    far = NOON - timedelta(days=4)
    assert remind_due(at=far) == 0
    assert remind_due(at=NOON + timedelta(days=3)) == 0  # Saturday
    go(check_measure, case, keeper, measure=case.measures.get().pk, found=Check("好", TODAY))
    assert remind_due(at=NOON) == 0


def test_leaders_are_reminded_in_place_of_a_keeper_who_left(case, leader, keeper):
    take_to(case, "followed", leader, keeper)
    User.objects.filter(pk=keeper.pk).update(is_active=False)
    assert remind_due(at=NOON) == 1
    assert Notice.objects.get(kind="low-rank-due").recipient == leader


def test_texts_are_encrypted_in_the_database(case, leader, keeper):
    take_to(case, "carried_out", leader, keeper)
    with connection.cursor() as cursor:
        cursor.execute("SELECT plan, opinion, decision FROM appraisal_lowrankcase")
        stored = [*cursor.fetchone()]
        cursor.execute("SELECT content, demands FROM appraisal_handlingmeasure")
        stored += cursor.fetchone()
    assert [text.startswith("v1:") for text in stored] == [True] * 5
