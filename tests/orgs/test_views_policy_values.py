"""The pages of policy values: who may look and set, what is said before, what is stored, and what stays as it was."""

from datetime import date, timedelta

import pytest

from orgs.choices import POLICY_BY_KEY, POLICY_GROUPS, POLICY_KEYS
from orgs.models import PolicyValue, TermElection
from tests.factories import NOW, TODAY, make_user
from tests.orgs.doors import clock
from tests.orgs.test_views_keeping import verified
from youthleague.audit.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files", "quick_hashes")]
KEY = "term.branch_years"
URL = f"/policies/{KEY}/"
SET = f"{URL}set/"
QUERIES = 8
NEXT_YEAR = date(2027, 1, 1)
GIVEN = {"value": "2", "effective_from": "2027-01-01", "source": "试行办法"}


@pytest.fixture(autouse=True)
def today():
    with clock(NOW, hours=1):
        yield


@pytest.fixture
def desk(district):
    return verified(make_user("sysadmin", district.top, "xitong"))


@pytest.fixture
def bystander(district):
    """A value of another number, which no act of these tests concerns."""
    return PolicyValue.objects.create(key="term.committee_years", value=4, effective_from=TODAY, source="旁")


def stored():
    rows = PolicyValue.objects.order_by("key", "effective_from")
    return list(rows.values_list("key", "value", "effective_from", "source"))


def facts():
    return list(AuditEvent.objects.filter(action="policy.set").order_by("seq").values_list("facts", flat=True))


def confirm(desk, **data):
    """Read the preview, then do what it says."""
    seen = desk.post(SET, GIVEN | data).context["seen"]
    return desk.post(SET, GIVEN | data | {"confirmed": "1", "seen": seen})


def codes(page):
    return {name: [one.code for one in errors.as_data()] for name, errors in page.context["form"].errors.items()}


def test_every_number_belongs_to_a_part_of_the_work():
    assert {policy.key.partition(".")[0] for policy in POLICY_KEYS} == POLICY_GROUPS.keys()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("sysadmin", 200),
        ("district_staff", 200),
        ("security_admin", 403),
        ("auditor", 403),
        ("leader", 403),
        ("committee_member", 403),
    ],
)
def test_who_may_look_and_set(district, bystander, role, status):
    client = verified(make_user(role, district.top))
    assert [client.get(path).status_code for path in ("/policies/", URL, SET)] == [status] * 3
    assert client.post(SET, GIVEN).status_code == status
    assert ("政策参数" in client.get("/").content.decode().split("<main")[0]) is (status == 200)
    assert stored() == [(bystander.key, 4, TODAY, "旁")]


def test_setting_asks_for_the_second_factor_and_looking_does_not(district, client):
    client.force_login(make_user("sysadmin", district.top), backend="orgs.backends.RoleBackend")
    assert client.get(URL).status_code == 200
    for answer in (client.get(SET), client.post(SET, GIVEN | {"confirmed": "1"})):
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/account/verify/")
    assert stored() == []


def test_a_number_that_nobody_reads_is_not_found(desk):
    assert [desk.get(f"/policies/term.unheard_of/{rest}").status_code for rest in ("", "set/")] == [404, 404]


@pytest.mark.parametrize("count", [1, 30])
def test_the_pages_ask_no_query_a_row(desk, count, django_assert_num_queries):
    for number in range(count):
        day = TODAY - timedelta(days=number)
        PolicyValue.objects.create(key=KEY, value=2, effective_from=day, source="办法")
    desk.get("/policies/")
    with django_assert_num_queries(QUERIES):
        desk.get("/policies/")
    with django_assert_num_queries(QUERIES):
        assert len(desk.get(URL).context["steps"]) == count


def test_the_list_tells_what_holds_since_when_and_what_comes(desk, bystander):
    PolicyValue.objects.create(key=KEY, value=2, effective_from=TODAY - timedelta(days=3), source="试行办法")
    PolicyValue.objects.create(key=KEY, value=4, effective_from=NEXT_YEAR, source="正式办法")
    groups = desk.get("/policies/").context["groups"]
    lines = {line.policy.key: line for group in groups for line in group.lines}
    assert lines.keys() == POLICY_BY_KEY.keys()
    line = lines[KEY]
    assert (line.value, line.current.effective_from, line.source) == (2, TODAY - timedelta(days=3), "试行办法")
    assert (line.following.value, line.following.effective_from) == (4, NEXT_YEAR)
    untouched = lines["weekly.weeks_back"]
    assert (untouched.value, untouched.current, untouched.following) == (4, None, None)
    assert (lines[bystander.key].value, lines[bystander.key].source) == (4, "旁")


