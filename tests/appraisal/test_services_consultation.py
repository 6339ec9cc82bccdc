"""意见征集 by a shared code: answered by anybody, shown from five on, never counted; and 筛查 of what was written."""

import pytest
from django.core.exceptions import ValidationError

from appraisal.models import BallotBox, BallotComment, BallotTally, ResultSheet, Scorecard, VotingCode, YouthBallot
from appraisal.reports.voting import answers_of, comments_of, passed, turnout_of
from appraisal.services import balloting
from appraisal.services.balloting import close_box, take_answer
from appraisal.services.rolling import roll_up
from appraisal.services.screening import Verdict, screen_comments
from appraisal.services.voting import issue_codes, issue_shared_code, open_box
from tests.appraisal.conftest import NOON, account_of, fresh, person, refused, take_to
from tests.appraisal.links import party_pool, prepared_link
from tests.appraisal.votes import cast, opened_box, youth_pool
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
ALL = {1: 1, 2: 1, 3: 2, 4: 4}


@pytest.fixture
def evaluation(cycle, staff):
    return take_to(cycle, "evaluation", staff)


@pytest.fixture
def a(evaluation, people):
    return person(evaluation, people["a"])


@pytest.fixture
def box(evaluation, people, staff, a):
    """Open a consultation about people of two groups."""
    box = prepared_link(staff, a, person(evaluation, people["b"]), mode="consultation", pool_id=None)
    box = issue_shared_code(box=box, version=1, by=staff, at=NOON)
    return open_box(box=box, version=box.version, by=staff, at=NOON)


def close(box, by):
    row = fresh(box)
    return close_box(box=row, version=row.version, by=by, at=NOON)


def test_a_shared_code_is_answered_again_and_again(box):
    for _ in range(3):
        cast(box.shared_code, ALL, "意见")
    assert [one.choices for one in YouthBallot.objects.all()] == [{str(key): one for key, one in ALL.items()}] * 3
    assert (BallotComment.objects.count(), VotingCode.objects.get().is_used) == (3, False)
    assert (turnout_of(box).used, answers_of(box)) == (3, [])


@pytest.mark.parametrize(
    ("answers", "comment", "found"),
    [({**ALL, 1: 4}, "", "vote.answers"), ({1: 1}, "", "vote.answers"), (ALL, "字" * 301, "vote.comment")],
)
def test_an_answer_that_is_not_whole_is_refused(box, answers, comment, found):
    assert refused(lambda: cast(box.shared_code, answers, comment)) == found
    assert (YouthBallot.objects.count(), BallotComment.objects.count()) == (0, 0)


def test_a_consultation_takes_no_more_than_a_pool_could(box, monkeypatch):
    monkeypatch.setattr(balloting, "MOST_VOTES", 2)
    for _ in range(2):
        cast(box.shared_code, ALL)
    assert refused(lambda: cast(box.shared_code, ALL)) == "vote.full"
    assert YouthBallot.objects.count() == 2


@pytest.mark.parametrize(("answers", "shown"), [(4, False), (5, True)])
def test_answers_are_shown_from_five_on_and_never_before_the_end(box, staff, answers, shown):
    for _ in range(answers):
        cast(box.shared_code, ALL, "意见")
    assert (answers_of(fresh(box)), comments_of(fresh(box))) == ([], [])
    box = close(box, staff)
    told = answers_of(box)
    assert [one.counts[0] for one in told] == ([("认识", 5), ("满意", 5), ("满意", 0), ("满意", 0)] if shown else [])
    assert len(comments_of(box)) == (5 if shown else 0)
    assert box.ballots_count == answers


def test_a_consultation_weighs_nothing(box, evaluation, staff, a):
    """Whatever people answer, no count and no score comes of it, and no pool can be put behind it."""
    for _ in range(20):
        cast(box.shared_code, ALL)
    roll_up(cycle=evaluation, by=staff, at=NOON)
    before = list(Scorecard.objects.order_by("pk").values())
    close(box, staff)
    roll_up(cycle=evaluation, by=staff, at=NOON)
    assert list(Scorecard.objects.order_by("pk").values()) == before
    assert not BallotTally.objects.exists()
    assert not ResultSheet.objects.exists()
    told = {"mode": "consultation"}
    for pool in (party_pool(a), youth_pool(a)):
        assert refused(lambda pool=pool: prepared_link(staff, a, pool_id=pool.pk, **told)) == "box.mode"
    for mode in ("codes", "named", "counted"):
        assert refused(lambda mode=mode: prepared_link(staff, a, pool_id=None, mode=mode)) == "box.mode"
    assert BallotBox.objects.count() == 1


