"""Pages of the ledger: of a person, and of oneself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appraisal.choices import EntryKind
from appraisal.models import LedgerEntry
from appraisal.services.ledger import correct_entry, note_in_ledger, withdraw_entry
from appraisal.services.population import draw_population
from tests.appraisal.conftest import account_of, fresh, person
from tests.appraisal.test_views_marks import cycle, due, now, page, w, year
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import at, main, plain_files

__all__ = ["cycle", "due", "now", "page", "plain_files", "w", "year"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]


@pytest.fixture
def a(cycle, people):
    return person(cycle, people["a"])


def note(who, by, now, text="组织防汛", kind="positive"):
    day = timezone.localdate(now)
    return note_in_ledger(participant=who, day=day, kind=EntryKind(kind), text=text, by=by, at=now)


def url(who, act=""):
    return f"/appraisal/people/{who.pk}/ledger/{act}"


def said(now, **more):
    return {"day": f"{timezone.localdate(now):%Y-%m-%d}", "kind": "positive", "text": "组织防汛", **more}


@pytest.mark.parametrize(
    ("role", "unit", "reads", "writes"),
    [
        ("leader", "top", 200, 403),
        ("district_staff", "top", 200, 302),
        ("township_secretary", "township_a", 403, 403),
        ("party_committee", "township_a", 403, 403),
        ("judge", "top", 403, 403),
    ],
)
def test_those_who_run_the_year_read_and_staff_write(w, a, role, unit, reads, writes):
    browser = at(make_user(role, getattr(w.district, unit)))
    assert browser.get(url(a)).status_code == reads
    assert browser.post(url(a, "add/"), said(w.now)).status_code == writes
    assert LedgerEntry.objects.count() == (writes == 302)


def test_entries_are_listed_and_narrowed_to_a_direction(a, staff, leader, now):
    note(a, staff, now, "做得好的事")
    note(a, staff, now, "没做好的事", "negative")
    queries = ("", "?kind=positive", "?kind=negative", "?kind=x", "?kind=%00")
    shown = [main(at(leader).get(f"{url(a)}{query}")) for query in queries]
    assert [("做得好的事" in one, "没做好的事" in one) for one in shown] == [
        (True, True),
        (True, False),
        (False, True),
        (False, False),
        (False, False),
    ]
    assert "记一笔" not in shown[0]


def test_an_entry_is_corrected_and_withdrawn_by_whoever_wrote_it_and_both_stay_to_be_read(a, staff, district, now):
    entry = note(a, staff, now, "写错的话")
    other = make_user("district_staff", district.top)
    assert ("更正</a>" in main(at(staff).get(url(a))), "更正</a>" in main(at(other).get(url(a)))) == (True, False)
    path = f"/appraisal/ledger/{entry.pk}"
    refused = at(other).post(f"{path}/withdraw/", {"reason": "不是我的"})
    assert ("不是您登记的" in refused.text, fresh(entry).stands) == (True, True)
    assert at(staff).post(f"{path}/correct/", said(now, text="更正后的话")).status_code == 302
    shown = main(at(staff).get(url(a)))
    assert ("<s>写错的话</s>" in shown, "已更正" in shown, "更正后的话" in shown) == (True, True, True)
    made = LedgerEntry.objects.get(corrects=entry)
    assert at(staff).post(f"/appraisal/ledger/{made.pk}/withdraw/", {"reason": "记到别人身上了"}).status_code == 302
    shown = main(at(staff).get(url(a)))
    assert ("<s>更正后的话</s>" in shown, "已撤回：记到别人身上了" in shown, "更正</a>" in shown) == (True, True, False)
    assert at(staff).get(f"{path}/correct/").context["form"].initial["text"] == "写错的话"


def test_nobody_opens_the_ledger_about_themselves_but_reads_what_is_kept_without_a_name(
    cycle, people, district, staff, now
):
    own = person(cycle, people["top"])
    entry = note(own, staff, now, "关于本人的事")
    withdraw_entry(entry=note(own, staff, now, "撤回的事"), reason="记错人", by=staff, at=now)
    staff.full_name = "登记的同志"
    staff.save()
    user = account_of(people["top"], "district_staff", district.top)
    browser = at(user)
    assert [browser.get(url(own)).status_code, browser.post(url(own, "add/"), said(now)).status_code] == [403, 403]
    assert browser.post(f"/appraisal/ledger/{entry.pk}/withdraw/", {"reason": "不要"}).status_code == 404
    mine = main(browser.get(f"/appraisal/mine/{own.pk}/ledger/"))
    assert ("关于本人的事" in mine, "撤回的事" in mine, "登记的同志" in mine) == (True, True, False)
    assert "登记的同志" in main(at(staff).get(url(own)))
    assert browser.get(f"/appraisal/mine/{person(cycle, people['a']).pk}/ledger/").status_code == 404
    assert at(staff).get(f"/appraisal/mine/{own.pk}/ledger/").status_code == 404


def test_in_the_own_group_one_reads_what_one_wrote_oneself(cycle, people, district, staff, now):
    colleague = make_cadre(district.top, name="丁", league_post="staff")
    draw_population(cycle=cycle, by=staff, at=now)
    peer, a = person(cycle, colleague), person(cycle, people["a"])
    user = account_of(people["top"], "district_staff", district.top)
    for by, text in ((staff, "别人记的"), (user, "自己记的")):
        note(peer, by, now, text)
        note(a, by, now, text)
    shown = [main(at(user).get(url(who))) for who in (peer, a)]
    assert [("别人记的" in one, "自己记的" in one) for one in shown] == [(False, True), (True, True)]


def test_beside_a_grid_an_entry_is_added_without_leaving_it(a, staff, now):
    period = (timezone.localdate(now).month - 1) // 3 + 1
    browser = at(staff)
    data = {**said(now, text="连夜防汛"), "period": str(period)}
    answer = browser.post(url(a, "add/"), data, headers={"HX-Request": "true"})
    assert ("连夜防汛" in answer.text, "平时记实 1 条" in answer.text, "<html" in answer.text) == (True, True, False)
    tomorrow = f"{timezone.localdate(now) + timedelta(days=1):%Y-%m-%d}"
    answer = browser.post(url(a, "add/"), {**data, "day": tomorrow, "text": "打了字"}, headers={"HX-Request": "true"})
    assert ("不晚于今天" in answer.text, 'value="打了字"' in answer.text) == (True, True)
    answer = browser.post(url(a, "add/"), {**data, "text": "", "period": "x"}, headers={"HX-Request": "true"})
    assert ("请写明事由" in answer.text, LedgerEntry.objects.count()) == (True, 1)


def test_a_year_that_is_over_is_read_and_not_written(a, staff, now):
    entry = note(a, staff, now)
    type(a.cycle).objects.update(state="archived")
    shown = main(at(staff).get(url(a)))
    assert ("组织防汛" in shown, "记一笔" in shown, "更正</a>" in shown) == (True, False, False)
    assert "不能这样办理" in at(staff).post(url(a, "add/"), said(now)).text
    assert "不能这样办理" in at(staff).post(f"/appraisal/ledger/{entry.pk}/withdraw/", {"reason": "撤"}).text


def test_entries_of_people_out_of_sight_do_not_exist(cycle, people, district, now):
    of_a = make_user("district_staff", district.township_a)
    b = person(cycle, people["b"])
    entry = note(b, make_user("district_staff", district.top), now)
    assert [at(of_a).get(path).status_code for path in (url(b), f"/appraisal/ledger/{entry.pk}/correct/")] == [404, 404]


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(a, staff, leader, now, count, django_assert_num_queries):
    for number in range(count):
        entry = note(a, staff, now, f"第 {number} 件")
        correct_entry(entry=entry, day=entry.day, kind=entry.kind, text="改", by=staff, at=now)
    browser = at(leader)
    browser.get(url(a))
    with django_assert_num_queries(9):
        browser.get(url(a))
