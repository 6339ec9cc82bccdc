"""The field history, told: who, when, what; values that history must not keep are only named."""

from datetime import date, timedelta

import pytest

from cadres.models import Appointment, Cadre
from cadres.reports import changes_of
from cadres.services.posts import appoint, correct_cadre, correct_post, end_appointment, transfer
from orgs.querysets import write_history
from tests.factories import NOW, TODAY, valid_identity_number
from youthleague.kernel.dates import PartialDate

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


def told(cadre, limit=20):
    posts = list(cadre.appointments.all())
    return [(event.title, event.details) for event in changes_of(cadre, posts, limit=limit)]


def test_a_registration_is_two_events(own):
    assert told(own) == [("登记", ()), ("任职：松涛社区团支部书记", ())]


def test_a_correction_names_old_and_new(own, secretary_a):
    values = {"ethnicity": "03", "joined_league_on": PartialDate.from_text("2010-05"), "remark": "调入"}
    correct_cadre(cadre=own, version=1, values=values, by=secretary_a, at=LATER)
    [event] = changes_of(own, [], limit=1)
    assert event.title == "更正个人信息"
    assert event.by == str(secretary_a)
    assert event.at == LATER
    assert event.details == ("民族 汉族 → 回族", "入团时间 空 → 2010.05", "备注 空 → 调入")


def test_number_and_phone_are_only_said_to_have_changed(own, secretary_a):
    number = valid_identity_number(77, date(1996, 2, 3), male=False)
    values = {"id_number": number, "phone": "19912345678"}
    correct_cadre(cadre=own, version=1, values=values, by=secretary_a, at=LATER)
    [event] = changes_of(own, [], limit=1)
    assert event.details == ("身份证号有改动", "手机号有改动")


def test_posts_are_told_with_their_ends(own, district, secretary_a):
    post = own.appointments.get()
    correct_post(post=post, version=1, values={"admin_post": "网格员"}, by=secretary_a, at=LATER, day=TODAY)
    post.refresh_from_db()
    moved = transfer(
        post=post,
        values={"organisation": district.village_a2.pk},
        on=date(2026, 1, 5),
        by=secretary_a,
        at=LATER + timedelta(minutes=1),
    )
    end_appointment(post=moved, on=TODAY, reason="promoted", by=secretary_a, at=LATER + timedelta(minutes=2))
    assert told(own, limit=4) == [
        ("离任：长荷社区团支部书记", ("2026-11-23，提拔",)),
        ("离任：松涛社区团支部书记", ("2026-01-05，职务变动",)),
        ("任职：长荷社区团支部书记", ()),
        ("更正任职：松涛社区团支部书记", ("行政职务 空 → 网格员",)),
    ]


def test_a_post_that_becomes_the_main_one_says_so(own, district, secretary_a):
    values = {"organisation": district.village_a2.pk, "league_post": "member", "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text("2025-01")
    appoint(cadre=own, values=values, by=secretary_a, at=LATER, day=TODAY)
    main = own.appointments.get(is_main=True)
    end_appointment(post=main, on=TODAY, reason="other", by=secretary_a, at=LATER + timedelta(minutes=1))
    assert ("更正任职：长荷社区团支部委员", ("改为主要职务",)) in told(own)


def test_a_change_without_an_account_is_the_systems(own):
    own.history.update(history_user=None)
    assert changes_of(own, [], limit=1)[0].by == "系统"


def test_the_limit_keeps_the_newest(own, secretary_a):
    for minute in range(3):
        cadre = Cadre.objects.get(pk=own.pk)
        correct_cadre(
            cadre=cadre,
            version=cadre.version,
            values={"remark": f"第{minute}次"},
            by=secretary_a,
            at=LATER + timedelta(minutes=minute),
        )
    assert told(own, limit=1) == [("更正个人信息", ("备注 第1次 → 第2次",))]


def test_a_save_that_changed_nothing_is_not_told(own, secretary_a):
    post = own.appointments.get()
    for model, pk in ((Cadre, own.pk), (Appointment, post.pk)):
        write_history(model, [pk], "~", by_id=secretary_a.pk, reason="更正", at=LATER)
    assert told(own) == [("登记", ()), ("任职：松涛社区团支部书记", ())]


def test_changes_are_two_queries(own, django_assert_num_queries):
    posts = list(own.appointments.all())
    with django_assert_num_queries(2):
        changes_of(own, posts, limit=5)
