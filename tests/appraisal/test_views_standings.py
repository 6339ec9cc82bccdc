"""The list of a year's scorecards, its export, people beside one another, and the years on a person's page."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from appraisal.models import AppraisalCycle, AppraisalGroup, Participant, RollUp, Scorecard
from appraisal.reports.standings import spread
from cadres.models import Cadre
from tests.appraisal.cards import give_all, of, rolled_up
from tests.appraisal.conftest import YEAR, account_of
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import plain_files
from youthleague.audit.models import AuditEvent

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]
FLOORS = [(1, 90_000), (2, 80_000), (3, 60_000), (4, 0)]


@pytest.fixture
def year(cycle, people, leader, staff):
    """Give a year in 汇总 with one person a group; one of them lacks the debrief."""
    for number, cadre in enumerate(people.values()):
        give_all(of(cycle, cadre), leader, staff, mark=90_000 - 6_000 * number, besides={4} if number == 2 else ())
    return rolled_up(cycle, staff, "totalling")


def show(client, query="", name="appraisal-scorecards", status=200, **headers):
    found = client.get(reverse(name, args=[YEAR]) + query, headers=headers)
    assert found.status_code == status
    return found.content.decode()


def listed(text, *names):
    return [name for name in names if f">{name}</a>" in text]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["甲", "乙", "丙"]),
        ("?q=乙", ["乙"]),
        ("?standing=incomplete", ["丙"]),
        ("?grade=2", ["甲", "乙"]),
        ("?grade=4", []),
        ("?group=x", []),
    ],
)
def test_conditions_of_the_list(client, year, leader, query, names):
    client.force_login(leader)
    assert listed(show(client, query), "甲", "乙", "丙") == names


def test_a_group_alone(client, year, leader):
    client.force_login(leader)
    group = year.groups.get(name="乡镇").pk
    text = show(client, f"?group={group}", HX_Request="true")
    assert listed(text, "甲", "乙", "丙") == ["乙"]
    assert "<html" not in text
    assert 'id="cards"' in text


@pytest.mark.parametrize("sort", ["name", "unit", "group", "total", "-total", "rank", "-grade", "grade", "-debrief"])
def test_the_list_can_be_ordered(client, year, leader, sort):
    client.force_login(leader)
    text = show(client, f"?sort={sort}")
    places = {name: text.index(f">{name}</a>") for name in ("甲", "乙", "丙")}
    if sort in {"-total", "total"}:
        assert max(places, key=places.get) == "丙"  # without a total, last either way
    assert (places["甲"] < places["乙"]) == (sort not in {"total", "name"})


def test_what_is_missing_and_what_is_shared_is_said(client, year, leader):
    client.force_login(leader)
    text = show(client)
    assert "数据不全" in text
    group = year.groups.get(name="机关")
    assert f"?group={group.pk}&amp;standing=incomplete" in text
    RollUp.objects.filter(group=year.groups.get(name="街道")).update(
        tie={"total": 91_000, "places": 1, "members": [1, 2], "chosen": None}
    )
    assert "街道组有 2 人总分同为 91.00" in show(client)


def test_the_colleagues_of_ones_own_group_are_not_listed(client, year, people, district, leader):
    clerk = account_of(people["top"], "district_staff", district.top)
    Participant.objects.filter(cadre=people["b"]).update(group=of(year, people["top"]).group)
    client.force_login(clerk)
    assert listed(show(client), "甲", "乙", "丙") == ["甲"]
    book = load_workbook(BytesIO(client.get(reverse("appraisal-scorecards", args=[YEAR]) + "?export=xlsx").content))
    assert "乙" not in {cell.value for row in book.active.iter_rows() for cell in row}
    show(client, f"?person={of(year, people['b']).pk}", "appraisal-compare", 404)
    client.force_login(make_user("township_secretary", district.township_a))
    show(client, status=403)


def test_the_export_reads_back_and_is_logged(client, year, leader):
    client.force_login(leader)
    answer = client.get(reverse("appraisal-scorecards", args=[YEAR]) + "?export=xlsx&grade=2")
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).active.iter_rows()]
    [head] = [row for row in rows if row[0] == "姓名"]
    body = {row[0]: dict(zip(head, row, strict=True)) for row in rows[rows.index(head) + 1 :]}
    card = Scorecard.objects.get(participant__cadre__name="甲")
    assert body["甲"]["总分"] == f"{card.total / 1000:.2f}"
    assert (body["甲"]["等次"], body["甲"]["组内位次"], body["甲"]["考评组"]) == ("较好", "1", "街道")
    assert "丙" not in body
    event = AuditEvent.objects.filter(action="list.export").last()
    assert (event.facts["list"], event.facts["rows"], event.facts["filters"]) == ("appraisal-scorecards", 2, ["grade"])


def test_a_year_without_results_says_so(client, cycle, leader):
    client.force_login(leader)
    assert "还没有成绩" in show(client)


# ---- many ----------------------------------------------------------------------------
@pytest.fixture
def many(request, year, district):
    """Give as many more people of a group as are asked for, with results."""
    town = year.groups.get(name="乡镇")
    cadre = make_cadre(district.village_b1, name="样本")
    model = {
        field.attname: getattr(cadre, field.attname) for field in Cadre._meta.concrete_fields if field.name != "id"
    }
    unique = ("person_key", "id_number_index")
    cadres = Cadre.objects.bulk_create(
        Cadre(**{**model, "name": f"书记{number}", **dict.fromkeys(unique, f"{number:032d}")})
        for number in range(request.param)
    )
    unit = district.township_b
    place = {
        "organisation": unit,
        "lineage": unit.lineage,
        "months": 12,
        "standing": "ranked",
        "league_post": "secretary",
    }
    people = Participant.objects.bulk_create(Participant(cycle=year, group=town, cadre=one, **place) for one in cadres)
    roll_up = RollUp.objects.get(group=town)
    Scorecard.objects.bulk_create(
        Scorecard(roll_up=roll_up, group=town, participant=one, adjustment=0, total=80_000, standing="ranked", rank=9)
        for one in people
    )
    return request.param


@pytest.mark.parametrize("many", [7, 997], indirect=True)
def test_queries_do_not_grow_with_the_list(client, many, leader, django_assert_num_queries):
    client.force_login(leader)
    client.get(reverse("account"))
    with django_assert_num_queries(18):
        text = show(client)
    assert f"共 {many + 3:,} 人" in text


# ---- compared --------------------------------------------------------------------------
def test_up_to_four_stand_beside_one_another(client, year, people, leader):
    client.force_login(leader)
    keys = [of(year, one).pk for one in people.values()]
    text = show(client, "?" + "&".join(f"person={key}" for key in keys), "appraisal-compare")
    assert [name in text for name in ("甲", "乙", "丙", "组内位次", "工作作风")] == [True] * 5
    assert "前四人" not in text
    assert "还没有选人" in show(client, "", "appraisal-compare")
    show(client, "?person=x", "appraisal-compare", 404)
    show(client, f"?person={keys[0]}&person=999999", "appraisal-compare", 404)


def test_of_more_than_four_the_first_four(client, year, people, leader, district, staff):
    town = AppraisalGroup.objects.get(cycle=year, name="乡镇")
    unit = district.township_b
    place = {
        "organisation": unit,
        "lineage": unit.lineage,
        "months": 12,
        "standing": "ranked",
        "league_post": "secretary",
    }
    AppraisalCycle.objects.filter(pk=year.pk).update(state="evaluation")
    for name in ("丁", "戊"):
        person = Participant.objects.create(cycle=year, group=town, cadre=make_cadre(unit, name=name), **place)
        give_all(person, leader, staff)
    rolled_up(year, staff, "totalling")
    client.force_login(leader)
    keys = Participant.objects.filter(cycle=year).order_by("pk").values_list("pk", flat=True)
    text = show(client, "?" + "&".join(f"person={key}" for key in keys), "appraisal-compare")
    assert "只列出前四人" in text
    assert listed(text, "丁", "戊") == ["丁"]


@pytest.mark.parametrize(
    ("totals", "bins"),
    [
        ([], []),
        ([91_000], [(90_000, 0, ("好", 90_000)), (91_000, 1, None), (92_000, 0, None)]),
        (
            [79_000, 81_000],
            [(78_000, 0, None), (79_000, 1, None), (80_000, 0, ("较好", 80_000)), (81_000, 1, None), (82_000, 0, None)],
        ),
    ],
)
def test_totals_are_counted_in_steps(totals, bins):
    assert [(one.start, one.count, one.floor) for one in spread(totals, FLOORS)] == bins


def test_a_wide_spread_takes_wider_steps():
    found = spread([100_000, 0], FLOORS)
    assert (len(found), found[0].start, found[-1].start) == (12, 0, 110_000)


# ---- on a person's page ------------------------------------------------------------------
def test_the_years_stand_on_a_persons_page(client, year, people, leader, district):
    client.force_login(leader)
    address = reverse("cadre", args=[people["b"].pk])
    text = client.get(address).content.decode()
    assert "历年考核" in text
    assert reverse("appraisal-scorecard", args=[of(year, people["b"]).pk]) in text
    client.force_login(make_user("township_secretary", district.township_b))
    assert "历年考核" not in client.get(address).content.decode()
    client.force_login(account_of(people["b"], "leader", district.top))
    assert "历年考核" not in client.get(address).content.decode()
