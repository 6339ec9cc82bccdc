"""列选择 on the roster: the page and its export show what is chosen, of nobody more than may be seen."""

import gzip
import io
import itertools
import re
from datetime import date

import openpyxl
import pytest

from cadres.models import Appointment
from cadres.services.posts import end_appointment
from cadres.tables import FACTS, RosterTable
from orgs.models import ColumnChoice
from tests.factories import NOW, make_cadre, valid_identity_number
from youthleague.kernel.dates import PartialDate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files", "today")]
URL = "/roster/"
_numbers = itertools.count(1)


def rows_of(response):
    return re.findall(r'class="who" href="/roster/\d+/">([^<]+)<', response.content.decode())


def sheet_of(response):
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


def people(district, count, **values):
    for number in range(count):
        unit = district.village_a1 if number % 2 else district.village_a2
        person = {
            "id_number": valid_identity_number(next(_numbers)),
            "name": f"测试{'甲乙丙丁戊己庚辛壬癸'[number % 10]}",
        }
        make_cadre(unit, **person, league_post="deputy_secretary" if number % 3 else "member", **values)


def end_everybody(by):
    for post in Appointment.objects.filter(ended_on__isnull=True):
        end_appointment(post=post, on=date(2026, 6, 30), reason="other", by=by, at=NOW)


def choose(user, *columns):
    ColumnChoice.objects.create(user=user, page="roster", columns=columns)


FILLED = {
    "fulltime_education": "31",
    "inservice_education": "21",
    "degree": "3",
    "school_major": "青禾师范学院思想政治教育专业" * 3,
    "admin_post": "党建工作办公室主任兼退役军人服务站站长",
}


@pytest.mark.parametrize("query", ["", "export=xlsx"])
def test_all_columns_cost_no_query_a_row(district, secretary_a, signed_in, django_assert_num_queries, query):
    choose(secretary_a, *RosterTable.offered())
    client = signed_in(secretary_a)
    people(district, 1)
    client.get(f"{URL}?{query}")
    pinned = 14 if query else 13
    with django_assert_num_queries(pinned):
        client.get(f"{URL}?{query}")
    people(district, 30)
    with django_assert_num_queries(pinned):
        client.get(f"{URL}?{query}")


def test_fifty_lines_with_all_columns_stay_small(district, secretary_a, signed_in):
    choose(secretary_a, *RosterTable.offered())
    people(district, 50, **FILLED)
    page = signed_in(secretary_a).get(URL)
    assert len(rows_of(page)) == 50
    assert len(gzip.compress(page.content, 6)) <= 60_000


KNOWN = {
    "ethnicity": "汉族",
    "joined_league": "2008.05",
    "joined_party": "2015.07.01",
    "work_started": "2016",
    "fulltime": "大学专科",
    "inservice": "大学本科",
    "degree": "硕士",
    "school": FILLED["school_major"],
    "term_end": "2029.09",
    "admin_post": FILLED["admin_post"],
    "party_gov": "否",
    "two_committee": "是",
    "party_committee": "—",
    "rank": "一级主任科员",
    "establishment": "行政",
    "source": "选调生",
}


@pytest.fixture
def filled(district):
    """Somebody of whom nearly all is known."""
    days = {"joined_league_on": "2008-05", "joined_party_on": "2015-07-01", "work_started_on": "2016"}
    days["term_ends_on"] = "2029-09"
    return make_cadre(
        district.village_a1,
        **FILLED,
        **{name: PartialDate.from_text(text) for name, text in days.items()},
        rank="senior_1",
        establishment_type="administrative",
        source="selected_graduate",
        is_two_committee_member=True,
        is_party_gov_leader=False,
    )


