"""A scorecard as a reader sees it: means, years, names of the time, what is missing, what is capped, what is hidden."""

from datetime import date

import pytest

from appraisal.choices import Component
from appraisal.models import Adjustment, AppraisalCycle, Exemption, Participant, ResponsibilityPledge, Scorecard, Veto
from appraisal.reports.explaining import COUNTED, HIGHEST, LOWEST
from appraisal.reports.facts import facts_of_work
from appraisal.reports.portraits import portraits
from appraisal.reports.scorecards import card_of, people_with_cards
from appraisal.reports.sight import OF_ONESELF, WHOLE, own_cards, readable, sight_of
from appraisal.services.cycles import open_cycle, prepare_cycle
from appraisal.services.population import draw_population
from orgs.access import scope_of
from orgs.services import merge_organisation, rename_organisation
from tests.appraisal.cards import give_all, of, rolled_up
from tests.appraisal.conftest import NOON, account_of, fresh
from tests.factories import TODAY, make_cadre, make_user

pytestmark = pytest.mark.django_db


def card(person, sight=WHOLE):
    rows = Participant.objects.all()
    return card_of(people_with_cards(rows).get(pk=person.pk), sight, rows, day=TODAY)


def line(found, component):
    return next(one for one in found.lines if one.explained.component == component)


@pytest.fixture
def year(cycle, people, leader, staff, district):
    """Give a year in 归档 in which three secretaries of towns have everything, each better than the one before."""
    draw = [people["b"], *[make_cadre(district.township_b, name=f"书记{number}") for number in (1, 2)]]
    town = cycle.groups.get(name="乡镇")
    for cadre in draw[1:]:
        unit = district.township_b
        Participant.objects.create(
            cycle=cycle,
            group=town,
            cadre=cadre,
            appointment=cadre.appointments.get(),
            league_post="secretary",
            organisation=unit,
            lineage=unit.lineage,
            months=12,
            standing="ranked",
        )
    for number, cadre in enumerate(draw):
        give_all(of(cycle, cadre), leader, staff, mark=80_000 + 4_000 * number)
    return rolled_up(cycle, staff)


def test_a_card_adds_up_and_stands_beside_the_mean(year, people):
    found = card(of(year, people["b"]))
    # The total is rounded once: the points, each rounded, may add up to a hundredth more or less.
    assert (found.row.total, sum(one.points for one in found.lines)) == (84_740, 84_750)
    assert found.total_steps[-1].result == "84.74"
    daily = line(found, Component.LEADER_REVIEW)
    assert (daily.explained.score, daily.points, daily.mean, daily.lead) == (81_250, 34_130, 35_810, -1_680)
    assert (found.means.people, found.means.ranked, found.places.most, found.places.taken) == (3, 3, 0, 0)
    assert not found.is_outdated


def test_the_panel_says_which_marks_were_dropped(year, people):
    pools = line(card(of(year, people["b"])), Component.DEBRIEF).explained.pools
    assert [one.treatment for one in pools[0].marks] == [HIGHEST, *[COUNTED] * 6, LOWEST]
    step = line(card(of(year, people["b"])), Component.DEBRIEF).explained.steps[0]
    assert (step.words, step.expression, step.result) == (
        "评委：去掉最高 96、最低 86，余 6 个取平均",
        "（93＋92＋92＋91＋90＋90）÷ 6",
        "91.33",
    )


def test_raters_are_named_to_those_who_run_the_year_alone(year, people, leader):
    person = of(year, people["b"])
    whole = line(card(person), Component.LEADER_REVIEW).explained.pools[0]
    own = line(card(person, OF_ONESELF), Component.LEADER_REVIEW).explained.pools[0]
    assert {(one.rater, one.reason) for one in whole.marks} == {(leader.get_full_name(), "理由甲")}
    assert {(one.rater, one.reason, one.period, one.dimension) for one in own.marks} == {("", "", 0, "")}
    assert sorted(one.mark for one in own.marks) == sorted(one.mark for one in whole.marks)


def test_few_votes_are_not_listed_to_the_person(year, people):
    person = of(year, people["b"])
    person.tallies.filter(pool__ballot_class="b").delete()
    person.tallies.create(pool=person.group.components.get(component=3).pools.get(ballot_class="b"), option=1, count=4)
    own = line(card(person, OF_ONESELF), Component.PARTY_GOVERNMENT).explained
    assert (own.pools, len(own.steps), "不足 5 份" in own.withheld) == ((), 1, True)
    assert len(line(card(person), Component.PARTY_GOVERNMENT).explained.pools) == 2


