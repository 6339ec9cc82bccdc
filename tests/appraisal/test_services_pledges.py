"""Drawing up, confirming, reviewing, signing, countersigning, returning: who may, when, and what is told."""

from datetime import date

import pytest

from appraisal.choices import PledgeState
from appraisal.models import AppraisalCycle, Participant, PledgeGoal, PledgeStep, ResponsibilityPledge
from appraisal.services.cycles import open_cycle, prepare_cycle
from appraisal.services.pledges import (
    archive_pledge,
    change_pledge,
    confirm_pledge,
    countersign_pledge,
    draft_missing,
    offer_pledge,
    return_pledge,
    review_pledge,
    sign_pledge,
)
from appraisal.services.population import draw_population
from tests.appraisal.conftest import NOON, account_of, fresh, person, refused, take_to
from tests.appraisal.pledges import FIGURE, RATE_FIGURE, act, again, content, draft, entries, goal, take
from tests.factories import give_role, make_user
from youthleague.audit.models import AuditEvent
from youthleague.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def a(cycle, people):
    return person(cycle, people["a"])


@pytest.fixture
def pledge(a, staff):
    return draft(a, staff)


def told():
    return set(Notice.objects.filter(channel="inbox").values_list("recipient__username", "title"))


def test_a_pledge_is_drawn_up_with_its_goals(a, staff):
    row = draft(a, staff)
    assert (row.state, row.version, row.duties) == ("draft", 1, "主持全面工作")
    assert list(row.goals.values_list("position", "content", "weight")) == [(1, "建团支部", 60), (2, "青年夜校", 40)]
    assert list(row.steps.values_list("act", "by")) == [("draft", staff.pk)]
    assert AuditEvent.objects.get(action="pledge.draft").subject == f"appraisal.Participant:{a.pk}"
    assert refused(lambda: draft(a, staff)) == "pledge.twice"


def test_goals_that_are_wrong_are_named_by_their_number(a, staff):
    wrong = content(goal(), goal("", 40), goal(due_on=date(2027, 1, 1)), goal(figure="linkage.overdue"))
    found = refused(lambda: draft(a, staff, content=wrong))
    assert found == {"2": ["goal.content"], "3": ["goal.due"], "4": ["goal.figure"]}
    assert refused(lambda: draft(a, staff, content=content(*[goal()] * 21))) == "pledge.many"
    assert not ResponsibilityPledge.objects.exists()


def test_a_figure_brings_its_unit(a, staff):
    row = draft(a, staff, content=content(goal(figure=RATE_FIGURE, unit="次"), goal(figure=FIGURE, weight=40)))
    assert list(row.goals.values_list("unit", flat=True)) == ["%", "个"]


def test_a_draft_is_written_anew_and_keeps_the_rows_that_stay(pledge, staff):
    first, second = pledge.goals.all()
    changed = content(*entries(pledge, weight=70)[:1], goal("走访青年", 30), duties="改过")
    row = act(change_pledge, pledge, staff, content=changed)
    assert (row.version, row.duties) == (2, "改过")
    assert list(row.goals.values_list("weight", "content")) == [(70, "建团支部"), (30, "走访青年")]
    assert row.goals.first().pk == first.pk
    assert not PledgeGoal.objects.filter(pk=second.pk).exists()


def test_goals_of_another_pledge_are_not_taken_over(pledge, staff, cycle, people):
    other = draft(person(cycle, people["b"]), staff)
    foreign = content(*entries(other))
    assert refused(lambda: act(change_pledge, pledge, staff, content=foreign)) == "goal.foreign"
    twice = content(entries(pledge)[0], entries(pledge)[0])
    assert refused(lambda: act(change_pledge, pledge, staff, content=twice)) == "goal.foreign"
    assert (other.goals.count(), pledge.goals.count()) == (2, 2)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"duties": " "}, "pledge.duties"),
        ({"goals": [goal(weight=99)]}, "pledge.weights"),
        ({"goals": []}, "pledge.goals"),
    ],
)
def test_what_is_unfinished_is_not_put_before_its_person(pledge, staff, said, found):
    goals = said.pop("goals", None)
    what = content(**said) if goals is None else content(*goals, **said)
    if goals == []:
        what = type(what)(what.duties)
    act(change_pledge, pledge, staff, content=what)
    assert refused(lambda: act(offer_pledge, pledge, staff)) == found
    assert again(pledge).state == "draft"


