"""Elections and extensions: what they leave behind, and what is refused."""

from datetime import UTC, date, datetime

import pytest

from orgs.choices import ElectionKind, ExtensionState, OrganisationKind
from orgs.models import Organisation, PolicyValue, TermElection, TermExtension, User
from orgs.reports import may_approve_extension
from orgs.services import (
    Approval,
    ElectionFacts,
    approve_extension,
    close_organisation,
    correct_election,
    correct_organisation,
    file_extension,
    record_election,
    record_party_approval,
    set_policy_value,
    withdraw_extension,
)
from tests.factories import FOUNDED, NOW, TODAY, District, elect, give_role, make_organisation, make_user
from tests.orgs.trees import events, fresh, refusal

pytestmark = pytest.mark.django_db
RENEWAL, BY_ELECTION = ElectionKind.RENEWAL, ElectionKind.BY_ELECTION
ELECTED = date(2023, 9, 1)  # of a branch: until 2026-09-01
ENDS_ON, LIMIT = date(2026, 9, 1), date(2027, 3, 1)
PARTY, LEAGUE = Approval("青禾党发〔2026〕8号", date(2026, 9, 10)), Approval("团青〔2026〕3号", date(2026, 9, 20))


@pytest.fixture
def superior(district: District) -> User:
    return make_user("township_secretary", district.township_a)


@pytest.fixture
def village(district: District) -> Organisation:
    return elect(district.village_a1, ELECTED)


def term(unit: Organisation) -> tuple:
    unit = fresh(unit)
    return unit.elected_on, unit.term_years, unit.term_ends_on, unit.extended_to


def elections(unit: Organisation) -> list[tuple]:
    rows = TermElection.objects.filter(organisation=unit).order_by("held_on")
    return list(rows.values_list("kind", "held_on", "ends_on"))


def everything() -> list:
    """Read all that an election or an extension may change."""
    units = Organisation.objects.order_by("pk").values_list(
        "pk", "elected_on", "term_ends_on", "extended_to", "version"
    )
    return [
        list(units),
        list(TermElection.objects.order_by("pk").values_list()),
        list(TermExtension.objects.order_by("pk").values_list()),
    ]


def file(unit: Organisation, by: User, *, to: date = date(2026, 12, 31), party: Approval | None = PARTY):
    return file_extension(organisation=unit, extended_to=to, reason="换届人选尚在考察", party=party, by=by, at=NOW)


# ---- elections -----------------------------------------------------------------
def test_an_election_begins_a_term_and_keeps_the_one_before(district, clerk, village):
    other = term(district.village_a2)
    facts = ElectionFacts(RENEWAL, date(2026, 9, 5), number="团青〔2026〕1号")
    saved = record_election(organisation=village, facts=facts, by=clerk, at=NOW)
    assert term(village) == (date(2026, 9, 5), None, date(2029, 9, 5), None)
    assert elections(village) == [("renewal", ELECTED, ENDS_ON), ("renewal", date(2026, 9, 5), date(2029, 9, 5))]
    assert (saved.number, saved.version) == ("团青〔2026〕1号", 1)
    assert events("term.elect")[-1] == (f"orgs.Organisation:{village.pk}", village.lineage)
    newest = fresh(village).history.latest("history_date")
    assert (newest.elected_on, newest.history_user) == (date(2026, 9, 5), clerk)
    assert term(district.village_a2) == other


def test_a_by_election_leaves_the_term_alone(village, clerk):
    before = term(village)
    record_election(organisation=village, facts=ElectionFacts(BY_ELECTION, date(2025, 3, 1)), by=clerk, at=NOW)
    assert term(village) == before
    assert elections(village)[-1] == ("by_election", date(2025, 3, 1), None)


def test_a_committee_chooses_how_long_its_term_is(district, clerk):
    facts = ElectionFacts(RENEWAL, date(2026, 9, 5), term_years=3)
    record_election(organisation=district.township_b, facts=facts, by=clerk, at=NOW)
    assert term(district.township_b) == (date(2026, 9, 5), 3, date(2029, 9, 5), None)