def test_means_of_two_are_not_told_to_the_person(cycle, people, leader, staff, district):
    other = make_cadre(district.township_b, name="另一位")
    unit = district.township_b
    town = cycle.groups.get(name="乡镇")
    place = {
        "organisation": unit,
        "lineage": unit.lineage,
        "months": 12,
        "standing": "ranked",
        "league_post": "secretary",
    }
    Participant.objects.create(cycle=cycle, group=town, cadre=other, **place)
    for cadre in (people["b"], other):
        give_all(of(cycle, cadre), leader, staff)
    rolled_up(cycle, staff)
    own, whole = card(of(cycle, people["b"]), OF_ONESELF), card(of(cycle, people["b"]))
    assert set(own.means.of.values()) == {None}
    assert {one.mean for one in own.portrait.sides} == {None}
    assert None not in set(whole.means.of.values())


def test_a_figure_that_few_of_a_group_have_has_no_mean_for_the_person(year, people):
    person = of(year, people["b"])
    other = Scorecard.objects.filter(group=person.group).exclude(participant=person).first()
    Scorecard.objects.filter(pk=other.pk).update(contest=None, youth_opinion=None)
    own, whole = card(person, OF_ONESELF), card(person)
    missing = {one for one, mean in own.means.of.items() if mean is None}
    assert missing == {"contest", "youth_opinion"}
    assert [one.title for one in own.portrait.sides if one.mean is None] == ["青年议"]
    assert None not in set(whole.means.of.values())


def test_years_stand_beside_the_group_of_each_year(year, people, staff, leader):
    before = prepare_cycle(year=year.year - 1, by=staff, at=NOON)
    draw_population(cycle=before, by=staff, at=NOON)
    open_cycle(cycle=fresh(before), version=fresh(before).version, by=staff, at=NOON)
    give_all(of(before, people["b"]), leader, staff, mark=70_000)
    rolled_up(before, staff)
    found = card(of(year, people["b"]))
    assert [(one.year, one.total, one.mean) for one in found.years] == [
        (2025, found.years[0].total, found.years[0].total),
        (2026, found.row.total, found.means.of["total"]),
    ]
    assert [one.rank for one in card(of(year, people["b"]), OF_ONESELF).years] == [None, None]
    assert [one.year for one in card(of(before, people["b"])).years] == [2025]


def test_a_missing_component_is_named_and_gives_no_total(cycle, people, leader, staff):
    give_all(of(cycle, people["b"]), leader, staff, besides={Component.DEBRIEF, Component.CONTEST})
    rolled_up(cycle, staff)
    found = card(of(cycle, people["b"]))
    assert (found.row.total, found.row.standing) == (None, "incomplete")
    assert found.missing == ("团干述：评委还没有分数；青年评审团还没有分数", "团内赛：没有笔试、宣讲、答辩的成绩")
    assert found.total_steps == ()


def test_an_exemption_spreads_the_weights_anew(cycle, people, leader, staff):
    person = of(cycle, people["b"])
    give_all(person, leader, staff, besides={Component.CONTEST})
    Exemption.objects.create(
        participant=person, component=Component.CONTEST, reason="休产假", granted_by=staff, granted_at=NOON
    )
    rolled_up(cycle, staff)
    found = card(person)
    contest, youth = line(found, Component.CONTEST), line(found, Component.YOUTH_OPINION)
    assert (contest.explained.exemption, contest.points, contest.lead) == ("休产假", None, None)
    assert youth.explained.steps[-1].expression == "96.11 × 5% ÷ 95%"
    assert found.row.total is not None


def test_a_veto_caps_the_grade_and_leaves_the_total(cycle, people, leader, staff):
    person = of(cycle, people["b"])
    give_all(person, leader, staff, mark=97_000)
    kind = cycle.veto_kinds.get(best_grade=2)
    proposed = {"participant": person, "reason": "通报", "entered_by": staff, "entered_at": NOON}
    Veto.objects.create(**proposed, kind=kind, state="approved", approved_by=leader, approved_at=NOON)
    Veto.objects.create(**proposed, kind=cycle.veto_kinds.filter(best_grade=4).first(), state="refused")
    Adjustment.objects.create(**proposed, value=7_000, state="approved", approved_by=leader, approved_at=NOON)
    rolled_up(cycle, staff)
    found = card(person)
    assert (found.row.grade, found.is_capped_by_veto, [str(one.kind) for one in found.vetoes]) == (
        2,
        True,
        ["被通报批评"],
    )
    assert found.adjustment_steps[0].words == "加减分合计 7，超过上限，按 5 分计"
    assert found.total_steps[-1].result == f"{found.row.total / 1000:.2f}"


def test_a_veto_that_changes_nothing_is_not_blamed(cycle, people, leader, staff):
    person = of(cycle, people["b"])
    give_all(person, leader, staff, mark=80_000)
    proposed = {"participant": person, "reason": "通报", "entered_by": staff, "entered_at": NOON}
    Veto.objects.create(**proposed, kind=cycle.veto_kinds.get(best_grade=2), state="approved", approved_by=leader)
    rolled_up(cycle, staff)
    found = card(person)
    assert (found.row.grade, found.is_capped_by_veto) == (2, False)


