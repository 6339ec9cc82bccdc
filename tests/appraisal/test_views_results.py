"""登记测评结果: how far they are, and the grid of a group."""

import re

import pytest
from django.urls import reverse

from appraisal.models import BallotTally, Exemption, PanelMark, Participant, ResultSheet, RoundMark
from appraisal.reports.results import result_gaps
from appraisal.services.population import draw_population
from tests.appraisal.conftest import NOON, YEAR, account_of, person, take_to
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import at, main, plain_files

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]
STREETS, ORGANS = 1, 3


@pytest.fixture
def year(cycle, staff):
    return take_to(cycle, "evaluation", staff)


def url(component, position=STREETS, query="", name="appraisal-results-part"):
    return reverse(name, args=[YEAR, position, component]) + query


def sent(user, component, data, position=STREETS, query=""):
    """Send what stands in the grid, with some cells typed over."""
    page = at(user).get(url(component, position, query)).text
    seen = dict(re.findall(r'type="hidden" name="(p\d+-v\d+)" value="(\d+)"', page))
    stored = dict(re.findall(r'g-in[^"]*" name="(p\d+-\w+)" value="([^"]*)"', page))
    return at(user).post(
        url(component, position, query, "appraisal-results-enter"), {**seen, **stored, **data}, follow=True
    )


def cells(who, **values):
    return {f"p{who.pk}-{name}": value for name, value in values.items()}


BALLOTS = {"issued": "20", "collected": "18", "valid": "17", "o1": "10", "o2": "5", "o3": "1", "o4": "0", "o5": "1"}


# ---- how far -----------------------------------------------------------------------------
def test_how_far_each_component_of_each_group_is(year, people, staff):
    a = person(year, people["a"])
    for pool in (1, 2):
        sent(staff, "party-government", cells(a, **BALLOTS), query=f"?pool={pool}")
    shown = re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", main(at(staff).get(reverse("appraisal-results", args=[YEAR])))))
    assert "党政评1/1人团干述0/1人团内赛0/1人青年议0/1人乡镇登记齐的人数党政评0/1人" in shown


def test_before_and_after_the_evaluation_nothing_is_entered(cycle, people, staff):
    a = person(cycle, people["a"])
    shown = main(at(staff).get(url("party-government")))
    assert ("现在只能查看" in shown, "g-in" in shown) == (True, False)
    answer = at(staff).post(
        url("party-government", name="appraisal-results-enter"), {**cells(a, **BALLOTS), **versions(a)}
    )
    assert ("不能这样办理" in main(answer), BallotTally.objects.exists()) == (True, False)


def versions(who, version=0):
    pool = who.group.components.get(component=3).pools.get(number=1)
    return {f"p{who.pk}-v{pool.pk}": version}


# ---- ballots -----------------------------------------------------------------------------
def test_ballots_are_entered_with_their_papers(year, people, staff):
    a = person(year, people["a"])
    answer = sent(staff, "party-government", cells(a, **BALLOTS))
    assert "已保存 1 人的党政评（A票）" in main(answer)
    found = dict(BallotTally.objects.values_list("option", "count"))
    assert found == {1: 10, 2: 5, 3: 1, 4: 0, 5: 1, 6: 1}
    assert 'value="20"' in main(answer)
    assert "没有改动" in main(sent(staff, "party-government", {}))
    assert ResultSheet.objects.get().version == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"valid": "16"}, "各选项（含弃权）合计 17 票，有效票 16 票，两个数应当相等"),
        ({"collected": "21"}, "收回不能多于发出"),
        ({"valid": "19"}, "有效不能多于收回"),
        ({"issued": ""}, "要一并填写"),
        ({"issued": "", "collected": "", "valid": ""}, "要一并填写"),
        ({"o1": "-1"}, "好请填写 0 至 1500 的整数"),
        ({"o1": "十"}, "好请填写 0 至 1500 的整数"),
    ],
)
def test_sums_that_do_not_fit_are_said_beside_the_row_and_nothing_is_kept(year, people, staff, change, said):
    a, b = person(year, people["a"]), person(year, people["b"])
    answer = sent(staff, "party-government", cells(a, **{**BALLOTS, **change}))
    assert (said in main(answer), BallotTally.objects.exists()) == (True, False)
    assert b.cadre.name not in main(answer)
    assert f'value="{change.get("o1", "10")}"' in main(answer)


