"""The grid of daily marks: who opens it, what it shows, how it saves."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from appraisal.choices import Component
from appraisal.models import LedgerEntry, Participant, PeriodMark
from appraisal.rules.marking import period_due
from appraisal.services.cycles import open_cycle, prepare_cycle
from appraisal.services.marking import MarkEntry, mark_people
from appraisal.services.population import draw_population
from cadres.services.posts import transfer
from tests.appraisal.conftest import account_of, fresh, person
from tests.factories import give_role, make_cadre, make_user
from tests.linkage.conftest import at, main, plain_files
from youthleague.audit.models import AuditEvent

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]
REVIEW, SCORE = Component.LEADER_REVIEW, Component.STAFF_SCORE


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def year(now):
    return timezone.localdate(now).year


@pytest.fixture
def due(year, now):
    return period_due(year, 4, timezone.localdate(now))


@pytest.fixture
def cycle(year, now, people, staff):
    """Give this year after it was opened, with everybody drawn."""
    made = prepare_cycle(year=year, by=staff, at=now)
    draw_population(cycle=made, by=staff, at=now)
    return open_cycle(cycle=fresh(made), version=fresh(made).version, by=staff, at=now)


@pytest.fixture
def page(cycle):
    return f"/appraisal/{cycle.year}/marks/"


@pytest.fixture
def w(page, request):
    """Give all of these at once."""
    names = ("cycle", "people", "leader", "staff", "district", "now", "due", "year")
    return SimpleNamespace(page=page, **{name: request.getfixturevalue(name) for name in names})


def of(who):
    """Give the query that asks for the group of somebody."""
    return f"?group={who.group_id}"


def cell(who, mark, reason, *, dimension=1, version=0):
    key = f"{who.pk}-{dimension}"
    return {f"m-{key}": mark, f"r-{key}": reason, f"v-{key}": str(version)}


def save(user, page, query, data, **headers):
    return at(user).post(f"{page}save/{query}", data, headers=headers)


def autosave(user, page, query, data):
    return save(user, page, query, data, **{"X-Autosave": "1"}).json()


def stored():
    names = ("participant__cadre__name", "component", "period", "dimension", "mark", "reason", "version")
    return sorted(PeriodMark.objects.values_list(*names))


# ---- who opens it ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "unit", "status"),
    [
        ("leader", "top", 200),
        ("district_staff", "top", 200),
        ("township_secretary", "township_a", 403),
        ("village_secretary", "village_a1", 403),
        ("party_committee", "township_a", 403),
        ("committee_member", "top", 403),
        ("judge", "top", 403),
        ("org_department", "top", 403),
    ],
)
def test_those_who_mark_open_it(w, role, unit, status):
    user, a = make_user(role, getattr(w.district, unit)), person(w.cycle, w.people["a"])
    assert at(user).get(w.page).status_code == status
    answer = save(user, w.page, "", cell(a, "90", "好"))
    assert answer.status_code == (302 if status == 200 else 403)
    assert PeriodMark.objects.exists() is (status == 200)


def test_each_marks_the_component_of_the_own_right(page, cycle, people, leader, staff, due):
    a = person(cycle, people["a"])
    assert "领导评鉴" in main(at(leader).get(page))
    assert "机关干事赋分" in main(at(staff).get(page))
    assert [at(leader).get(f"{page}?of={one}").status_code for one in ("review", "score", "x")] == [200, 403, 404]
    save(leader, page, of(a), cell(a, "90", "好"))
    save(staff, page, of(a), cell(a, "80.5", "可以"))
    assert stored() == [("甲", 1, due, 1, 90_000, "好", 1), ("甲", 2, due, 1, 80_500, "可以", 1)]


def test_who_holds_both_rights_chooses(page, cycle, people, leader, district, due):
    give_role(leader, district.top, "district_staff")
    user, a = fresh(leader), person(cycle, people["a"])
    shown = main(at(user).get(page))
    assert ("of=review" in shown, "of=score" in shown) == (True, True)
    save(user, page, f"{of(a)}&of=score", cell(a, "80", "可以"))
    assert stored() == [("甲", 2, due, 1, 80_000, "可以", 1)]


@pytest.mark.parametrize("query", ["?group=99999", "?group=x", "?period=0", "?period=5", "?period=x", "?period=\u0663"])
def test_what_does_not_exist_is_not_found(page, cycle, people, leader, query):
    assert at(leader).get(f"{page}{query}").status_code == 404
    assert at(leader).get(f"/appraisal/{cycle.year + 1}/marks/").status_code == 404


def test_a_period_that_has_not_begun_is_neither_offered_nor_marked(leader, staff, people, now, year):
    made = prepare_cycle(year=year + 1, by=staff, at=now)
    draw_population(cycle=made, by=staff, at=now)
    open_cycle(cycle=fresh(made), version=fresh(made).version, by=staff, at=now)
    page, a = f"/appraisal/{year + 1}/marks/", person(made, people["a"])
    assert at(leader).get(f"{page}{of(a)}&period=1").status_code == 404
    assert save(leader, page, f"{of(a)}&period=1", cell(a, "90", "好")).status_code == 404
    told = autosave(leader, page, of(a), cell(a, "90", "好"))
    assert told["cells"][f"{a.pk}-1"]["fault"] == "这一期还没有开始，不能评分。"
    assert not PeriodMark.objects.exists()


# ---- what it shows -----------------------------------------------------------------------
def test_one_sees_the_own_marks_alone_and_those_of_the_period_before(w):
    a = person(w.cycle, w.people["a"])
    other = make_user("leader", w.district.top)

    def give(by, mark, reason, period):
        entry = MarkEntry(a.pk, period, 1, mark, reason)
        mark_people(cycle=w.cycle, component=REVIEW, entries=[entry], by=by, at=w.now)

    give(other, 61_500, "别人的话", w.due)
    give(w.leader, 90_500, "自己的话", w.due)
    give(w.leader, 88_000, "上一期的话", w.due - 1)
    shown = main(at(w.leader).get(f"{w.page}{of(a)}"))
    assert ('value="90.5"' in shown, "自己的话" in shown, "上期 88" in shown) == (True, True, True)
    assert ("61.5" in shown, "别人的话" in shown) == (False, False)
    assert 'value="上一期的话"' in shown  # offered as a reason
    before = main(at(w.leader).get(f"{w.page}{of(a)}&period={w.due - 1}"))
    assert ('value="88"' in before, 'value="90.5"' in before) == (True, False)


def test_staff_who_are_appraised_see_nothing_of_the_marks_and_entries_of_their_group(w):
    colleague = make_cadre(w.district.top, name="丁", league_post="staff")
    draw_population(cycle=w.cycle, by=w.staff, at=w.now)
    own, peer = person(w.cycle, w.people["top"]), person(w.cycle, colleague)
    for who in (own, peer):
        entry = MarkEntry(who.pk, w.due, 1, 77_500, "领导的话")
        mark_people(cycle=w.cycle, component=REVIEW, entries=[entry], by=w.leader, at=w.now)
        note = {"participant": who, "kind": "negative", "entered_by": w.staff, "entered_at": w.now}
        LedgerEntry.objects.create(**note, day=timezone.localdate(w.now), text="别人记的事")
    user = account_of(w.people["top"], "district_staff", w.district.top)
    shown = main(at(user).get(f"{w.page}{of(own)}"))
    assert ("丙" in shown, "丁" in shown, "不能给自己评分" in shown) == (True, True, True)
    assert ("77.5" in shown, "领导的话" in shown, "别人记的事" in shown) == (False, False, False)
    assert [f"m-{who.pk}-1" in shown for who in (own, peer)] == [False, True]
    assert "别人记的事" in main(at(w.staff).get(f"{w.page}{of(own)}"))


def test_nobody_marks_themselves_by_any_account(page, cycle, people, district):
    own = person(cycle, people["top"])
    for user in [account_of(people["top"], "leader", district.top) for _ in range(2)]:
        save(user, page, of(own), cell(own, "100", "好"))
        told = autosave(user, page, of(own), cell(own, "100", "好"))
        assert "已不在这一组" in told["cells"][f"{own.pk}-1"]["fault"]
    assert not PeriodMark.objects.exists()


def test_progress_is_told_and_the_next_group_is_opened(page, cycle, people, leader, due):
    a, b = person(cycle, people["a"]), person(cycle, people["b"])
    shown = main(at(leader).get(page))
    assert ("甲" in shown, "乙" in shown, '<b data-progress="done">0</b>' in shown) == (True, False, True)
    save(leader, page, of(a), {**cell(a, "90", "好"), **cell(a, "91", "好", dimension=2)})
    after = main(at(leader).get(page))
    assert ("甲" in after, "乙" in after, "1/1" in after) == (False, True, True)
    told = autosave(leader, page, of(b), {**cell(b, "90", "好"), **cell(b, "91", "好", dimension=2)})
    assert told["progress"] == {"done": 1, "asked": 1, "percent": 100}


def test_who_moved_is_marked_where_the_year_has_them_now_with_the_marks_they_have(w):
    a, old_group = person(w.cycle, w.people["a"]), person(w.cycle, w.people["a"]).group_id
    save(w.leader, w.page, of(a), cell(a, "90", "在街道时评的"))
    post, values = (
        w.people["a"].appointments.get(),
        {"organisation": w.district.township_b.pk, "league_post": "secretary"},
    )
    transfer(post=post, values=values, on=timezone.localdate(w.now), by=w.staff, at=w.now)
    draw_population(cycle=w.cycle, by=w.staff, at=w.now)
    assert person(w.cycle, w.people["a"]).group_id != old_group
    shown = main(at(w.leader).get(f"{w.page}{of(person(w.cycle, w.people['b']))}"))
    assert ("甲" in shown, "在街道时评的" in shown) == (True, True)
    told = autosave(w.leader, w.page, f"?group={old_group}", cell(a, "95", "好", version=1))
    assert "已不在这一组" in told["cells"][f"{a.pk}-1"]["fault"]
    assert stored() == [("甲", 1, w.due, 1, 90_000, "在街道时评的", 1)]


def test_months_are_periods_of_their_own(page, cycle, people, leader, now):
    a = person(cycle, people["a"])
    type(a.group).objects.filter(pk=a.group_id).update(periods=12)
    month = timezone.localdate(now - timedelta(days=10)).month
    shown = main(at(leader).get(f"{page}{of(a)}"))
    assert f"{month} 月（本期）" in shown
    save(leader, page, f"{of(a)}&period=1", cell(a, "90", "好"))
    assert stored() == [("甲", 1, 1, 1, 90_000, "好", 1)]


def test_a_year_that_is_not_marked_is_read_only(page, cycle, people, leader, staff):
    a = person(cycle, people["a"])
    save(leader, page, of(a), cell(a, "90", "好"))
    type(cycle).objects.filter(pk=cycle.pk).update(state="totalling")
    shown = main(at(leader).get(f"{page}{of(a)}"))
    assert ("现在不能评分" in shown, '<b class="num">90</b>' in shown, 'name="m-' in shown) == (True, True, False)
    assert "不能这样办理" in autosave(leader, page, of(a), cell(a, "91", "好", version=1))["refusal"]
    assert "不能这样办理" in save(leader, page, of(a), cell(a, "91", "好", version=1)).text
    assert stored()[0][4] == 90_000


def test_a_year_in_preparation_says_what_will_be_here(leader, staff, now, year):
    prepare_cycle(year=year, by=staff, at=now).groups.all().delete()
    assert "还没有要评的人" in main(at(leader).get(f"/appraisal/{year}/marks/"))


# ---- saving as a form ----------------------------------------------------------------------
def test_a_form_saves_all_that_was_changed(page, cycle, people, leader, due):
    a = person(cycle, people["a"])
    data = {**cell(a, "\uff19\uff10\uff0e\uff15分", " 好 "), **cell(a, "", "", dimension=2)}
    answer = at(leader).post(f"{page}save/{of(a)}", data, follow=True)
    assert ("已保存 1 格" in answer.text, stored()) == (True, [("甲", 1, due, 1, 90_500, "好", 1)])
    again = at(leader).post(f"{page}save/{of(a)}", cell(a, "90.5", "好", version=1), follow=True)
    assert "没有改动" in again.text


@pytest.mark.parametrize(
    ("mark", "reason", "sentence"),
    [
        ("101", "好", "分数应在 0 至 100 之间"),
        ("88.25", "好", "以 0.5 分为一档"),
        ("很好", "好", "请写 0 至 100 的分数"),
        ("", "好", "请写分数"),
        ("90", "", "请写明评分理由"),
        ("90", "字" * 201, "理由最多 200 个字"),
    ],
)
def test_a_wrong_cell_is_told_beside_it_and_nothing_of_a_form_is_saved(w, mark, reason, sentence):
    a = person(w.cycle, w.people["a"])
    data = {**cell(a, mark, reason), **cell(a, "90", "对的", dimension=2)}
    answer = save(w.leader, w.page, of(a), data)
    assert (answer.status_code, sentence in answer.text, "对的" in answer.text) == (200, True, True)
    assert not PeriodMark.objects.exists()
    told = autosave(w.leader, w.page, of(a), data)["cells"]
    assert (sentence in told[f"{a.pk}-1"]["fault"], told[f"{a.pk}-2"]["fault"]) == (True, "")
    assert [row[5] for row in stored()] == ["对的"]


def test_a_mark_is_not_emptied(page, cycle, people, leader):
    a = person(cycle, people["a"])
    save(leader, page, of(a), cell(a, "90", "好"))
    assert "不能清空" in save(leader, page, of(a), cell(a, "", "", version=1)).text
    assert len(stored()) == 1


def test_what_was_saved_meanwhile_is_shown_and_written_over_knowingly(page, cycle, people, leader, district):
    a = person(cycle, people["a"])
    save(leader, page, of(a), cell(a, "90", "先写的"))
    answer = save(leader, page, of(a), cell(a, "95", "后写的", version="x"))
    text = main(answer)
    assert ("现在是 90 分，先写的" in text, 'value="95"' in text, 'value="后写的"' in text) == (True, True, True)
    assert 'value="1" data-version' in text
    assert stored()[0][4:] == (90_000, "先写的", 1)
    save(leader, page, of(a), cell(a, "95", "后写的", version=1))
    assert stored()[0][4:] == (95_000, "后写的", 2)


# ---- saving by itself ----------------------------------------------------------------------
def test_a_conflict_of_two_windows_tells_the_newer_value_and_keeps_it(page, cycle, people, leader):
    a = person(cycle, people["a"])
    first = autosave(leader, page, of(a), cell(a, "90", "一"))["cells"][f"{a.pk}-1"]
    assert first == {"mark": "90", "reason": "一", "version": 1, "fault": "", "is_stale": False}
    clash = autosave(leader, page, of(a), cell(a, "80", "二"))["cells"][f"{a.pk}-1"]
    assert (clash["is_stale"], clash["mark"], clash["reason"], clash["version"]) == (True, "90", "一", 1)
    assert "刷新" in clash["fault"]
    assert autosave(leader, page, of(a), cell(a, "80", "二", version=1))["cells"][f"{a.pk}-1"]["version"] == 2
    assert stored()[0][4:] == (80_000, "二", 2)


def test_one_bad_cell_does_not_keep_the_others_from_being_saved(w):
    other = make_cadre(w.district.township_a, name="戊")
    draw_population(cycle=w.cycle, by=w.staff, at=w.now)
    a, e = person(w.cycle, w.people["a"]), person(w.cycle, other)
    told = autosave(w.leader, w.page, of(a), {**cell(a, "101", "好"), **cell(e, "90", "好")})
    assert ("100" in told["cells"][f"{a.pk}-1"]["fault"], told["cells"][f"{e.pk}-1"]["fault"]) == (True, "")
    assert [row[0] for row in stored()] == ["戊"]
    assert AuditEvent.objects.filter(action="appraisal.mark").count() == 1


# ---- queries -------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 100])
def test_the_number_of_queries_does_not_grow(w, count, django_assert_num_queries):
    for number in range(count):
        make_cadre(w.district.top, name=f"人{number}号", league_post="staff")
    draw_population(cycle=w.cycle, by=w.staff, at=w.now)
    group = person(w.cycle, w.people["top"]).group_id
    rows = Participant.objects.filter(group=group)
    entries = [MarkEntry(one.pk, w.due, side, 90_000, "好") for one in rows for side in (1, 2)]
    mark_people(cycle=w.cycle, component=REVIEW, entries=entries, by=w.leader, at=w.now)
    browser = at(w.leader)
    browser.get(f"{w.page}?group={group}")
    with django_assert_num_queries(16):
        assert browser.get(f"{w.page}?group={group}").text.count("data-row ") == count + 1
    one = rows.first()
    with django_assert_num_queries(27):
        browser.post(f"{w.page}save/?group={group}", cell(one, "91", "好", version=1), headers={"X-Autosave": "1"})