def test_marks_after_the_roll_up_are_said_to_be_newer(year, people, leader):
    person = of(year, people["b"])
    person.period_marks.filter(component=1, period=1).update(mark=10_000)
    assert card(person).is_outdated


def test_before_the_first_roll_up_there_is_no_row(cycle, people):
    found = card(of(cycle, people["b"]))
    assert (found.row, found.means, found.portrait, found.years) == (None, None, None, ())


# ---- names and posts ---------------------------------------------------------------
def test_a_unit_is_called_as_it_was_in_the_year(year, people, district, staff):
    AppraisalCycle.objects.filter(pk=year.pk).update(year=2025)
    rename_organisation(organisation=district.township_b, name="柳溪新区团委", on=date(2026, 3, 1), by=staff, at=NOON)
    assert card(of(year, people["b"])).unit == "柳溪镇团委"


def test_a_unit_that_was_merged_away_keeps_its_name_in_a_closed_year(year, people, district, staff):
    AppraisalCycle.objects.filter(pk=year.pk).update(year=2025)
    merge_organisation(
        organisation=district.township_b, into=district.township_a, on=date(2026, 3, 1), by=staff, at=NOON
    )
    assert card(of(year, people["b"])).unit == "柳溪镇团委"


# ---- portrait and facts ----------------------------------------------------------------
def test_a_portrait_leaves_out_what_has_no_data(year, people):
    person = of(year, people["b"])
    found = card(person).portrait
    assert [one.title for one in found.sides] == ["日常表现", "工作作风", "组织建设", "党政评", "青年议", "团干述"]
    assert found.absent == ("责任书完成", "联动任务", "联系青年")
    assert [(one.value, one.mean) for one in found.sides][:2] == [(81_250, 85_250), (81_250, 85_250)]


def test_a_settled_pledge_is_a_side_and_a_fact(year, people):
    person = of(year, people["b"])
    ResponsibilityPledge.objects.create(participant=person, state="settled", score=95_500)
    found = card(person).portrait
    side = found.sides[0]
    assert (side.title, side.value, side.mean) == ("责任书完成", 95_500, 95_500)
    assert "责任书完成" not in found.absent
    first = facts_of_work(person, day=TODAY)[0]
    assert (first.code, first.value, first.unit) == ("pledge", 95_500, "分")


def test_portraits_of_many_cost_as_much_as_of_one(year, people, django_assert_num_queries):
    group, roll_up = (
        people_with_cards(Participant.objects.all()).get(cadre=people["b"]).group,
        Scorecard.objects.last().roll_up,
    )
    keys = list(group.participants.values_list("pk", flat=True))
    with django_assert_num_queries(10):
        portraits(group, roll_up, keys[:1], day=TODAY)
    with django_assert_num_queries(10):
        portraits(group, roll_up, keys, day=TODAY)


def test_facts_of_work_are_registered_figures_with_a_value(year, people):
    found = facts_of_work(of(year, people["b"]), day=TODAY)
    assert [(one.code, one.value) for one in found] == [("roster.two_committee_permille", 0)]


# ---- sight -----------------------------------------------------------------------------
def seen(user):
    return {one.cadre.name for one in readable(user, scope_of(user, TODAY))}


def test_staff_and_leaders_read_everybody_and_others_nobody(year, staff, leader, district):
    everybody = {"甲", "乙", "丙", "书记1", "书记2"}
    assert (seen(staff), seen(leader)) == (everybody, everybody)
    for role in ("township_secretary", "party_committee", "committee_member", "judge", "auditor"):
        assert seen(make_user(role, district.township_b)) == set()


def test_whoever_is_appraised_in_a_group_reads_nobody_of_it(year, people, district):
    clerk = account_of(people["top"], "district_staff", district.top)
    assert seen(clerk) == {"甲", "乙", "书记1", "书记2"}
    chief = account_of(people["b"], "leader", district.top)
    assert seen(chief) == {"甲", "丙", "书记1", "书记2"}


def test_ones_own_card_is_told_after_the_feedback_alone(year, people, district):
    user, person = account_of(people["b"], "township_secretary", district.township_b), of(year, people["b"])
    for state, told in (("totalling", False), ("decision", False), ("feedback", True), ("archived", True)):
        AppraisalCycle.objects.filter(pk=year.pk).update(state=state)
        assert own_cards(user).filter(pk=person.pk).exists() is told
        assert sight_of(person, user, scope_of(user, TODAY)) == (OF_ONESELF if told else None)
    colleague = year.participants.exclude(pk=person.pk).first()
    assert sight_of(colleague, user, scope_of(user, TODAY)) is None
