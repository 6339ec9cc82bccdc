"""Rules of the 反馈函, run as part of ``test_rules``: whose committee, numbers, steps and who takes them, wording."""

from datetime import date

import pytest

from appraisal.choices import LetterAct, LetterKind, LetterState
from appraisal.rules import letters
from appraisal.rules.letters import LETTER, Destination, HeldPost, UnitFacts, committee_unit
from appraisal.rules.pledge import StepFacts

START, END = date(2026, 1, 1), date(2027, 1, 1)
DISTRICT, TOWNSHIP = UnitFacts(1, "district"), UnitFacts(2, "township")
VILLAGE, SYSTEM, SCHOOL = UnitFacts(3, "village"), UnitFacts(4, "unit"), UnitFacts(5, "unit")


def code_of(finding):
    return finding and finding.code


# ---- to which committee ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ([DISTRICT, TOWNSHIP], 2),
        ([DISTRICT, TOWNSHIP, VILLAGE], 2),
        ([DISTRICT, SYSTEM, SCHOOL], 5),
        ([DISTRICT], None),
        ([], None),
    ],
)
def test_the_committee_is_that_of_the_township_else_of_the_unit_itself(path, unit):
    assert committee_unit(path) == unit


def post(pk, committee, begun, ended=None, **more):
    return HeldPost(pk, committee, date.fromisoformat(begun), date.fromisoformat(ended) if ended else None, **more)


@pytest.mark.parametrize(
    ("posts", "drawn", "found"),
    [
        # nobody moved
        ([post(1, 7, "2024-01-01", is_drawn=True)], 7, Destination(7, 1)),
        # moved in the year: the former committee gets a copy
        (
            [post(1, 7, "2024-01-01", "2026-06-01"), post(2, 8, "2026-06-01", is_drawn=True)],
            8,
            Destination(8, 2, ((7, 1),)),
        ),
        # moved after the people were drawn: the post at the year's end decides all the same
        (
            [post(1, 7, "2024-01-01", "2026-12-20", is_drawn=True), post(2, 8, "2026-12-20")],
            7,
            Destination(8, 2, ((7, 1),)),
        ),
        # moved after the year
        ([post(1, 7, "2024-01-01", "2027-01-01", is_drawn=True), post(2, 8, "2027-01-01")], 7, Destination(7, 1)),
        # another post within the same committee is no move
        ([post(1, 7, "2024-01-01", "2026-06-01"), post(2, 7, "2026-06-01", is_drawn=True)], 7, Destination(7, 2)),
        # a post beside, still held, is no former one; the one that decides was drawn
        ([post(1, 7, "2024-01-01", is_drawn=True), post(2, 8, "2020-01-01", is_main=True)], 7, Destination(7, 1)),
        # the committee that was left is still that of a post beside
        (
            [post(1, 7, "2024-01-01", "2026-06-01"), post(2, 7, "2020-01-01"), post(3, 8, "2026-06-01", is_main=True)],
            8,
            Destination(8, 3),
        ),
        # left the League in the year: the last post that was appraised
        ([post(1, 7, "2024-01-01", "2026-06-01", is_drawn=True)], 7, Destination(7)),
        # the entry of the post was undone
        ([], 7, Destination(7)),
        # came from the district itself, whose own people are in the summary alone
        ([post(1, None, "2024-01-01", "2026-06-01"), post(2, 8, "2026-06-01", is_drawn=True)], 8, Destination(8, 2)),
        (
            [post(1, 7, "2024-01-01", "2026-06-01"), post(2, None, "2026-06-01", is_drawn=True)],
            None,
            Destination(None, 2, ((7, 1),)),
        ),
        # drawn at a committee of which no post is known any more
        ([post(2, 8, "2026-06-01")], 7, Destination(8, 2, ((7, None),))),
        # what ended before the year, or begins after it, tells nothing
        (
            [post(1, 9, "2020-01-01", "2026-01-01"), post(2, 8, "2021-01-01"), post(3, 9, "2027-01-01")],
            8,
            Destination(8, 2),
        ),
    ],
)
def test_the_post_at_the_years_end_decides_and_the_former_committee_gets_a_copy(posts, drawn, found):
    assert letters.destination(posts, drawn=drawn, start=START, end=END) == found


@pytest.mark.parametrize(
    ("name", "short", "place"),
    [
        ("青禾街道团工委", "", "青禾街道"),
        ("共青团示范区委员会", "", "示范区"),
        ("共青团示范区青禾街道工作委员会", "青禾街道", "青禾街道"),
        ("青年志愿者协会", "", "青年志愿者协会"),
        ("团委", "", "团委"),
    ],
)
def test_a_place_is_named_without_the_league(name, short, place):
    assert letters.place_name(name, short) == place


def test_committees_are_named_by_the_kind_of_their_place():
    named = letters.committee_name
    assert named("青禾街道", "township", "subdistrict") == "中共青禾街道工作委员会"
    assert named("白石镇", "township", "town") == "中共白石镇委员会"
    assert named("区实验中学", "unit", "") == "区实验中学党组织"
    assert letters.department_name("示范区") == "中共示范区委组织部"


# ---- numbers ---------------------------------------------------------------------------
def test_a_number_has_the_word_the_year_and_counts_on():
    assert letters.number_text("团区函", 2026, 3) == "团区函〔2026〕3号"
    assert letters.number_text("团区函", 2026, None) == ""
    assert [letters.next_number(5, last) for last in (0, 5, 6)] == [5, 6, 7]
    assert code_of(letters.number_finding(9_999, year=2026)) is None
    assert code_of(letters.number_finding(10_000, year=2026)) == "letter.full"