def test_a_secretary_of_a_township_signs_with_the_party_committee(pledge, hands):
    assert take(pledge, "countersigning", hands).signed_on == date(2026, 11, 25)
    row = take(pledge, "signed", hands)
    assert (row.countersigned_on, row.version) == (date(2026, 11, 25), 6)
    acts = ["draft", "offer", "confirm", "review", "sign", "countersign"]
    assert list(row.steps.values_list("act", flat=True)) == acts
    assert [AuditEvent.objects.filter(action=f"pledge.{one}").count() for one in acts] == [1] * 6
    own, party = hands["own"].username, hands["party"].username
    assert told() == {
        (own, "请确认2026年度岗位目标责任书"),
        (party, "请会签甲的2026年度岗位目标责任书"),
        (own, "2026年度岗位目标责任书已签订"),
    }


def test_an_official_of_the_district_needs_no_second_signature(cycle, people, staff, hands, district):
    row = draft(person(cycle, people["top"]), staff)
    own = account_of(people["top"], "district_staff", district.top)
    row = take(row, "signed", {**hands, "own": own})
    assert (row.countersigned_on, row.signed_on) == (None, date(2026, 11, 25))
    ResponsibilityPledge.objects.filter(pk=row.pk).update(state="countersigning")
    give_role(hands["party"], district.top, "party_committee")
    top = fresh(hands["party"])
    assert refused(lambda: act(countersign_pledge, row, top)) == "pledge.no-party"


def test_only_the_person_confirms_by_any_account(pledge, hands, people, district):
    take(pledge, "offered", hands)
    for user in (hands["staff"], hands["leader"], hands["party"]):
        assert refused(lambda user=user: act(confirm_pledge, pledge, user)) == "pledge.other"
    second = account_of(people["a"], "village_secretary", district.village_a1)
    assert act(confirm_pledge, pledge, second).state == "confirmed"


def test_without_accounts_signatures_on_paper_are_entered(cycle, people, staff, leader, district):
    row, reviewer = draft(person(cycle, people["b"]), staff), make_user("district_staff", district.top)
    act(offer_pledge, row, staff)
    assert refused(lambda: act(confirm_pledge, row, leader)) == "appraisal.scope"
    act(confirm_pledge, row, staff)
    act(review_pledge, row, reviewer)
    act(sign_pledge, row, leader)
    assert refused(lambda: act(countersign_pledge, row, leader)) == "appraisal.scope"
    assert act(countersign_pledge, row, staff).state == "signed"
    reasons = row.steps.filter(act__in=["confirm", "countersign"]).values_list("reason", flat=True)
    assert list(reasons) == ["凭书面签字登记"] * 2


def test_where_the_party_committee_has_no_account_staff_return_what_it_refused(cycle, people, staff, leader, hands):
    row = draft(person(cycle, people["b"]), staff)
    act(offer_pledge, row, staff)
    act(confirm_pledge, row, staff)
    act(review_pledge, row, hands["reviewer"])
    act(sign_pledge, row, leader)
    assert refused(lambda: act(return_pledge, row, leader, reason="不同意")) == "appraisal.scope"
    assert act(return_pledge, row, staff, reason="党委不同意").state == "draft"


def test_whoever_drew_it_up_does_not_review_it(pledge, hands):
    take(pledge, "confirmed", hands)
    assert refused(lambda: act(review_pledge, pledge, hands["staff"])) == "pledge.same"
    act(return_pledge, pledge, hands["reviewer"], reason="目标太低")
    act(offer_pledge, pledge, hands["reviewer"])
    act(confirm_pledge, pledge, hands["own"])
    assert refused(lambda: act(review_pledge, pledge, hands["staff"])) == "pledge.same"
    assert refused(lambda: act(review_pledge, pledge, hands["reviewer"])) == "pledge.same"


def test_one_person_with_two_accounts_does_not_review_and_sign(pledge, hands, people, district):
    take(pledge, "confirmed", hands)
    reviewing = account_of(people["b"], "district_staff", district.top)
    signing = account_of(people["b"], "leader", district.top)
    act(review_pledge, pledge, reviewing)
    assert refused(lambda: act(sign_pledge, pledge, signing)) == "pledge.same"


