"""Votes by link: who is asked about whom, what is kept of it, by name and counted; reminders; what is counted."""

import pytest
from django.db import IntegrityError, transaction

from appraisal.models import BallotBox, BallotComment, BallotTally, BoxVoter, ResultSheet, Scorecard, YouthBallot
from appraisal.reports.voters import ballots_of, candidates, owed_ballots
from appraisal.reports.voting import comments_of, missing_voters, named_ratings, turnout_of
from appraisal.services.balloting import close_box, void_box
from appraisal.services.rolling import roll_up
from appraisal.services.voters import cast_by_link, open_and_tell, remind_voters
from appraisal.services.voting import issue_codes, issue_shared_code, open_box
from cadres.services.posts import link_account
from orgs.choices import Level, OrganisationKind, TownshipKind
from orgs.models import OrgAssignment
from tests.appraisal.conftest import NOON, account_of, day, fresh, person, refused, take_to
from tests.appraisal.links import leaders, named, opened_link, party_pool, prepared_link, say
from tests.appraisal.votes import TODAY, prepared_box, tallied
from tests.factories import make_cadre, make_organisation, make_user
from youthleague.audit.models import AuditEvent
from youthleague.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def township_c(district):
    made = {"kind": OrganisationKind.WORK_COMMITTEE, "level": Level.TOWNSHIP}
    return make_organisation("红叶街道团工委", district.top, **made, township_kind=TownshipKind.SUBDISTRICT)


@pytest.fixture
def people(people, township_c):
    return {**people, "c": make_cadre(township_c, name="己")}


@pytest.fixture
def evaluation(cycle, staff):
    return take_to(cycle, "evaluation", staff)


@pytest.fixture
def a(evaluation, people):
    return person(evaluation, people["a"])


@pytest.fixture
def c(evaluation, people):
    return person(evaluation, people["c"])


@pytest.fixture
def party(district):
    return make_user("party_committee", district.township_a)


@pytest.fixture
def voters(district, party):
    """Five leaders, who rate everybody, and 同级党工委 of A."""
    return [*leaders(district, 5), party]


def close(box, by):
    row = fresh(box)
    return close_box(box=row, version=row.version, by=by, at=NOON)


def events(action):
    return list(AuditEvent.objects.filter(action=action).values_list("facts", flat=True))


# ---- who is asked about whom -----------------------------------------------------------------
def test_a_party_committee_rates_those_of_its_own_township_only(staff, voters, party, a, c):
    box = opened_link(staff, voters, a, c)
    rated = {one.voter_id: one.rates for one in box.voters.all()}
    assert rated == {one.pk: [a.pk] if one == party else [a.pk, c.pk] for one in voters}
    assert (box.codes_count, len(box.codes_digest)) == (6, 64)
    facts = {"voters": 6, "voter_digest": box.codes_digest}
    assert (events("ballot.voters"), events("ballot.open")) == ([facts], [facts])


def test_nobody_rates_themselves_by_whichever_account(staff, voters, people, district, a, c):
    own = account_of(people["a"], "township_secretary", district.township_a)
    second = make_user("leader", district.top)
    link_account(user=second, cadre=people["a"], by=None, at=NOON)
    able = {one.user.person_key: one.rates([a, c]) for one in candidates(TODAY)}
    own.refresh_from_db()
    assert able[own.person_key] == [c.pk]
    assert len([one for one in candidates(TODAY) if one.user.person_key == own.person_key]) == 1
    box = prepared_link(staff, a)
    asked = next(one.user for one in candidates(TODAY) if one.user.person_key == own.person_key)
    assert refused(lambda: named(box, staff, [*voters, asked])) == "box.voter"
    assert not BoxVoter.objects.exists()


def test_an_account_linked_afterwards_does_not_rate_its_person(staff, voters, people, a, c):
    box = opened_link(staff, voters, a, c)
    link_account(user=voters[0], cadre=people["a"], by=None, at=NOON)
    voters[0].refresh_from_db()
    assert refused(lambda: say(box, voters[0], {a.pk: 1, c.pk: 1})) == "appraisal.self"
    assert not box.voters.filter(has_voted=True).exists()


@pytest.mark.parametrize(("mode", "asked", "found"), [("named", 2, "box.voters"), ("counted", 4, "box.voters")])
def test_too_few_asked_about_somebody_are_refused(staff, voters, a, mode, asked, found):
    box = prepared_link(staff, a, mode=mode)
    assert refused(lambda: named(box, staff, voters[:asked])) == found
    assert (fresh(box).state, BoxVoter.objects.count()) == ("draft", 0)
    assert named(box, staff, voters[: asked + 1]).state == "sealed"


