"""Writing a report, having it looked through, handing it in."""

from datetime import date, timedelta

import pytest

from appraisal.models import DebriefReport
from appraisal.services.debriefs import (
    approve_report,
    hand_in_report,
    recall_report,
    return_report,
    send_back_report,
    send_report,
)
from appraisal.services.writing import may_review
from orgs.models import OrgAssignment, PolicyValue
from tests.appraisal.conftest import NOON, account_of, person, refused
from tests.appraisal.materials import PARTS, approved, report_in, send_in, write_parts
from tests.factories import give_role, make_user
from youthleague.audit.models import AuditEvent
from youthleague.notices.models import Notice

pytestmark = pytest.mark.django_db


def act(service, participant, by, version=None, at=NOON, **more):
    seen = DebriefReport.objects.get(participant=participant).version if version is None else version
    return service(participant=participant, version=seen, by=by, at=at, **more)


def answer(service, participant, by, text="好", version=None):
    row = DebriefReport.objects.select_related("participant__cycle", "participant__cadre").get(participant=participant)
    said = {"opinion": text} if service is approve_report else {"reason": text}
    return service(report=row, version=row.version if version is None else version, by=by, at=NOON, **said)


def events(participant):
    rows = AuditEvent.objects.filter(subject=f"appraisal.Participant:{participant.pk}").order_by("pk")
    return list(rows.values_list("action", flat=True))


# ---- writing ----------------------------------------------------------------------------
def test_the_person_writes_and_the_characters_are_counted(own, author):
    row = write_parts(own, author, highlights="办班12期。\r\n\r\n很好  \n\n")
    assert (row.highlights, row.words, row.version, row.is_on_behalf) == ("办班12期。\n\n很好", 13, 1, False)
    row = write_parts(own, author, version=1, at=NOON + timedelta(minutes=5))
    assert (row.version, row.words) == (2, 10)
    assert events(own) == ["report.write"]


def test_a_draft_may_be_too_long_and_is_not_sent(own, author):
    PolicyValue.objects.create(key="materials.report_words", value=500, effective_from=date(2026, 1, 1))
    write_parts(own, author, gaps="差" * 600, measures="")
    assert refused(lambda: act(send_report, own, author)) == {
        "measures": ["report.part"],
        "__all__": ["report.words"],
    }
    assert DebriefReport.objects.get().state == "draft"


def test_only_the_person_writes(own, collecting, people, staff, committee, leader):
    for user in (committee, leader):
        assert refused(lambda user=user: write_parts(own, user)) == "appraisal.scope"
    assert refused(lambda: write_parts(own, staff)) == "material.account"
    assert write_parts(person(collecting, people["b"]), staff).is_on_behalf is True


def test_another_version_or_time_is_refused(own, author):
    write_parts(own, author)
    assert refused(lambda: write_parts(own, author)) == "row.stale"
    assert refused(lambda: act(send_report, own, author, version=7)) == "row.stale"
    type(own.cycle).objects.update(state="evaluation")
    assert refused(lambda: write_parts(own, author, version=1)) == "cycle.state"
    assert refused(lambda: act(send_report, own, author)) == "cycle.state"


# ---- sending ------------------------------------------------------------------------------
def test_a_report_is_sent_with_its_figures_to_the_party_committee(own, author, committee, district):
    other = make_user("party_committee", district.township_b)
    row = send_in(own, author)
    assert (row.state, row.sent_by, row.words) == ("review", author, 10)
    assert {"本人", "本单位"} == {one["whose"] for one in row.facts}
    [notice] = Notice.objects.filter(channel="inbox")
    assert (notice.recipient, notice.url) == (committee, f"/appraisal/reviews/{row.pk}/")
    assert notice.recipient != other
    assert refused(lambda: write_parts(own, author, version=row.version)) == "material.state"


def test_a_report_may_be_looked_through_before_the_materials_are_collected(own, author, committee):
    type(own.cycle).objects.update(state="daily")
    assert approved(own, author, committee).state == "reviewed"
    assert refused(lambda: act(hand_in_report, own, author)) == "cycle.state"


def test_a_report_is_taken_back_before_it_is_handed_in(own, author, committee):
    approved(own, author, committee)
    row = act(recall_report, own, author)
    assert (row.state, row.sent_by, row.reviewed_by, row.facts, row.opinion) == ("draft", None, None, [], "")
    assert refused(lambda: act(recall_report, own, author)) == "material.state"
    assert refused(lambda: act(hand_in_report, own, author)) == "material.state"


