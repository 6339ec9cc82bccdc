"""Writing the three lists, closing last year's, handing them in, answering them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from appraisal.models import ChecklistItem, Checklists, Participant
from appraisal.rules.materials import Closing, ItemText
from appraisal.services.cycles import open_cycle, prepare_cycle
from appraisal.services.materials import (
    carry_rest,
    close_item,
    hand_in_lists,
    items_of,
    recall_lists,
    receive_lists,
    return_lists,
)
from appraisal.services.population import draw_population
from orgs.models import PolicyValue
from tests.appraisal.conftest import NOON, YEAR, account_of, fresh, person, refused, take_to
from tests.appraisal.materials import GOOD, contents, hand_in, write
from tests.factories import make_user
from youthleague.audit.models import AuditEvent
from youthleague.notices.models import Notice

pytestmark = pytest.mark.django_db
LATER = NOON.replace(year=YEAR + 1)


def act(service, participant, by, version=None, at=NOON, **more):
    seen = Checklists.objects.get(participant=participant).version if version is None else version
    return service(participant=participant, version=seen, by=by, at=at, **more)


def events(participant):
    rows = AuditEvent.objects.filter(subject=f"appraisal.Participant:{participant.pk}").order_by("pk")
    return list(rows.values_list("action", flat=True))


# ---- writing ----------------------------------------------------------------------------
def test_the_person_writes_and_writes_again(own, author):
    row = write(own, author)
    assert (row.state, row.version, row.written_by, row.is_on_behalf) == ("draft", 1, author, False)
    again = [GOOD[1], replace(GOOD[0], content="  青年  夜校 "), ItemText("plan", "", responsible="甲")]
    assert write(own, author, again, version=1).version == 2
    assert contents(own) == [("strength", "青年 夜校"), ("shortcoming", "换届慢")]


def test_a_draft_is_one_event_a_sitting(own, author):
    write(own, author)
    for minute in (1, 20, 40):
        write(own, author, version=Checklists.objects.get().version, at=NOON + timedelta(minutes=minute))
    assert events(own) == ["checklist.write"]
    write(own, author, version=4, at=NOON + timedelta(minutes=71))
    assert events(own) == ["checklist.write"] * 2


def test_a_draft_that_cannot_be_kept_is_refused_by_item(own, author):
    PolicyValue.objects.create(key="materials.most_items", value=1, effective_from=date(2026, 1, 1))
    items = [*GOOD, ItemText("plan", "还做"), ItemText("strength", "", basis="有")]
    assert refused(lambda: write(own, author, items)) == {"plan-2": ["item.most"], "strength-2": ["item.content"]}
    assert not Checklists.objects.exists()
    assert refused(lambda: write(own, author, [replace(GOOD[0], carried_from=9)])) == "item.last"
    assert refused(lambda: write(own, author, [replace(GOOD[0], content="长" * 101)])) == {"content": ["max_length"]}


def test_an_older_version_is_refused(own, author):
    write(own, author)
    for version in (0, 2):
        assert refused(lambda version=version: write(own, author, [], version)) == "row.stale"
    assert len(items_of(own)) == 3


def test_nobody_else_writes_for_whoever_has_an_account(own, district, staff, leader, committee):
    other = make_user("township_secretary", district.township_b)
    for user in (other, leader, committee):
        assert refused(lambda user=user: write(own, user)) == "appraisal.scope"
    assert refused(lambda: write(own, staff)) == "material.account"
    assert not Checklists.objects.exists()


def test_another_account_of_the_person_writes_too(own, people, district):
    other = account_of(people["a"], "committee_member", district.top)
    assert write(own, other).is_on_behalf is False


def test_staff_write_for_somebody_without_an_account(collecting, people, staff):
    row = write(person(collecting, people["b"]), staff)
    assert (row.is_on_behalf, row.written_by) == (True, staff)


def test_who_is_no_longer_appraised_writes_nothing(own, author):
    Participant.objects.update(standing="withdrawn")
    assert refused(lambda: write(fresh(own), author)) == "material.withdrawn"


@pytest.mark.parametrize(("state", "code"), [("preparation", "cycle.state"), ("evaluation", "cycle.state")])
def test_lists_are_written_from_the_daily_appraisal_on(own, author, state, code):
    type(own.cycle).objects.update(state=state)
    assert refused(lambda: write(own, author)) == code
    type(own.cycle).objects.update(state="daily")
    assert write(own, author).version == 1


# ---- handing in ---------------------------------------------------------------------------
def test_lists_are_handed_in_and_taken_back(own, author):
    row = hand_in(own, author)
    assert (row.state, row.handed_in_by) == ("submitted", author)
    assert refused(lambda: write(own, author, version=row.version)) == "material.state"
    row = act(recall_lists, own, author)
    assert (row.state, row.handed_in_by, row.handed_in_at) == ("draft", None, None)
    assert events(own) == ["checklist.write", "checklist.hand-in", "checklist.recall"]


def test_lists_are_handed_in_when_they_are_complete(own, author):
    assert refused(lambda: act(hand_in_lists, own, author, version=0)) == "material.missing"
    items = [replace(GOOD[0], basis=""), replace(GOOD[2], responsible=""), replace(GOOD[2], due_on=None)]
    write(own, author, items)
    assert refused(lambda: act(hand_in_lists, own, author)) == {
        "shortcoming": ["item.least"],
        "strength-1": ["item.basis"],
        "plan-1": ["item.responsible"],
        "plan-2": ["item.due"],
    }
    assert refused(lambda: act(hand_in_lists, own, author, version=9)) == "row.stale"


def test_lists_are_handed_in_once_and_in_time(own, author, staff):
    hand_in(own, author)
    assert refused(lambda: act(hand_in_lists, own, author)) == "material.state"
    assert refused(lambda: act(hand_in_lists, own, staff)) == "material.account"
    for state in ("daily", "evaluation"):
        type(own.cycle).objects.update(state=state)
        for service in (hand_in_lists, recall_lists, receive_lists):
            assert refused(lambda service=service: act(service, own, author)) == "cycle.state"


# ---- answering ------------------------------------------------------------------------------
def test_staff_receive_lists_and_the_person_hears_of_it(own, author, staff):
    hand_in(own, author)
    row = act(receive_lists, own, staff)
    assert (row.state, row.received_by, row.received_at) == ("received", staff, NOON)
    notice = Notice.objects.get(recipient=author, channel="inbox")
    assert (notice.title, notice.url) == ("三张清单已接收", f"/appraisal/mine/{own.pk}/lists/")
    assert refused(lambda: act(recall_lists, own, author)) == "material.state"


def test_lists_come_back_with_a_reason(own, author, staff):
    hand_in(own, author)
    assert refused(lambda: act(return_lists, own, staff, reason=" ")) == "material.reason"
    row = act(return_lists, own, staff, reason="太笼统。")
    assert (row.state, row.reason, row.handed_in_at) == ("returned", "太笼统。", None)
    assert Notice.objects.get(recipient=author, channel="inbox").text == "理由：太笼统。请修改后再提交。"
    row = write(own, author, version=row.version)
    assert row.state == "returned"
    row = act(hand_in_lists, own, author)
    assert (row.state, row.reason) == ("submitted", "")


def test_lists_are_answered_by_staff_of_the_place_and_never_by_the_person(own, author, district, leader, people):
    hand_in(own, author)
    of_b = make_user("district_staff", district.township_b)
    for user in (of_b, leader, author):
        assert refused(lambda user=user: act(receive_lists, own, user)) == "appraisal.scope"
    oneself = account_of(people["a"], "district_staff", district.top)
    for service, more in ((receive_lists, {}), (return_lists, {"reason": "好"})):
        assert refused(lambda s=service, m=more: act(s, own, oneself, **m)) == "appraisal.self"
    assert Checklists.objects.get().state == "submitted"


def test_what_was_not_handed_in_is_not_answered(own, author, staff):
    assert refused(lambda: act(receive_lists, own, staff, version=0)) == "material.missing"
    write(own, author)
    for service, more in ((receive_lists, {}), (return_lists, {"reason": "好"})):
        assert refused(lambda s=service, m=more: act(s, own, staff, **m)) == "material.state"


# ---- last year ------------------------------------------------------------------------------
@pytest.fixture
def later(own, author, staff):
    """Give the same person in the year after, when last year's lists are in."""
    hand_in(own, author, [*GOOD, replace(GOOD[2], content="建支部")])
    row = prepare_cycle(year=YEAR + 1, by=staff, at=LATER)
    draw_population(cycle=row, by=staff, at=LATER)
    row = open_cycle(cycle=fresh(row), version=fresh(row).version, by=staff, at=LATER)
    take_to(row, "materials", staff)
    return Participant.objects.get(cycle=row, cadre=own.cadre)