def test_nobody_acts_on_their_own_pledge(a, pledge, hands, people, district):
    own_staff = account_of(people["a"], "district_staff", district.top)
    own_leader = account_of(people["a"], "leader", district.top)
    own_party = account_of(people["a"], "party_committee", district.township_a)
    Participant.objects.filter(pk=a.pk).update(standing="ranked")
    assert refused(lambda: act(offer_pledge, pledge, own_staff)) == "appraisal.self"
    assert refused(lambda: act(change_pledge, pledge, own_staff, content=content())) == "appraisal.self"
    take(pledge, "reviewed", hands)
    assert refused(lambda: act(sign_pledge, pledge, own_leader)) == "appraisal.self"
    take(pledge, "countersigning", hands)
    assert refused(lambda: act(countersign_pledge, pledge, own_party)) == "appraisal.self"
    pledge.delete()
    assert refused(lambda: draft(a, own_staff)) == "appraisal.self"


def test_each_step_has_its_right_in_its_place(a, pledge, hands, district):
    staff, leader, party = hands["staff"], hands["leader"], hands["party"]
    of_b, party_b = make_user("district_staff", district.township_b), make_user("party_committee", district.township_b)

    def scoped(service, *users, **more):
        for user in users:
            assert refused(lambda user=user: act(service, pledge, user, **more)) == "appraisal.scope"

    scoped(offer_pledge, leader, party, of_b)
    scoped(change_pledge, leader, of_b, content=content())
    take(pledge, "confirmed", hands)
    scoped(review_pledge, leader, of_b)
    scoped(return_pledge, leader, of_b, party, reason="不妥")
    take(pledge, "reviewed", hands)
    scoped(sign_pledge, staff, party)
    scoped(return_pledge, staff, reason="不妥")
    take(pledge, "countersigning", hands)
    scoped(countersign_pledge, staff, leader, party_b)
    scoped(return_pledge, staff, leader, party_b, reason="不妥")
    take(pledge, "signed", hands)
    pledge.delete()
    for user in (leader, of_b):
        assert refused(lambda user=user: draft(a, user)) == "appraisal.scope"


@pytest.mark.parametrize("state", ["offered", "confirmed", "reviewed", "countersigning"])
def test_each_stage_returns_to_the_draft_with_a_reason(pledge, hands, state):
    take(pledge, state, hands)
    by = {"offered": "own", "confirmed": "reviewer", "reviewed": "leader", "countersigning": "party"}[state]
    assert refused(lambda: act(return_pledge, pledge, hands[by], reason=" ")) == "fact.reason"
    row = act(return_pledge, pledge, hands[by], reason="目标太低")
    assert (row.state, row.signed_on, row.steps.last().reason) == ("draft", None, "目标太低")
    assert (hands["staff"].username, "甲的2026年度岗位目标责任书被退回") in told()


def test_what_waits_for_its_person_is_taken_back_by_whoever_keeps_the_year(pledge, hands):
    take(pledge, "offered", hands)
    assert refused(lambda: act(return_pledge, pledge, hands["leader"], reason="写错了")) == "appraisal.scope"
    assert act(return_pledge, pledge, hands["reviewer"], reason="写错了").state == "draft"
    assert refused(lambda: act(return_pledge, pledge, hands["reviewer"], reason="写错了")) == "pledge.state"


def test_steps_are_taken_in_order(pledge, hands):
    for service, who in ((confirm_pledge, "own"), (review_pledge, "staff"), (sign_pledge, "leader")):
        assert refused(lambda service=service, who=who: act(service, pledge, hands[who])) == "pledge.state"
    assert refused(lambda: act(countersign_pledge, pledge, hands["party"])) == "pledge.state"
    assert refused(lambda: act(archive_pledge, pledge, hands["leader"])) == "cycle.state"
    take(pledge, "signed", hands)
    assert refused(lambda: act(change_pledge, pledge, hands["staff"], content=content())) == "pledge.state"


def test_of_two_who_act_on_one_version_one_is_too_late(pledge, hands):
    take(pledge, "confirmed", hands)
    seen = again(pledge)
    review_pledge(pledge=seen, version=seen.version, by=hands["reviewer"], at=NOON)
    late = {"pledge": seen, "version": seen.version, "by": hands["reviewer"], "at": NOON}
    assert refused(lambda: review_pledge(**late)) == "row.stale"
    assert refused(lambda: return_pledge(**late, reason="不妥")) == "row.stale"
    assert (again(pledge).state, PledgeStep.objects.filter(act="review").count()) == ("reviewed", 1)


