"""The inbox, and choosing what one hears of."""

import pytest

from tests.notices.conftest import NOON, send
from youthleague.kernel.notices import Letter
from youthleague.notices.models import Muted, Notice
from youthleague.notices.services.sending import Occasion, send_notices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]


@pytest.fixture
def plain_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def own(client, people):
    """Sign in as the first of three who were told the same."""
    send(people)
    client.force_login(people[0])
    return Notice.objects.get(recipient=people[0], channel="inbox")


def test_one_sees_one_s_own_notices_only(client, people, own):
    Notice.objects.filter(recipient=people[1]).update(title="别人的事")
    page = client.get("/notices/")
    assert ("本周联动" in page.text, "别人的事" in page.text) == (True, False)
    assert 'aria-label="通知，1 条未读"' in page.text


def test_opening_marks_as_read_and_goes_where_it_points(client, people, own):
    Notice.objects.filter(pk=own.pk).update(url="/roster/")
    assert client.post(f"/notices/{own.pk}/open/").url == "/roster/"
    assert Notice.objects.filter(channel="inbox", read_at__isnull=False).get() == own
    assert "未读" in client.get("/notices/").text


def test_a_notice_of_somebody_else_does_not_exist(client, people, own):
    other = Notice.objects.get(recipient=people[1], channel="inbox")
    mail = Notice.objects.get(recipient=people[0], channel="email")
    assert [client.post(f"/notices/{pk}/open/").status_code for pk in (other.pk, mail.pk, 10**9)] == [404] * 3
    assert not Notice.objects.filter(read_at__isnull=False).exists()


@pytest.mark.parametrize("url", ["//evil.example/x", "https://evil.example/", "javascript:alert(1)"])
def test_a_notice_leads_nowhere_else(client, own, url):
    Notice.objects.filter(pk=own.pk).update(url=url)
    assert client.post(f"/notices/{own.pk}/open/").url == "/notices/"


def test_reading_all_leaves_the_others_alone(client, people, own):
    client.post("/notices/read/")
    assert [*Notice.objects.filter(read_at__isnull=False).values_list("recipient", flat=True)] == [people[0].pk]
    assert "没有未读的通知" in client.get("/notices/?unread=1").text


def test_an_empty_inbox_says_when_it_will_not_be(client, people):
    client.force_login(people[2])
    assert "还没有通知" in client.get("/notices/").text


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(client, people, count, django_assert_num_queries):
    for number in range(count):
        send_notices(Occasion("weekly", f"s{number}", "p"), [Letter(people[0].pk, "事")], at=NOON)
    client.force_login(people[0])
    client.get("/notices/")
    with django_assert_num_queries(8):
        client.get("/notices/")


def test_what_is_unticked_is_not_sent_any_more(client, people, own):
    assert client.post("/notices/settings/", {"weekly.inbox": "on"}).status_code == 302
    kept = set(Muted.objects.filter(user=people[0]).values_list("kind", "channel"))
    assert {("weekly", "email"), ("alarm", "email")} <= kept
    assert ("weekly", "inbox") not in kept
    assert not Muted.objects.exclude(user=people[0]).exists()


def test_the_settings_show_what_is_kept(client, people, own):
    Muted.objects.create(user=people[0], kind="weekly", channel="email")
    form = client.get("/notices/settings/").context["form"]
    assert (form["weekly.email"].initial, form["weekly.inbox"].initial) == (False, True)
    assert (form.fields["alarm.inbox"].disabled, form.fields["alarm.email"].disabled) == (True, False)