def test_what_was_not_written_is_neither_sent_nor_handed_in(own, author):
    for service in (send_report, recall_report, hand_in_report):
        assert refused(lambda service=service: act(service, own, author, version=0)) == "material.missing"


# ---- looking through ------------------------------------------------------------------------
def test_the_party_committee_approves_and_the_person_hands_in(own, author, committee):
    send_in(own, author)
    row = answer(approve_report, own, committee, "情况属实。")
    assert (row.state, row.reviewed_by, row.is_party_review) == ("reviewed", committee, True)
    told = Notice.objects.get(recipient=author, channel="inbox")
    assert (told.title, told.text) == ("述职报告审核通过", "审核意见：情况属实。请在年终材料阶段提交。")
    row = act(hand_in_report, own, author)
    assert (row.state, row.handed_in_by) == ("submitted", author)
    assert events(own) == ["report.write", "report.send", "report.approve", "report.hand-in"]


def test_a_report_comes_back_with_a_reason(own, author, committee):
    send_in(own, author)
    assert refused(lambda: answer(return_report, own, committee, " ")) == "material.reason"
    row = answer(return_report, own, committee, "不足写得少")
    assert (row.state, row.reason) == ("returned", "不足写得少")
    assert Notice.objects.get(recipient=author, channel="inbox").text == "理由：不足写得少。请修改后再送审。"
    row = write_parts(own, author, version=row.version)
    assert act(send_report, own, author).reason == ""


def test_it_is_looked_through_by_its_own_party_committee_alone(own, author, committee, staff, district, leader):
    send_in(own, author)
    other = make_user("party_committee", district.township_b)
    for user in (other, staff, leader):
        for service in (approve_report, return_report):
            assert refused(lambda u=user, s=service: answer(s, own, u)) == "report.scope"
    assert DebriefReport.objects.get().state == "review"


def test_nobody_looks_their_own_report_through(own, author, district):
    send_in(own, author)
    give_role(author, district.township_a, "party_committee")
    author = type(author).objects.get(pk=author.pk)
    for service in (approve_report, return_report):
        assert refused(lambda service=service: answer(service, own, author)) == "appraisal.self"


def test_where_no_committee_has_an_account_staff_look_it_through(own, author, staff, district, committee):
    OrgAssignment.objects.filter(user=committee).update(ended_on=NOON.date())
    of_b = make_user("district_staff", district.township_b)
    assert [may_review(own, user, NOON) for user in (staff, of_b, committee)] == [True, False, False]
    send_in(own, author)
    row = answer(approve_report, own, staff)
    assert (row.state, row.is_party_review) == ("reviewed", False)


def test_a_committee_whose_only_account_is_the_authors_does_not_count(own, people, district, staff):
    account_of(people["a"], "party_committee", district.township_a)
    assert may_review(own, staff, NOON) is True


def test_whoever_sent_it_in_on_behalf_does_not_approve_it(collecting, people, staff, district):
    row = person(collecting, people["b"])
    send_in(row, staff)
    assert refused(lambda: answer(approve_report, row, staff)) == "report.self"
    colleague = make_user("district_staff", district.top)
    assert answer(approve_report, row, colleague).state == "reviewed"


def test_what_does_not_wait_is_not_answered(own, author, committee):
    write_parts(own, author)
    for service in (approve_report, return_report):
        assert refused(lambda service=service: answer(service, own, committee)) == "material.state"
        assert refused(lambda service=service: answer(service, own, committee, version=9)) == "row.stale"
    type(own.cycle).objects.update(state="evaluation")
    assert refused(lambda: answer(approve_report, own, committee)) == "cycle.state"


# ---- sending back -----------------------------------------------------------------------------
def test_staff_send_back_what_was_handed_in(own, author, committee, staff, people, district):
    report_in(own, author, committee)
    assert refused(lambda: act(send_back_report, own, staff, reason="")) == "material.reason"
    assert refused(lambda: act(send_back_report, own, committee, reason="好")) == "appraisal.scope"
    oneself = account_of(people["a"], "district_staff", district.top)
    assert refused(lambda: act(send_back_report, own, oneself, reason="好")) == "appraisal.self"
    row = act(send_back_report, own, staff, reason="数字对不上")
    assert (row.state, row.handed_in_at, row.reason) == ("returned", None, "数字对不上")
    assert refused(lambda: act(send_back_report, own, staff, reason="好")) == "material.state"
    assert events(own)[-1] == "report.send-back"


def test_the_parts_are_those_of_the_form(own, author):
    row = write_parts(own, author)
    assert {name: getattr(row, name) for name in PARTS} == PARTS