@pytest.mark.parametrize(
    ("word", "first", "last", "found"),
    [
        ("团×函", 1, 0, None),
        ("团区函", 7, 0, None),
        ("团区函", 1, 12, None),
        ("团区函", 2, 12, "letter.numbered"),
        ("", 1, 0, "letter.word"),
        ("团区函2", 1, 0, "letter.word"),
        ("团" * 21, 1, 0, "letter.word"),
        ("团区函", 0, 0, "letter.first"),
        ("团区函", 10_000, 0, "letter.first"),
    ],
)
def test_word_and_first_number_of_a_year(word, first, last, found):
    assert code_of(letters.series_finding(word, first, year=2026, last=last, standing_first=1)) == found


# ---- steps -----------------------------------------------------------------------------
def test_a_letter_goes_from_draft_to_receipt_step_by_step():
    state = LetterState.DRAFT
    for action in ("review", "return", "review", "sign", "deliver", "acknowledge"):
        assert letters.letter_step_finding(state, action) is None
        state = LETTER.target(state, action)
    assert state == "acknowledged"
    assert LETTER.states == set(LetterState)
    assert LETTER.final_states == {LetterState.VOID}
    finding = letters.letter_step_finding("delivered", "sign")
    assert (finding.code, finding.params) == ("letter.state", {"state": "待回执"})


def test_receipts_come_in_after_the_archive_and_nothing_else_is_done_then():
    assert letters.letter_states_for(LetterAct.ACKNOWLEDGE) == {"feedback", "archived"}
    assert {letters.letter_states_for(act) for act in LetterAct if act != LetterAct.ACKNOWLEDGE} == {
        frozenset({"feedback"})
    }


@pytest.mark.parametrize(
    ("taken", "act", "who", "found"),
    [
        ("draft:a", "review", "a", "letter.same"),
        ("draft:a change:b", "review", "b", "letter.same"),
        ("draft:a", "review", "b", None),
        ("draft:a review:b", "sign", "a", "letter.same"),
        ("draft:a review:b", "sign", "b", "letter.same"),
        ("draft:a review:b", "sign", "l", None),
        ("draft:a review:b return:l change:a review:c", "sign", "l", None),
        ("draft:a review:b sign:l", "deliver", "a", None),
    ],
)
def test_nobody_reviews_or_signs_what_they_did_themselves(taken, act, who, found):
    steps = [StepFacts(*one.split(":")) for one in taken.split()]
    assert code_of(letters.letter_same_finding(steps, act, who)) == found


DAY, LATER, BEFORE = date(2027, 1, 20), date(2027, 1, 21), date(2027, 1, 19)


@pytest.mark.parametrize(
    ("way", "day", "has_account", "found"),
    [
        ("portal", DAY, True, None),
        ("portal", DAY, False, ("way", "letter.account")),
        ("hand", DAY, False, None),
        ("post", LATER, True, ("day", "letter.delivery-day")),
        ("post", BEFORE, True, ("day", "letter.delivery-day")),
    ],
)
def test_a_letter_is_delivered_between_signing_and_today(way, day, has_account, found):
    said = letters.delivery_finding(way, day, signed_on=DAY, today=DAY, has_account=has_account)
    assert (said and (said[0], said[1].code)) == found


@pytest.mark.parametrize(
    ("receiver", "day", "found"),
    [
        ("陈一", DAY, None),
        (" ", DAY, ("receiver", "letter.receiver")),
        ("陈一", LATER, ("day", "letter.receipt-day")),
        ("陈一", BEFORE, ("day", "letter.receipt-day")),
    ],
)
def test_a_receipt_names_who_and_when(receiver, day, found):
    said = letters.receipt_finding(receiver, day, delivered_on=DAY, today=DAY)
    assert (said and (said[0], said[1].code)) == found


def test_a_suggestion_is_not_empty():
    assert code_of(letters.suggestion_finding(" \n")) == "letter.suggestion"
    assert letters.suggestion_finding("建议") is None


# ---- wording ---------------------------------------------------------------------------
def test_titles_say_what_is_corrected():
    said = letters.title_text
    assert said(2026, LetterKind.COMMITTEE, is_correction=False) == "关于反馈2026年度团干部考核等次的函"
    assert said(2026, LetterKind.SUMMARY, is_correction=True) == "关于更正2026年度团干部考核结果汇总的函"


def test_the_opening_says_what_was_decided_and_of_how_many():
    told = {"minutes": "〔2027〕1号", "copies": 1}
    begun = "2026年度团干部考评已经结束，等次经团区委书记会议审定（〔2027〕1号）。"
    said = letters.opening_text
    assert said(2026, "committee", people=2, **told).startswith(f"{begun}现将你单位2名团干部的考核等次函告如下")
    assert said(2026, "committee", people=0, **told).startswith(f"{begun}以下1名同志年内由你单位调出")
    assert said(2026, "summary", people=9, **told).startswith(f"{begun}现将9名团干部的考核结果汇总报送")
    assert letters.correction_text("团区函〔2027〕3号") == "原团区函〔2027〕3号同时作废，以本函为准。"


def test_suggestions_follow_the_grades_that_occur():
    found = letters.suggestion_text([4, 1, 1]).splitlines()
    assert [line[:7] for line in found] == ["等次为“好”的", "等次为“差”的"]
    assert letters.suggestion_text([2, 3, None]).count("\n") == 2
    assert letters.suggestion_text([]) == "请结合日常了解掌握使用。"


def test_attachments_are_scores_or_the_list_and_the_receipt():
    titles = letters.attachment_titles
    assert titles("committee", 2026, people=2) == ("2026年度考核得分一览表", "回执")
    assert titles("committee", 2026, people=0) == ("回执",)
    assert titles("summary", 2026, people=2) == ("2026年度团干部考核结果名册", "回执")
