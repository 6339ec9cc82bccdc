"""名册 in the browser's eyes: who may see it, what stands in it, how it is narrowed, paged and taken along."""

import gzip
import io
import itertools
import re
from datetime import date

import openpyxl
import pytest
from django.urls import reverse
from django.utils.html import escape

from cadres.models import Appointment
from cadres.panels import people_at_a_glance
from cadres.services.posts import appoint, end_appointment
from orgs.access import as_scope
from orgs.services import assign_role
from tests.factories import NOW, TODAY, make_cadre, make_user, valid_identity_number
from youthleague.audit.models import AuditEvent
from youthleague.kernel.dates import PartialDate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files", "today")]
URL = "/roster/"
LONG_NAME = "阿依努尔·买买提江"


def text(response):
    return response.content.decode()


def rows_of(response):
    return re.findall(r'class="who" href="/roster/\d+/">([^<]+)<', text(response))


def sheet_of(response):
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("district_staff", 200),
        ("township_secretary", 200),
        ("village_secretary", 200),
        ("leader", 200),
        ("party_committee", 200),
        ("org_department", 403),
        ("committee_member", 403),
        ("judge", 403),
        ("sysadmin", 403),
        ("security_admin", 403),
        ("auditor", 403),
    ],
)
def test_who_may_open_the_roster(district, signed_in, role, status):
    assert signed_in(make_user(role, district.top)).get(URL).status_code == status


def test_without_an_account_one_is_sent_to_sign_in(client):
    response = client.get(URL)
    assert (response.status_code, response["Location"]) == (302, f"{reverse('sign-in')}?next={URL}")


def test_the_roster_only_answers_to_reading(secretary_a, signed_in):
    assert signed_in(secretary_a).post(URL).status_code == 405


def test_a_line_has_the_person_and_the_post(own, secretary_a, signed_in):
    page = text(signed_in(secretary_a).get(URL))
    for shown in ("林知远", "松涛社区团支部", "书记", "共青团员", "大学本科", "2024.09", own.masked_phone):
        assert shown in page
    assert "青禾街道团工委及所属 2 个团组织" in page
    assert own.phone not in page
    assert own.id_number not in page
    assert own.masked_id_number not in page