def test_one_wrong_row_keeps_the_others_from_being_saved(district, cycle, staff):
    one = make_cadre(district.township_a, name="己", league_post="secretary")
    draw_population(cycle=cycle, by=staff, at=NOON)
    year = take_to(cycle, "evaluation", staff)
    people = Participant.objects.filter(cycle=year, group__name="街道").order_by("pk")
    data = {**cells(people[0], **BALLOTS), **cells(people[1], **{**BALLOTS, "valid": "3"})}
    assert "一行也没有保存" in main(sent(staff, "party-government", data))
    assert (one.name, BallotTally.objects.exists()) == ("己", False)


# ---- panels and contests --------------------------------------------------------------------
def test_marks_of_a_panel_are_entered_by_sheet(year, people, staff):
    a = person(year, people["a"])
    sent(staff, "debrief", cells(a, s1="90", s2="88.5", s3="\uff19\uff11", s7="85分"))
    assert list(PanelMark.objects.values_list("sheet", "mark")) == [
        (1, 90_000),
        (2, 88_500),
        (3, 91_000),
        (4, 85_000),
    ]
    shown = main(at(staff).get(url("debrief", query="?pool=1&sheets=12")))
    assert ("12 号" in shown, 'value="88.5"' in shown, "增加评分表" in shown) == (True, True, True)
    assert "青年评审团" in shown
    assert "最多 2 位小数" in main(sent(staff, "debrief", cells(a, s1="90.555")))
    assert "请填写 0 至 100" in main(sent(staff, "debrief", cells(a, s1="101")))


def test_marks_of_a_contest_are_entered_by_round_up_to_its_maximum(year, people, staff):
    a = person(year, people["a"])
    assert "0 至 50 的数" in main(sent(staff, "contest", cells(a, rtalk="50.5")))
    sent(staff, "contest", cells(a, rwritten="93", rtalk="45.25"))
    assert sorted(RoundMark.objects.values_list("round__kind", "mark")) == [("talk", 45_250), ("written", 93_000)]
    sent(staff, "contest", cells(a, rtalk=""))
    assert list(RoundMark.objects.values_list("round__kind", "mark")) == [("written", 93_000)]


# ---- two clerks ------------------------------------------------------------------------------
def test_what_another_clerk_entered_meanwhile_is_shown_and_not_overwritten(year, people, district, staff):
    a = person(year, people["a"])
    seen = versions(a)
    sent(make_user("district_staff", district.top), "party-government", cells(a, **BALLOTS))
    typed = {**cells(a, **{**BALLOTS, "o1": "9", "o2": "6"}), **seen}
    answer = at(staff).post(url("party-government", name="appraisal-results-enter"), typed)
    shown = main(answer)
    assert ("已有变动" in shown, "现在存的是：发出 20，收回 18，有效 17，好 10" in shown) == (True, True)
    assert dict(BallotTally.objects.values_list("option", "count"))[1] == 10
    again = at(staff).post(url("party-government", name="appraisal-results-enter"), {**typed, **versions(a, 1)})
    assert (again.status_code, dict(BallotTally.objects.values_list("option", "count"))[1]) == (302, 9)


def test_a_row_that_comes_without_a_version_is_not_taken(year, people, staff):
    a = person(year, people["a"])
    answer = at(staff).post(url("party-government", name="appraisal-results-enter"), cells(a, **BALLOTS))
    assert ("已有变动" in main(answer), BallotTally.objects.exists()) == (True, False)


