"""Where ``self_acts_later`` begins: a locked year with letters, uses and low ranks, one in 复核, and a 区综合考核.

Everybody in it who judges, or is judged, has two accounts; ``ahead`` takes what waits one step on.
"""

from dataclasses import dataclass

from appraisal.choices import Component, UsageKind
from appraisal.models import AppraisalCycle, FeedbackLetter, LowRankCase, Participant, ResultUsage, Seal
from appraisal.services.appeals import accept_appeal, file_appeal
from appraisal.services.district.objections import raise_objection
from appraisal.services.district.scoring import feed_back, start_scoring
from appraisal.services.handling import carry_out, follow_case
from appraisal.services.letters import draft_letters, review_letter
from appraisal.services.low_rank import consult_party, decide_case, entrust_case
from appraisal.services.publishing import publish_results
from appraisal.services.rolling import roll_up
from appraisal.services.sealing import ask_reopening, seal_year
from appraisal.services.usage import UsageWording, decide_usage, propose_usage
from orgs.models import Organisation, User
from tests.appraisal.cards import give_all
from tests.appraisal.conftest import NOON, account_of, fresh
from tests.appraisal.districts import current, issue, points_of, rate, score, step
from tests.appraisal.letters import act
from tests.appraisal.sealed_years import locked_year, prepare_year
from tests.appraisal.seals import MINUTES
from tests.appraisal.self_acts_later import DECISION, FACTS, SAID
from tests.factories import District, give_role, make_cadre, make_user


@dataclass(frozen=True)
class Hands:
    """Who does what before everybody tries everything; none of them is appraised, but for the two secretaries."""

    staff: User
    leader: User
    other: User
    keeper: User
    secretary: User
    deputy: User

    @property
    def everybody(self) -> tuple[User, ...]:
        """Give all of them."""
        return (self.staff, self.leader, self.other, self.keeper, self.secretary, self.deputy)


def begin(district: District, people, staff: User, leader: User) -> tuple[AppraisalCycle, Hands]:
    """Give the year in 复核, and who has taken it there. B and the official of the district rank last every year."""
    hands = _hands(district, people, staff, leader)
    more = [make_cadre(district.township_b, name=f"书记{number}") for number in range(7)]
    crew = [people["a"], *more, people["b"], people["top"]]
    locked_year(2024, staff, leader, crew)
    _sealed(rolled(2025, crew, hands, "decision"), hands)
    cycle = rolled(2026, crew, hands, "review")
    _reviewed(cycle, people, hands)
    _low_ranks(people, hands)
    _scoring(cycle, district, hands)
    _second_accounts(district, people, hands)
    return cycle, hands


def ahead(district: District, hands: Hands) -> None:
    """Take everything one step on: letters, the reopening, a use, a case, the 区综合考核."""
    for letter in FeedbackLetter.objects.filter(state="draft"):
        act(review_letter, letter, hands.other, at=NOON)
    ask_reopening(seal=Seal.objects.get(cycle__year=2025), reason="票数有误", by=hands.leader, at=NOON)
    usage = ResultUsage.objects.select_related("participant__cycle", "participant__cadre").get()
    decide_usage(usage=usage, version=usage.version, approved=True, by=hands.other, at=NOON)
    case = LowRankCase.objects.get(state="consulted")
    case = decide_case(case=case, version=case.version, decision=DECISION, by=hands.leader, at=NOON)
    carry_out(case=case, version=case.version, facts=FACTS, by=hands.keeper, at=NOON)
    case = fresh(case)
    follow_case(case=case, version=case.version, by=hands.keeper, at=NOON)
    units = (district.township_a, district.township_b)
    score(current(), hands.other, {(unit, place): (30_000, "次数不足") for unit in units for place in (1, 2)})
    step(feed_back, current(), hands.other)
    for unit, who in zip(units, (hands.secretary, hands.deputy), strict=True):
        raise_objection(points=points_of(current(), unit)[1], text="次数有误", by=who, at=NOON)


