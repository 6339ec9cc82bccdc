"""换届: the list of terms, the section on an organisation's page, and the forms of elections and extensions."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
import time_machine
from django.http import QueryDict

from orgs.access import scope_of
from orgs.choices import Level, OrganisationKind
from orgs.filtersets import TermFilterSet
from orgs.models import Organisation, PolicyDocument, TermElection, TermExtension
from orgs.panels import terms_that_wait
from orgs.policies import term_policy
from orgs.reports import standing_term
from orgs.services import (
    Approval,
    approve_extension,
    close_organisation,
    file_extension,
    rename_organisation,
    withdraw_extension,
)
from tests.factories import NOW, TODAY, elect, factory_user, make_organisation, make_user

pytestmark = pytest.mark.django_db
LIST = "/organisations/terms/"
LIST_QUERIES = 12
PARTY = Approval("青禾党发〔2026〕8号", date(2026, 9, 10))


@pytest.fixture(autouse=True)
def today(plain_static_files):
    """Let the clock stand."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client_of(client):
    def sign_in(user):
        client.force_login(user, backend="orgs.backends.RoleBackend")
        return client

    return sign_in


@pytest.fixture
def terms(district):
    """Give terms of every status below A and B, one of them in B only."""
    elect(district.village_a1, date(2023, 1, 10))  # until 2026-01-10: overdue
    elect(district.village_a2, date(2023, 9, 1))  # until 2026-09-01: ended
    elect(district.township_b, date(2022, 3, 1))  # until 2027-03-01: soon
    elect(district.village_b1, date(2025, 9, 1))
    return district


def file(unit, to=date(2026, 12, 31), party=PARTY):
    reason = "换届人选尚在考察"
    return file_extension(organisation=unit, extended_to=to, reason=reason, party=party, by=factory_user(), at=NOW)


def listed(page):
    return [(row.named, row.term.word) for row in page.context["table"].shown]


# ---- the list -------------------------------------------------------------------
def test_terms_are_listed_by_their_end_the_unknown_last(terms, client_of):
    page = client_of(make_user("leader", terms.top)).get(LIST)
    assert listed(page) == [
        ("松涛社区团支部", "超期"),
        ("长荷社区团支部", "已届满"),
        ("柳溪镇团委", "6个月内届满"),
        ("石井村团支部", "正常"),
        ("共青团示范区委员会", "未填选举日期"),
        ("云桥村团支部", "未填选举日期"),
    ]
    counts = {fact["title"]: fact["value"] for fact in page.context["figures"]}
    assert counts == {"超期": "1", "已届满": "1", "6个月内届满": "1", "正常": "1", "未填选举日期": "2", "不设届期": "1"}


def test_a_secretary_sees_her_own_subtree_only(terms, client_of):
    page = client_of(make_user("township_secretary", terms.township_a)).get(LIST)
    assert listed(page) == [("松涛社区团支部", "超期"), ("长荷社区团支部", "已届满")]
    assert "石井村" not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("status=overdue", ["松涛社区团支部"]),
        ("status=no_term", ["青禾街道团工委"]),
        ("kind=2", ["柳溪镇团委"]),
        ("q=石井", ["石井村团支部"]),
        ("status=unknown", ["共青团示范区委员会", "云桥村团支部"]),
        ("day=2027-03-02&kind=2", ["柳溪镇团委"]),
        ("day=2019-12-31", []),
        ("day=x", []),
        ("extension=filed", ["长荷社区团支部"]),
        ("extension=approved", []),
    ],
)
def test_the_conditions_narrow_the_list(terms, client_of, query, names):
    file(Organisation.objects.get(pk=terms.village_a2.pk))
    page = client_of(make_user("leader", terms.top)).get(f"{LIST}?{query}")
    assert [name for name, _word in listed(page)] == names


def test_a_township_is_chosen_by_its_subtree(terms, client_of):
    page = client_of(make_user("leader", terms.top)).get(f"{LIST}?within={terms.township_b.pk}")
    assert [name for name, _word in listed(page)] == ["柳溪镇团委", "石井村团支部", "云桥村团支部"]