def test_chosen_columns_hold_what_is_known(filled, secretary_a, signed_in):
    known = {**KNOWN, "birth": f"{filled.birth_date:%Y.%m}"}
    choose(secretary_a, *RosterTable.offered())
    client = signed_in(secretary_a)
    table = client.get(URL).context["table"]
    cells = dict(zip(table.columns.names(), re.findall(r"<td[^>]*>(.*?)</td>", table.body), strict=True))
    assert {name: cells[name] for name in known} == known
    titles, row, *_ = sheet_of(client.get(URL, {"export": "xlsx"}))[1:]
    written = dict(zip(titles, (cell or "—" for cell in row), strict=True))
    assert {name: written[FACTS[name].title] for name in known} == known
    assert known.keys() == FACTS.keys()
    for hidden in (filled.phone, filled.id_number, filled.masked_id_number):
        assert hidden not in table.body


def test_the_workbook_follows_the_chosen_columns(own, secretary_a, signed_in):
    client = signed_in(secretary_a)
    usual = sheet_of(client.get(URL, {"export": "xlsx"}))[1]
    assert usual == [
        *("姓名", "性别", "年龄", "团组织", "团内职务", "专/挂/兼", "党政、“两委”或本职", "政治面貌", "学历"),
        *("任职时间", "手机号码（部分隐藏）"),
    ]
    choose(secretary_a, "birth", "school", "two_committee")
    rows = sheet_of(client.get(URL, {"export": "xlsx"}))
    assert rows[1] == ["姓名", "出生年月", "团组织", "团内职务", "“两委”成员", "毕业院校及专业"]
    assert rows[2][:4] == ["林知远", f"{own.birth_date:%Y.%m}", "松涛社区团支部", "书记"]


def test_all_columns_of_the_workbook_are_those_of_the_page(own, secretary_a, signed_in):
    choose(secretary_a, *RosterTable.offered())
    rows = sheet_of(signed_in(secretary_a).get(URL, {"export": "xlsx"}))
    assert len(rows[1]) == len(RosterTable.offered()) + 4  # name, unit, post; gender and age are two
    assert rows[2][-1] == own.masked_phone
    assert not {own.phone, own.id_number, own.masked_id_number} & set(rows[2])


def test_former_people_keep_their_columns_whatever_is_chosen(own, secretary_a, signed_in):
    choose(secretary_a, *RosterTable.offered())
    end_everybody(secretary_a)
    page = signed_in(secretary_a).get(URL, {"state": "former"})
    assert list(page.context["table"].columns.names()) == [
        "name",
        "organisation",
        "post",
        "appointed",
        "ended",
        "reason",
    ]
    assert page.context["columns"] == {}


def test_who_has_left_since_the_day_shows_no_chosen_fact(own, secretary_a, signed_in):
    choose(secretary_a, *RosterTable.offered())
    end_everybody(secretary_a)
    client = signed_in(secretary_a)
    page = client.get(URL, {"day": "2026-06-01"})
    assert rows_of(page) == ["林知远"]
    body = page.context["table"].body
    for hidden in (f"{own.birth_date:%Y.%m}", own.get_ethnicity_display(), own.masked_phone, own.education):
        assert hidden not in body
    row = sheet_of(client.get(URL, {"day": "2026-06-01", "export": "xlsx"}))[2]
    assert {cell for cell in row if cell} == {"林知远", "松涛社区团支部", "书记", "兼职", "2024.09"}


def test_a_column_that_is_not_shown_is_not_in_the_words_of_the_card(own, secretary_a, signed_in):
    choose(secretary_a, "mode")
    table = signed_in(secretary_a).get(URL).context["table"].body
    assert "兼职" in table
    assert "共青团员" not in table


def test_a_column_that_is_not_shown_gives_no_order(own, district, secretary_a, signed_in):
    make_cadre(district.village_a2, name="苏晚晴")
    choose(secretary_a, "mode")
    client = signed_in(secretary_a)
    plain = rows_of(client.get(URL))
    assert rows_of(client.get(URL, {"sort": "-person"})) == rows_of(client.get(URL, {"sort": "person"})) == plain
