"""A box until it is opened: who may keep it, about whom it is, codes made once and sealed."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from appraisal.models import BallotBox, BoxPerson, VotingCode
from appraisal.reports.voting import CODE_PURPOSE
from appraisal.services.balloting import close_box, void_box
from appraisal.services.cycles import advance_cycle
from appraisal.services.results import Results, TallyEntry, enter_results
from appraisal.services.voting import issue_codes, open_box
from tests.appraisal.conftest import NOON, account_of, fresh, person, refused, take_to
from tests.appraisal.votes import cast, opened_box, plan_about, prepared_box, youth_pool
from tests.factories import make_cadre, make_user
from youthleague.audit.models import AuditEvent
from youthleague.protection.seal import signatures_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation(cycle, staff):
    return take_to(cycle, "evaluation", staff)


@pytest.fixture
def a(evaluation, people):
    return person(evaluation, people["a"])


@pytest.fixture
def b(evaluation, people):
    return person(evaluation, people["b"])


@pytest.fixture
def box(evaluation, staff, a):
    return prepared_box(evaluation, staff, a)


def act(service, box, by, **more):
    row = fresh(box)
    return service(box=row, version=row.version, by=by, at=NOON, **more)


def events():
    rows = AuditEvent.objects.filter(action__startswith="ballot.").order_by("seq")
    return [(row.action, row.subject, row.facts) for row in rows]


# ---- drawing up -----------------------------------------------------------------------
def test_a_box_is_drawn_up_about_people_of_one_group(box, a):
    assert (box.state, box.title, box.codes_count, box.version) == ("draft", "甲街道青年议", 0, 1)
    assert list(BoxPerson.objects.values_list("box", "participant", "position")) == [(box.pk, a.pk, 1)]
    assert events() == [("ballot.prepare", f"appraisal.BallotBox:{box.pk}", {"people": 1})]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"title": "  "}, "box.title"),
        ({"closes_on": date(2026, 11, 24), "opens_on": date(2026, 11, 20)}, "box.days"),
        ({"people": []}, "box.people"),
        ({"people": [10**9]}, "appraisal.scope"),
        ({"pool_id": 0}, "result.pool"),
    ],
)
def test_what_makes_no_box_is_refused(evaluation, staff, a, changes, found):
    assert refused(lambda: prepared_box(evaluation, staff, a, **changes)) == found
    assert not BallotBox.objects.exists()


def test_a_box_is_of_a_pool_that_votes_and_of_the_group_of_its_people(evaluation, staff, a, b):
    judges = youth_pool(a, "judges").pk
    assert refused(lambda: prepared_box(evaluation, staff, a, pool_id=judges)) == "result.pool"
    assert refused(lambda: prepared_box(evaluation, staff, a, pool_id=youth_pool(b).pk)) == "box.people"
    assert prepared_box(evaluation, staff, a, pool_id=youth_pool(a, "a").pk).pool.ballot_class == "a"


def test_somebody_is_in_one_box_of_a_pool(evaluation, staff, a, box):
    assert refused(lambda: prepared_box(evaluation, staff, a)) == "box.person"
    act(void_box, box, staff)
    assert prepared_box(evaluation, staff, a).pk != box.pk


def test_nobody_keeps_a_box_about_themselves(evaluation, people, district, staff):
    top = person(evaluation, people["top"])
    self_ = account_of(people["top"], "district_staff", district.top)
    assert refused(lambda: prepared_box(evaluation, self_, top)) == "appraisal.self"
    box = prepared_box(evaluation, staff, top)
    for service, more in [(issue_codes, {"count": 12}), (void_box, {})]:
        assert refused(lambda service=service, more=more: act(service, box, self_, **more)) == "appraisal.self"
    assert fresh(box).state == "draft"


def test_boxes_are_kept_by_the_district_in_the_time_of_votes(evaluation, staff, leader, a, box, district):
    for stranger in (leader, make_user("district_staff", district.township_a)):
        assert refused(lambda who=stranger: prepared_box(evaluation, who, a)) == "appraisal.scope"
        assert refused(lambda who=stranger: act(issue_codes, box, who, count=12)) == "appraisal.scope"
    type(evaluation).objects.update(state="daily")
    assert refused(lambda: prepared_box(evaluation, staff, a)) == "cycle.state"
    assert refused(lambda: act(issue_codes, box, staff, count=12)) == "cycle.state"
    type(evaluation).objects.update(state="materials")
    act(issue_codes, box, staff, count=12)
    assert refused(lambda: act(open_box, box, staff)) == "cycle.state"


# ---- codes ------------------------------------------------------------------------------
def test_codes_are_given_once_and_only_their_signatures_stay(box, staff):
    codes = act(issue_codes, box, staff, count=40)
    assert len(set(codes)) == 40
    box = fresh(box)
    assert (box.state, box.codes_count, len(box.codes_digest)) == ("sealed", 40, 64)
    stored = list(VotingCode.objects.order_by("pk").values_list("mark", "is_used"))
    assert len(stored) == 40
    assert not any(code in mark for mark, _used in stored for code in codes)
    assert {used for _mark, used in stored} == {False}
    assert events()[-1][2] == {"issued": 40, "code_digest": box.codes_digest}
    assert not any(code in str(facts) for _a, _s, facts in events() for code in codes)
    assert refused(lambda: act(issue_codes, box, staff, count=40)) == "box.state"


def test_codes_are_not_stored_in_the_order_in_which_they_are_printed(box, staff):
    codes = act(issue_codes, box, staff, count=60)
    box = fresh(box)
    act(open_box, box, staff)
    stored = list(VotingCode.objects.values_list("pk", flat=True))
    first = VotingCode.objects.get(pk__in=_signatures(codes[0])).pk
    assert stored == sorted(stored)
    assert {stored.index(VotingCode.objects.get(pk__in=_signatures(one)).pk) for one in codes} == set(range(60))
    assert [stored.index(VotingCode.objects.get(pk__in=_signatures(one)).pk) for one in codes] != list(range(60))
    assert first in stored


def _signatures(code):
    return signatures_of(code, purpose=CODE_PURPOSE)


@pytest.mark.parametrize("count", [0, 9, 1_501])
def test_too_few_or_too_many_codes_are_refused(box, staff, count):
    assert refused(lambda: act(issue_codes, box, staff, count=count)) == "box.codes"
    assert (fresh(box).state, VotingCode.objects.count()) == ("draft", 0)


def test_a_code_more_than_was_sealed_keeps_the_box_shut(box, staff):
    act(issue_codes, box, staff, count=12)
    extra = VotingCode.objects.create(box=box, mark="k1:" + "0" * 64)
    assert refused(lambda: act(open_box, box, staff)) == "box.sealed"
    assert fresh(box).state == "sealed"
    extra.delete()
    assert act(open_box, box, staff).state == "open"


def test_a_code_exchanged_after_the_opening_keeps_the_vote_from_being_counted(evaluation, staff, a):
    box, _codes = opened_box(evaluation, staff, a)
    VotingCode.objects.filter(pk=VotingCode.objects.first().pk).delete()
    VotingCode.objects.create(box=box, mark="k1:" + "0" * 64)
    assert refused(lambda: act(close_box, box, staff)) == "box.sealed"
    assert fresh(box).state == "open"


# ---- steps ------------------------------------------------------------------------------
def test_steps_follow_one_another(box, staff):
    assert refused(lambda: act(open_box, box, staff)) == "box.state"
    assert refused(lambda: act(close_box, box, staff)) == "box.state"
    act(issue_codes, box, staff, count=12)
    assert refused(lambda: act(close_box, box, staff)) == "box.state"
    act(open_box, box, staff)
    assert refused(lambda: act(open_box, box, staff)) == "box.state"
    assert [one[0] for one in events()] == ["ballot.prepare", "ballot.seal", "ballot.open"]


def test_a_step_on_what_somebody_else_changed_is_refused(box, staff):
    act(issue_codes, box, staff, count=12)
    assert refused(lambda: open_box(box=box, version=1, by=staff, at=NOON)) == "row.stale"


def test_a_box_is_not_opened_after_its_last_day(box, staff):
    act(issue_codes, box, staff, count=12)
    late = NOON.replace(month=12, day=6)
    row = fresh(box)
    assert refused(lambda: open_box(box=row, version=row.version, by=staff, at=late)) == "box.days"


def test_a_void_box_keeps_nothing_of_the_vote(evaluation, staff, a):
    box, codes = opened_box(evaluation, staff, a)
    cast(codes[0], {a.pk: 1}, "意见")
    box = act(void_box, box, staff)
    assert (box.state, box.codes.count(), box.ballots.count(), box.comments.count()) == ("void", 0, 0, 0)
    assert events()[-1][2] == {"ballots": 1}
    assert refused(lambda: cast(codes[1], {a.pk: 1})) == "vote.code"
    assert refused(lambda: act(void_box, box, staff)) == "box.state"


# ---- what else the year keeps to -----------------------------------------------------------
def test_the_year_waits_for_boxes_that_take_votes(evaluation, staff, a):
    box, _codes = opened_box(evaluation, staff, a)
    move = {"action": "total", "by": staff, "at": NOON}
    assert refused(lambda: advance_cycle(cycle=evaluation, version=evaluation.version, **move)) == "cycle.voting"
    act(void_box, box, staff)
    assert refused(lambda: advance_cycle(cycle=evaluation, version=evaluation.version, **move)) == "cycle.results"


def test_what_a_box_counts_is_not_entered_by_hand(evaluation, staff, a, b, box):
    def enter(who):
        entry = TallyEntry(who.pk, youth_pool(who).pk, {1: 20})
        return enter_results(cycle=evaluation, results=Results(tallies=[entry]), by=staff, at=NOON)

    with pytest.raises(ValidationError) as caught:
        enter(a)
    assert [one.code for one in caught.value.error_dict[f"tally-{a.pk}-{youth_pool(a).pk}"]] == ["result.voted"]
    assert enter(b) == 1
    act(void_box, box, staff)
    assert enter(a) == 1


def test_a_plan_names_people_once(evaluation, staff, a):
    plan = plan_about(a, people=[a.pk, a.pk])
    assert prepared_box(evaluation, staff, a, people=plan.people).people.count() == 1


def test_nobody_keeps_a_box_about_peers(evaluation, people, district, staff):
    other = make_cadre(district.top, name="己", league_post="staff")
    top = person(evaluation, people["top"])
    row = fresh(top)
    row.pk, row.cadre, row.appointment = None, other, None
    row.save()
    peer = account_of(other, "district_staff", district.top)
    assert refused(lambda: prepared_box(evaluation, peer, top)) == "box.own_group"
    box = prepared_box(evaluation, staff, top)
    assert refused(lambda: act(issue_codes, box, peer, count=12)) == "box.own_group"
    assert fresh(box).state == "draft"