def test_who_can_rate_nobody_and_nobody_at_all_are_refused(staff, voters, district, c):
    box = prepared_link(staff, c)
    elsewhere = make_user("party_committee", district.township_b)
    for asked in ([], [*voters, elsewhere], [*voters[:5], make_user("auditor", district.top)]):
        assert refused(lambda asked=asked: named(box, staff, asked)) == "box.voter"


@pytest.mark.parametrize(
    ("mode", "pool", "found"),
    [("named", "youth", "box.mode"), ("counted", "youth", "box.mode"), ("consultation", "a", "box.mode")],
)
def test_ways_of_voting_stay_with_their_component(staff, a, mode, pool, found):
    pool_id = party_pool(a).pk if pool == "a" else a.group.components.get(component=6).pools.get().pk
    assert refused(lambda: prepared_link(staff, a, mode=mode, pool_id=pool_id)) == found
    assert not BallotBox.objects.exists()


def test_each_way_is_sealed_in_its_own_way(evaluation, staff, voters, a):
    link, codes = prepared_link(staff, a), prepared_box(evaluation, staff, a)
    told = {"version": 1, "by": staff, "at": NOON}
    assert refused(lambda: issue_codes(box=link, count=12, **told)) == "box.other_mode"
    assert refused(lambda: issue_shared_code(box=link, **told)) == "box.other_mode"
    assert refused(lambda: named(codes, staff, voters)) == "box.other_mode"
    assert refused(lambda: remind_voters(box=codes, by=staff, at=NOON)) == "box.other_mode"
    assert [one.state for one in BallotBox.objects.all()] == ["draft", "draft"]


def test_a_voter_more_than_was_sealed_keeps_the_box_shut(staff, voters, a, party):
    box = named(prepared_link(staff, a), staff, voters[:5])
    extra = BoxVoter.objects.create(box=box, voter=party, rates=[a.pk])
    assert refused(lambda: open_box(box=box, version=box.version, by=staff, at=NOON)) == "box.sealed"
    extra.delete()
    assert open_box(box=box, version=box.version, by=staff, at=NOON).state == "open"


# ---- by name ----------------------------------------------------------------------------------
def test_by_name_a_rating_is_kept_and_changed_until_the_end(staff, voters, a, c):
    box = opened_link(staff, voters, a, c)
    say(box, voters[0], {a.pk: 4, c.pk: 4}, "先写的")
    say(box, voters[0], {a.pk: 1, c.pk: 2}, " 再写的 ")
    row = box.voters.get(voter=voters[0])
    assert (row.choices, row.comment, row.has_voted) == ({str(a.pk): 1, str(c.pk): 2}, "再写的", True)
    assert (YouthBallot.objects.count(), BallotComment.objects.count()) == (0, 0)
    close(box, staff)
    assert refused(lambda: say(box, voters[0], {a.pk: 4, c.pk: 4})) == "vote.ended"
    assert box.voters.get(voter=voters[0]).choices == row.choices


def test_by_name_the_counts_have_their_papers(staff, voters, party, a, c):
    box = opened_link(staff, voters, a, c)
    for voter, option in zip(voters[:3], (1, 1, 5), strict=True):
        say(box, voter, {a.pk: option, c.pk: 2}, "意见")
    say(box, party, {a.pk: 3})
    box = close(box, staff)
    assert tallied(BallotTally, box) == [("己", 2, 3), ("甲", 1, 2), ("甲", 3, 1), ("甲", 5, 1)]
    sheets = ResultSheet.objects.filter(pool=box.pool).values_list("participant", "issued", "collected", "valid")
    assert set(sheets) == {(a.pk, 6, 4, 4), (c.pk, 5, 3, 3)}
    assert (box.ballots_count, len(box.ballots_digest)) == (4, 64)
    assert [one.text for one in comments_of(box)] == ["意见"] * 3
    assert not box.voters.exclude(comment="").exists()
    ratings = {one.voter: one.options for one in named_ratings(box)}
    assert ratings[party.full_name] == ("一般", "—")
    assert ratings[voters[0].full_name] == ("好", "较好")
    [facts] = events("ballot.close")
    assert facts == {
        "voters": 6,
        "voter_digest": box.codes_digest,
        "ballots": 4,
        "ballot_digest": box.ballots_digest,
        "hidden": 0,
    }