def test_the_list_of_another_day_is_that_of_the_day(terms, client_of, clerk):
    elect(terms.village_a2, date(2026, 11, 1))
    rename_organisation(organisation=terms.village_b1, name="石井社区团支部", on=TODAY, by=clerk, at=NOW)
    close_organisation(organisation=terms.village_b2, on=TODAY, by=clerk, at=NOW)
    client = client_of(make_user("leader", terms.top))
    assert listed(client.get(f"{LIST}?day=2026-10-01")) == [
        ("松涛社区团支部", "超期"),
        ("长荷社区团支部", "已届满"),
        ("柳溪镇团委", "6个月内届满"),
        ("石井村团支部", "正常"),
        ("共青团示范区委员会", "未填选举日期"),
        ("云桥村团支部", "未填选举日期"),
    ]
    assert listed(client.get(f"{LIST}?day=2027-04-01"))[:2] == [("松涛社区团支部", "超期"), ("柳溪镇团委", "已届满")]
    assert ("石井社区团支部", "正常") in listed(client.get(LIST))


def test_the_list_says_what_it_is_sorted_by_when_asked(terms, client_of):
    client = client_of(make_user("leader", terms.top))
    names = [name for name, _word in listed(client.get(f"{LIST}?sort=-term_end"))]
    assert names[:2] == ["石井村团支部", "柳溪镇团委"]
    assert names[-2:] == ["共青团示范区委员会", "云桥村团支部"]
    assert next(name for name, _word in listed(client.get(f"{LIST}?sort=named"))) == "云桥村团支部"


def test_a_list_without_terms_says_so(district, client_of):
    page = client_of(make_user("village_secretary", district.village_a1)).get(f"{LIST}?q=没有")
    assert "没有符合条件的内容" in page.content.decode()
    Organisation.objects.filter(pk=district.village_a1.pk).update(is_temporary=True)
    assert "没有设届期的团组织" in client_of(make_user("leader", district.village_a1)).get(LIST).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_as_often_for_many_as_for_one(district, client_of, django_assert_num_queries, count):
    for number in range(count):
        unit = make_organisation(f"第{number}村团支部", district.township_b, OrganisationKind.BRANCH, Level.VILLAGE)
        elect(unit, date(2023, 1, 1))
    client = client_of(make_user("township_secretary", district.township_b))
    client.get(LIST)
    with django_assert_num_queries(LIST_QUERIES):
        assert len(client.get(LIST).context["table"].shown) == count + 3


def test_the_export_holds_what_the_list_shows(terms, client_of):
    file(Organisation.objects.get(pk=terms.village_a2.pk))
    client = client_of(make_user("township_secretary", terms.township_a))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{LIST}?export=xlsx").content))
    texts = {cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell}
    assert {"松涛社区团支部", "2026-01-10", "超期", "延期待批", "超 317 天", "最迟可延至 2026-07-10，已过"} <= texts
    assert not {text for text in texts if "石井" in text}


def test_the_table_says_how_terms_stand_as_the_rule_does(district):
    """Ask SQL and the rule of one term about many ends and days, the ends of months among them."""
    starts = [date(2023, 1, 31), date(2023, 2, 28), date(2024, 2, 29), date(2023, 8, 31), date(2023, 5, 15)]
    units = [
        make_organisation(f"{kind}{number}", district.township_b, kind, Level.UNIT, elected_on=start)
        for number, start in enumerate(starts)
        for kind in (OrganisationKind.BRANCH, OrganisationKind.COMMITTEE)
    ]
    for unit in units[::3]:
        extension = file(unit, to=unit.term_ends_on + timedelta(days=40))
        approve_extension(extension=extension, league=PARTY, by=make_user("district_staff", district.top), at=NOW)
    scope = scope_of(make_user("leader", district.top), TODAY)
    shifts = (-184, 0, 1, 184)
    days = {one + timedelta(days=365 * years + shift) for one in starts for years in (3, 4, 5) for shift in shifts}
    seen = set()
    for day in sorted(days):
        query = QueryDict(f"day={day:%Y-%m-%d}")
        conditions = TermFilterSet(query, Organisation.objects.visible_to(scope), scope=scope)
        for row in conditions.qs:
            assert row.term_status == standing_term(row, term_policy(day), day).status
            seen.add(row.term_status)
    assert seen == {"normal", "due_soon", "ended", "extended", "overdue", "unknown"}


# ---- the section on an organisation's page -------------------------------------------
def section(client, unit):
    return client.get(f"/organisations/{unit.pk}/").content.decode()


