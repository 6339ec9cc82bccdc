"""Results of the four evaluations: counts and marks without voters, each in the place of what stood there."""

import pytest

from appraisal.models import BallotTally, ComponentPool, ContestRound, PanelMark, ResultSheet, RoundMark
from appraisal.rules.results import Papers
from appraisal.services.population import draw_population
from appraisal.services.results import PanelEntry, Results, RoundEntry, TallyEntry, enter_results
from tests.appraisal.conftest import NOON, account_of, person, refused, take_to
from tests.factories import make_cadre, make_user

pytestmark = pytest.mark.django_db
COUNTS = {1: 8, 2: 3, 5: 1, 6: 2}


@pytest.fixture
def evaluation(cycle, staff):
    return take_to(cycle, "evaluation", staff)


def pool(who, ballot_class):
    return ComponentPool.objects.get(component__group=who.group, ballot_class=ballot_class).pk


def talk(who):
    return ContestRound.objects.get(component__group=who.group, kind="talk").pk


def write(cycle, by, **entries):
    return enter_results(cycle=cycle, results=Results(**entries), by=by, at=NOON)


def ballots(who, *papers, version=0):
    """Give votes of twelve valid ballots, one of them an abstention."""
    return TallyEntry(who.pk, pool(who, "a"), {1: 8, 2: 3, 5: 1}, Papers(*papers), version)


def everything(who):
    return {
        "tallies": [TallyEntry(who.pk, pool(who, "a"), COUNTS)],
        "panels": [PanelEntry(who.pk, pool(who, "judges"), [90_000, 85_500])],
        "rounds": [RoundEntry(who.pk, talk(who), 45_000)],
    }


def stored():
    return (
        sorted(BallotTally.objects.values_list("participant__cadre__name", "option", "count")),
        sorted(PanelMark.objects.values_list("participant__cadre__name", "sheet", "mark")),
        sorted(RoundMark.objects.values_list("participant__cadre__name", "mark")),
    )


def test_results_take_the_place_of_what_stood_there_and_leave_others_alone(evaluation, people, staff):
    a, b = person(evaluation, people["a"]), person(evaluation, people["b"])
    assert write(evaluation, staff, **everything(a)) == 3
    write(evaluation, staff, **everything(b))
    again = {
        "tallies": [TallyEntry(a.pk, pool(a, "a"), {2: 9}, version=1)],
        "panels": [PanelEntry(a.pk, pool(a, "judges"), [70_000], version=1)],
        "rounds": [RoundEntry(a.pk, talk(a), 40_000, version=1)],
    }
    write(evaluation, staff, **again)
    assert stored() == (
        sorted([("甲", 2, 9), *(("乙", option, count) for option, count in COUNTS.items())]),
        sorted([("甲", 1, 70_000), ("乙", 1, 90_000), ("乙", 2, 85_500)]),
        sorted([("甲", 40_000), ("乙", 45_000)]),
    )


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda a, b: {"tallies": [TallyEntry(a.pk, pool(b, "a"), COUNTS)]}, "result.pool"),
        (lambda a, _b: {"tallies": [TallyEntry(a.pk, pool(a, "judges"), COUNTS)]}, "result.pool"),
        (lambda a, _b: {"tallies": [TallyEntry(a.pk, 0, COUNTS)]}, "result.pool"),
        (lambda a, _b: {"tallies": [TallyEntry(a.pk, pool(a, "a"), {1: 1_501})]}, "ballot.count"),
        (lambda a, _b: {"panels": [PanelEntry(a.pk, pool(a, "a"), [90_000])]}, "result.pool"),
        (lambda a, _b: {"panels": [PanelEntry(a.pk, pool(a, "jury"), [90_001])]}, "mark.range"),
        (lambda a, _b: {"panels": [PanelEntry(a.pk, pool(a, "jury"), [1_000] * 1_501)]}, "result.sheets"),
        (lambda a, _b: {"tallies": [ballots(a, 9, 9)]}, "ballot.papers"),
        (lambda a, _b: {"tallies": [ballots(a, 9, 1_501, 9)]}, "ballot.papers"),
        (lambda a, _b: {"tallies": [ballots(a, 20, 10, 12)]}, "ballot.order"),
        (lambda a, _b: {"tallies": [ballots(a, 9, 10, 9)]}, "ballot.order"),
        (lambda a, _b: {"tallies": [ballots(a, 20, 20, 13)]}, "ballot.sum"),
        (lambda a, _b: {"tallies": [TallyEntry(a.pk, pool(a, "a"), COUNTS, version=1)]}, "row.stale"),
        (lambda a, _b: {"panels": [PanelEntry(a.pk, pool(a, "jury"), [90_000], version=2)]}, "row.stale"),
        (lambda a, _b: {"rounds": [RoundEntry(a.pk, talk(a), 40_000, version=1)]}, "row.stale"),
        (lambda a, b: {"rounds": [RoundEntry(a.pk, talk(b), 40_000)]}, "result.pool"),
        (lambda a, _b: {"rounds": [RoundEntry(a.pk, 0, 40_000)]}, "result.pool"),
        (lambda a, _b: {"rounds": [RoundEntry(a.pk, talk(a), 50_010)]}, "mark.range"),
    ],
)
def test_what_is_wrong_is_said_by_entry_and_nothing_is_kept(evaluation, people, staff, make, found):
    a, b = person(evaluation, people["a"]), person(evaluation, people["b"])
    wrong, right = make(a, b), everything(b)
    entries = {name: [*wrong.get(name, []), *right[name]] for name in right}
    assert list(refused(lambda: write(evaluation, staff, **entries)).values()) == [[found]]
    assert stored() == ([], [], [])