# ---- who ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "codes"),
    [("district_staff", (200, 200, 302)), ("leader", (200, 200, 403)), ("township_secretary", (403, 403, 403))],
)
def test_who_reads_and_who_enters(district, year, role, codes):
    user = make_user(role, district.township_a if role == "township_secretary" else district.top)
    desk = at(user)
    found = [desk.get(page).status_code for page in (reverse("appraisal-results", args=[YEAR]), url("debrief"))]
    assert (*found, desk.post(url("debrief", name="appraisal-results-enter")).status_code) == codes


def test_a_leader_reads_what_stands_and_has_no_inputs(year, people, staff, leader):
    sent(staff, "party-government", cells(person(year, people["a"]), **BALLOTS))
    shown = main(at(leader).get(url("party-government")))
    assert ("g-in" in shown, ">20<" in shown, ">保存<" in shown) == (False, True, False)


def test_whoever_is_appraised_in_a_group_sees_nothing_of_it(year, people, district):
    user = account_of(people["top"], "district_staff", district.top)
    shown = main(at(user).get(reverse("appraisal-results", args=[YEAR])))
    assert ("由别的同志登记" in shown, url("debrief", ORGANS) in shown, url("debrief") in shown) == (True, False, True)
    assert at(user).get(url("debrief", ORGANS)).status_code == 403
    assert at(user).post(url("debrief", ORGANS, name="appraisal-results-enter")).status_code == 403
    assert at(user).get(url("debrief")).status_code == 200


def test_a_leader_who_is_appraised_has_no_row_about_themselves(year, people, district, staff):
    a = person(year, people["top"])
    sent(staff, "debrief", cells(a, s1="91.25"), ORGANS)
    leader = account_of(people["top"], "leader", district.top)
    shown = main(at(leader).get(url("debrief", ORGANS)))
    assert ("自己的结果由别的同志登记" in shown, "91.25" in shown) == (True, False)


@pytest.mark.parametrize(
    "path", [("nothing", 1, ""), ("debrief", 9, ""), ("leader-review", 1, ""), ("debrief", 1, "?pool=3")]
)
def test_what_is_not_there(year, staff, path):
    assert at(staff).get(url(*path)).status_code == 404


# ---- what is missing -----------------------------------------------------------------------------
def test_what_is_missing_leaves_out_the_exempt_and_names_what_is_too_few(year, people, staff):
    a = person(year, people["a"])
    sent(staff, "party-government", cells(a, issued="2", collected="2", valid="2", o1="2"))
    for component in (5, 6):
        Exemption.objects.create(participant=a, component=component, reason="病假", granted_by=staff, granted_at=NOON)
    found = [(one.part, one.found, one.needed) for one in result_gaps(year) if one.person == a]
    assert found == [("A票", 2, 3), ("B票", 0, 3), ("评委", 0, 3), ("青年评审团", 0, 3)]
    shown = main(at(staff).get(url("contest")))
    assert "免评" in shown


# ---- cost ----------------------------------------------------------------------------------------
@pytest.fixture
def crowd(request, district, cycle, staff):
    """Put as many people into the first group as are asked for."""
    for number in range(request.param):
        make_cadre(district.township_a, name=f"众{number:02}")
    draw_population(cycle=cycle, by=staff, at=NOON)
    take_to(cycle, "evaluation", staff)
    return request.param


@pytest.mark.parametrize("crowd", [1, 60], indirect=True)
@pytest.mark.parametrize("component", ["party-government", "contest"])
def test_queries_of_the_grid_do_not_grow_with_people(client, crowd, staff, component, django_assert_num_queries):
    client.force_login(staff)
    client.get(reverse("account"))
    with django_assert_num_queries(16):
        shown = main(client.get(url(component)))
    assert ("众00" in shown, "换页以前先保存" in shown) == (True, crowd == 60)
