"""How a card is put into words and pictures: posts of a mover, sentences under charts, dots and bars."""

from datetime import date
from types import SimpleNamespace

import pytest

from appraisal.models import Participant
from appraisal.reports.portraits import Portrait, Side
from appraisal.reports.scorecards import YearResult, card_of, people_with_cards
from appraisal.reports.sight import WHOLE
from appraisal.views.card_words import grade_word, other_posts, portrait_words, title_of, years_words
from appraisal.views.charts import adjustment_bar, dots, spoken, waterfall, years_line
from cadres.models import Appointment
from tests.appraisal.cards import give_all, of, rolled_up
from tests.factories import TODAY


def side(title, value, mean):
    return Side(title, "", value, mean)


def result(year, total, mean=None, grade=2):
    return YearResult(SimpleNamespace(cycle=SimpleNamespace(year=year)), total, mean, grade, "ranked")


@pytest.mark.parametrize(
    ("sides", "words"),
    [
        ([side("党政评", 90_000, 80_000)], ["一项不低于组均"]),
        ([side("党政评", 90_000, None)], []),
        (
            [side("党政评", 90_000, 90_000), side("青年议", 84_040, 87_000), side("团干述", 80_000, 81_500)],
            ["一项不低于组均", "青年议 84，低于组均 3", "团干述 80，低于组均 1.5"],
        ),
        (
            [side(str(number), 1_000, 2_000) for number in range(4)],
            ["0 1，低于组均 1", "1 1，低于组均 1", "另有两项低于组均"],
        ),
    ],
)
def test_what_to_see_in_a_portrait(sides, words):
    assert portrait_words(Portrait(tuple(sides), ())) == words


@pytest.mark.parametrize(
    ("years", "words"),
    [
        ([result(2025, 90_000)], []),
        ([result(2025, None), result(2026, 90_000)], []),
        (
            [result(2024, 90_000, 80_000), result(2025, 92_000, 81_000), result(2026, 92_000, 80_000)],
            ["三年间提高 2.00 分", "同期组均持平", "连续三年“较好”"],
        ),
        ([result(2023, 92_000, grade=1), result(2026, 90_000, grade=1)], ["四年间降低 2.00 分"]),
    ],
)
def test_what_to_see_in_the_years(years, words):
    assert years_words(years) == words


def test_the_line_of_years_leaves_out_what_has_no_total():
    data = years_line([result(2024, 84_200, 84_900), result(2025, None), result(2026, 93_510, 88_110)], "甲", "组均")
    assert (data["labels"], data["min"], data["max"]) == ([["2024", "较好"], ["2026", "较好"]], 80, 100)
    assert spoken(data) == "甲：2024较好 84.2、2026较好 93.51；组均：2024较好 84.9、2026较好 88.11"
    assert len(years_line([result(2024, 84_200), result(2026, 93_510, 1)], "甲", "组均")["series"]) == 1


def test_grades_in_a_word():
    found = [grade_word(1, "ranked"), grade_word(None, "ranked"), grade_word(None, "incomplete")]
    assert found == ["好", "待定", "数据不全"]


def test_equal_marks_stand_on_one_another_and_dropped_ones_are_hollow():
    plot = dots([(96_000, False), (92_000, True), (92_000, True), (86_000, False)], 92_000)
    places = [(one["x"], one["y"], one["out"]) for one in plot["marks"]]
    assert places[1][0] == places[2][0]
    assert places[1][1] - places[2][1] == 13
    assert [one[2] for one in places] == [True, False, False, True]
    assert [one["word"] for one in plot["ticks"]] == ["84", "86", "88", "90", "92", "94", "96", "98"]
    assert dots([], 0) == {}
    assert len(dots([(90_000, True)], 90_000)["ticks"]) > 1


# ---- of people ----------------------------------------------------------------------------
@pytest.fixture
def card(cycle, people, leader, staff):
    """Give the card of somebody of the year."""

    def of_person(cadre):
        rows = Participant.objects.all()
        return card_of(people_with_cards(rows).get(pk=of(cycle, cadre).pk), WHOLE, rows, day=TODAY)

    give_all(of(cycle, people["b"]), leader, staff)
    rolled_up(cycle, staff)
    return of_person


@pytest.mark.django_db
def test_bars_stand_end_to_end(card, people):
    bars = waterfall(card(people["b"]))
    assert [one["x"] for one in bars] == ["0.00", "42.00", "70.00", "80.00", "90.00", "95.00"]
    assert bars[0]["got"] == "38.33"
    assert adjustment_bar(card(people["b"])) == {}


@pytest.mark.django_db
def test_posts_of_a_mover_are_told_with_their_months(card, people, district):
    cadre = people["b"]
    held = {"cadre": cadre, "employment_mode": "part_time"}
    for unit, post, begun, ended in (
        (district.township_a, "deputy_secretary", date(2024, 3, 1), date(2026, 6, 1)),
        (district.top, "member", date(2025, 5, 1), None),
        (district.village_b1, "member", date(2026, 9, 1), None),
        (district.village_b2, "member", date(2020, 9, 1), date(2025, 9, 1)),
    ):
        ends = {"ended_on": ended, "end_reason": "transfer" if ended else ""}
        Appointment.objects.create(**held, organisation=unit, league_post=post, appointed_on=begun, **ends)
    found = card(cadre)
    assert title_of(found) == "柳溪镇团委书记"
    assert other_posts(found) == [
        "青禾街道团工委副书记（6 月止）",
        "共青团示范区委员会委员",
        "石井村团支部委员（9 月起）",
    ]
