"""Policy values: which are stored, and which of those stored a reader takes."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from orgs.choices import POLICY_KEYS
from orgs.models import PolicyValue
from orgs.policies import RosterPolicy, policy_number, roster_policy, term_policy
from orgs.services import set_policy_value
from tests.factories import NOW, TODAY
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
KEY = "term.branch_years"
YESTERDAY = TODAY - timedelta(days=1)


def refusal(**arguments: object) -> dict[str, list[str]]:
    """Call the service, which must refuse, and give the codes by field."""
    with pytest.raises(ValidationError) as refused:
        set_policy_value(**arguments)
    return {name: [one.code for one in errors] for name, errors in refused.value.error_dict.items()}


def stored() -> list[tuple[str, int, date, str]]:
    rows = PolicyValue.objects.order_by("key", "effective_from")
    return list(rows.values_list("key", "value", "effective_from", "source"))


def test_a_value_holds_from_its_day(clerk):
    later = date(2027, 1, 1)
    set_policy_value(key=KEY, value=2, effective_from=later, source="试行办法", by=clerk, at=NOW)
    assert [policy_number(KEY, day) for day in (date(2026, 12, 31), later)] == [3, 2]
    assert term_policy(later).branch == 2


def facts() -> list[dict[str, object]]:
    return list(AuditEvent.objects.filter(action="policy.set").order_by("seq").values_list("facts", flat=True))


def test_the_log_keeps_what_held_before_and_what_holds_now(clerk):
    later = date(2027, 1, 1)
    for value in (2, 4):
        set_policy_value(key=KEY, value=value, effective_from=later, source="试行办法", by=clerk, at=NOW)
    shared = {"key": KEY, "effective_from": "2027-01-01"}
    assert facts() == [{**shared, "before": 3, "after": 2}, {**shared, "before": 2, "after": 4}]


def test_no_new_value_rewrites_the_past(clerk):
    PolicyValue.objects.create(key="term.committee_years", value=4, effective_from=YESTERDAY, source="旁")
    before = stored()
    given = {"key": KEY, "value": 2, "effective_from": YESTERDAY, "source": "倒签", "by": clerk, "at": NOW}
    assert refusal(**given) == {"effective_from": ["policy.date"]}
    assert (stored(), facts()) == (before, [])
    set_policy_value(**given | {"effective_from": TODAY})
    assert policy_number(KEY, YESTERDAY) == 3


def test_a_value_of_the_past_is_corrected_and_logged(clerk):
    PolicyValue.objects.create(key=KEY, value=4, effective_from=YESTERDAY, source="办法")
    set_policy_value(key=KEY, value=5, effective_from=YESTERDAY, source="办法", by=clerk, at=NOW)
    assert stored() == [(KEY, 5, YESTERDAY, "办法")]
    assert facts() == [{"key": KEY, "before": 4, "after": 5, "effective_from": "2026-11-22"}]


def test_a_second_value_of_one_day_corrects_the_first(clerk):
    PolicyValue.objects.create(key="term.committee_years", value=4, effective_from=TODAY, source="旁")
    for value, source in ((2, "试行办法"), (4, "更正")):
        set_policy_value(key=KEY, value=value, effective_from=TODAY, source=source, by=clerk, at=NOW)
    assert stored() == [(KEY, 4, TODAY, "更正"), ("term.committee_years", 4, TODAY, "旁")]


@pytest.mark.parametrize(
    ("key", "value", "codes"),
    [
        ("term.unheard_of", 2, {"key": ["policy.key"]}),
        (KEY, 0, {"value": ["policy.value"]}),
        (KEY, 6, {"value": ["policy.value"]}),
        (KEY, True, {"value": ["policy.value"]}),
        (KEY, "3", {"value": ["policy.value"]}),
        (KEY, None, {"value": ["policy.value"]}),
        (KEY, 2.0, {"value": ["policy.value"]}),
    ],
)
def test_what_no_reader_takes_is_not_stored(clerk, key, value, codes):
    PolicyValue.objects.create(key=KEY, value=2, effective_from=TODAY, source="旁")
    given = {"key": key, "value": value, "effective_from": TODAY, "source": "试行"}
    assert refusal(**given, by=clerk, at=NOW) == codes
    assert stored() == [(KEY, 2, TODAY, "旁")]


@pytest.mark.parametrize("policy", POLICY_KEYS, ids=lambda policy: policy.key)
def test_every_number_has_a_title_a_unit_and_takes_its_bounds_and_its_default(policy):
    assert (bool(policy.title), bool(policy.unit or policy.words), bool(policy.source)) == (True, True, True)
    ends = (policy.min_value - 1, policy.min_value, policy.default, policy.max_value, policy.max_value + 1)
    assert [policy.takes(value) for value in ends] == [False, True, True, True, False]


def test_readers_pass_a_stored_value_out_of_bounds_over():
    for key in ("roster.former_post_years", "roster.secretary_age_limit", KEY):
        PolicyValue.objects.create(key=key, value=3000, effective_from=TODAY, source="命令行")
    assert roster_policy(TODAY) == RosterPolicy(former_post_years=2, secretary_age_limit=35, soon=6)
    assert term_policy(TODAY).branch == 3