def test_nobody_enters_their_own_results(evaluation, people, district):
    own = person(evaluation, people["top"])
    user = account_of(people["top"], "district_staff", district.top)
    found = refused(lambda: write(evaluation, user, **everything(own)))
    assert [*found.values()] == [["appraisal.self"]] * 3
    assert write(evaluation, user, **everything(person(evaluation, people["a"]))) == 3


def test_results_are_entered_by_those_who_keep_the_year_and_only_in_evaluation(cycle, people, staff, leader):
    a = person(cycle, people["a"])
    assert refused(lambda: write(cycle, staff, **everything(a))) == "cycle.state"
    take_to(cycle, "evaluation", staff)
    assert refused(lambda: write(cycle, leader, **everything(a))) == "appraisal.scope"
    assert stored() == ([], [], [])


def test_ballots_are_kept_with_their_papers_and_what_was_invalid_follows(evaluation, people, staff):
    a = person(evaluation, people["a"])
    write(evaluation, staff, tallies=[ballots(a, 20, 15, 12)])
    assert stored()[0] == [("甲", 1, 8), ("甲", 2, 3), ("甲", 5, 1), ("甲", 6, 3)]
    sheet = ResultSheet.objects.get()
    assert (sheet.issued, sheet.collected, sheet.valid, sheet.version) == (20, 15, 12, 1)
    assert (sheet.entered_by, sheet.entered_at) == (staff, NOON)


def test_two_clerks_do_not_overwrite_each_other(evaluation, people, staff, district):
    a, b = person(evaluation, people["a"]), person(evaluation, people["b"])
    write(evaluation, staff, **everything(a))
    other = make_user("district_staff", district.top)
    found = refused(lambda: write(evaluation, other, **{**everything(b), "tallies": everything(a)["tallies"]}))
    assert found == {f"tally-{a.pk}-{pool(a, 'a')}": ["row.stale"]}
    assert {name for name, *_rest in stored()[1]} == {"甲"}
    write(evaluation, other, tallies=[ballots(a, 20, 15, 12, version=1)])
    assert set(ResultSheet.objects.values_list("version", "entered_by")) == {(2, other.pk), (1, staff.pk)}


def test_what_was_entered_can_be_taken_away(evaluation, people, staff):
    a = person(evaluation, people["a"])
    write(evaluation, staff, **everything(a))
    write(
        evaluation,
        staff,
        tallies=[TallyEntry(a.pk, pool(a, "a"), {}, version=1)],
        panels=[PanelEntry(a.pk, pool(a, "judges"), [], version=1)],
        rounds=[RoundEntry(a.pk, talk(a), None, version=1)],
    )
    assert stored() == ([], [], [])
    assert set(ResultSheet.objects.values_list("version", flat=True)) == {2}


def test_nobody_enters_results_of_the_group_in_which_they_are_appraised(cycle, district, staff):
    colleague = make_cadre(district.top, name="丁", league_post="staff")
    own = make_cadre(district.top, name="戊", league_post="staff")
    draw_population(cycle=cycle, by=staff, at=NOON)
    year = take_to(cycle, "evaluation", staff)
    user = account_of(own, "district_staff", district.top)
    found = refused(lambda: write(year, user, **everything(person(year, colleague))))
    assert [*found.values()] == [["result.own_group"]] * 3
    assert write(year, staff, **everything(person(year, colleague))) == 3