def test_one_number_shows_all_its_values_and_which_of_them_is_passed_over(desk):
    days = [TODAY - timedelta(days=9), TODAY - timedelta(days=5), TODAY - timedelta(days=1), NEXT_YEAR]
    for day, value in zip(days, (2, 4, 99, 5), strict=True):
        PolicyValue.objects.create(key=KEY, value=value, effective_from=day, source="办法")
    page = desk.get(URL)
    states = [(step.row.value, step.state) for step, _tone, _word in page.context["steps"]]
    assert states == [(5, "coming"), (99, "ignored"), (4, "in_force"), (2, "past")]
    assert "现行 4 年" in page.content.decode()


def test_a_preview_says_what_changes_and_changes_nothing(desk, bystander):
    before, events = stored(), AuditEvent.objects.count()
    sentences = desk.post(SET, GIVEN).context["sentences"]
    assert sentences[0] == "从 2027-01-01 起，“团支部、团总支任期”由 3 年改为 2 年。"
    assert (stored(), AuditEvent.objects.count()) == (before, events)


def test_a_value_is_set_once_its_preview_was_read(desk, bystander):
    answer = confirm(desk)
    assert (answer.status_code, answer["Location"]) == (302, URL)
    assert stored() == [(KEY, 2, NEXT_YEAR, "试行办法"), (bystander.key, 4, TODAY, "旁")]
    assert facts() == [{"key": KEY, "before": 3, "after": 2, "effective_from": "2027-01-01"}]


def test_a_value_of_the_same_day_is_corrected(desk, bystander):
    PolicyValue.objects.create(key=KEY, value=4, effective_from=TODAY - timedelta(days=7), source="旧办法")
    day = f"{TODAY - timedelta(days=7):%Y-%m-%d}"
    form = desk.get(f"{SET}?day={day}").context["form"]
    assert form.initial == {"value": 4, "effective_from": TODAY - timedelta(days=7), "source": "旧办法"}
    assert confirm(desk, effective_from=day, value="5", source="旧办法第二条").status_code == 302
    assert stored() == [
        (KEY, 5, TODAY - timedelta(days=7), "旧办法第二条"),
        (bystander.key, 4, TODAY, "旁"),
    ]


@pytest.mark.parametrize("day", ["2026-11-01", "2026-02-30", "x", ""])
def test_a_day_without_a_value_starts_an_empty_form(desk, day):
    assert desk.get(f"{SET}?day={day}").context["form"].initial == {"effective_from": TODAY}


def test_the_preview_tells_until_when_it_holds_and_how_many_terms_are_reckoned_anew(desk, district):
    PolicyValue.objects.create(key=KEY, value=4, effective_from=NEXT_YEAR, source="正式办法")
    for held_on in (TODAY, TODAY - timedelta(days=400)):
        TermElection.objects.create(organisation=district.village_a1, kind="renewal", held_on=held_on)
    sentences = desk.post(SET, GIVEN | {"effective_from": f"{TODAY:%Y-%m-%d}"}).context["sentences"]
    assert "到 2027-01-01 为止，那天起已定为 4 年。" in sentences
    assert any("1 次换届选举" in sentence for sentence in sentences)


@pytest.mark.parametrize(
    ("data", "refused"),
    [
        ({"value": "0"}, {"value": ["policy.value"]}),
        ({"value": "6"}, {"value": ["policy.value"]}),
        ({"effective_from": f"{TODAY - timedelta(days=1):%Y-%m-%d}"}, {"effective_from": ["policy.date"]}),
        ({"value": "二"}, {"value": ["invalid"]}),
        ({"source": ""}, {"source": ["required"]}),
    ],
)
@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "1"}])
def test_what_is_refused_stands_beside_its_field_and_changes_nothing(desk, bystander, data, refused, confirmed):
    before = stored()
    page = desk.post(SET, GIVEN | data | confirmed)
    if confirmed and page.status_code == 409:
        page = desk.post(SET, GIVEN | data | confirmed | {"seen": page.context["seen"]})
    assert codes(page) == refused
    assert (stored(), facts()) == (before, [])


def test_what_has_changed_since_the_preview_is_told_anew(desk):
    seen = desk.post(SET, GIVEN).context["seen"]
    PolicyValue.objects.create(key=KEY, value=5, effective_from=TODAY, source="别人")
    page = desk.post(SET, GIVEN | {"confirmed": "1", "seen": seen})
    assert (page.status_code, codes(page)) == (409, {"__all__": ["row.stale"]})
    assert stored() == [(KEY, 5, TODAY, "别人")]
    assert page.context["sentences"][0].endswith("由 5 年改为 2 年。")