def rolled(year: int, crew, hands: Hands, state: str) -> AppraisalCycle:
    """Make a year in which each has less than the one before, roll it up, and put it into a state."""
    cycle = prepare_year(year, hands.staff, crew)
    for number, person in enumerate(Participant.objects.filter(cycle=cycle).select_related("group").order_by("pk")):
        give_all(person, hands.leader, hands.staff, mark=90_000 - 1_000 * number)
    AppraisalCycle.objects.filter(pk=cycle.pk).update(state="totalling")
    roll_up(cycle=fresh(cycle), by=None, at=NOON)
    AppraisalCycle.objects.filter(pk=cycle.pk).update(state=state)
    return fresh(cycle)


# ---- parts ---------------------------------------------------------------------------
def _hands(district: District, people, staff: User, leader: User) -> Hands:
    return Hands(
        staff,
        leader,
        empowered(make_user("district_staff", district.top), district),
        make_user("district_staff", district.top),
        account_of(people["a"], "township_secretary", district.township_a),
        make_user("township_secretary", district.township_b),
    )


def _sealed(cycle: AppraisalCycle, hands: Hands) -> None:
    """Lock a year, draft its letters, and use a result."""
    seal_year(cycle=cycle, minutes_number=MINUTES, by=hands.leader, at=NOON)
    AppraisalCycle.objects.filter(pk=cycle.pk).update(state="feedback")
    draft_letters(cycle=fresh(cycle), by=hands.staff, at=NOON)
    person = Participant.objects.filter(cycle=cycle).select_related("cycle", "cadre", "group").order_by("pk")[0]
    wording = UsageWording(UsageKind.TRAINING, "跟班", "1号")
    propose_usage(participant=person, wording=wording, by=hands.staff, at=NOON)


def _reviewed(cycle: AppraisalCycle, people, hands: Hands) -> None:
    """Make a year known, and let the three who have accounts object; two of it are accepted."""
    publish_results(cycle=cycle, version=cycle.version, by=hands.staff, at=NOON)
    asked = {"a": Component.LEADER_REVIEW, "b": Component.STAFF_SCORE, "top": None}
    for name, component in asked.items():
        person = Participant.objects.select_related("cycle", "cadre", "group").get(cycle=cycle, cadre=people[name])
        own = User.objects.filter(person_key=people[name].person_key).first()
        own = own or account_of(people[name], "township_secretary", person.organisation)
        row = file_appeal(participant=person, component=component, text="分数有误", by=own, at=NOON)
        if name != "a":
            accept_appeal(appeal=row, version=row.version, by=hands.other, at=NOON)


def _low_ranks(people, hands: Hands) -> None:
    """Entrust the two cases to the keeper, and let the one of the official be talked about with the party."""
    for case in LowRankCase.objects.with_person().order_by("pk"):
        kept = entrust_case(case=case, version=case.version, keeper=hands.keeper, by=hands.leader, at=NOON)
        if kept.participant.cadre == people["top"]:
            consult_party(case=kept, version=kept.version, said=SAID, by=hands.keeper, at=NOON)


def _scoring(cycle: AppraisalCycle, district: District, hands: Hands) -> None:
    """Take a 区综合考核 to 核分: A was rated by its secretary, B by a deputy."""
    row = issue(cycle, district, hands.staff)
    rate(row, district.township_a, hands.secretary, 38_000, 55_000)
    rate(row, district.township_b, hands.deputy, 35_000, 50_000)
    step(start_scoring, row, hands.staff)


def _second_accounts(district: District, people, hands: Hands) -> None:
    """Give everybody a second account that may do everything; the keeper becomes a leader by it afterwards."""
    for person in (people["a"], people["b"], people["top"], hands.staff, hands.leader, hands.other):
        empowered(second_account(person, "leader", district.top), district)
    second_account(hands.keeper, "leader", district.top)


def second_account(person, role: str, organisation: Organisation) -> User:
    """Give another account of a person, or of whoever holds an account."""
    user = make_user(role, organisation)
    User.objects.filter(pk=user.pk).update(person_key=person.person_key)
    return fresh(user)


def empowered(user: User, district: District) -> User:
    """Give an account every role of the appraisal."""
    for role in ("district_staff", "leader"):
        if not user.assignments.filter(role=role).exists():
            give_role(user, district.top, role)
    give_role(user, district.township_a, "party_committee")
    return user