def test_by_name_ratings_are_read_when_the_vote_is_over(staff, voters, a):
    box = opened_link(staff, voters, a)
    say(box, voters[0], {a.pk: 1})
    assert named_ratings(fresh(box)) == []
    assert missing_voters(box) == sorted(one.full_name for one in voters[1:])
    assert (turnout_of(box).used, turnout_of(box).missing) == (1, 5)


def test_nothing_is_written_about_whom_nobody_rated(staff, voters, a):
    box = close(opened_link(staff, voters, a), staff)
    assert (tallied(BallotTally, box), events("ballot.close")[0]["hidden"]) == ([], 1)


# ---- counted ------------------------------------------------------------------------------------
def test_where_votes_are_counted_a_ballot_knows_no_voter_and_no_other_person(staff, voters, a, c):
    box = opened_link(staff, voters, a, c, mode="counted")
    before = AuditEvent.objects.count()
    say(box, voters[0], {a.pk: 1, c.pk: 4}, "意见")
    row = box.voters.get(voter=voters[0])
    assert (row.has_voted, row.choices, row.comment) == (True, {}, "")
    assert sorted((one.choices for one in box.ballots.all()), key=str) == sorted(
        [{str(a.pk): 1}, {str(c.pk): 4}], key=str
    )
    assert (box.comments.get().text, AuditEvent.objects.count()) == ("意见", before)
    assert refused(lambda: say(box, voters[0], {a.pk: 4, c.pk: 4})) == "vote.twice"
    assert (box.ballots.count(), missing_voters(box)) == (2, [])


def test_counted_votes_are_written_from_five_on(staff, voters, party, a, c):
    box = opened_link(staff, voters, a, c, mode="counted")
    for voter in voters[:4]:
        say(box, voter, {a.pk: 1, c.pk: 2})
    say(box, party, {a.pk: 2})
    box = close(box, staff)
    assert tallied(BallotTally, box) == [("甲", 1, 4), ("甲", 2, 1)]
    sheet = ResultSheet.objects.get(participant=a, pool=box.pool)
    assert (sheet.issued, sheet.collected, sheet.valid) == (6, 5, 5)
    assert (box.ballots_count, events("ballot.close")[0]["hidden"]) == (5, 1)
    assert named_ratings(box) == []


def test_ballots_slipped_in_keep_counted_votes_from_being_written(staff, voters, a, c):
    box = opened_link(staff, voters, a, c, mode="counted")
    say(box, voters[0], {a.pk: 1, c.pk: 1})
    YouthBallot.objects.create(key="0" * 32, box=box, choices={str(a.pk): 4})
    assert refused(lambda: close(box, staff)) == "box.ballots"
    assert (fresh(box).state, BallotTally.objects.count()) == ("open", 0)


def test_one_person_votes_once_by_two_accounts(staff, voters, people, a, c):
    other = make_cadre(people["top"].appointments.get().organisation, name="庚", league_post="staff")
    box = opened_link(staff, voters, a, c, mode="counted")
    say(box, voters[0], {a.pk: 1, c.pk: 1})
    for voter in voters[:2]:
        link_account(user=voter, cadre=other, by=None, at=NOON)
        voter.refresh_from_db()
    second = box.voters.get(voter=voters[1])
    told = {"choices": {a.pk: 4, c.pk: 4}, "comment": "", "by": voters[1], "day": TODAY}
    assert refused(lambda: cast_by_link(voter=second, **told)) == "vote.twice"
    assert (box.ballots.count(), ballots_of(voters[1]).count()) == (2, 2)


# ---- what is refused -----------------------------------------------------------------------------
@pytest.mark.parametrize("mode", ["named", "counted"])
@pytest.mark.parametrize(
    "wrong",
    [
        ({"a": 1}, "", TODAY, "vote.choice"),
        ({"a": 1, "c": 6}, "", TODAY, "vote.choice"),
        ({"a": 1, "c": 1}, "字" * 301, TODAY, "vote.comment"),
        ({"a": 1, "c": 1}, "", day("2026-11-24"), "vote.ended"),
        ({"a": 1, "c": 1}, "", day("2026-12-06"), "vote.ended"),
    ],
)
def test_a_refused_ballot_changes_nothing(staff, voters, a, c, mode, wrong):
    said, comment, on, found = wrong
    box = opened_link(staff, voters, a, c, mode=mode)
    choices = {{"a": a.pk, "c": c.pk}[who]: option for who, option in said.items()}
    assert refused(lambda: say(box, voters[0], choices, comment, on)) == found
    assert (box.voters.filter(has_voted=True).count(), box.ballots.count(), box.comments.count()) == (0, 0, 0)


