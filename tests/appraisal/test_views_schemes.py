"""The scheme of a year as pages: to read, and to change in 筹备."""

import pytest
from django.urls import reverse

from appraisal.forms.groups import GroupForm
from appraisal.forms.scheme import SchemeForm
from appraisal.models import Participant
from appraisal.reports.schemes import scheme_of
from appraisal.rules.scheme import DEFAULT_SCHEME, scheme_digest
from appraisal.services.population import draw_population
from tests.appraisal.conftest import NOON, YEAR, fresh
from tests.factories import make_user
from tests.linkage.conftest import at, buttons, main, plain_files

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]


def url(name, *rest):
    return reverse(f"appraisal-scheme{name}", args=[YEAR, *rest])


def filled(form):
    """Give what a form sends when nobody touches it."""
    values = {field.html_name: field.value() for field in form}
    fields = {field.html_name: field.field for field in form}
    return {name: fields[name].prepare_value(value) for name, value in values.items() if value not in (None, "")}


def group_data(cycle, at=0, **more):
    return {**filled(GroupForm(scheme=scheme_of(cycle), at=at, version=cycle.version)), **more}


def year_data(cycle, **more):
    return {**filled(SchemeForm(scheme=scheme_of(cycle), version=cycle.version)), **more}


# ---- reading ---------------------------------------------------------------------------
def test_the_scheme_is_read_in_words_and_its_label_is_derived(prepared, leader):
    shown = main(at(leader).get(url("")))
    said = (
        "“2+3+4”",
        "还没有固定",
        "领导评鉴",
        "42%",
        "A票 60%，B票 40%",
        "每种不少于 3 份，满 5 份去掉最高分和最低分",
        "笔试 40%（满分 100），宣讲 30%（满分 50），答辩 30%（满分 50）",
        "“好”不超过 30%，名额与机关合并计算",
        "任职不足 3 个月的不定等次",
        "街道 书记",
        "90 分起",
        "等次最高“较好”，总分不变",
        "±5 分",
        scheme_digest(DEFAULT_SCHEME),
    )
    assert [one for one in said if one not in shown] == []
    assert ("修改" in shown, buttons(at(leader).get(url("")))) == (False, [])


def test_after_opening_it_says_that_the_scheme_stands(cycle, staff):
    shown = main(at(staff).get(url("")))
    assert ("启动日常考核时已固定" in shown, cycle.scheme_digest in shown, "修改" in shown) == (True, True, False)
    answer = at(staff).post(url("-edit"), year_data(cycle))
    assert "不能这样办理" in main(answer)
    assert "不能再改" in main(at(staff).get(url("-group", 1)))


# ---- changing ----------------------------------------------------------------------------
def test_a_form_that_nobody_touches_changes_nothing(prepared, staff):
    for name, data in (("-edit", year_data(prepared)), ("-group", group_data(prepared))):
        rest = [1] if name == "-group" else []
        data["version"] = fresh(prepared).version
        assert at(staff).post(url(name, *rest), data).status_code == 302
        assert scheme_of(fresh(prepared)) == DEFAULT_SCHEME


def test_what_holds_for_the_whole_year_is_changed(prepared, staff):
    data = year_data(prepared, option2="75.5", floor1="88", adjustment_cap="3", appeal_days="5")
    data |= {"ladder": "谈话提醒\n调整转岗", "veto3": "团费不达标", "best3": "2"}
    answer = at(staff).post(url("-edit"), data, follow=True)
    assert "方案已保存" in main(answer)
    scheme = scheme_of(fresh(prepared))
    assert (dict(scheme.options)[2], dict(scheme.bands)[1], scheme.adjustment_cap) == (75_500, 88_000, 3_000)
    assert (scheme.appeal_days, scheme.ladder) == (5, ("谈话提醒", "调整转岗"))
    assert scheme.vetoes[3] == ("团费不达标", 2)


def test_everything_wrong_with_the_year_is_said_at_its_field_at_once(prepared, staff):
    data = year_data(prepared, option1="101", appeal_days="x", veto3="只有事项", ladder="一" * 21)
    shown = main(at(staff).post(url("-edit"), data))
    said = ("“好”的分值请填写 0 至 100 的数", "请填写 0 至 60 的整数", "请写明事项", "每步最多 20 个字")
    assert [one for one in said if one not in shown] == []
    shown = main(at(staff).post(url("-edit"), year_data(prepared, floor2="95", veto1="被通报批评")))
    assert "这个事项写了两次" in shown
    assert "分数线应从高到低" in main(at(staff).post(url("-edit"), year_data(prepared, floor2="95")))
    assert scheme_of(fresh(prepared)) == DEFAULT_SCHEME


def test_a_group_is_changed_and_the_one_that_shares_its_cap_follows_its_name(prepared, staff):
    changed = {"name": "区直机关", "excellent": "33.3", "c1_weight": "40", "c2_weight": "30", "periods": "12"}
    answer = at(staff).post(url("-group", 3), group_data(prepared, 2, **changed))
    assert answer.status_code == 302
    group, other = scheme_of(fresh(prepared)).groups[2:4]
    assert (group.name, group.excellent_permille, group.periods) == ("区直机关", 333, 12)
    assert ([one.weight for one in group.components][:2], other.shares_cap_with) == ([4_000, 3_000], "区直机关")