def test_the_page_of_a_unit_shows_its_term_and_what_may_be_done(terms, client_of):
    page = section(client_of(make_user("township_secretary", terms.township_a)), terms.village_a2)
    assert all(text in page for text in ("2023-09-01", "可延期至 2027-03-01", "登记换届", "申请延期", "更正"))
    page = section(client_of(make_user("leader", terms.top)), terms.village_a2)
    assert "可延期至 2027-03-01" in page
    assert not [text for text in ("登记换届", "申请延期", "更正") if text in page]


def test_a_term_that_runs_is_not_put_off(terms, client_of):
    page = section(client_of(make_user("township_secretary", terms.township_b)), terms.village_b1)
    assert ("登记换届" in page, "申请延期" in page) == (True, False)


def test_units_without_terms_say_why(terms, client_of):
    client = client_of(make_user("township_secretary", terms.township_a))
    page = section(client, terms.township_a)
    assert ("派出机关" in page or "派出机构" in page, "登记换届" in page) == (True, False)
    Organisation.objects.filter(pk=terms.village_a1.pk).update(is_temporary=True)
    assert "临时团组织的负责人由上级指定" in section(client, terms.village_a1)


def test_an_extension_offers_each_side_its_step(terms, client_of):
    village = Organisation.objects.get(pk=terms.village_a2.pk)
    extension = file(village, party=None)
    own = make_user("village_secretary", village)
    superior = make_user("township_secretary", terms.township_a)
    approve = f"/extensions/{extension.pk}/approve/"
    assert "登记同级党组织批复" in section(client_of(own), village)
    assert approve not in section(client_of(superior), village)
    client_of(own).post(f"/extensions/{extension.pk}/party/", {"approval_number": "8号", "approval_on": "2026.9.10"})
    assert approve not in section(client_of(own), village)
    assert approve in section(client_of(superior), village)
    client_of(superior).post(approve, {"approval_number": "3号", "approval_on": "2026年9月20日"})
    extension.refresh_from_db()
    assert (extension.state, extension.approved_by, extension.party_number) == ("approved", superior, "8号")
    page = section(client_of(superior), village)
    assert all(text in page for text in ("已批延期至 2026-12-31", "3号，2026-09-20", "撤销"))
    assert "撤销" not in section(client_of(own), village)


# ---- forms ------------------------------------------------------------------------
def test_an_election_is_entered_and_corrected(terms, client_of):
    client = client_of(make_user("village_secretary", terms.village_a2))
    url = f"/organisations/{terms.village_a2.pk}/election/"
    assert client.get(url).status_code == 200
    answer = client.post(url, {"kind": "renewal", "held_on": "2026.10.8", "number": "5号"}, follow=True)
    assert "已登记 2026-10-08 的换届选举，本届任期到 2029-10-08。" in answer.content.decode()
    election = TermElection.objects.get(number="5号")
    correct = {"held_on": "2026-10-09", "number": "5号", "version": 1}
    assert client.get(f"/elections/{election.pk}/").context["form"]["held_on"].value() == "2026-10-08"
    assert client.post(f"/elections/{election.pk}/", correct).status_code == 302
    assert Organisation.objects.get(pk=terms.village_a2.pk).term_ends_on == date(2029, 10, 9)
    stale = client.post(f"/elections/{election.pk}/", correct)
    assert (stale.status_code, TermElection.objects.get(pk=election.pk).version) == (409, 2)
    by_election = client.post(url, {"kind": "by_election", "held_on": "2026-11-01"}, follow=True)
    assert "已登记 2026-11-01 的补选。" in by_election.content.decode()
    later = TermElection.objects.get(kind="by_election")
    assert "term_years" not in client.get(f"/elections/{later.pk}/").context["form"].fields


def test_a_committee_is_asked_how_long_its_term_is(terms, client_of):
    client = client_of(make_user("district_staff", terms.top))
    url = f"/organisations/{terms.township_b.pk}/election/"
    assert [key for key, _title in client.get(url).context["form"].fields["term_years"].choices] == ["", 3, 4]
    client.post(url, {"kind": "renewal", "held_on": "2026-10-08", "term_years": "3"})
    assert Organisation.objects.get(pk=terms.township_b.pk).term_ends_on == date(2029, 10, 8)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        ({"kind": "renewal", "held_on": ""}, "held_on", "required"),
        ({"kind": "renewal", "held_on": "2026-10"}, "held_on", "date.day_needed"),
        ({"kind": "renewal", "held_on": "去年"}, "held_on", "date.format"),
        ({"kind": "renewal", "held_on": "2026-12-31"}, "held_on", "election.future"),
        ({"kind": "first", "held_on": "2026-10-08"}, "kind", "invalid_choice"),
    ],
)
def test_what_is_wrong_with_an_election_stands_beside_its_field(terms, client_of, data, name, code):
    before = list(TermElection.objects.order_by("pk").values_list())
    client = client_of(make_user("village_secretary", terms.village_a2))
    page = client.post(f"/organisations/{terms.village_a2.pk}/election/", data)
    assert page.context["form"].has_error(name, code)
    assert list(TermElection.objects.order_by("pk").values_list()) == before


