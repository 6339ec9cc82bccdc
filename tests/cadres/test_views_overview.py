"""换届后常用统计 and the roster of a past day in the browser's eyes: who sees them, what they open, what they hide."""

import html
import io
import re
from datetime import date, timedelta

import openpyxl
import pytest

from cadres.models import Appointment
from cadres.services.posts import appoint, end_appointment
from orgs.access import as_scope
from orgs.services import move_organisation, rename_organisation
from tests.factories import NOW, TODAY, make_cadre, make_organisation, make_user, valid_identity_number
from youthleague.audit.models import AuditEvent
from youthleague.kernel.dates import PartialDate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files", "today")]
URL, UNITS, ROSTER = "/roster/overview/", "/roster/overview/units/", "/roster/"
BEFORE = date(2026, 6, 29)
LEFT = date(2026, 6, 30)


def text(response):
    return response.content.decode()


def people_of(response):
    return re.findall(r'href="/roster/\d+/">([^<]+)<', text(response))


def table_of(response):
    """Give the table by the name of the line: value, fraction and address of each cell by title."""
    return {row["title"]: {cell["title"]: cell for cell in row["cells"]} for row in response.context["rows"]}


def leave(cadre, by, on=LEFT):
    end_appointment(post=cadre.appointments.get(ended_on=None), on=on, reason="promoted", by=by, at=NOW)


@pytest.mark.parametrize("url", [URL, UNITS])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("district_staff", 200),
        ("township_secretary", 200),
        ("village_secretary", 200),
        ("leader", 200),
        ("party_committee", 200),
        ("org_department", 403),
        ("judge", 403),
        ("security_admin", 403),
        ("auditor", 403),
    ],
)
def test_who_may_open_the_statistics(district, signed_in, url, role, status):
    client = signed_in(make_user(role, district.top))
    assert client.get(url).status_code == status
    assert client.post(url).status_code in {403, 405}


def test_a_leader_sees_the_townships_and_a_secretary_the_villages(own, foreign, district, secretary_a, signed_in):
    leader = signed_in(make_user("leader", district.top))
    assert [*table_of(leader.get(URL))] == ["合计", "本级", "青禾街道团工委", "柳溪镇团委"]
    assert [*table_of(signed_in(secretary_a).get(URL))] == ["合计", "本级", "松涛社区团支部", "长荷社区团支部"]
    of_b = leader.get(URL, {"organisation": district.township_b.pk})
    assert [*table_of(of_b)] == ["合计", "本级", "石井村团支部", "云桥村团支部"]


def test_units_beside_the_townships_share_a_line(own, district, signed_in):
    school = make_organisation("实验中学团委", district.top, 2, "unit")
    make_cadre(school, name="江老师")
    client = signed_in(make_user("leader", district.top))
    cell = table_of(client.get(URL))["其他直属单位"]["团干部"]
    assert cell["value"] == "1"
    assert people_of(client.get(cell["url"])) == ["江老师"]