def test_everything_wrong_with_a_group_is_said_at_its_field_at_once(prepared, staff):
    wrong = {"c1_weight": "41", "c3_share0": "50", "c4_trim": "2", "c5_written_most": "9973"}
    data = group_data(prepared, **wrong)
    data["c5_written_most"] = "997"
    form = GroupForm(data, scheme=scheme_of(prepared), at=0, version=1)
    assert not form.is_valid()
    codes = {name: [one.code for one in errors] for name, errors in form.errors.as_data().items()}
    assert codes == {
        "c1_weight": ["scheme.weights"],
        "c3_weight": ["scheme.weights"],
        "c4_trim": ["scheme.trimming"],
    }
    shown = main(at(staff).post(url("-group", 1), data))
    assert ("现在是 99.0" in shown, "现在是 90.0" in shown, "至少三个分数才能去掉" in shown) == (True, True, True)
    assert scheme_of(fresh(prepared)) == DEFAULT_SCHEME


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": "乡镇"}, "name", "scheme.twice"),
        ({"level0": ""}, "level0", "scheme.empty"),
        ({"shares": "学校"}, "shares", "scheme.shared_cap"),
        ({"c3_pool0": "", "c3_pool1": ""}, "c3_weight", "scheme.parts"),
        ({"c3_pool1": "a"}, "c3_least", "scheme.twice"),
        ({"c1_weight": "x"}, "c1_weight", "number.range"),
        ({"c1_weight": "4.255"}, "c1_weight", "number.range"),
        ({"excellent": "NaN"}, "excellent", "number.range"),
        ({"bottom_value": "101"}, "bottom_value", "max_value"),
        ({"shares": "没有的组"}, "shares", "invalid_choice"),
    ],
)
def test_what_is_wrong_stands_at_the_field(prepared, change, field, code):
    form = GroupForm(group_data(prepared, **change), scheme=scheme_of(prepared), at=0, version=1)
    assert not form.is_valid()
    assert code in [one.code for one in form.errors.as_data()[field]]


def test_a_component_without_weight_is_left_out_and_the_label_follows(prepared, staff):
    for number in range(1, 5):
        data = group_data(fresh(prepared), number - 1, c5_weight="", c1_weight="47")
        assert at(staff).post(url("-group", number), data).status_code == 302
    assert "“2+3+3”" in at(staff).get(url("")).text
    assert [one.component for one in scheme_of(fresh(prepared)).groups[0].components] == [1, 2, 3, 4, 6]


def test_a_group_is_added_and_taken_away(prepared, staff):
    form = GroupForm(scheme=scheme_of(prepared), at=None, version=prepared.version)
    data = {**filled(form), "name": "国企", "level0": "unit", "sector0": "8"}
    assert at(staff).post(url("-add"), data).status_code == 302
    assert [one.name for one in scheme_of(fresh(prepared)).groups] == ["街道", "乡镇", "机关", "学校", "国企"]
    told = main(at(staff).post(url("-remove", 5), {"version": fresh(prepared).version}, follow=True))
    assert ("“国企”已从方案里去掉" in told, scheme_of(fresh(prepared))) == (True, DEFAULT_SCHEME)
    told = main(at(staff).post(url("-remove", 3), {"version": fresh(prepared).version}, follow=True))
    assert "合并计算名额的组应是" in told
    assert at(staff).post(url("-remove", 9), {"version": 1}).status_code == 404


def test_people_are_drawn_anew_after_a_change_and_the_page_says_so(prepared, people, staff):
    draw_population(cycle=prepared, by=staff, at=NOON)
    told = main(at(staff).post(url("-edit"), year_data(fresh(prepared)), follow=True))
    assert ("参评人员要按新的方案重新确定" in told, Participant.objects.count()) == (True, 0)


def test_two_who_change_it_at_once_do_not_overwrite_each_other(prepared, staff):
    data = year_data(prepared, appeal_days="9")
    at(staff).post(url("-edit"), data)
    answer = at(staff).post(url("-edit"), {**data, "appeal_days": "1"})
    assert (answer.status_code, scheme_of(fresh(prepared)).appeal_days) == (409, 9)


@pytest.mark.parametrize(
    ("role", "codes"),
    [
        ("district_staff", (200, 200, 200, 200, 404)),
        ("leader", (200, 403, 403, 403, 403)),
        ("township_secretary", (403, 403, 403, 403, 403)),
    ],
)
def test_who_opens_which_page(district, prepared, role, codes):
    user = make_user(role, district.township_a if role == "township_secretary" else district.top)
    pages = (url(""), url("-edit"), url("-group", 1), url("-add"), url("-group", 9))
    assert tuple(at(user).get(page).status_code for page in pages) == codes


def test_the_page_of_the_scheme_asks_the_same_few_queries(client, prepared, staff, django_assert_num_queries):
    client.force_login(staff)
    client.get(reverse("account"))
    with django_assert_num_queries(17):
        client.get(url(""))