def test_a_sibling_township_sees_nothing_of_it(own, foreign, secretary_a, signed_in):
    client = signed_in(secretary_a)
    pages = [
        client.get(URL, {"q": "石"}),
        client.get(URL, {"state": "former"}),
        client.get(URL, {"sort": "-name", "page": "9"}),
        client.get(URL, {"organisation": str(foreign.appointments.get().organisation_id)}),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "石敢当" not in text(page)
        assert "石井村" not in text(page)
        assert foreign.masked_phone not in text(page)


def test_somebody_who_left_is_shown_by_name_and_post_only(own, secretary_a, signed_in):
    end_appointment(post=own.appointments.get(), on=date(2026, 6, 30), reason="promoted", by=secretary_a, at=NOW)
    client = signed_in(secretary_a)
    assert rows_of(client.get(URL)) == []
    page = client.get(URL, {"state": "former"})
    assert rows_of(page) == ["林知远"]
    table = text(page)[text(page).index("<tbody") : text(page).index("</tbody>")]
    assert "2026.06.30" in table
    assert "提拔" in table
    for hidden in (own.masked_phone, "共青团员", "大学本科", "男"):
        assert hidden not in table


def test_figures_are_those_of_everybody_listed(own, district, secretary_a, signed_in):
    make_cadre(district.township_a, political_status="01")
    client = signed_in(secretary_a)
    page = text(client.get(URL, {"figures": "1"}))
    assert "<b>2 人</b>" in page
    assert "<b>50.0%</b>" in page
    page = text(client.get(URL, {"politics": "01", "figures": "1"}))
    assert "<b>1 人</b>" in page


def test_the_rows_do_not_wait_for_the_figures(own, secretary_a, signed_in):
    client = signed_in(secretary_a)
    page = client.get(URL, {"q": "林", "page": "1"})
    assert not page.context["figures"]
    fetched = page.context["figures_url"]
    assert fetched == "?q=%E6%9E%97&figures=1"
    assert f'hx-get="{escape(fetched)}"' in text(page)
    part = text(client.get(URL + fetched, headers={"HX-Request": "true"}))
    assert part.strip().startswith('<div class="facts">')
    assert "<b>1 人</b>" in part
    assert own.name not in part
    empty = client.get(URL, {"q": "没有这个人"})
    assert not empty.context["figures_url"]


def test_the_cover_of_villages_is_that_of_the_workbench(own, foreign, district, secretary_a, signed_in):
    """One figure, one denominator: all villages, also the one without a secretary."""
    own.appointments.update(is_two_committee_member=True)
    client, title = signed_in(secretary_a), "村（社区）书记由“两委”兼任"
    glance = people_at_a_glance(secretary_a, as_scope(secretary_a))
    [panel] = [one for one in glance["figures"] if one["title"] == "“两委”兼任书记"]
    assert (panel["value"], panel["unit"]) == (1, "/ 2")
    for query in ({}, {"organisation": district.township_a.pk}, {"post": "secretary", "level": "village"}):
        [shown] = [
            fact for fact in client.get(URL, {**query, "figures": "1"}).context["figures"] if fact["title"] == title
        ]
        assert (shown["value"], shown["note"]) == ("1 / 2", "缺：长荷社区团支部")
    assert title not in {fact["title"] for fact in client.get(URL, {"q": "林", "figures": "1"}).context["figures"]}


def test_conditions_in_force_can_be_taken_off_one_by_one(own, secretary_a, signed_in):
    page = text(signed_in(secretary_a).get(URL, {"q": "林", "mode": "part_time", "page": "1"}))
    assert 'href="?mode=part_time" aria-label="去掉““林””"' in page
    assert 'aria-label="去掉“兼职”"' in page
    assert f'<a href="{URL}">清除</a>' in page


def test_other_posts_are_counted_and_named(own, district, secretary_a, signed_in):
    values = {"organisation": district.village_a2.pk, "league_post": "staff", "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text("2025-01")
    appoint(cadre=own, values=values, by=secretary_a, at=NOW, day=TODAY)
    page = signed_in(secretary_a).get(URL)
    assert rows_of(page) == ["林知远"]
    assert '<span class="chip" title="另任：长荷社区团支部工作人员">+1</span>' in text(page)


def test_htmx_gets_the_results_alone(own, secretary_a, signed_in):
    client = signed_in(secretary_a)
    part = client.get(URL, {"q": "林"}, headers={"HX-Request": "true"})
    assert text(part).lstrip().startswith('<div id="results"')
    assert rows_of(part) == ["林知远"]
    whole = client.get(URL, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<title>" in text(whole)


def test_an_empty_roster_says_what_to_do(secretary_a, signed_in, district):
    page = text(signed_in(secretary_a).get(URL))
    assert "名册还是空的" in page
    assert "导入花名册" in page
    assert 'id="filters"' not in page
    reader = text(signed_in(make_user("leader", district.top)).get(URL))
    assert "名册还是空的" in reader
    assert "导入花名册" not in reader


def test_nothing_found_says_which_condition_to_take_off(own, secretary_a, signed_in):
    page = text(signed_in(secretary_a).get(URL, {"q": "林", "politics": "13"}))
    assert "没有符合条件的团干部" in page
    assert "去掉“群众”可以看到 1 人。" in page


def test_facts_of_former_people_are_refused_with_a_reason(own, secretary_a, signed_in):
    page = text(signed_in(secretary_a).get(URL, {"state": "former", "politics": "03"}))
    assert "不能按政治面貌、学历、年龄、性别筛选" in page


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("township_secretary", ["换届后统计", "模板", "导出", "导入", "登记团干部", "导出当前列表"]),
        ("village_secretary", ["换届后统计", "模板", "导入", "登记团干部"]),
        ("leader", ["换届后统计"]),
    ],
)
def test_actions_are_those_the_role_may_take(own, district, signed_in, role, offered):
    page = text(signed_in(make_user(role, district.village_a1)).get(URL))
    main = page[page.index("<main") : page.index("</main>")]
    buttons = re.findall(r'<a class="btn[^>]*>\s*(?:<svg.*?</svg>)?\s*([^<]+)</a>', main)
    assert buttons == offered


_numbers = itertools.count(1)


def people(district, count):
    for number in range(count):
        make_cadre(
            district.village_a1 if number % 2 else district.village_a2,
            id_number=valid_identity_number(next(_numbers)),
            league_post="deputy_secretary" if number % 3 else "member",
            name=LONG_NAME if number == 0 else f"测试{'甲乙丙丁戊己庚辛壬癸'[number % 10]}",
        )


@pytest.mark.parametrize("query", ["", "figures=1", "q=测试&politics=03&age=-35", "state=former"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    district, secretary_a, signed_in, django_assert_num_queries, query
):
    client = signed_in(secretary_a)
    people(district, 2)
    if "former" in query:
        end_everybody(secretary_a)
    client.get(f"{URL}?{query}")
    pinned = {"figures=1": 15, "state=former": 10}.get(query, 13)
    with django_assert_num_queries(pinned):
        assert len(rows_of(client.get(f"{URL}?{query}"))) >= 1
    people(district, 30)
    if "former" in query:
        end_everybody(secretary_a)
    with django_assert_num_queries(pinned):
        assert len(rows_of(client.get(f"{URL}?{query}"))) >= 28


def end_everybody(by):
    for post in Appointment.objects.filter(ended_on__isnull=True):
        end_appointment(post=post, on=date(2026, 6, 30), reason="other", by=by, at=NOW)


def test_fifty_lines_a_page(district, secretary_a, signed_in):
    people(district, 53)
    client = signed_in(secretary_a)
    first, second = client.get(URL), client.get(URL, {"page": "2"})
    assert (len(rows_of(first)), len(rows_of(second))) == (50, 3)
    assert "第 1—50 人，共 53 人" in text(first)
    assert "第 51—53 人，共 53 人" in text(second)
    assert 'rel="next" href="?page=2"' in text(first)
    assert 'rel="prev" href="?page=1"' in text(second)
    assert len(gzip.compress(first.content, 6)) <= 60_000
    for asked in ("99", "-1", "x", "0", "\uff11", "99999999999999999999"):
        assert client.get(URL, {"page": asked}).status_code == 200


@pytest.mark.parametrize(
    "sort", ["name", "-name", "person", "-person", "organisation", "post", "-appointed", "phone", "x"]
)
def test_every_order_shows_everybody(district, secretary_a, signed_in, sort):
    people(district, 4)
    assert len(rows_of(signed_in(secretary_a).get(URL, {"sort": sort}))) == 4


@pytest.mark.parametrize("sort", ["ended", "-ended", "person"])
def test_former_people_are_not_ordered_by_what_is_hidden(own, secretary_a, signed_in, sort):
    end_everybody(secretary_a)
    assert rows_of(signed_in(secretary_a).get(URL, {"sort": sort, "state": "former"})) == ["林知远"]


def test_the_list_as_a_workbook(own, foreign, district, secretary_a, signed_in):
    make_cadre(district.township_a, name="苏晚晴", political_status="01")
    response = signed_in(secretary_a).get(URL, {"export": "xlsx", "politics": "03"})
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert response["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    rows = sheet_of(response)
    assert rows[0][0] == "团干部名册"
    assert rows[1][0] == "姓名"
    assert [row[0] for row in rows[2:-1]] == ["林知远"]
    assert rows[2][-1] == own.masked_phone
    event = AuditEvent.objects.get(action="list.export")
    assert event.facts == {"list": "roster", "rows": 1, "filters": ["politics"]}
    assert event.actor_id == secretary_a.pk


def test_the_workbook_of_former_people_holds_name_and_post_only(own, secretary_a, signed_in):
    end_everybody(secretary_a)
    rows = sheet_of(signed_in(secretary_a).get(URL, {"export": "xlsx", "state": "former"}))
    assert rows[1] == ["姓名", "团组织", "团内职务", "专/挂/兼", "任职时间", "离任时间", "离任原因"]
    assert rows[2] == ["林知远", "松涛社区团支部", "书记", "兼职", "2024.09", "2026-06-30", "其他"]


@pytest.mark.parametrize("role", ["village_secretary", "leader", "party_committee"])
def test_the_workbook_needs_its_own_permission(own, district, signed_in, role):
    response = signed_in(make_user(role, district.top)).get(URL, {"export": "xlsx"})
    assert response.status_code == 403
    assert not AuditEvent.objects.filter(action="list.export").exists()


def test_only_rows_where_export_is_allowed_are_taken_along(own, foreign, district, signed_in):
    user = make_user("leader", district.top)
    assign_role(
        user=user, organisation=district.township_b, role="township_secretary", on=date(2020, 1, 1), by=None, at=NOW
    )
    client = signed_in(user)
    assert sorted(rows_of(client.get(URL))) == ["林知远", "石敢当"]
    rows = sheet_of(client.get(URL, {"export": "xlsx"}))
    assert [row[0] for row in rows[2:-1]] == ["石敢当"]
