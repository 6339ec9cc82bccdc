"""Rules of the appraisal: the year, the scheme, the population, marks, grades. Every branch is taken."""

from dataclasses import replace
from datetime import date

import pytest

from appraisal.choices import Component, CycleState, Standing
from appraisal.rules import cycle, marking, population
from appraisal.rules.grading import GradeLines, Tie, TieDecision, choice_finding, grade_lines, places_of
from appraisal.rules.population import PostFacts, Spell, place_of
from appraisal.rules.scheme import (
    DEFAULT_SCHEME,
    ComponentScheme,
    PoolScheme,
    RoundScheme,
    SelectionScheme,
    scheme_digest,
    scheme_findings,
    scheme_label,
    without_group,
)
from tests.appraisal.rules_of_district import *  # noqa: F403 - its tests are run here
from tests.appraisal.rules_of_letters import *  # noqa: F403 - its tests are run here
from tests.appraisal.rules_of_materials import *  # noqa: F403 - its tests are run here
from tests.appraisal.rules_of_meetings import *  # noqa: F403 - its tests are run here
from tests.appraisal.rules_of_pledges import *  # noqa: F403 - its tests are run here
from tests.appraisal.rules_of_results import *  # noqa: F403 - its tests are run here
from tests.appraisal.rules_of_review import *  # noqa: F403 - its tests are run here
from tests.appraisal.rules_of_scoring import *  # noqa: F403 - its tests are run here
from tests.appraisal.rules_of_sealing import *  # noqa: F403 - its tests are run here
from tests.appraisal.rules_of_use import *  # noqa: F403 - its tests are run here
from tests.appraisal.rules_of_voting import *  # noqa: F403 - its tests are run here

START, END = date(2026, 1, 1), date(2027, 1, 1)
BANDS = DEFAULT_SCHEME.bands


def code(finding):
    return finding and finding.code


# ---- the year -----------------------------------------------------------------------
def test_a_year_runs_from_preparation_to_the_archive():
    state, seen = CycleState.PREPARATION.value, []
    while cycle.CYCLE.actions_from(state):
        forward = next(one for one in cycle.CYCLE.actions_from(state) if one.action not in {"reopen", "recalculate"})
        state = forward.target
        seen.append(state)
    assert seen == [one.value for one in CycleState][1:]
    assert cycle.CYCLE.final_states == {CycleState.ARCHIVED}


@pytest.mark.parametrize(
    ("state", "action", "found"),
    [
        ("preparation", "open", None),
        ("totalling", "reopen", None),
        ("daily", "evaluate", "cycle.state"),
        ("feedback", "archive", None),
        ("archived", "archive", "cycle.state"),
        ("daily", "fly", "cycle.state"),
    ],
)
def test_a_step_is_taken_where_it_is_open_and_offered(state, action, found):
    assert code(cycle.step_finding(state, action, year=2026)) == found


def test_what_may_be_written_depends_on_the_state():
    assert cycle.state_finding("daily", cycle.MARKING_STATES, year=2026) is None
    finding = cycle.state_finding("preparation", cycle.MARKING_STATES, year=2026)
    assert (finding.code, finding.sentence) == ("cycle.state", "2026年度现在是“筹备”，不能这样办理。")


# ---- the scheme ---------------------------------------------------------------------
def changed(**facts):
    """Give the default scheme with its first group changed."""
    first, *others = DEFAULT_SCHEME.groups
    return replace(DEFAULT_SCHEME, groups=(replace(first, **facts), *others))


def with_component(**facts):
    """Give the default scheme with one component of its first group changed."""
    number = facts.pop("number")
    components = list(DEFAULT_SCHEME.groups[0].components)
    components[number] = replace(components[number], **facts)
    return changed(components=tuple(components))


def codes(value):
    return [one.code for one in scheme_findings(value)]


def test_the_usual_scheme_is_sound_and_is_called_2_3_4():
    assert codes(DEFAULT_SCHEME) == []
    assert scheme_label(DEFAULT_SCHEME) == "2+3+4"
    alone = ComponentScheme(Component.LEADER_REVIEW, 10_000)
    assert (
        scheme_label(replace(DEFAULT_SCHEME, groups=(replace(DEFAULT_SCHEME.groups[0], components=(alone,)),)))
        == "1+3+0"
    )