def test_a_student_branch_is_elected_every_year(district, clerk):
    Organisation.objects.filter(pk=district.village_a1.pk).update(is_student=True)
    assert elect(district.village_a1, date(2026, 9, 1)).term_ends_on == date(2027, 9, 1)


@pytest.mark.parametrize(
    ("unit", "facts", "codes"),
    [
        ("township_a", ElectionFacts(RENEWAL, TODAY), ["org.term"]),
        ("township_a", ElectionFacts(BY_ELECTION, TODAY), ["org.term"]),
        ("village_a1", ElectionFacts(RENEWAL, date(2026, 11, 24)), ["election.future"]),
        ("village_a1", ElectionFacts(BY_ELECTION, date(2026, 11, 24)), ["election.future"]),
        ("village_a1", ElectionFacts(RENEWAL, ELECTED), ["election.order"]),
        ("village_a1", ElectionFacts(BY_ELECTION, date(2023, 8, 1)), ["election.order"]),
        ("village_a1", ElectionFacts(BY_ELECTION, ELECTED), ["election.twice"]),
        ("village_a1", ElectionFacts(RENEWAL, TODAY, term_years=5), ["election.years"]),
        ("township_b", ElectionFacts(RENEWAL, TODAY, term_years=2), ["election.years"]),
    ],
)
def test_an_election_that_cannot_be_is_refused(district, clerk, village, unit, facts, codes):
    before = everything()
    assert refusal(record_election, organisation=getattr(district, unit), facts=facts, by=clerk, at=NOW) == codes
    assert everything() == before


def test_a_temporary_unit_and_one_off_the_register_elect_nobody(district, clerk):
    camp = make_organisation(
        "返乡大学生临时团支部", district.township_a, OrganisationKind.BRANCH, "unit", is_temporary=True
    )
    close_organisation(organisation=district.village_a2, on=TODAY, by=clerk, at=NOW)
    shared = {"facts": ElectionFacts(RENEWAL, TODAY), "by": clerk, "at": NOW}
    assert refusal(record_election, organisation=camp, **shared) == ["org.term"]
    assert refusal(record_election, organisation=district.village_a2, **shared) == ["org.state"]


def test_a_kind_that_is_corrected_takes_its_term_along(district, village, clerk):
    def correct(**values: object) -> Organisation:
        unit = fresh(village)
        return correct_organisation(organisation=unit, version=unit.version, values=values, by=clerk, at=NOW)

    correct(is_student=True)
    assert term(village) == (ELECTED, None, date(2024, 9, 1), None)
    assert elections(village) == [("renewal", ELECTED, date(2024, 9, 1))]
    correct(is_student=False, kind=OrganisationKind.COMMITTEE)
    assert term(village)[2] == date(2028, 9, 1)
    assert refusal(correct, is_temporary=True) == ["org.term"]
    Organisation.objects.filter(pk=village.pk).update(is_temporary=True)  # marked before terms were kept
    assert correct(member_count=12).member_count == 12


def test_a_wrong_day_is_corrected(village, clerk):
    first = village.elections.get()
    second = record_election(organisation=village, facts=ElectionFacts(RENEWAL, date(2026, 9, 5)), by=clerk, at=NOW)
    shared = {"by": clerk, "at": NOW}
    facts = ElectionFacts(RENEWAL, date(2026, 9, 6), number="1号")
    correct_election(election=second, version=1, facts=facts, **shared)
    assert term(village) == (date(2026, 9, 6), None, date(2029, 9, 6), None)
    correct_election(election=first, version=1, facts=ElectionFacts(BY_ELECTION, date(2023, 9, 2)), **shared)
    assert elections(village) == [
        ("renewal", date(2023, 9, 2), date(2026, 9, 2)),
        ("renewal", date(2026, 9, 6), date(2029, 9, 6)),
    ]
    assert len(events("term.correct")) == 2
    before = everything()
    later, stale = ElectionFacts(RENEWAL, date(2026, 9, 6)), ElectionFacts(RENEWAL, date(2023, 9, 3))
    assert refusal(correct_election, election=first, version=2, facts=later, **shared) == ["election.order"]
    assert refusal(correct_election, election=first, version=1, facts=stale, **shared) == ["row.stale"]
    assert everything() == before