def test_nothing_is_drawn_up_before_the_year_begins_or_signed_after_it(a, pledge, hands):
    take(pledge, "reviewed", hands)
    for state in ("preparation", "totalling", "archived"):
        AppraisalCycle.objects.update(state=state)
        assert refused(lambda: act(sign_pledge, pledge, hands["leader"])) == "cycle.state"
        assert refused(lambda: draft(fresh(a), hands["staff"])) == "cycle.state"


def test_who_is_no_longer_appraised_has_no_pledge_to_work_on(a, pledge, hands, cycle, people):
    Participant.objects.filter(cycle=cycle).update(standing="withdrawn")
    assert refused(lambda: act(offer_pledge, pledge, hands["staff"])) == "pledge.withdrawn"
    assert refused(lambda: draft(person(cycle, people["b"]), hands["staff"])) == "pledge.withdrawn"


# ---- many at once ----------------------------------------------------------------------
@pytest.fixture
def next_year(cycle, people, staff, hands):
    """Give the year after, drawn and begun; A has a pledge of the year before."""
    old = draft(
        person(cycle, people["a"]), staff, content=content(goal(lead="甲", note="旧"), goal(figure=FIGURE, weight=40))
    )
    take(old, "signed", hands)
    row = prepare_cycle(year=2027, by=staff, at=NOON)
    draw_population(cycle=row, by=staff, at=NOON)
    return open_cycle(cycle=fresh(row), version=fresh(row).version, by=staff, at=NOON)


def test_those_without_one_are_drawn_up_as_last_year(next_year, people, staff):
    keys = list(next_year.participants.values_list("pk", flat=True))
    drawn = draft_missing(cycle=next_year, people=keys, by=staff, at=NOON)
    assert (drawn.drafted, drawn.left) == (1, len(keys) - 1)
    row = ResponsibilityPledge.objects.get(participant__cycle=next_year)
    assert (row.participant.cadre, row.state, row.signed_on) == (people["a"], PledgeState.DRAFT, None)
    found = list(row.goals.values_list("due_on", "lead", "note", "figure", "actual"))
    assert found == [(date(2027, 11, 30), "甲", "", "", None), (date(2027, 11, 30), "", "", FIGURE, None)]
    assert draft_missing(cycle=next_year, people=keys, by=staff, at=NOON).drafted == 0
    assert AuditEvent.objects.filter(action="pledge.draft-many").count() == 1


def test_those_without_one_are_drawn_up_as_another_one(next_year, people, staff, district):
    like = ResponsibilityPledge.objects.with_person().get()
    keys = list(next_year.participants.values_list("pk", flat=True))
    drawn = draft_missing(cycle=next_year, people=keys, like=like, by=staff, at=NOON)
    assert (drawn.drafted, drawn.left) == (len(keys), 0)
    b = ResponsibilityPledge.objects.get(participant__cycle=next_year, participant__cadre=people["b"])
    assert (b.goals.first().lead, b.goals.first().content) == ("", "建团支部")


def test_many_are_drawn_up_in_ones_own_place_and_never_ones_own(next_year, people, staff, district, leader):
    like = ResponsibilityPledge.objects.with_person().get()
    keys = list(next_year.participants.values_list("pk", flat=True))
    own = account_of(people["b"], "district_staff", district.top)
    drawn = draft_missing(cycle=next_year, people=keys, like=like, by=own, at=NOON)
    assert (drawn.drafted, drawn.left) == (len(keys) - 1, 0)
    of_b = make_user("district_staff", district.township_b)
    for user in (leader, of_b):
        call = {"cycle": next_year, "people": keys, "by": user, "at": NOON}
        assert refused(lambda call=call: draft_missing(**call)) == "appraisal.scope"
    b = person(next_year, people["b"])
    call = {"cycle": next_year, "people": [b.pk], "like": like, "by": of_b, "at": NOON}
    assert refused(lambda: draft_missing(**call)) == "appraisal.scope"
    take_to(next_year, "totalling", staff)
    assert refused(lambda: draft_missing(cycle=next_year, people=keys, by=staff, at=NOON)) == "cycle.state"