def last(content):
    return ChecklistItem.objects.get(content=content, participant__cycle__year=YEAR)


def close(participant, by, content, outcome, note="", version=None):
    closing = Closing(last(content).pk, outcome, note)
    row = Checklists.objects.filter(participant=participant).first()
    seen = (row.version if row else 0) if version is None else version
    return close_item(participant=participant, version=seen, closing=closing, by=by, at=LATER)


def test_what_was_left_is_closed_item_by_item(later, author):
    close(later, author, "换届慢", "done", " 都换了 ")
    close(later, author, "建支部", "dropped", "并村了")
    close(later, author, "办夜校", "carried")
    told = [(one.outcome, one.outcome_note, one.closed_on) for one in map(last, ("换届慢", "建支部", "办夜校"))]
    day = LATER.date()
    assert told == [("done", "都换了", day), ("dropped", "并村了", day), ("carried", "", day)]
    assert contents(later) == [("plan", "办夜校")]
    [item] = later.checklist_items.all()
    assert (item.carried_from, item.responsible, item.due_on) == (last("办夜校"), "甲", None)
    assert events(later) == ["checklist.write"]


def test_an_outcome_is_taken_back_and_its_item_goes(later, author):
    write(later, author, [GOOD[2]])
    close(later, author, "办夜校", "carried")
    close(later, author, "办夜校", "carried")
    assert [(one.number, one.carried_from) for one in later.checklist_items.order_by("number")] == [
        (1, None),
        (2, last("办夜校")),
    ]
    close(later, author, "办夜校", "")
    assert (last("办夜校").outcome, last("办夜校").closed_on) == ("", None)
    assert contents(later) == [("plan", "办夜校")]
    assert later.checklist_items.get().carried_from is None