def test_a_unit_is_founded_with_its_first_election(district):
    unit = make_organisation(
        "新村团支部", district.township_b, OrganisationKind.BRANCH, "village", elected_on=date(2025, 5, 4)
    )
    assert term(unit) == (date(2025, 5, 4), None, date(2028, 5, 4), None)
    assert elections(unit) == [("renewal", date(2025, 5, 4), date(2028, 5, 4))]
    assert elections(district.village_b1) == []


# ---- the rule of the day -----------------------------------------------------------
def test_a_term_is_as_long_as_the_rule_of_its_election_says(district, clerk, village):
    staff = make_user("district_staff", district.top)
    soon = datetime(2027, 2, 1, 2, 0, tzinfo=UTC)
    set_policy_value(
        key="term.branch_years", value=2, effective_from=date(2027, 1, 1), source="新条例", by=staff, at=NOW
    )
    assert term(village)[2] == ENDS_ON
    record_election(organisation=village, facts=ElectionFacts(RENEWAL, date(2026, 12, 31)), by=clerk, at=soon)
    assert term(village)[2] == date(2029, 12, 31)
    record_election(organisation=district.village_a2, facts=ElectionFacts(RENEWAL, date(2027, 1, 1)), by=clerk, at=soon)
    assert term(district.village_a2)[2] == date(2029, 1, 1)


def test_a_rule_that_is_corrected_moves_the_ends_of_its_terms(district, clerk, village):
    chosen = elect(district.township_b, date(2024, 1, 1), years=3)
    PolicyValue.objects.create(key="term.branch_years", value=3, effective_from=FOUNDED, source="测试")
    before = term(chosen)
    set_policy_value(key="term.branch_years", value=2, effective_from=FOUNDED, source="更正", by=clerk, at=NOW)
    assert term(village) == (ELECTED, None, date(2025, 9, 1), None)
    assert elections(village) == [("renewal", ELECTED, date(2025, 9, 1))]
    assert term(chosen) == before


# ---- extensions ----------------------------------------------------------------
def test_an_extension_needs_both_approvals(village, secretary, superior):
    extension = file(village, secretary, party=None)
    approval = {"extension": extension, "league": LEAGUE, "by": superior, "at": NOW}
    assert (term(village)[3], refusal(approve_extension, **approval)) == (None, ["extension.party"])
    record_party_approval(extension=extension, party=PARTY, by=secretary, at=NOW)
    assert term(village)[3] is None
    approved = approve_extension(**approval)
    assert term(village) == (ELECTED, None, ENDS_ON, date(2026, 12, 31))
    assert (approved.state, approved.party_number, approved.league_on) == ("approved", PARTY.number, LEAGUE.given_on)
    assert approved.approved_by == superior
    about = (f"orgs.Organisation:{village.pk}", village.lineage)
    assert [events(f"extension.{act}") for act in ("file", "party", "approve")] == [[about]] * 3


def test_nobody_approves_what_is_ones_own(district, village, secretary, superior):
    extension = file(village, secretary)
    twin = make_user("district_staff", district.top)
    User.objects.filter(pk=twin.pk).update(person_key=secretary.person_key)
    twin.refresh_from_db()
    before = everything()
    for account in (secretary, twin):
        assert refusal(approve_extension, extension=extension, league=LEAGUE, by=account, at=NOW) == ["extension.self"]
    assert everything() == before


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (ENDS_ON, ["extension.date"]),
        (date(2026, 9, 2), None),
        (LIMIT, None),
        (date(2027, 3, 2), ["extension.limit"]),
    ],
)
def test_a_branch_is_extended_for_six_months_from_the_end_of_its_term(village, secretary, to, code):
    if code is None:
        assert file(village, secretary, to=to).extended_to == to
    else:
        assert refusal(file, unit=village, by=secretary, to=to) == code
        assert TermExtension.objects.count() == 0