def test_an_extension_is_filed_with_or_without_the_approval_of_the_party(terms, client_of):
    client = client_of(make_user("township_secretary", terms.township_a))
    url = f"/organisations/{terms.village_a2.pk}/extension/"
    assert "最迟 2027-03-01" in client.get(url).content.decode()
    filed = {"extended_to": "2026-12-31", "reason": "换届人选尚在考察"}
    half = client.post(url, filed | {"approval_number": "8号"})
    assert half.context["form"].has_error("approval_on", "required")
    assert client.post(url, filed).status_code == 302
    extension = TermExtension.objects.get()
    assert (extension.state, extension.party_on, extension.filed_on) == ("filed", None, TODAY)
    empty = make_organisation("新村团支部", terms.township_a, OrganisationKind.BRANCH, Level.VILLAGE)
    page = client.get(f"/organisations/{empty.pk}/extension/")
    assert "届满后最长 6 个月。" in page.content.decode()


def test_the_documents_on_file_are_offered(terms, client_of):
    url = f"/organisations/{terms.village_a2.pk}/extension/"
    paper = PolicyDocument.objects.create(kind="notice", title="批复", issued_on=TODAY, issuer="党工委")
    form = client_of(make_user("township_secretary", terms.township_a)).get(url).context["form"]
    assert list(form.fields["document"].queryset) == [paper]


def test_only_the_superior_takes_an_approved_extension_back(terms, client_of):
    village = Organisation.objects.get(pk=terms.village_a2.pk)
    extension = file(village)
    superior, own = make_user("township_secretary", terms.township_a), make_user("village_secretary", village)
    approve_extension(extension=extension, league=PARTY, by=superior, at=NOW)
    url = f"/extensions/{extension.pk}/withdraw/"
    assert client_of(own).post(url).status_code == 403
    assert TermExtension.objects.get().state == "approved"
    assert client_of(make_user("township_secretary", terms.township_b)).post(url).status_code == 404
    assert client_of(superior).post(url).status_code == 302
    assert TermExtension.objects.get().state == "withdrawn"


# ---- the workbench -----------------------------------------------------------------
def waiting(user):
    items = terms_that_wait(user, scope_of(user, TODAY))["items"]
    return [(one["word"], one["title"], one["url"]) for one in items]


def test_terms_wait_for_those_who_may_enter_elections(terms):
    elect(make_organisation("新村团支部", terms.township_a, OrganisationKind.BRANCH, Level.VILLAGE), date(2022, 1, 1))
    page = f"/organisations/{terms.village_a2.pk}/"
    assert waiting(make_user("township_secretary", terms.township_a)) == [
        ("超期", "2 个团组织超期未换届", f"{LIST}?status=overdue"),
        ("已届满", "长荷社区团支部已届满，需要换届或申请延期", page),
    ]
    assert waiting(make_user("leader", terms.top)) == []


def test_an_extension_waits_for_the_superior_alone(terms):
    village = Organisation.objects.get(pk=terms.village_a2.pk)
    make_user("village_secretary", village)
    file(Organisation.objects.get(pk=terms.village_a1.pk), to=date(2026, 7, 1), party=None)
    extension = file(village)
    title, url = "延期换届：长荷社区团支部", f"/extensions/{extension.pk}/approve/"
    asked = {
        role: [one for one in waiting(make_user(role, unit)) if one[0] == "待批"]
        for role, unit in (
            ("township_secretary", terms.township_a),
            ("village_secretary", village),
            ("district_staff", terms.top),
        )
    }
    assert asked == {
        "township_secretary": [("待批", title, url)],
        "village_secretary": [],
        "district_staff": [("待批", title, url)],
    }
    assert [one for one in waiting(make_user("township_secretary", terms.township_b)) if one[0] == "待批"] == []
    withdraw_extension(extension=extension, by=factory_user(), at=NOW)
    assert [one for one in waiting(make_user("district_staff", terms.top)) if one[0] == "待批"] == []