def test_a_person_in_two_townships_counts_once_in_each_and_once_in_all(own, district, secretary_b, signed_in):
    values = {"organisation": district.village_b1.pk, "league_post": "staff", "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text("2025-01")
    appoint(cadre=own, values=values, by=secretary_b, at=NOW, day=TODAY)
    table = table_of(signed_in(make_user("leader", district.top)).get(URL))
    assert [table[line]["团干部"]["value"] for line in ("合计", "青禾街道团工委", "柳溪镇团委")] == ["1", "1", "1"]


def test_nothing_to_divide_by_is_a_dash(district, secretary_a, signed_in):
    line = table_of(signed_in(secretary_a).get(URL))["长荷社区团支部"]
    assert {line[title]["value"] for title in ("平均年龄", "本科以上", "中共党员", "女性")} == {"—"}
    assert (line["“两委”兼任"]["value"], line["“两委”兼任"]["note"]) == ("0.0%", "0 / 1")
    assert {cell["url"] for cell in line.values()} == {""}
    assert table_of(signed_in(secretary_a).get(URL))["本级"]["“两委”兼任"]["value"] == "—"


def test_today_the_total_is_what_the_roster_says(own, district, secretary_a, signed_in):
    make_cadre(district.township_a, political_status="01", id_number=valid_identity_number(9, male=False))
    Appointment.objects.filter(organisation=district.village_a1).update(is_two_committee_member=True)
    client = signed_in(secretary_a)
    shown = {fact["title"]: fact["value"] for fact in client.get(ROSTER, {"figures": "1"}).context["figures"]}
    total = table_of(client.get(URL))["合计"]
    assert shown["共"] == f"{total['团干部']['value']} 人"
    assert shown["平均年龄"] == f"{total['平均年龄']['value']} 岁"
    assert shown["中共党员（含预备）"] == total["中共党员"]["value"] == "50.0%"
    assert shown["女性"] == total["女性"]["value"] == "50.0%"
    assert shown["村（社区）书记由“两委”兼任"] == total["“两委”兼任"]["note"] == "1 / 2"


def test_a_cover_opens_the_units_with_their_secretaries(own, district, secretary_a, signed_in):
    Appointment.objects.filter(organisation=district.village_a1).update(is_two_committee_member=True)
    client = signed_in(secretary_a)
    opened = client.get(table_of(client.get(URL))["合计"]["“两委”兼任"]["url"])
    assert "松涛社区团支部" in text(opened)
    assert people_of(opened) == ["林知远"]
    missing = client.get(UNITS, {"level": "village", "fit": "no"})
    assert re.findall(r'class="who"[^>]*>([^<]+)<', text(missing)) == ["长荷社区团支部"]
    assert "书记空缺" in text(missing)


# ---- a past day ------------------------------------------------------------------
def test_who_has_left_is_counted_by_head_alone(own, district, secretary_a, signed_in):
    staying = make_cadre(district.village_a2, name="苏晚晴", political_status="01")
    leave(own, secretary_a)
    client = signed_in(secretary_a)
    page = client.get(URL, {"day": BEFORE})
    total = table_of(page)["合计"]
    assert (total["团干部"]["value"], total["中共党员"]["note"], page.context["closed"]) == ("2", "1 / 1", 1)
    assert total["平均年龄"]["value"] == f"{staying.age(BEFORE)}.0"
    assert people_of(client.get(total["平均年龄"]["url"])) == ["苏晚晴"]
    assert client.get(URL).context["closed"] == 0


@pytest.mark.parametrize(
    "query", ["politics=03", "education=21", "education=bachelor", "age=-35", "gender=male", "still=yes"]
)
def test_no_fact_of_who_has_left_can_be_asked_out_on_a_past_day(own, secretary_a, signed_in, query):
    leave(own, secretary_a)
    client = signed_in(secretary_a)
    assert people_of(client.get(f"{ROSTER}?day={BEFORE}")) == ["林知远"]
    assert people_of(client.get(f"{ROSTER}?day={BEFORE}&{query}")) == []


def test_on_a_past_day_who_has_left_is_shown_by_name_and_post(own, district, secretary_a, signed_in):
    make_cadre(district.village_a2, name="苏晚晴", phone="19912345678", political_status="01")
    leave(own, secretary_a)
    page = signed_in(secretary_a).get(ROSTER, {"day": BEFORE, "q": "林", "figures": "1"})
    table = text(page)[text(page).index("<tbody") : text(page).index("</tbody>")]
    assert "林知远" in table
    assert "松涛社区团支部" in table
    assert "已离任" in table
    for hidden in (own.masked_phone, "共青团员", "大学本科", "男", str(own.age(BEFORE))):
        assert hidden not in re.sub(r"<[^>]+>", " ", table).replace("2024.09", "")
    [facts] = [fact for fact in page.context["figures"] if fact["title"] == "共"]
    assert facts == {"title": "共", "value": "1 人", "note": "此后离任 1 人，不计入右边各项"}
    assert {fact["value"] for fact in page.context["figures"][1:]} == {"— 岁", "—"}


def test_the_order_by_age_does_not_tell_the_age_of_who_has_left(own, district, secretary_a, signed_in):
    for number, year in enumerate((1985, 2004)):
        number_of = valid_identity_number(number, date(year, 1, 1))
        make_cadre(district.village_a2, name=f"苏{'甲乙'[number]}", league_post="member", id_number=number_of)
    leave(own, secretary_a)
    client = signed_in(secretary_a)
    orders = [people_of(client.get(ROSTER, {"day": BEFORE, "sort": sort})) for sort in ("person", "-person")]
    assert orders == [["苏乙", "苏甲", "林知远"], ["苏甲", "苏乙", "林知远"]]


def test_the_workbook_of_a_past_day_hides_the_same(own, district, secretary_a, signed_in):
    make_cadre(district.village_a2, name="苏晚晴", political_status="01")
    leave(own, secretary_a)
    answer = signed_in(secretary_a).get(ROSTER, {"day": BEFORE, "export": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = {row[0]: [cell for cell in row[1:] if cell] for row in book.worksheets[0].iter_rows(values_only=True)}
    assert rows["林知远"] == ["松涛社区团支部", "书记", "兼职", "2024.09"]
    assert "中共党员" in rows["苏晚晴"]


def test_a_past_day_has_the_names_and_places_of_that_day(own, district, signed_in):
    staff, leader = make_user("district_staff", district.top), make_user("leader", district.top)
    shared = {"on": TODAY, "by": staff, "at": NOW}
    rename_organisation(organisation=district.village_a1, name="松涛东社区团支部", **shared)
    move_organisation(organisation=district.village_a1, parent=district.township_b, **shared)
    client, yesterday = signed_in(leader), TODAY - timedelta(days=1)
    assert table_of(client.get(URL))["柳溪镇团委"]["团干部"]["value"] == "1"
    before = table_of(client.get(URL, {"day": yesterday}))
    assert (before["青禾街道团工委"]["团干部"]["value"], before["柳溪镇团委"]["团干部"]["value"]) == ("1", "0")
    assert people_of(client.get(before["青禾街道团工委"]["团干部"]["url"])) == ["林知远"]
    of_a = client.get(URL, {"day": yesterday, "organisation": district.township_a.pk})
    assert "松涛社区团支部" in table_of(of_a)


@pytest.mark.parametrize(
    ("day", "said"),
    [("2026-11-24", "日期不能晚于今天"), ("2024-11-22", "最早可以查到 2024-11-23"), ("昨天", "输入一个有效的日期")],
)
def test_a_day_that_cannot_be_told_of_is_refused_with_a_reason(own, secretary_a, signed_in, day, said):
    client = signed_in(secretary_a)
    for url in (URL, ROSTER, UNITS):
        page = client.get(url, {"day": day})
        assert page.status_code == 200
        assert said in html.unescape(text(page)), url
        assert "林知远" not in text(page)
    assert client.get(URL, {"day": day}).context["rows"] == []


def test_the_first_day_that_is_still_visible_counts(own, secretary_a, signed_in):
    oldest = as_scope(secretary_a).former_since
    assert table_of(signed_in(secretary_a).get(URL, {"day": oldest}))["合计"]["团干部"]["value"] == "1"


@pytest.mark.parametrize("url", [URL, UNITS, f"{URL}?day=2026-06-29", f"{UNITS}?day=2026-06-29"])
def test_a_foreign_unit_is_like_one_that_is_not_there(own, foreign, district, secretary_a, signed_in, url):
    client, sign = signed_in(secretary_a), "&" if "?" in url else "?"
    keys = (district.township_b.pk, 999_999)
    pages = [text(client.get(f"{url}{sign}organisation={key}")).replace(f"={key}", "=KEY") for key in keys]
    mains = [page[page.index("<main") : page.index("</main>")] for page in pages]
    assert mains[0] == mains[1]
    assert "石敢当" not in pages[0]
    assert "柳溪镇" not in pages[0]


# ---- workbook, queries -----------------------------------------------------------
def test_the_workbook_has_the_lines_and_is_recorded(own, district, signed_in):
    leader = make_user("leader", district.top)
    answer = signed_in(leader).get(URL, {"export": "xlsx", "day": BEFORE})
    rows = [*openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)]
    assert rows[1][:4] == ("范围", "团干部", "平均年龄", "本科以上")
    assert [row[0] for row in rows[2:6]] == ["合计", "本级", "青禾街道团工委", "柳溪镇团委"]
    event = AuditEvent.objects.get(action="list.export")
    assert event.facts == {"list": "roster-overview", "rows": 4, "filters": ["day"]}
    assert event.actor_id == leader.pk


@pytest.mark.parametrize(("url", "queries"), [(URL, 10), (f"{URL}?day=2026-06-29", 11), (UNITS, 12)])
@pytest.mark.usefixtures("own")
def test_as_many_queries_for_one_person_as_for_thirty(
    district, secretary_a, signed_in, django_assert_num_queries, url, queries
):
    client = signed_in(secretary_a)
    client.get(url)
    with django_assert_num_queries(queries):
        client.get(url)
    for number in range(29):
        unit = make_organisation(f"社区{number}团支部", district.township_a, 5, "village")
        make_cadre(unit, league_post="secretary")
    with django_assert_num_queries(queries):
        client.get(url)