def test_a_committee_is_extended_for_a_year(district, secretary):
    unit = elect(district.township_b, date(2021, 9, 1))
    assert refusal(file, unit=unit, by=secretary, to=date(2027, 9, 2)) == ["extension.limit"]
    assert file(unit, secretary, to=date(2027, 9, 1)).ends_on == ENDS_ON


def test_an_extension_that_cannot_be_is_refused(district, village, secretary, superior):
    tomorrow = Approval("1号", date(2026, 11, 24))
    assert refusal(file, unit=district.township_a, by=secretary) == ["org.term"]
    assert refusal(file, unit=district.village_a2, by=secretary) == ["extension.unknown"]
    assert refusal(file, unit=village, by=secretary, party=tomorrow) == ["extension.approval"]
    extension = file(village, secretary)
    before = everything()
    assert refusal(file, unit=village, by=secretary) == ["extension.open"]
    shared = {"extension": extension, "by": superior, "at": NOW}
    assert refusal(record_party_approval, party=tomorrow, **shared) == ["extension.approval"]
    assert refusal(approve_extension, league=tomorrow, **shared) == ["extension.approval"]
    assert everything() == before


def test_an_extension_is_taken_back(village, secretary, superior):
    first = file(village, secretary)
    withdraw_extension(extension=first, by=secretary, at=NOW)
    second = file(village, secretary, to=date(2026, 11, 30))
    approve_extension(extension=second, league=LEAGUE, by=superior, at=NOW)
    assert term(village)[3] == date(2026, 11, 30)
    withdraw_extension(extension=second, by=superior, at=NOW)
    assert term(village)[3] is None
    states = TermExtension.objects.order_by("pk").values_list("state", "closed_on")
    assert list(states) == [(ExtensionState.WITHDRAWN, TODAY)] * 2
    before = everything()
    shared = {"extension": second, "by": superior, "at": NOW}
    assert refusal(withdraw_extension, **shared) == ["extension.state"]
    assert refusal(approve_extension, league=LEAGUE, **shared) == ["extension.state"]
    assert refusal(record_party_approval, party=PARTY, **shared) == ["extension.state"]
    assert everything() == before


def test_a_new_election_ends_an_extension(district, village, secretary, superior, clerk):
    approve_extension(extension=file(village, secretary), league=LEAGUE, by=superior, at=NOW)
    beside = elect(district.village_a2, ELECTED)
    waiting = file(beside, secretary)
    record_election(organisation=village, facts=ElectionFacts(BY_ELECTION, date(2026, 10, 1)), by=clerk, at=NOW)
    assert term(village)[3] == date(2026, 12, 31)
    record_election(organisation=village, facts=ElectionFacts(RENEWAL, date(2026, 11, 1)), by=clerk, at=NOW)
    assert term(village) == (date(2026, 11, 1), None, date(2029, 11, 1), None)
    assert list(village.extensions.values_list("state", "closed_on")) == [("ended", date(2026, 11, 1))]
    assert TermExtension.objects.get(pk=waiting.pk).state == "filed"


def test_a_role_alone_makes_nobody_the_superior(district, village):
    own = make_user("village_secretary", district.village_a1)
    foreign = make_user("township_secretary", district.township_b)
    above = make_user("district_staff", district.top)
    asked = [may_approve_extension(one, village) for one in (own, foreign, above)]
    assert asked == [False, False, True]
    township = make_user("township_secretary", district.township_b)
    give_role(township, district.village_b1, "village_secretary")
    assert not may_approve_extension(township, district.township_b)
    assert may_approve_extension(township, district.village_b1)
    assert may_approve_extension(above, district.top)
