"""Pages of the system administrator."""

import pytest

from tests.factories import make_user
from tests.notices.conftest import NOON, send
from youthleague.notices.models import Notice, Robot, SpecialDay
from youthleague.notices.services.outbox import drain_outbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files", "people")]
PAGES = ["deliveries", "robots", "robots/add", "days", "days/add"]


@pytest.fixture
def plain_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def keeper(client, sysadmin):
    client.force_login(sysadmin)
    return client


@pytest.mark.parametrize("place", PAGES)
@pytest.mark.parametrize("role", ["sysadmin", "security_admin", "auditor", "district_staff", "leader"])
def test_the_pages_are_the_system_administrator_s(client, district, place, role):
    client.force_login(make_user(role, district.top))
    assert client.get(f"/notices/{place}/").status_code == (200 if role == "sysadmin" else 403)


def test_what_did_not_go_out_is_listed_and_can_be_sent_again(keeper, people, mail):
    mail.refused = {"person0@example.org"}
    send(people)
    drain_outbox(at=NOON)
    row = Notice.objects.get(state="failed")
    page = keeper.get("/notices/deliveries/").text
    assert ("邮箱地址被拒收" in page, "再发一次" in page) == (True, True)
    keeper.post(f"/notices/deliveries/{row.pk}/again/")
    row.refresh_from_db()
    assert (row.state, row.tries) == ("waiting", 0)
    assert "都发出去了" in keeper.get("/notices/deliveries/").text


def test_what_may_have_come_twice_is_told(keeper, people, mail):
    send(people)
    assert "收到两次" not in keeper.get("/notices/deliveries/").text
    mail.cuts = {1}
    drain_outbox(at=NOON)
    drain_outbox(at=NOON)
    assert "1 条因发送中断而补发，收件人可能收到两次" in keeper.get("/notices/deliveries/").text


def test_the_workbench_tells_of_what_did_not_go_out(keeper, client, people, mail):
    mail.refused = {"person0@example.org"}
    send(people)
    drain_outbox(at=NOON)
    assert "1 条邮件或群消息没有发出" in keeper.get("/").text
    client.force_login(people[0])
    assert "没有发出" not in client.get("/").text


def test_a_robot_is_added_changed_and_its_key_not_shown(keeper):
    data = {"title": "工作群", "platform": "wecombot", "key": "very-secret", "kinds": ["weekly"], "is_on": "on"}
    assert keeper.post("/notices/robots/add/", data).status_code == 302
    robot = Robot.objects.get()
    assert "very-secret" not in keeper.get(f"/notices/robots/{robot.pk}/").text
    assert keeper.post(f"/notices/robots/{robot.pk}/", {**data, "key": "", "title": "新群"}).status_code == 302
    robot.refresh_from_db()
    assert (robot.title, robot.key) == ("新群", "very-secret")


def test_a_robot_with_a_wrong_key_is_not_kept(keeper):
    page = keeper.post("/notices/robots/add/", {"title": "群", "platform": "wecombot", "key": "a b"})
    assert "密钥的写法不对" in page.text
    assert not Robot.objects.exists()


def test_a_day_is_entered_and_taken_back(keeper):
    data = {"day": "2026-11-25", "is_worked": "off", "name": "校庆"}
    assert keeper.post("/notices/days/add/", data).url == "/notices/days/?year=2026"
    row = SpecialDay.objects.get()
    assert "校庆" in keeper.get("/notices/days/?year=2026").text
    keeper.post(f"/notices/days/{row.pk}/remove/")
    assert not SpecialDay.objects.exists()
    assert "还没有录入" in keeper.get("/notices/days/?year=2031").text


def test_a_day_that_is_so_anyway_is_refused(keeper):
    page = keeper.post("/notices/days/add/", {"day": "2026-11-25", "is_worked": "worked", "name": ""})
    assert "这一天本来就是这样" in page.text
    assert not SpecialDay.objects.exists()
