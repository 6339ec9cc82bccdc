"""The audit page: for the auditor alone, by conditions, page by page, and every look leaves a trace."""

import io

import openpyxl
import pytest
import structlog
from django.db import transaction

from orgs.models import Organisation, PolicyValue
from orgs.services import move_organisation
from tests.factories import NOW, TODAY, make_cadre, make_user
from youthleague.audit.models import AuditEvent
from youthleague.audit.services import record
from youthleague.workbench.views import audit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def note(action, by=None, **particulars):
    with transaction.atomic():
        return record(action=action, by=by, at=NOW, **particulars)


@pytest.fixture
def read(auditor, signed_in):
    """Read the audit page as the auditor."""
    client = signed_in(auditor)

    def get(**query):
        return client.get("/audit/", query)

    return get


def shown(response):
    return [row.record.action for row in response.context["table"].rows]


@pytest.mark.parametrize("role", ["district_staff", "township_secretary", "leader", "sysadmin", "security_admin"])
def test_nobody_else_reads_it(district, signed_in, role):
    before = AuditEvent.objects.filter(action="audit.read").count()
    assert signed_in(make_user(role, district.top)).get("/audit/").status_code == 403
    assert AuditEvent.objects.filter(action="audit.read").count() == before


def test_reading_is_recorded_with_its_conditions(read, auditor):
    read(result="refused")
    event = AuditEvent.objects.order_by("-seq")[0]
    assert (event.action, event.actor_id, event.facts["filters"]) == ("audit.read", auditor.pk, ["result"])


def test_events_are_narrowed_by_each_condition(read, district):
    secretary = make_user("township_secretary", district.township_a, "chen")
    note("sheet.apply", by=secretary, facts={"rows": 3})
    note("policy.set", by=secretary, result="refused")
    assert shown(read(q="chen", action="sheet.apply")) == ["sheet.apply"]
    assert shown(read(q="chen", result="refused")) == ["policy.set"]
    assert shown(read(q="chen", since="2026-11-24")) == []
    assert shown(read(q="chen", until="2026-11-23")) == ["policy.set", "sheet.apply"]


def test_the_conditions_in_force_are_named_and_can_be_taken_away(read):
    active = read(q="chen", result="refused", before="9").context["active"]
    assert active == [
        {"word": "操作人 chen", "remove_url": "?result=refused"},
        {"word": "已拒绝", "remove_url": "?q=chen"},
    ]


def test_a_wrong_condition_does_not_break_the_page(read):
    assert read(since="soon", before="x", action="none").status_code == 200


def test_older_events_are_a_page_away(read, monkeypatch):
    monkeypatch.setattr(audit, "PAGE", 2)
    for number in range(5):
        note("policy.set", facts={"rows": number})
    first = read(action="policy.set")
    second = read(action="policy.set", before=str(first.context["table"].data[1].seq))
    assert [row.record.facts["rows"] for row in first.context["table"].rows] == [4, 3]
    assert [row.record.facts["rows"] for row in second.context["table"].rows] == [2, 1]
    assert "before=" in second.context["next_url"]
    assert second.context["newest_url"] == "?action=policy.set"


def test_codes_are_shown_in_words(read):
    note("sheet.apply", facts={"rows": 3})
    text = read(action="sheet.apply").content.decode()
    assert "写入导入批次" in text
    assert "行数 3" in text


def subjects(response):
    return [row.get_cell("subject") for row in response.context["table"].rows]


def test_what_an_event_is_about_is_named_as_long_as_it_exists(read, district):
    unit, person = district.village_a1, make_cadre(district.village_a1)
    policy = PolicyValue.objects.create(key="term.branch_years", value=3, effective_from="2026-01-01", source="测试")
    secretary = make_user("township_secretary", district.township_a)
    post = person.appointments.get()
    about = {
        "orgs.Organisation": (unit.pk, "团组织 松涛社区团支部"),
        "orgs.User": (secretary.pk, f"账号 {secretary.full_name}"),
        "orgs.OrgAssignment": (secretary.assignments.get().pk, f"角色授权 {secretary.full_name}，青禾街道团工委"),
        "orgs.PolicyValue": (policy.pk, "政策参数 团支部、团总支任期"),
        "cadres.Cadre": (person.pk, f"团干部 {person.name}"),
        "cadres.Appointment": (post.pk, f"任职 {person.name}，松涛社区团支部"),
    }
    for label, (key, _title) in about.items():
        note("demo.fill", subject=f"{label}:{key}")
    for subject in ("orgs.Organisation:987654", "orgs.Organisation", "audit.AuditHead:1", ""):
        note("demo.fill", subject=subject)
    titles = [*(title for _key, title in about.values()), "已不存在的团组织", "团组织", "审计链头", ""]
    assert subjects(read(action="demo.fill")) == titles[::-1]