def test_a_group_is_taken_out_by_its_place():
    names = [group.name for group in DEFAULT_SCHEME.groups]
    assert [group.name for group in without_group(DEFAULT_SCHEME, 1).groups] == [names[0], *names[2:]]


def test_a_digest_is_that_of_all_that_counts():
    assert scheme_digest(DEFAULT_SCHEME) == scheme_digest(replace(DEFAULT_SCHEME))
    others = [replace(DEFAULT_SCHEME, appeal_days=8), changed(name="别名"), with_component(number=3, trim_from=0)]
    assert len({scheme_digest(one) for one in (DEFAULT_SCHEME, *others)}) == 4


POOLS = tuple(PoolScheme(one, 2_500) for one in ("a", "b", "c", "youth"))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (changed(name="乡镇"), ["scheme.twice"]),
        (changed(selections=()), ["scheme.empty"]),
        (changed(components=()), ["scheme.empty", "scheme.weights"]),
        (changed(excellent_permille=1_001), ["scheme.numbers"]),
        (changed(periods=5), ["scheme.numbers"]),
        (changed(minimum_months=13), ["scheme.numbers"]),
        (changed(shares_cap_with="学校"), ["scheme.shared_cap"]),
        (changed(shares_cap_with="街道"), ["scheme.shared_cap"]),
        (with_component(number=0, weight=4_199), ["scheme.weights"]),
        (with_component(number=0, component=2), ["scheme.twice"]),
        (with_component(number=0, minimum_size=0), ["scheme.numbers"]),
        (with_component(number=3, trim_from=2), ["scheme.trimming"]),
        (with_component(number=2, trim_from=5), ["scheme.trimming"]),
        (with_component(number=0, pools=(PoolScheme("a", 10_000),)), ["scheme.parts"]),
        (with_component(number=2, pools=()), ["scheme.parts"]),
        (with_component(number=2, pools=POOLS), ["scheme.parts"]),
        (with_component(number=2, pools=(PoolScheme("a", 6_000),)), ["scheme.weights"]),
        (with_component(number=2, pools=(PoolScheme("a", 0), PoolScheme("b", 10_000))), ["scheme.weights"]),
        (with_component(number=2, pools=(PoolScheme("a", 6_000), PoolScheme("a", 4_000))), ["scheme.twice"]),
        (with_component(number=4, rounds=(RoundScheme("talk", 0, 10_000),)), ["scheme.numbers"]),
        (
            with_component(
                number=4, rounds=(RoundScheme("talk", 65_535, 5_000), RoundScheme("written", 65_534, 5_000))
            ),
            ["scheme.maxima"],
        ),
        (replace(DEFAULT_SCHEME, bands=BANDS[:3]), ["scheme.bands"]),
        (replace(DEFAULT_SCHEME, bands=(*BANDS[:3], (4, 1))), ["scheme.bands"]),
        (replace(DEFAULT_SCHEME, bands=((1, 80_000), *BANDS[1:])), ["scheme.bands"]),
        (replace(DEFAULT_SCHEME, options=DEFAULT_SCHEME.options[:3]), ["scheme.options"]),
        (replace(DEFAULT_SCHEME, options=((1, 100_001), *DEFAULT_SCHEME.options[1:])), ["scheme.options"]),
        (replace(DEFAULT_SCHEME, groups=()), ["scheme.empty"]),
    ],
)
def test_what_is_wrong_with_a_scheme_is_said(value, found):
    assert codes(value) == found


# ---- the population -----------------------------------------------------------------
def spell(post, start, end=None, *, is_main=False, group=1):
    ended = date.fromisoformat(end) if end else None
    return Spell(post, post * 10, group, date.fromisoformat(start), ended, is_main=is_main)


@pytest.mark.parametrize(
    ("spells", "found"),
    [
        ([spell(1, "2020-01-01")], (1, 12)),
        ([spell(1, "2020-01-01", "2026-08-01"), spell(2, "2026-08-01")], (2, 12)),
        ([spell(1, "2020-01-01", "2026-08-01"), spell(2, "2026-10-15")], (2, 9)),
        ([spell(1, "2020-01-01"), spell(2, "2026-06-01", is_main=True)], (2, 12)),
        ([spell(1, "2026-06-01"), spell(2, "2020-01-01")], (2, 12)),
        ([spell(2, "2020-01-01"), spell(1, "2020-01-01")], (1, 12)),
        ([spell(1, "2020-01-01", "2026-05-01")], (1, 4)),
        ([spell(1, "2026-10-02")], (1, 2)),
        ([spell(1, "2026-01-31", "2026-02-28")], (1, 1)),
        ([spell(1, "2020-01-01", "2026-01-01")], None),
        ([spell(1, "2027-01-01")], None),
        ([spell(1, "2026-03-01", "2026-03-01")], None),
        ([], None),
    ],
)
def test_the_post_at_the_end_decides_and_every_post_counts_months(spells, found):
    place = place_of(spells, start=START, end=END)
    assert (place and (place.spell.post, place.months)) == found


