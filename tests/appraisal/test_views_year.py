"""Pages of a year: preparing it, drawing its people, its steps, and who is in it."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from appraisal.models import AppraisalCycle, Participant
from appraisal.services.cycles import prepare_cycle
from appraisal.services.population import draw_population
from cadres.models import Appointment, Cadre
from orgs.models import new_person_key
from tests.appraisal.conftest import NOON, YEAR, account_of, fresh, take_to
from tests.appraisal.letters import feeding_back
from tests.appraisal.seals import locked
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import at, buttons, main, plain_files
from tests.protection.held import LEASE_QUERIES
from youthleague.audit.models import AuditEvent
from youthleague.kernel.dates import PartialDate

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]


def page(user, name="appraisal-year", *rest, query=""):
    answer = at(user).get(reverse(name, args=[YEAR, *rest]) + query)
    assert answer.status_code == 200
    return answer


def step(user, action, version):
    return at(user).post(reverse("appraisal-step", args=[YEAR, action]), {"version": version}, follow=True)


# ---- setting up ------------------------------------------------------------------------
def test_a_year_is_set_up_from_the_list_of_years(staff):
    desk = at(staff)
    assert "建立考核年度" in buttons(desk.get(reverse("appraisal")))
    answer = desk.post(reverse("appraisal-new"), {"year": YEAR, "copy_of": ""}, follow=True)
    assert "2026年度已建立" in main(answer)
    assert buttons(answer) == ["确定参评人员"]
    assert f'href="/appraisal/{YEAR}/"' in main(desk.get(reverse("appraisal")))


def test_a_second_year_copies_the_last_one(staff, prepared):
    desk = at(staff)
    shown = main(desk.get(reverse("appraisal-new")))
    assert ("照 2026 年度的方案" in shown, 'value="2027"' in shown) == (True, True)
    desk.post(reverse("appraisal-new"), {"year": 2027, "copy_of": prepared.pk})
    assert AppraisalCycle.objects.get(year=2027).groups.count() == prepared.groups.count()


@pytest.mark.parametrize(("year", "said"), [("", "请填写年度"), ("1999", "请填写年度"), (str(YEAR), "已经建立")])
def test_what_is_no_year_is_said_beside_the_field(staff, prepared, year, said):
    answer = at(staff).post(reverse("appraisal-new"), {"year": year})
    assert (said in main(answer), AppraisalCycle.objects.count()) == (True, 1)


# ---- who may -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "codes"),
    [
        ("district_staff", (200, 200, 200, 200)),
        ("leader", (200, 200, 403, 403)),
        ("township_secretary", (403, 403, 403, 403)),
        ("party_committee", (403, 403, 403, 403)),
    ],
)
def test_who_opens_which_page(district, cycle, role, codes):
    user = make_user(role, district.township_a if role in {"township_secretary", "party_committee"} else district.top)
    names = ("appraisal-year", "appraisal-people", "appraisal-draw")
    found = [at(user).get(reverse(name, args=[YEAR])).status_code for name in names]
    assert (*found, at(user).get(reverse("appraisal-new")).status_code) == codes


def test_a_year_that_is_not_there(staff, cycle):
    for name in ("appraisal-year", "appraisal-people", "appraisal-draw"):
        assert at(staff).get(reverse(name, args=[1999])).status_code == 404
    assert at(staff).post(reverse("appraisal-step", args=[YEAR, "leap"])).status_code == 404


def test_whoever_keeps_the_year_of_one_township_takes_no_step(district, cycle):
    user = make_user("district_staff", district.township_a)
    assert step(user, "collect", cycle.version).status_code == 403
    assert (fresh(cycle).state, buttons(page(user))) == ("daily", [])
    shown = main(page(user, "appraisal-people"))
    assert ("甲" in shown, "乙" in shown) == (True, False)


# ---- drawing -------------------------------------------------------------------------
def test_what_drawing_changes_is_shown_before_and_after(district, prepared, people, staff):
    desk, url = at(staff), reverse("appraisal-draw", args=[YEAR])
    shown = main(desk.get(url))
    assert ("新增" in shown, "乡镇组，柳溪镇团委，书记" in shown, Participant.objects.count()) == (True, True, 0)
    told = main(desk.post(url, follow=True))
    assert "已确定参评人员 3 人：新增 3 人，变动 0 人，不再参评 0 人。" in told
    assert "和现在的名单一样" in main(desk.get(url))
    Appointment.objects.filter(cadre=people["a"]).delete()
    Appointment.objects.filter(cadre=people["b"]).update(appointed_on="2026-10-08")
    shown = main(desk.get(url))
    assert ("不再参评" in shown, "任职 12 个月，参评" in shown, "任职 2 个月，不定等次" in shown) == (True, True, True)
    assert "新增 0 人，变动 1 人，不再参评 1 人" in main(desk.post(url, follow=True))


def test_from_the_evaluation_on_nobody_is_drawn(cycle, staff):
    take_to(cycle, "evaluation", staff)
    desk, url = at(staff), reverse("appraisal-draw", args=[YEAR])
    assert "参评人员不再变动" in main(desk.get(url))
    assert "不能这样办理" in main(desk.post(url, follow=True))


# ---- steps -----------------------------------------------------------------------------
def test_a_year_is_opened_and_taken_on_step_by_step(prepared, people, staff):
    draw_population(cycle=prepared, by=staff, at=NOON)
    shown = page(staff)
    assert buttons(shown) == ["启动日常考核"]
    assert "方案在启动时固定" in main(shown)
    assert "已进入“日常考核中”" in main(step(staff, "open", fresh(prepared).version))
    assert buttons(page(staff)) == ["转入年终材料"]
    assert "已进入“年终材料”" in main(step(staff, "collect", fresh(prepared).version))
    shown = main(page(staff))
    assert [one in shown for one in ("转入年终材料", "启动日常考核", "确定参评人员：3 人，新增 3 人", "建立年度")] == [
        True
    ] * 4
    assert staff.full_name in shown


def test_a_step_at_another_version_is_not_taken(cycle, staff):
    assert "已有变动" in main(step(staff, "collect", cycle.version + 1))
    assert "已有变动" in main(step(staff, "collect", "x"))
    assert fresh(cycle).state == "daily"


def test_a_year_is_not_put_away_before_its_letters_have_arrived(cycle, staff, leader):
    sealed = feeding_back(locked(cycle, leader, staff).cycle)
    shown = page(staff)
    assert "归档" in buttons(shown)
    assert "反馈函已经送达（还差" in main(step(staff, "archive", sealed.version))
    assert (fresh(cycle).state, buttons(page(leader))) == ("feedback", [])


def test_a_step_by_somebody_who_only_looks_is_refused_and_recorded(cycle, leader):
    assert step(leader, "collect", cycle.version).status_code == 403
    assert AuditEvent.objects.filter(result="refused", action="appraisal.keep_cycle").count() == 1


# ---- people ----------------------------------------------------------------------------
def test_people_are_found_by_name_pinyin_group_and_standing(district, prepared, staff):
    make_cadre(district.township_a, name="王建国")
    make_cadre(district.township_b, name="李秀兰", appointed_on=PartialDate.from_text("2026-11"))
    draw_population(cycle=prepared, by=staff, at=NOON)
    group = prepared.groups.get(name="街道")

    def found(query):
        shown = main(page(staff, "appraisal-people", query=query))
        return {one for one in ("王建国", "李秀兰") if f">{one}</a>" in shown}

    assert found("") == {"王建国", "李秀兰"}
    assert (found("?q=建"), found("?q=lxl"), found(f"?group={group.pk}")) == ({"王建国"}, {"李秀兰"}, {"王建国"})
    assert (found("?standing=ungraded"), found("?standing=appraised")) == ({"李秀兰"}, {"王建国", "李秀兰"})
    assert (found(f"?organisation={district.township_b.pk}"), found("?group=x")) == ({"李秀兰"}, set())
    assert "不足 3 个月" in main(page(staff, "appraisal-people"))


def test_the_list_is_exported_as_it_stands_and_noted(cycle, staff):
    answer = page(staff, "appraisal-people", query="?export=xlsx")
    sheet = load_workbook(BytesIO(answer.content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["甲", "青禾街道团工委", "书记", "街道", "12", "参评"] in [row[:6] for row in cells]
    assert AuditEvent.objects.get(action="list.export").facts["rows"] == 3


def test_a_year_without_people_says_what_to_do(prepared, staff, leader):
    assert "确定参评人员</a>" in main(page(staff, "appraisal-people"))
    shown = main(page(leader, "appraisal-people"))
    assert ("还没有确定参评人员" in shown, "确定参评人员</a>" in shown) == (True, False)


# ---- cost ------------------------------------------------------------------------------
@pytest.fixture
def crowd(request, district, cycle, people, staff):
    """Put as many people into the year as are asked for, past the services."""
    model = Participant.objects.get(cycle=cycle, cadre=people["a"])
    kept = {
        one.attname: getattr(model.cadre, one.attname) for one in Cadre._meta.concrete_fields if not one.primary_key
    }
    cadres = Cadre.objects.bulk_create(
        Cadre(**{**kept, "name": f"众{number}", "person_key": new_person_key(), "id_number_index": f"{number}"})
        for number in range(request.param)
    )
    fields = {
        name: getattr(model, name)
        for name in ("cycle", "group", "league_post", "organisation", "lineage", "months", "standing")
    }
    Participant.objects.bulk_create(Participant(cadre=cadre, **fields) for cadre in cadres)
    return request.param


@pytest.mark.parametrize("crowd", [1, 1000], indirect=True)
@pytest.mark.parametrize(("name", "queries"), [("appraisal-year", 17 + LEASE_QUERIES), ("appraisal-people", 13)])
def test_queries_do_not_grow_with_people(client, crowd, staff, name, queries, django_assert_num_queries):
    client.force_login(staff)
    client.get(reverse("account"))
    with django_assert_num_queries(queries):
        answer = client.get(reverse(name, args=[YEAR]))
    assert f"{crowd + 3:,}" in main(answer).replace("参评 1003", "参评 1,003")


def test_whoever_is_appraised_and_keeps_the_year_sees_the_list(cycle, people, district):
    user = account_of(people["top"], "district_staff", district.top)
    assert "丙" in main(page(user, "appraisal-people"))


def test_years_are_prepared_side_by_side(prepared, staff):
    prepare_cycle(year=YEAR + 1, by=staff, at=NOON, copy_of=prepared)
    shown = main(at(staff).get(reverse("appraisal")))
    assert ("2026年度" in shown, "2027年度" in shown) == (True, True)