def test_a_consultation_stands_beside_a_vote_about_the_same_people(box, evaluation, staff, a):
    voting, codes = opened_box(evaluation, staff, a)
    second = prepared_link(staff, a, mode="consultation", pool_id=None)
    told = {"version": 1, "by": staff, "at": NOON}
    assert refused(lambda: issue_codes(box=second, count=12, **told)) == "box.other_mode"
    cast(codes[0], {a.pk: 1})
    assert (turnout_of(voting).used, turnout_of(box).used) == (1, 0)


def test_the_seal_of_a_consultation_is_that_of_its_code(box):
    [facts] = AuditEvent.objects.filter(action="ballot.seal").values_list("facts", flat=True)
    assert facts == {"issued": 1, "code_digest": box.codes_digest}


def test_answers_from_one_address_are_limited(db):
    taken = [take_answer(address="203.0.113.9", at=NOON) for _ in range(31)]
    assert taken == [True] * 30 + [False]
    assert take_answer(address="203.0.113.10", at=NOON)


# ---- 筛查 ---------------------------------------------------------------------------------------------
@pytest.fixture
def spoken(evaluation, staff, a):
    """Give a vote by code that is over, with three comments."""
    box, codes = opened_box(evaluation, staff, a)
    for number, code in enumerate(codes):
        cast(code, {a.pk: 1}, f"第 {number} 条" if number < 3 else "")
    return close(box, staff)


def screen(box, by, verdicts):
    return screen_comments(box=box, version=fresh(box).version, verdicts=verdicts, by=by, at=NOON)


def test_leaders_read_what_was_passed(spoken, staff):
    rows = comments_of(spoken)
    assert passed(rows) == []
    verdicts = {
        rows[0].pk: Verdict("passed"),
        rows[1].pk: Verdict("withheld", "写了姓名"),
        rows[2].pk: Verdict("waiting"),
    }
    screen(spoken, staff, verdicts)
    rows = comments_of(spoken)
    assert passed(rows) == [rows[0].text]
    assert [(one.screening, one.reason) for one in rows] == [("passed", ""), ("withheld", "写了姓名"), ("waiting", "")]
    screen(spoken, staff, {rows[1].pk: Verdict("passed")})
    assert len(passed(comments_of(spoken))) == 2
    events = AuditEvent.objects.filter(action="ballot.screen").order_by("pk").values_list("facts", flat=True)
    assert list(events) == [{"passed": 1, "withheld": 1}, {"passed": 1, "withheld": 0}]


def test_a_verdict_without_reason_changes_nothing(spoken, staff):
    rows = comments_of(spoken)
    with pytest.raises(ValidationError) as caught:
        screen(spoken, staff, {rows[0].pk: Verdict("passed"), rows[1].pk: Verdict("withheld")})
    assert [one.code for one in caught.value.error_dict[f"reason-{rows[1].pk}"]] == ["screening.reason"]
    assert passed(comments_of(spoken)) == []


def test_who_screens_keeps_the_year_and_is_not_beside_those_spoken_of(spoken, staff, leader, people, district):
    rows = comments_of(spoken)
    verdicts = {rows[0].pk: Verdict("passed")}
    own = account_of(people["a"], "district_staff", district.top)
    assert refused(lambda: screen(spoken, leader, verdicts)) == "appraisal.scope"
    assert refused(lambda: screen(spoken, own, verdicts)) == "appraisal.self"
    told = {"verdicts": verdicts, "by": staff, "at": NOON}
    assert refused(lambda: screen_comments(box=spoken, version=1, **told)) == "row.stale"
    assert passed(comments_of(spoken)) == []


def test_comments_of_another_or_of_an_open_box_are_not_screened(spoken, box, staff):
    cast(box.shared_code, ALL, "还在征集")
    key = box.comments.get().pk
    for where in (spoken, box):
        assert refused(lambda where=where: screen(where, staff, {key: Verdict("passed")})) == "screening.comment"
    assert box.comments.get().screening == "waiting"


def test_comments_of_a_year_put_away_stay_as_they_are(spoken, staff):
    rows = comments_of(spoken)
    type(spoken.cycle).objects.update(state="archived")
    assert refused(lambda: screen(spoken, staff, {rows[0].pk: Verdict("passed")})) == "cycle.state"