FACTS = PostFacts("unit", "", 5, "secretary")


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        (SelectionScheme("unit"), True),
        (SelectionScheme("unit", "", 5, "secretary"), True),
        (SelectionScheme("township"), False),
        (SelectionScheme("unit", "town"), False),
        (SelectionScheme("unit", "", 6), False),
        (SelectionScheme("unit", "", None, "staff"), False),
    ],
)
def test_a_selection_takes_posts(selection, taken):
    assert population.is_selected(FACTS, [selection]) is taken


@pytest.mark.parametrize(
    ("founded", "late"),
    [
        ([date(2026, 1, 1)], False),
        ([date(2026, 1, 2)], True),
        ([date(2026, 5, 1), date(2001, 5, 4)], False),
        ([None], False),
        ([], False),
    ],
)
def test_a_unit_is_as_old_as_the_oldest_that_went_into_it(founded, late):
    assert population.is_founded_late(founded, START) is late


def test_who_is_too_short_in_post_gets_no_grade_and_new_units_are_not_ranked():
    def standing(months, late):
        return population.standing_for(months=months, minimum_months=3, founded_late=late)

    assert [standing(3, False), standing(2, False), standing(12, True)] == [
        Standing.RANKED,
        Standing.UNGRADED,
        Standing.UNRANKED,
    ]


# ---- marks ----------------------------------------------------------------------------
def test_marks_lie_between_nothing_and_the_maximum_in_hundredths():
    assert [code(marking.mark_finding(mark)) for mark in (0, 100_000, 89_990, 89_995, -10, 100_010)] == [
        *(None, None, None),
        *["mark.range"] * 3,
    ]
    assert code(marking.mark_finding(50_010, most=50_000)) == "mark.range"


def test_reasons_are_asked_for():
    assert [code(marking.reason_finding(one)) for one in ("好", " ")] == [None, "mark.reason"]
    assert [code(marking.cause_finding(one)) for one in ("好", "")] == [None, "fact.reason"]


def test_daily_marks_go_in_halves_of_a_point():
    found = [code(marking.daily_mark_finding(mark)) for mark in (0, 88_500, 100_000, 88_250, 100_500, 88_005)]
    assert found == [None, None, None, "mark.step", "mark.range", "mark.range"]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("90", 90_000),
        ("90.5", 90_500),
        (" \uff19\uff10\uff0e\uff15 分", 90_500),
        ("88.25", 88_250),
        ("88.500", 88_500),
        ("0", 0),
        ("100", 100_000),
        ("999", 999_000),
        ("", "mark.format"),
        ("好", "mark.format"),
        ("-1", "mark.format"),
        ("8.005", "mark.format"),
        ("1e2", "mark.format"),
        ("٣", "mark.format"),
        ("90.", "mark.format"),
    ],
)
def test_a_mark_is_read_as_people_write_it(text, mark):
    read = marking.read_mark(text)
    assert (read if isinstance(read, int) else code(read)) == mark


def test_a_mark_is_written_without_zeros_at_its_end():
    assert [marking.write_mark(one) for one in (90_000, 90_500, 88_250, 0, 100_000)] == [
        "90",
        "90.5",
        "88.25",
        "0",
        "100",
    ]


@pytest.mark.parametrize(
    ("today", "periods", "due"),
    [
        (date(2026, 11, 26), 4, 4),
        (date(2026, 10, 10), 4, 3),
        (date(2026, 10, 11), 4, 4),
        (date(2026, 1, 1), 4, 1),
        (date(2026, 1, 11), 12, 1),
        (date(2026, 9, 10), 12, 8),
        (date(2026, 9, 11), 12, 9),
        (date(2025, 12, 1), 4, 1),
        (date(2027, 1, 10), 12, 12),
        (date(2027, 3, 1), 4, 4),
    ],
)
def test_the_period_to_be_marked_is_the_one_that_runs_or_has_just_ended(today, periods, due):
    assert marking.period_due(2026, periods, today) == due


