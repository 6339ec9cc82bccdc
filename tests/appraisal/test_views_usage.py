"""Pages of what results are used for: the register, 拟表彰名单, the form, approval."""

import io

import openpyxl
import pytest
from django.urls import reverse

from appraisal.models import Participant, ResultUsage
from appraisal.services.following import follow_lock
from tests.appraisal.conftest import NOON, account_of, fresh
from tests.appraisal.sealed_years import MINUTES, locked_year, prepare_year, reopened, seal
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import at, buttons, main, plain_files
from youthleague.audit.models import AuditEvent

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]
YEAR = 2025
TITLE = "五四评优：优秀共青团干部"


def url(name="appraisal-usages", *rest):
    return reverse(name, args=rest or [YEAR])


@pytest.fixture
def year(staff, leader, people):
    cadres = [people["a"], people["b"], people["top"]]
    return locked_year(YEAR, staff, leader, cadres, grades={people["b"].pk: 3, people["top"].pk: None})


@pytest.fixture
def a(year, people):
    return Participant.objects.get(cycle=year, cadre=people["a"])


def enter(user, person, **change):
    data = {"participant": person.pk, "kind": "award", "title": TITLE, "document_number": "团委5号", **change}
    return at(user).post(url("appraisal-usage-add"), data, follow=True)


def answer(user, row, act="approve"):
    return at(user).post(url(f"appraisal-usage-{act}", row.pk), {"version": fresh(row).version}, follow=True)


def test_a_use_is_entered_and_approved_by_another_person(a, staff, leader):
    assert buttons(at(staff).get(url())) == ["拟表彰名单", "登记运用"]
    told = main(enter(staff, a))
    assert ("已登记，由领导审批" in told, TITLE in told, ">批准<" in told) == (True, True, False)
    row = ResultUsage.objects.get()
    shown = main(at(leader).get(url()))
    assert (">批准" in shown, "等待审批 1 件" in shown) == (True, True)
    assert "已批准" in main(answer(leader, row))
    assert "评先树优" in main(at(staff).get(url()))
    assert fresh(row).state == "approved"


def test_a_use_that_is_refused_is_not_listed_on_the_card(a, staff, leader):
    enter(staff, a)
    assert "没有批准，不列入" in main(answer(leader, ResultUsage.objects.get(), "refuse"))
    assert ResultUsage.objects.get().state == "refused"


def test_what_was_approved_is_withdrawn_with_a_reason_that_stays_in_the_register(a, staff, leader):
    enter(staff, a)
    row = ResultUsage.objects.get()
    answer(leader, row)
    assert (">撤销<" in main(at(leader).get(url())), ">撤销<" in main(at(staff).get(url()))) == (True, False)
    page = url("appraisal-usage-withdraw", row.pk)
    assert TITLE in main(at(leader).get(page))
    assert "请填写撤销原因" in main(at(leader).post(page, {"version": 2, "reason": ""}))
    told = main(at(leader).post(page, {"version": 2, "reason": "表彰决定已撤销"}, follow=True))
    assert ("已撤销，成绩单和档案里不再列出" in told, "撤销：表彰决定已撤销" in told) == (True, True)
    assert ">撤销<" not in told
    assert fresh(row).state == "withdrawn"


def test_nobody_opens_the_withdrawal_of_a_use_of_the_own_results(a, people, staff, leader, district):
    enter(staff, a)
    row = ResultUsage.objects.get()
    answer(leader, row)
    page, own = url("appraisal-usage-withdraw", row.pk), at(account_of(people["a"], "leader", district.top))
    assert [own.get(page).status_code, own.post(page, {"version": 2, "reason": "误报"}).status_code] == [404, 404]
    assert [at(one).get(page).status_code for one in (staff, make_user("leader", district.township_b))] == [403, 404]
    assert fresh(row).state == "approved"


def test_who_entered_it_is_refused_and_the_log_says_so(a, staff, leader, district):
    both = make_user("leader", district.top)
    type(both).objects.filter(pk=both.pk).update(person_key=staff.person_key)
    enter(staff, a)
    row = ResultUsage.objects.get()
    assert ">批准" not in main(at(fresh(both)).get(url()))
    assert "登记和审批不能是同一个人" in main(answer(fresh(both), row))
    assert AuditEvent.objects.filter(result="refused", facts__codes=["item.self"]).exists()


