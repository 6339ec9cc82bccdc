"""A locked year in 反馈 with its letters, and letters taken to a state by those who do each step."""

from datetime import UTC, date, datetime

from appraisal.choices import LetterState
from appraisal.models import AppraisalCycle, FeedbackLetter
from appraisal.services.letter_delivery import Receipt, acknowledge_letter, deliver_letter
from appraisal.services.letters import draft_letters, review_letter, sign_letter
from cadres.models import Appointment
from tests.appraisal.conftest import fresh
from tests.factories import make_user

SENT = datetime(2027, 1, 20, 4, tzinfo=UTC)
DAY = date(2027, 1, 20)
RECEIPT = Receipt("陈一", DAY, "同意")


def feeding_back(cycle):
    """Put a locked year into 反馈."""
    AppraisalCycle.objects.filter(pk=cycle.pk).update(state="feedback")
    return fresh(cycle)


def again(letter):
    """Read a letter again."""
    return FeedbackLetter.objects.with_all().get(pk=letter.pk)


def drafted(cycle, by, at=SENT):
    """Draft all letters of a year; gives them by unit, the summary under the district."""
    draft_letters(cycle=cycle, by=by, at=at)
    standing = FeedbackLetter.objects.standing().with_all().filter(cycle=cycle)
    return {one.organisation.short_name or one.organisation.name: one for one in standing}


def act(service, letter, by, at=SENT, **more):
    """Take a step at the version that stands."""
    row = again(letter)
    return service(letter=row, version=row.version, by=by, at=at, **more)


def take(letter, state, hands, at=SENT):
    """Take a draft to a state: ``reviewer`` reviews, ``leader`` signs, ``staff`` delivers, ``party`` confirms."""
    steps = {
        LetterState.DRAFT: (review_letter, "reviewer", {}),
        LetterState.REVIEWED: (sign_letter, "leader", {}),
        LetterState.SIGNED: (deliver_letter, "staff", {"way": "portal", "day": DAY}),
        LetterState.DELIVERED: (acknowledge_letter, "party", {"receipt": RECEIPT}),
    }
    while (now := again(letter)).state != state:
        service, who, more = steps[LetterState(now.state)]
        act(service, now, hands[who], at, **more)
    return now


def named(letter):
    """Give whom a letter names: name, post, whether it is a copy."""
    rows = letter.people.select_related("card__participant__cadre").order_by("is_copy", "pk")
    return [(one.card.participant.cadre.name, one.post, one.is_copy) for one in rows]


def desk(district, staff, leader):
    """Give who takes the steps of the letters to A: staff, reviewer, leader, party; department for the summary."""
    return {
        "staff": staff,
        "reviewer": make_user("district_staff", district.top),
        "leader": leader,
        "party": make_user("party_committee", district.township_a),
        "department": make_user("org_department", district.top),
    }


def move(cadre, to, day):
    """Let somebody move to another unit on a day, past the services."""
    Appointment.objects.filter(cadre=cadre, ended_on=None).update(ended_on=day, end_reason="transfer", is_main=False)
    old = cadre.appointments.get(ended_on=day)
    return Appointment.objects.create(
        cadre=cadre,
        organisation=to,
        league_post=old.league_post,
        employment_mode=old.employment_mode,
        appointed_on=day,
        is_main=True,
    )
