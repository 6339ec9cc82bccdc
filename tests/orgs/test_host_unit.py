"""The unit in which an organisation stands: corrected with the other facts, shown where something is known."""

import pytest
import time_machine

from orgs.choices import Formation
from orgs.models import Organisation
from orgs.reports.changes import changes_of_organisation
from orgs.services import correct_organisation
from tests.factories import NOW, make_user
from tests.orgs.trees import fresh, refusal
from youthleague.kernel.uscc import check_character

pytestmark = pytest.mark.django_db
CODE = "9199000000000000" + "A"
USCC = CODE + check_character(CODE)
FACTS = {
    "host_unit": "示范区第一机械厂",
    "uscc": USCC,
    "approval_number": "示团〔2026〕8号",
    "formation": Formation.LEANING,
    "has_party_organisation": True,
    "has_youth_home": False,
    "is_in_national_system": True,
    "civil_seats": 3,
    "civil_filled": 2,
    "public_filled": 0,
    "office_phone": "0199-8000000",
    "email": "tuanwei@example.org",
}


@pytest.fixture(autouse=True)
def today(plain_static_files):
    """Let the clock stand."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def staff(district):
    return make_user("district_staff", district.top, "staff")


def correct(unit, staff, **values):
    return correct_organisation(organisation=unit, version=unit.version, values=values, by=staff, at=NOW)


@pytest.fixture
def browser(client, staff):
    client.force_login(staff, backend="orgs.backends.RoleBackend")
    return client


def rows(browser, unit):
    page = browser.get(f"/organisations/{unit.pk}/")
    return {one["title"]: one["value"] for one in page.context["host"]}, page.content.decode()


def test_what_is_known_of_the_host_unit_is_shown_and_nothing_else(district, staff, browser):
    correct(district.village_b1, staff, **FACTS)
    shown, page = rows(browser, district.village_b1)
    assert shown == {
        "单位名称": "示范区第一机械厂",
        "统一社会信用代码": USCC,
        "组建方式": "依托",
        "批准文号": "示团〔2026〕8号",
        "所在单位党组织": "已建",
        "青年之家": "没有",
        "智慧团建": "已进驻",
        "行政编制": "核定 3，实配 2",
        "事业编制": "实配 0",
        "联系电话": "0199-8000000",
        "邮箱": "tuanwei@example.org",
    }
    assert 'id="host"' in page
    nothing, other = rows(browser, district.village_a1)
    assert (nothing, 'id="host"' in other) == ({}, False)


def test_its_history_tells_what_was_changed(district, staff):
    unit = correct(district.village_b1, staff, **FACTS)
    correct(unit, staff, uscc="", has_youth_home=None)
    details = changes_of_organisation(unit, limit=9)[0].details
    assert details == (f"统一社会信用代码 {USCC} → 空", "有青年之家 否 → 空")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"uscc": CODE + ("0" if USCC[-1] != "0" else "1")}, "uscc.check_digit"),
        ({"uscc": USCC[:17]}, "uscc.length"),
        ({"uscc": USCC.lower()}, "uscc.characters"),
        ({"office_phone": "13900000000"}, "org.phone"),
        ({"email": "无"}, "invalid"),
        ({"formation": Formation.JOINT}, "org.formation"),
        ({"formation": Formation.SINGLE, "is_joint": True}, "org.formation"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(district, staff, wrong, code):
    unit, before = district.village_b1, list(Organisation.objects.order_by("pk").values())
    values = FACTS | wrong
    assert refusal(correct_organisation, organisation=unit, version=unit.version, values=values, by=staff, at=NOW) == [
        code
    ]
    assert list(Organisation.objects.order_by("pk").values()) == before


def test_a_joint_unit_is_formed_as_one(district, staff):
    unit = correct(district.village_b1, staff, formation=Formation.JOINT, is_joint=True)
    assert refusal(
        correct_organisation, organisation=unit, version=unit.version, values={"is_joint": False}, by=staff, at=NOW
    ) == ["org.formation"]
    assert (fresh(unit).is_joint, fresh(unit).formation) == (True, Formation.JOINT)


def test_the_form_reads_a_code_in_any_writing_and_says_what_is_wrong_with_one(district, browser):
    unit = district.village_b1
    url, empty = f"/organisations/{unit.pk}/edit/", {"has_youth_home": "unknown"}
    sent = {"kind": unit.kind, "sector": unit.sector, "version": unit.version, **empty}
    wrong = browser.post(url, {**sent, "uscc": "123"})
    assert [one.code for one in wrong.context["form"].errors.as_data()["uscc"]] == ["uscc.length"]
    assert fresh(unit).uscc == ""
    assert browser.post(url, {**sent, "uscc": f" {USCC.lower()} ", "has_party_organisation": "true"}).status_code == 302
    assert (fresh(unit).uscc, fresh(unit).has_party_organisation, fresh(unit).has_youth_home) == (USCC, True, None)