def test_periods_are_named_and_have_ends():
    assert [marking.period_title(one, 4) for one in (1, 4)] == ["第一季度", "第四季度"]
    assert marking.period_title(9, 12) == "9 月"
    assert [marking.period_end(2026, one, 4) for one in (1, 4)] == [date(2026, 3, 31), date(2026, 12, 31)]
    assert marking.period_end(2026, 2, 12) == date(2026, 2, 28)
    assert marking.periods_begun(2026, 4, date(2026, 7, 1)) == [1, 2, 3]
    assert marking.periods_begun(2027, 4, date(2026, 7, 1)) == []


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2026年第三季度", "2026-4-3"),
        ("第3季度", "2027-4-3"),
        ("四季度", "2027-4-4"),
        ("2025年度 第1季", "2025-4-1"),
        ("9月", "2027-12-9"),
        ("2026年12月份", "2026-12-12"),
        ("13月", "mark.period"),
        ("0月", "mark.period"),
        ("第五季度", "period.format"),
        ("上半年", "period.format"),
    ],
)
def test_a_period_is_read_as_people_write_it(text, period):
    read = marking.read_period(text, 2027)
    assert (str(read) if isinstance(read, marking.Period) else code(read)) == period


def test_a_period_is_written_such_that_it_is_read_again():
    for one in (marking.Period(2026, 4, 3), marking.Period(2026, 12, 9)):
        assert marking.read_period(one.title(), 2000) == one


@pytest.mark.parametrize(
    ("period", "periods", "found"),
    [(1, 4, None), (4, 4, None), (5, 4, "mark.period"), (0, 4, "mark.period"), (11, 12, None), (12, 12, "mark.future")],
)
def test_a_period_is_marked_once_it_has_begun(period, periods, found):
    assert code(marking.period_finding(2026, period, periods=periods, today=date(2026, 11, 25))) == found


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ({1: 1_500}, None),
        ({}, None),
        ({1: 1_500, 6: 1}, "ballot.count"),
        ({1: -1}, "ballot.count"),
        ({7: 1}, "ballot.count"),
    ],
)
def test_counts_are_those_of_known_options_and_not_too_many(counts, found):
    assert code(marking.counts_finding(counts)) == found


def test_an_item_is_something_within_the_cap():
    found = [code(marking.adjustment_finding(value, cap=5_000)) for value in (5_000, -5_000, 0, 5_010, 15)]
    assert found == [None, None, *["adjustment.value"] * 3]


# ---- grades ---------------------------------------------------------------------------
def lines(places, first_out=None, tied=(), above=0, decisions=()):
    return grade_lines(BANDS, places=places, first_out=first_out, tied=tied, above=above, decisions=decisions)


def test_places_are_rounded_down():
    assert [places_of(300, people) for people in (0, 3, 4, 10)] == [0, 0, 1, 3]


def test_without_too_many_candidates_the_bands_hold():
    found = lines(3)
    assert (found, found.is_open) == (GradeLines(BANDS), False)


def test_the_cap_raises_the_line_when_its_places_are_full():
    assert lines(2, 92_000, (7, 8), 2) == GradeLines(((1, 92_001), *BANDS[1:]))


def test_a_tie_around_the_last_place_waits_for_a_decision_about_this_very_tie():
    tie = Tie(92_000, 1, (7, 8))
    found = lines(2, 92_000, (8, 7), 1)
    assert (found.tie, found.chosen, found.is_open) == (tie, None, True)
    made = [
        TieDecision(tie, frozenset({7})),
        TieDecision(tie, frozenset({8})),
        TieDecision(replace(tie, places=2), {7, 8}),
    ]
    decided = lines(2, 92_000, (8, 7), 1, made)
    assert (decided.chosen, decided.is_open) == (frozenset({8}), False)
    assert lines(2, 92_000, (7, 8, 9), 1, made).is_open


def test_as_many_are_chosen_as_there_are_places():
    tie = Tie(92_000, 1, (7, 8))
    assert [code(choice_finding(tie, one)) for one in ((7,), (7, 8), (9,), ())] == [None, *["tie.choice"] * 3]
