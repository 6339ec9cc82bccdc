"""系统状态: who may look, what it tells when all is well and when not, and what it never tells."""

from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.db import connection

from tests.factories import NOW, make_user
from tests.orgs.doors import clock
from youthleague.audit.services import write_anchor
from youthleague.audit.tasks import verify
from youthleague.audit.triggers import install
from youthleague.notices.models import Robot
from youthleague.protection.keyfile import PURPOSES, add_keys
from youthleague.protection.keys import forget_rings
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.tasks import sweep
from youthleague.workbench.reports import folder_sizes, key_ages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
URL = "/status/"
QUERIES = 12


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """A data folder of its own, with a copy of the keys."""
    keys = tmp_path / "keys.json"
    keys.write_bytes(configured.KEY_FILE.read_bytes())
    keys.chmod(0o600)
    settings.VAR_DIR, settings.KEY_FILE = tmp_path, keys
    settings.QUEUE_DIR = tmp_path
    yield
    forget_rings()


@pytest.fixture
def desk(district, signed_in):
    install(connection)
    return signed_in(make_user("sysadmin", district.top, "xitong"))


def make_batch(district, user, state, number=0):
    return ImportBatch.objects.create(
        kind="cadres",
        organisation=district.township_a,
        uploaded_by=user,
        uploaded_at=NOW,
        filename=f"林知远的表{number}.xlsx",
        size=1,
        digest="0",
        state=state,
    )


def values(rows):
    return {row["title"]: row["value"] for row in rows}


@pytest.mark.parametrize(
    ("role", "status"),
    [("sysadmin", 200), ("security_admin", 403), ("auditor", 403), ("district_staff", 403), ("leader", 403)],
)
def test_nobody_but_the_system_administrator_looks(district, signed_in, role, status):
    client = signed_in(make_user(role, district.top))
    assert client.get(URL).status_code == status
    assert ("系统状态" in client.get("/").content.decode()) is (status == 200)


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_asks_no_query_a_row(desk, district, secretary, count, django_assert_num_queries):
    for number in range(count):
        make_batch(district, secretary, "applied", number)
        Robot.objects.create(title=f"群{number}", platform="wecom", key="geheim")
    desk.get(URL)
    with django_assert_num_queries(QUERIES):
        desk.get(URL)


def test_all_in_order(desk):
    sweep()
    page = desk.get(URL)
    assert {one["title"]: one["tone"] for one in page.context["conditions"]} == dict.fromkeys(
        ["数据库", "数据库升级", "防篡改触发器", "数据目录", "排队服务", "后台任务"], "ok"
    )
    assert values(page.context["versions"])["平台"] == "0.1.0"
    assert connection.display_name in values(page.context["versions"])["数据库"]


def test_what_is_not_in_order_has_a_light_and_a_sentence(desk, settings):
    settings.QUEUE_DIR = settings.VAR_DIR / "lost"
    conditions = {one["title"]: one for one in desk.get(URL).context["conditions"]}
    assert (conditions["排队服务"]["tone"], conditions["后台任务"]["tone"]) == ("warn", "warn")
    assert conditions["排队服务"]["sentence"].startswith("排队服务不可用")
    assert conditions["数据库"] == {"title": "数据库", "tone": "ok", "word": "正常", "sentence": ""}


def test_batches_are_counted_by_state_and_nobody_is_named(desk, district, secretary):
    for state in ("applied", "applied", "failed"):
        make_batch(district, secretary, state)
    page = desk.get(URL)
    assert values(page.context["batches"]) == {"已写入": "2 个", "未能导入": "1 个"}
    for word in ("林知远", secretary.full_name, secretary.username, district.township_a.name):
        assert word not in page.content.decode().split("<main")[1]


def test_folders_are_measured(settings):
    (settings.VAR_DIR / "uploads" / "deep").mkdir(parents=True)
    (settings.VAR_DIR / "uploads" / "deep" / "a").write_bytes(b"12345")
    (settings.VAR_DIR / "uploads" / "b").write_bytes(b"1")
    (settings.VAR_DIR / "elsewhere").mkdir()
    (settings.VAR_DIR / "elsewhere" / "c").write_bytes(b"12")
    sizes = {one.title: (one.files, one.size) for one in folder_sizes()}
    root = (1, settings.KEY_FILE.stat().st_size)
    assert sizes == {"上传的表格原件": (2, 6), "数据库、密钥和记录文件": root, "其他": (1, 2)}


def test_keys_tell_their_age_and_never_what_they_are(desk, settings):
    add_keys(settings.KEY_FILE, ["audit"], "aes256gcm-hmacsha256", NOW)
    forget_rings()
    ages = [one for one in key_ages(NOW + timedelta(days=366)) if one.use == "audit"]
    assert next((one.days, one.is_newest, one.is_due) for one in ages) == (366, True, True)
    assert [(one.is_newest, one.is_due) for one in ages[1:]] == [(False, False)]
    assert not next(one for one in key_ages(NOW + timedelta(days=365)) if one.use == "audit").is_due
    page = desk.get(URL).content.decode()
    raw = settings.KEY_FILE.read_text()
    secrets = [line.split('"')[3] for line in raw.splitlines() if '"secret' in line]
    assert len(secrets) == len(PURPOSES) + 2
    assert not any(secret in page for secret in secrets)


def test_the_log_is_told_of_by_its_last_anchor_and_check(desk):
    assert values(desk.get(URL).context["chain"]) == {"最近锚点": "还没有", "最近核对": "还没有"}
    with clock(NOW):
        anchor = write_anchor(NOW)
        verify()
    rows = values(desk.get(URL).context["chain"])
    assert rows["最近锚点"] == f"2026-11-23 10:00，到第 {anchor.seq} 条"
    assert rows["最近核对"].endswith("完好")


def test_how_mail_leaves_is_told_in_words_without_host_or_password(desk, settings):
    Robot.objects.create(title="一群", platform="wecom", key="geheim", is_on=True)
    Robot.objects.create(title="二群", platform="wecom", key="geheim")
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert "没有接邮件服务器" in values(desk.get(URL).context["outward"])["邮件"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "mail.example", "wer", "geheim"
    settings.EMAIL_USE_TLS = True
    page = desk.get(URL)
    assert values(page.context["outward"])["邮件"] == "已接邮件服务器，加密传输"
    assert values(page.context["outward"])["群机器人"] == "2 个，启用 1 个"
    assert not any(word in page.content.decode() for word in ("mail.example", "geheim"))