def test_the_ballot_of_somebody_else_is_refused(staff, voters, a):
    box = opened_link(staff, voters, a)
    row = box.voters.get(voter=voters[0])
    told = {"choices": {a.pk: 4}, "comment": "", "by": voters[1], "day": TODAY}
    assert refused(lambda: cast_by_link(voter=row, **told)) == "vote.ended"
    assert not fresh(row).has_voted


def test_a_role_that_ended_rates_nobody_any_more(staff, voters, party, a, c):
    box = opened_link(staff, voters, a, c)
    OrgAssignment.objects.filter(user__in=[party, voters[0]]).update(ended_on=day("2026-11-20"))
    assert refused(lambda: say(box, party, {a.pk: 1})) == "vote.right"
    assert refused(lambda: say(box, voters[0], {a.pk: 1, c.pk: 1})) == "vote.right"


def test_a_void_box_keeps_nothing_of_what_was_said(staff, voters, a):
    box = opened_link(staff, voters, a)
    say(box, voters[0], {a.pk: 1}, "意见")
    row = fresh(box)
    void_box(box=row, version=row.version, by=staff, at=NOON)
    assert (BoxVoter.objects.count(), BallotComment.objects.count()) == (0, 0)
    assert events("ballot.void") == [{"ballots": 1}]


# ---- telling and reminding ------------------------------------------------------------------------
def told(box):
    rows = Notice.objects.filter(kind="ballot-asked", subject=f"appraisal.BallotBox:{box.pk}", channel="inbox")
    return sorted(rows.values_list("period", "recipient__username"))


def test_who_is_asked_is_told_once_and_reminded_once_a_day(staff, voters, a):
    box = named(prepared_link(staff, a), staff, voters)
    assert refused(lambda: remind_voters(box=box, by=staff, at=NOON)) == "box.open"
    box = open_and_tell(box=box, version=box.version, by=staff, at=NOON)
    first = sorted(("open", one.username) for one in voters)
    assert told(box) == first
    say(box, voters[0], {a.pk: 1})
    assert [remind_voters(box=box, by=staff, at=NOON) for _ in range(2)] == [5, 0]
    assert told(box) == sorted([*first, *(("2026-11-25", one.username) for one in voters[1:])])
    assert remind_voters(box=box, by=staff, at=NOON.replace(day=26)) == 5
    assert events("ballot.remind") == [{"sent": 5}, {"sent": 0}, {"sent": 5}]
    close(box, staff)
    assert refused(lambda: remind_voters(box=fresh(box), by=staff, at=NOON)) == "box.open"


def test_only_who_keeps_the_year_reminds(staff, voters, leader, a):
    box = opened_link(staff, voters, a)
    assert refused(lambda: remind_voters(box=box, by=leader, at=NOON)) == "appraisal.scope"
    assert not events("ballot.remind")


def test_a_ballot_is_owed_until_it_is_in(staff, voters, a, leader):
    box = opened_link(staff, voters, a)
    assert [[one.box for one in owed_ballots(who, TODAY)] for who in (voters[0], leader)] == [[box], []]
    assert owed_ballots(voters[0], day("2026-12-06")) == []
    say(box, voters[0], {a.pk: 1})
    assert (owed_ballots(voters[0], TODAY), ballots_of(leader).exists()) == ([], False)


# ---- a consultation weighs nothing -------------------------------------------------------------------
def test_no_row_lets_a_consultation_count(staff, a):
    box = prepared_link(staff, a, mode="consultation", pool_id=None)
    for change in ({"pool": party_pool(a)}, {"mode": "codes"}, {"mode": "counted"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BallotBox.objects.filter(pk=box.pk).update(**change)


def test_counts_by_link_go_into_the_roll_up(evaluation, staff, voters, a):
    box = opened_link(staff, voters, a)
    for voter in voters[:4]:
        say(box, voter, {a.pk: 1})
    close(box, staff)
    roll_up(cycle=evaluation, by=staff, at=NOON)
    assert Scorecard.objects.get(participant=a).party_government is None  # B票 is still to come
    assert BallotTally.objects.filter(participant=a).exists()
