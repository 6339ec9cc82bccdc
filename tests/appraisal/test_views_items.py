"""Pages of ± items, vetoes and exemptions: entered by one person, approved by another."""

import pytest
from django.urls import reverse

from appraisal.choices import Component
from appraisal.models import Adjustment, Exemption, Veto
from appraisal.services.items import exempt, propose_adjustment, propose_veto
from tests.appraisal.conftest import NOON, YEAR, account_of, fresh, person
from tests.factories import make_user
from tests.linkage.conftest import at, buttons, main, plain_files
from youthleague.audit.models import AuditEvent

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]


def url(name="appraisal-items", *rest):
    return reverse(name, args=rest or [YEAR])


def answer(user, item, act, version=None):
    name = f"appraisal-{item._meta.model_name}-{act}"
    return at(user).post(url(name, item.pk), {"version": version or item.version}, follow=True)


@pytest.fixture
def a(cycle, people):
    return person(cycle, people["a"])


def test_an_item_is_entered_and_approved_by_another_person(cycle, a, staff, leader):
    desk = at(staff)
    assert buttons(desk.get(url())) == ["免评", "登记一票否决", "登记加减分"]
    data = {"participant": a.pk, "value": "1.5", "reason": "受表彰"}
    told = main(desk.post(url("appraisal-adjustment-add"), data, follow=True))
    assert ("由另一位同志审批后计入" in told, "+1.5 分" in told, ">批准<" in told) == (True, True, False)
    item = Adjustment.objects.get()
    assert (item.value, item.state) == (1_500, "entered")
    shown = main(at(leader).get(url()))
    assert (">批准" in shown, ">不批准" in shown, "等待审批 1 件" in shown) == (True, True, True)
    assert "已批准" in main(answer(leader, item, "approve"))
    item = fresh(item)
    assert (item.state, item.approved_by) == ("approved", leader)
    assert "没有等待审批的" in main(at(leader).get(url()))


def test_an_item_that_is_not_approved_does_not_count(cycle, a, staff, leader):
    item = propose_veto(participant=a, kind=cycle.veto_kinds.first(), reason="通报", by=staff, at=NOON)
    assert "没有批准，不计入" in main(answer(leader, item, "refuse"))
    assert fresh(item).state == "refused"
    assert "已经审批过" in main(answer(leader, item, "approve", fresh(item).version))
    assert "一票否决：被通报批评" in main(at(staff).get(url()))


def test_whoever_entered_an_item_does_not_approve_it(cycle, a, staff, people, district, leader):
    both = make_user("district_staff", district.top)
    leading = make_user("leader", district.top)
    type(leading).objects.filter(pk=leading.pk).update(person_key=both.person_key)
    item = propose_adjustment(participant=a, value=500, reason="好", by=both, at=NOON)
    leading = fresh(leading)
    assert ">批准" not in main(at(leading).get(url()))
    assert "登记和审批不能是同一个人" in main(answer(leading, item, "approve"))
    assert AuditEvent.objects.filter(result="refused", facts__codes=["item.self"]).exists()
    assert answer(staff, item, "approve").status_code == 403
    assert "已有变动" in main(answer(leader, item, "approve", 9))
    assert fresh(item).state == "entered"


def test_a_veto_and_an_exemption_are_entered(cycle, a, staff):
    desk = at(staff)
    kind = cycle.veto_kinds.first()
    desk.post(url("appraisal-veto-add"), {"participant": a.pk, "kind": kind.pk, "reason": "通报"})
    assert Veto.objects.get().kind == kind
    data = {"participant": a.pk, "component": "6", "reason": "公派学习"}
    told = main(desk.post(url("appraisal-exemption-add"), data, follow=True))
    assert ("青年议免评" in told, "公派学习" in told, Exemption.objects.count()) == (True, True, 1)
    assert "已经免评" in main(desk.post(url("appraisal-exemption-add"), data))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": "6"}, "不能超过 ±5"),
        ({"value": "0"}, "加减分不能是 0"),
        ({"value": "一"}, "请填写分值"),
        ({"value": "0.005"}, "请填写分值"),
        ({"value": "NaN"}, "请填写分值"),
        ({"reason": ""}, "请写明事由"),
        ({"participant": "999999"}, "请从列表中选择一位参评人员"),
        ({"participant": ""}, "请从列表中选择一位参评人员"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(cycle, a, staff, change, said):
    data = {"participant": a.pk, "value": "1", "reason": "好", **change}
    shown = main(at(staff).post(url("appraisal-adjustment-add"), data))
    assert (said in shown, Adjustment.objects.exists()) == (True, False)


def test_minus_is_read_in_any_width(cycle, a, staff):
    for value in ("-0.5", "\u22120.5", "\uff0d0.5"):
        at(staff).post(url("appraisal-adjustment-add"), {"participant": a.pk, "value": value, "reason": "错报"})
    assert list(Adjustment.objects.values_list("value", flat=True)) == [-500] * 3


def test_before_the_year_is_opened_nothing_is_entered(prepared, staff):
    assert buttons(at(staff).get(url())) == []
    assert "从日常考核到汇总可以登记" in main(at(staff).get(url()))


def test_nobody_sees_or_enters_anything_of_the_own_group(cycle, a, people, staff, district):
    top = person(cycle, people["top"])
    propose_adjustment(participant=top, value=500, reason="机关的事", by=staff, at=NOON)
    exempt(participant=top, component=Component.YOUTH_OPINION, reason="机关的免评", by=staff, at=NOON)
    user = account_of(people["top"], "district_staff", district.top)
    shown = main(at(user).get(url()))
    assert ("机关的事" in shown, "机关的免评" in shown) == (False, False)
    form = main(at(user).get(url("appraisal-adjustment-add")))
    assert ("甲（街道" in form, "丙（机关" in form) == (True, False)
    leader = account_of(people["top"], "leader", district.top)
    assert "机关的事" not in main(at(leader).get(url()))


@pytest.mark.parametrize(
    ("role", "codes"),
    [
        ("district_staff", (200, 200, 200, 200)),
        ("leader", (200, 403, 403, 403)),
        ("township_secretary", (403, 403, 403, 403)),
    ],
)
def test_who_opens_which_page(district, cycle, role, codes):
    user = make_user(role, district.township_a if role == "township_secretary" else district.top)
    names = ("items", "adjustment-add", "veto-add", "exemption-add")
    assert tuple(at(user).get(url(f"appraisal-{name}")).status_code for name in names) == codes


def test_an_item_of_another_unit_is_not_there(cycle, a, staff, district):
    item = propose_adjustment(participant=a, value=500, reason="好", by=staff, at=NOON)
    other = make_user("leader", district.township_b)
    assert answer(other, item, "approve").status_code == 404
    assert "甲" not in main(at(other).get(url()))