def test_whoever_is_barred_is_told_why(year, people, staff):
    b = Participant.objects.get(cycle=year, cadre=people["b"])
    told = main(enter(staff, b))
    assert "2025年度考核等次是“一般”，“评先树优”要求“较好”以上。" in told
    assert not ResultUsage.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"participant": ""}, "请从列表中选择一位参评人员"),
        ({"kind": "x"}, "请选择类别"),
        ({"title": ""}, "请填写用于"),
        ({"document_number": ""}, "请填写依据文号"),
        ({"title": "长" * 61}, "用于最多 60 个字"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(a, staff, change, said):
    assert (said in main(enter(staff, a, **change)), ResultUsage.objects.exists()) == (True, False)


def test_candidates_are_listed_filtered_and_exported(a, staff, leader):
    enter(staff, a)
    page = at(leader).get(url("appraisal-candidates"))
    shown = main(page)
    for text in ("评先树优、选拔任用、招录、培养锻炼", "没有定等次", f"{TITLE}（待审批）", "可以评先树优", "1 人"):
        assert text in shown
    for query, names in (
        ("grade=3", ["乙"]),
        ("kind=award", ["甲"]),
        ("kind=training", ["甲", "乙"]),
        ("q=甲", ["甲"]),
        ("sort=-grade", ["乙", "甲", "丙"]),
        ("sort=grade", ["甲", "乙", "丙"]),
    ):
        found = at(leader).get(url("appraisal-candidates") + f"?{query}").context["table"].shown
        assert [one.person.cadre.name for one in found] == names, query
    for column in ("unit", "-unit", "group", "-group", "name", "-name"):
        assert at(leader).get(url("appraisal-candidates") + f"?sort={column}").status_code == 200
    response = at(leader).get(url("appraisal-candidates") + "?export=xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows[2:5]] == ["甲", "乙", "丙"]
    assert rows[3][6] == "2025年度考核等次是“一般”，“评先树优”要求“较好”以上。"
    assert AuditEvent.objects.filter(action="list.export", facts__list="appraisal-candidates").exists()


def test_candidates_cost_no_query_a_row(staff, leader, district, django_assert_num_queries):
    cadres = [make_cadre(district.village_a1, name=f"人{number}", league_post="member") for number in range(12)]
    locked_year(2024, staff, leader, cadres[:1])
    locked_year(YEAR, staff, leader, cadres)
    client = at(leader)
    for year in (2024, YEAR):
        client.get(url("appraisal-candidates", year))
        with django_assert_num_queries(21):
            client.get(url("appraisal-candidates", year))


def test_before_the_results_are_locked_nothing_is_offered(staff, leader, people):
    prepare_year(YEAR, staff, [people["a"]])
    assert buttons(at(staff).get(url())) == []
    assert "结果还没有锁定" in main(at(staff).get(url()))
    assert "结果还没有锁定" in main(at(staff).get(url("appraisal-candidates")))


def test_a_corrected_grade_is_pointed_out(a, year, people, staff, leader, district):
    enter(staff, a)
    reopened(year.seals.get(), leader, make_user("leader", district.top))
    row = seal(year, leader, version=2, grades={people["a"].pk: 4})
    follow_lock(row, by=leader, at=NOON)
    assert "等次已更正，请核对" in main(at(leader).get(url()))
    told = main(answer(leader, ResultUsage.objects.get()))
    assert "考核等次是“差”" in told
    page = at(leader).get(f"/roster/{people['a'].pk}/").content.decode()
    assert ("更正前为好" in page, MINUTES in page) == (True, True)


def test_who_is_appraised_in_the_group_sees_nothing_of_it(a, people, staff, district):
    enter(staff, a)
    peer = account_of(people["b"], "district_staff", district.top)
    assert TITLE not in main(at(peer).get(url()))
    assert "甲" not in main(at(peer).get(url("appraisal-candidates")))
    assert enter(peer, a).status_code == 200
    assert ResultUsage.objects.count() == 1


def test_an_approved_use_stands_on_card_and_file(a, staff, leader):
    enter(staff, a)
    answer(leader, ResultUsage.objects.get())
    assert TITLE in main(at(leader).get(reverse("appraisal-scorecard", args=[a.pk])))
    assert TITLE in at(leader).get(f"/roster/{a.cadre_id}/").content.decode()


@pytest.mark.parametrize(
    ("role", "codes"),
    [
        ("district_staff", (200, 200, 200)),
        ("leader", (200, 200, 403)),
        ("township_secretary", (403, 403, 403)),
        ("party_committee", (403, 403, 403)),
    ],
)
def test_who_opens_which_page(year, district, role, codes):
    user = make_user(role, district.top if role in {"district_staff", "leader"} else district.township_a)
    names = ("appraisal-usages", "appraisal-candidates", "appraisal-usage-add")
    assert tuple(at(user).get(url(name)).status_code for name in names) == codes