def test_a_fact_that_is_a_key_is_shown_by_name(read, district):
    note("org.merge", facts={"into": district.village_a2.pk})
    note("org.merge", facts={"into": 987654})
    page = read(action="org.merge").content.decode()
    assert "并入 团组织 长荷社区团支部" in page
    assert "并入 已不存在的团组织" in page
    assert str(district.village_a2.pk) not in page.split("<tbody", 1)[1].split("</tbody>", 1)[0].replace("序号", "")


def test_the_end_of_the_chain_can_be_copied_down(read):
    note("policy.set")
    head = AuditEvent.objects.order_by("-seq")[0]
    assert head.mac in read().content.decode()


def test_the_number_of_queries_is_the_same_for_one_event_and_for_fifty(read, district, django_assert_num_queries):
    """Thirteen for the page, and one for each of the two models that its events are about."""
    units = list(Organisation.objects.values_list("pk", flat=True))
    read()
    with django_assert_num_queries(13):
        read(action="policy.set")
    for number in (1, 50):
        for at in range(number):
            note("policy.set", subject=f"orgs.Organisation:{units[at % len(units)]}")
            note("policy.set", subject=f"orgs.User:{at + 1}")
        with django_assert_num_queries(15):
            read(action="policy.set")


def test_refusals_are_found_by_what_was_asked_for(read, district):
    secretary = make_user("township_secretary", district.township_a, "chen")
    note("cadres.change_cadre", by=secretary, result="refused", facts={"codes": ["scope.row"]})
    note("cadre.correct", by=secretary)
    response = read(action="cadres.change_cadre")
    assert shown(response) == ["cadres.change_cadre"]
    assert response.context["active"][0]["word"] == "修改团干部"
    assert "原因 记录不在管理范围" in response.content.decode()


# ---- object, unit of the time, address -------------------------------------------------
def test_events_are_found_by_kind_of_object_and_address(read, district):
    note("org.rename", subject=f"orgs.Organisation:{district.township_a.pk}", lineage=district.township_a.lineage)
    with structlog.contextvars.bound_contextvars(ip="10.1.2.3"):
        note("policy.set", subject="orgs.PolicyValue:1")
    assert shown(read(action="org.rename", subject="orgs.Organisation")) == ["org.rename"]
    assert shown(read(action="org.rename", subject="orgs.User")) == []
    assert shown(read(ip="10.1.2.3")) == ["policy.set"]
    assert shown(read(ip="10.1.2")) == []


def test_a_unit_is_searched_where_it_stood_at_the_time(read, district):
    note("post.end", lineage=district.village_a1.lineage)
    staff = make_user("district_staff", district.top)
    move_organisation(organisation=district.village_a1, parent=district.township_b, on=TODAY, by=staff, at=NOW)
    moved = Organisation.objects.get(pk=district.village_a1.pk)
    note("post.begin", lineage=moved.lineage)
    posts = {"post.begin", "post.end"}
    assert posts & set(shown(read(unit="青禾街道"))) == {"post.end"}
    assert posts & set(shown(read(unit="柳溪镇"))) == {"post.begin"}
    assert posts & set(shown(read(unit="松涛社区"))) == posts
    assert shown(read(unit="不存在的单位")) == []


def test_an_auditor_of_a_township_reads_what_lay_in_it_only(district, signed_in):
    """The role is one of the district; one that was stored below it all the same opens no more than its subtree."""
    user = make_user("auditor", district.township_b)
    note("post.end", lineage=district.village_a1.lineage)
    note("post.begin", lineage=district.village_b1.lineage)
    note("policy.set")
    actions = shown(signed_in(user).get("/audit/"))
    assert "post.begin" in actions
    assert not {"post.end", "policy.set"} & set(actions)
    lineages = {row.record.subject_lineage for row in signed_in(user).get("/audit/").context["table"].rows}
    assert all(one.startswith(district.township_b.lineage) for one in lineages)
    signed_in(user).get("/audit/?export=xlsx&action=post.begin")
    signed_in(user).get("/audit/?export=xlsx&action=post.end")
    exports = AuditEvent.objects.filter(action="list.export").order_by("seq")
    assert [event.facts["rows"] for event in exports] == [1, 0]


def test_an_export_holds_what_the_conditions_say_and_is_noted_first(read, auditor):
    note("policy.set", facts={"rows": 3})
    note("sheet.apply", facts={"rows": 4})
    book = read(action="policy.set", export="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "设置政策参数" in cells
    assert "写入导入批次" not in cells
    assert "行数 3" in cells
    event = AuditEvent.objects.get(action="list.export")
    assert (event.actor_id, event.facts) == (auditor.pk, {"list": "audit", "rows": 1, "filters": ["设置政策参数"]})


def test_too_many_events_are_not_exported(read, monkeypatch):
    monkeypatch.setattr(audit, "ROWS_LIMIT", 1)
    note("policy.set")
    note("policy.set")
    assert read(action="policy.set", export="xlsx")["Location"] == "/audit/?action=policy.set"
    assert not AuditEvent.objects.filter(action="list.export").exists()