def test_everything_left_goes_on_at_once(later, author):
    close(later, author, "换届慢", "done", "都换了")
    row = act(carry_rest, later, author, at=LATER)
    assert contents(later) == [("plan", "办夜校"), ("plan", "建支部")]
    assert last("换届慢").outcome == "done"
    items = items_of(later)
    items.reverse()
    write(later, author, items, version=row.version, at=LATER)
    assert contents(later) == [("plan", "建支部"), ("plan", "办夜校")]
    lost = [one for one in items_of(later) if one.content != "建支部"]
    assert refused(lambda: write(later, author, lost, version=row.version + 1)) == "item.last"


def test_an_outcome_that_cannot_be_is_refused(later, author, staff):
    assert refused(lambda: close(later, author, "换届慢", "done")) == "outcome.note"
    assert refused(lambda: close(later, author, "换届慢", "x", "好")) == "outcome.kind"
    strength = Closing(last("骑手团支部").pk, "done", "好")
    told = {"participant": later, "version": 0, "at": LATER}
    assert refused(lambda: close_item(closing=strength, by=author, **told)) == "item.last"
    assert refused(lambda: close(later, staff, "换届慢", "carried")) == "material.account"
    assert refused(lambda: close(later, author, "换届慢", "carried", version=1)) == "row.stale"
    PolicyValue.objects.create(key="materials.most_items", value=1, effective_from=date(2026, 1, 1))
    close(later, author, "办夜校", "carried")
    assert refused(lambda: close(later, author, "建支部", "carried")) == "item.most"
    assert last("建支部").outcome == ""


def test_lists_wait_for_what_is_open(later, author):
    items = [replace(one, due_on=one.due_on and one.due_on.replace(year=YEAR + 2)) for one in GOOD]
    write(later, author, items, at=LATER)
    assert refused(lambda: act(hand_in_lists, later, author, at=LATER)) == "item.open"
    for content in ("换届慢", "建支部", "办夜校"):
        close(later, author, content, "done", "好了")
    assert act(hand_in_lists, later, author, at=LATER).state == "submitted"
