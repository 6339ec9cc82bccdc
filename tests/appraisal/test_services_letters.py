"""反馈函 as acts: whom they go to, who may do what, numbers, delivery, receipt, what a reopening does."""

from datetime import date, timedelta

import pytest

from appraisal.models import AppraisalCycle, FeedbackLetter, LetterSeries
from appraisal.reports.letters import letters_missing
from appraisal.services.letter_delivery import (
    Receipt,
    acknowledge_letter,
    deliver_letter,
    enter_receipt,
    pass_letters,
)
from appraisal.services.letters import (
    change_letter,
    draft_letters,
    return_letter,
    review_letter,
    set_series,
    sign_letter,
    void_letter,
)
from appraisal.services.sealing import ask_reopening, confirm_reopening, seal_year
from tests.appraisal.conftest import NOON, account_of, fresh, refused
from tests.appraisal.letters import DAY, RECEIPT, SENT, act, again, desk, drafted, feeding_back, move, named, take
from tests.appraisal.seals import MINUTES, locked
from tests.factories import make_user
from youthleague.audit.models import AuditEvent
from youthleague.notices.models import Notice

pytestmark = pytest.mark.django_db
WORDS = {"addressee": "中共青禾街道工作委员会", "suggestion": "建议表扬"}


@pytest.fixture
def year(cycle, leader, staff):
    """Give the locked year in 反馈."""
    locked(cycle, leader, staff)
    return feeding_back(cycle)


@pytest.fixture
def hands(district, staff, leader):
    """Give who takes the steps of the letters to A."""
    return desk(district, staff, leader)


@pytest.fixture
def letters(year, staff):
    """Give the drafts of the year."""
    return drafted(year, staff)


@pytest.fixture
def letter(letters):
    """Give the draft to the committee of A."""
    return letters["青禾街道团工委"]


def told(user):
    """Give what an account was told, by kind and title."""
    rows = Notice.objects.filter(recipient=user, channel="inbox").order_by("pk")
    return [(row.kind, row.title) for row in rows]


# ---- whom they go to -------------------------------------------------------------------
def test_one_letter_goes_to_each_committee_and_the_summary_to_the_department(letters):
    found = {name: (one.kind, one.addressee, one.state, named(one)) for name, one in letters.items()}
    assert found == {
        "青禾街道团工委": ("committee", "中共青禾街道工作委员会", "draft", [("甲", "青禾街道团工委书记", False)]),
        "柳溪镇团委": ("committee", "中共柳溪镇委员会", "draft", [("乙", "柳溪镇团委书记", False)]),
        "团区委": (
            "summary",
            "中共示范区委组织部",
            "draft",
            [
                (name, post, False)
                for name, post in (
                    ("甲", "青禾街道团工委书记"),
                    ("乙", "柳溪镇团委书记"),
                    ("丙", "共青团示范区委员会工作人员"),
                )
            ],
        ),
    }


def test_who_moved_is_told_of_where_the_year_ended_and_copied_to_where_it_began(year, people, district, staff):
    move(people["a"], district.township_b, date(2026, 12, 10))
    letters = drafted(year, staff)
    assert named(letters["柳溪镇团委"]) == [("甲", "柳溪镇团委书记", False), ("乙", "柳溪镇团委书记", False)]
    assert named(letters["青禾街道团工委"]) == [("甲", "青禾街道团工委书记", True)]


def test_who_moved_after_the_year_is_told_of_where_it_ended(year, people, district, staff):
    move(people["a"], district.township_b, date(2027, 1, 5))
    letters = drafted(year, staff)
    assert named(letters["青禾街道团工委"]) == [("甲", "青禾街道团工委书记", False)]
    assert named(letters["柳溪镇团委"]) == [("乙", "柳溪镇团委书记", False)]


def test_a_merged_unit_is_stood_for_by_the_one_that_took_it_over(year, people, district, staff):
    move(people["a"], district.township_b, date(2026, 6, 1))
    type(district.township_a).objects.filter(pk=district.township_a.pk).update(merged_into=district.township_b)
    letters = drafted(year, staff)
    assert set(letters) == {"柳溪镇团委", "团区委"}
    assert [copied for *_, copied in named(letters["柳溪镇团委"])] == [False, False]


def test_drafting_again_adds_what_is_missing_only(year, letters, letter, staff):
    assert draft_letters(cycle=year, by=staff, at=SENT).drafted == 0
    act(void_letter, letter, staff, reason="主送有误")
    again_drafted = draft_letters(cycle=year, by=staff, at=SENT)
    assert (again_drafted.drafted, again_drafted.corrections, again_drafted.standing) == (1, 0, 2)
    assert FeedbackLetter.objects.standing().count() == 3


def test_letters_are_drafted_by_who_keeps_a_locked_year_in_feedback(cycle, leader, staff):
    feeding_back(cycle)
    assert refused(lambda: draft_letters(cycle=cycle, by=staff, at=SENT)) == "letter.seal"
    AppraisalCycle.objects.update(state="decision")
    assert refused(lambda: draft_letters(cycle=fresh(cycle), by=staff, at=SENT)) == "cycle.state"
    assert refused(lambda: draft_letters(cycle=fresh(cycle), by=leader, at=SENT)) == "appraisal.scope"
    assert not FeedbackLetter.objects.exists()


# ---- from hand to hand -----------------------------------------------------------------
def test_a_letter_goes_from_hand_to_hand_and_each_step_stays(letter, hands):
    done = take(letter, "acknowledged", hands)
    acts = [(one.act, one.by, one.reason) for one in done.steps.select_related("by")]
    assert acts == [
        ("draft", hands["staff"], ""),
        ("review", hands["reviewer"], ""),
        ("sign", hands["leader"], ""),
        ("deliver", hands["staff"], "平台送达"),
        ("acknowledge", hands["party"], ""),
    ]
    assert (done.number_text, done.signed_on, done.signed_by) == ("团区函〔2027〕1号", DAY, hands["leader"])
    assert (done.way, done.delivered_on) == ("portal", DAY)
    assert (done.receiver, done.acknowledged_on, done.opinion) == ("陈一", DAY, "同意")
    actions = AuditEvent.objects.filter(action__startswith="letter.").order_by("pk").values_list("action", flat=True)
    assert list(actions) == [f"letter.{act}" for act in ("draft", "review", "sign", "deliver", "acknowledge")]
    assert told(hands["party"]) == [("letter-arrived", "反馈函团区函〔2027〕1号请签收")]
    assert told(hands["staff"]) == [("letter-answered", "团区函〔2027〕1号已回执：中共青禾街道工作委员会")]


def test_nobody_reviews_or_signs_what_they_wrote_by_any_account(letter, hands, district, leader):
    staff = hands["staff"]
    assert refused(lambda: act(review_letter, letter, staff)) == "letter.same"
    twin = make_user("leader", district.top)
    type(twin).objects.filter(pk=twin.pk).update(person_key=staff.person_key)
    assert refused(lambda: act(review_letter, letter, fresh(twin))) == "letter.same"
    take(letter, "reviewed", {**hands, "reviewer": leader})
    assert refused(lambda: act(sign_letter, letter, leader)) == "letter.same"
    assert refused(lambda: act(sign_letter, letter, fresh(twin))) == "letter.same"
    assert again(letter).state == "reviewed"


def test_whom_a_letter_names_neither_writes_nor_signs_nor_confirms_it(letters, letter, hands, people, district):
    own_staff = account_of(people["a"], "district_staff", district.top)
    assert refused(lambda: act(change_letter, letter, own_staff, **WORDS)) == "appraisal.self"
    take(letter, "reviewed", hands)
    own_leader = account_of(people["a"], "leader", district.top)
    assert refused(lambda: act(sign_letter, letter, own_leader)) == "appraisal.self"
    take(letter, "delivered", hands)
    own_party = account_of(people["a"], "party_committee", district.township_a)
    assert refused(lambda: act(acknowledge_letter, letter, own_party, receipt=RECEIPT)) == "appraisal.self"
    assert refused(lambda: act(void_letter, letter, own_leader, reason="不要")) == "appraisal.self"
    assert again(letter).state == "delivered"


@pytest.mark.parametrize(
    ("service", "who", "state", "more"),
    [
        (review_letter, "party", "draft", {}),
        (change_letter, "leader", "draft", WORDS),
        (sign_letter, "staff", "reviewed", {}),
        (return_letter, "party", "reviewed", {"reason": "不妥"}),
        (deliver_letter, "leader", "signed", {"way": "hand", "day": DAY}),
        (enter_receipt, "leader", "delivered", {"receipt": RECEIPT}),
        (void_letter, "staff", "signed", {"reason": "有误"}),
        (void_letter, "leader", "draft", {"reason": "有误"}),
    ],
)
def test_each_step_asks_for_its_right(letter, hands, service, who, state, more):
    take(letter, state, hands)
    before = again(letter).version
    assert refused(lambda: act(service, letter, hands[who], **more)) == "appraisal.scope"
    assert again(letter).version == before


def test_a_stale_or_wrong_step_changes_nothing(letter, hands, staff):
    row = again(letter)
    assert (
        refused(lambda: review_letter(letter=row, version=row.version - 1, by=hands["reviewer"], at=SENT))
        == "row.stale"
    )
    assert refused(lambda: act(sign_letter, letter, hands["leader"])) == "letter.state"
    assert refused(lambda: act(void_letter, letter, staff, reason=" ")) == "fact.reason"
    take(letter, "reviewed", hands)
    assert refused(lambda: act(change_letter, letter, staff, **WORDS)) == "letter.state"
    assert refused(lambda: act(return_letter, letter, hands["leader"], reason=" ")) == "fact.reason"


def test_a_returned_letter_is_written_anew_and_goes_its_way_again(letter, hands, staff):
    take(letter, "reviewed", hands)
    act(return_letter, letter, hands["leader"], reason="建议写具体")
    assert told(staff) == [("letter-answered", "反馈函被退回：中共青禾街道工作委员会")]
    act(change_letter, letter, staff, addressee=" 中共青禾街道工委 ", suggestion=" 建议表扬\n")
    done = take(letter, "signed", hands)
    assert (done.addressee, done.suggestion) == ("中共青禾街道工委", "建议表扬")


def test_empty_words_are_refused_beside_their_fields(letter, staff):
    assert refused(lambda: act(change_letter, letter, staff, addressee=" ", suggestion="好")) == {
        "addressee": ["letter.addressee"]
    }
    assert refused(lambda: act(change_letter, letter, staff, addressee="某委", suggestion=" ")) == {
        "suggestion": ["letter.suggestion"]
    }


# ---- numbers ---------------------------------------------------------------------------
def test_numbers_count_on_without_gaps_from_the_first(year, letters, hands, staff):
    set_series(cycle=year, year=2027, word=" 团示函 ", first=5, by=staff, at=SENT)
    for one in letters.values():
        take(one, "reviewed", hands)
    versions = {one.pk: again(one).version for one in letters.values()}
    assert pass_letters(cycle=year, action="sign", versions=versions, by=hands["leader"], at=SENT) == 3
    numbers = FeedbackLetter.objects.order_by("pk").values_list("word", "number_year", "number")
    assert list(numbers) == [("团示函", 2027, number) for number in (5, 6, 7)]
    assert LetterSeries.objects.get().last == 7


def test_a_refused_signature_leaves_no_gap(year, letters, letter, hands):
    take(letter, "reviewed", hands)
    versions = {one.pk: again(one).version for one in letters.values()}  # the others were not reviewed
    assert (
        refused(lambda: pass_letters(cycle=year, action="sign", versions=versions, by=hands["leader"], at=SENT))
        == "letter.state"
    )
    assert not FeedbackLetter.objects.filter(number__isnull=False).exists()
    assert take(letter, "signed", hands).number == 1


def test_another_year_begins_anew_under_the_same_word(year, letters, letter, hands, staff):
    set_series(cycle=year, year=2026, word="团示函", first=3, by=staff, at=SENT)
    assert take(letter, "signed", hands).number_text == "团示函〔2027〕1号"


def test_the_first_number_stands_once_one_was_given(year, letter, hands, staff, leader):
    take(letter, "signed", hands)
    told_of = {"cycle": year, "year": 2027, "by": staff, "at": SENT}
    assert refused(lambda: set_series(word="团区函", first=9, **told_of)) == {"first": ["letter.numbered"]}
    assert refused(lambda: set_series(word="CYL", first=1, **told_of)) == {"word": ["letter.word"]}
    assert refused(lambda: set_series(word="团区函", first=1, **{**told_of, "by": leader})) == "appraisal.scope"
    set_series(word="团示函", first=1, **told_of)
    assert again(letter).number_text == "团区函〔2027〕1号"


def test_numbers_of_a_year_are_used_up(letter, hands):
    LetterSeries.objects.create(year=2027, word="团区函", first=1, last=9_999)
    assert refused(lambda: take(letter, "signed", hands)) == "letter.full"
    assert again(letter).number is None


# ---- delivery and receipt --------------------------------------------------------------
def test_who_has_no_account_gets_paper(letters, hands):
    letter = letters["柳溪镇团委"]
    take(letter, "signed", hands)
    assert refused(lambda: act(deliver_letter, letter, hands["staff"], way="portal", day=DAY)) == {
        "way": ["letter.account"]
    }
    early = DAY - timedelta(days=1)
    assert refused(lambda: act(deliver_letter, letter, hands["staff"], way="post", day=early)) == {
        "day": ["letter.delivery-day"]
    }
    act(deliver_letter, letter, hands["staff"], way="post", day=DAY)
    assert refused(lambda: act(acknowledge_letter, letter, hands["party"], receipt=RECEIPT)) == "letter.foreign"
    assert refused(lambda: act(acknowledge_letter, letter, hands["department"], receipt=RECEIPT)) == "letter.foreign"
    act(enter_receipt, letter, hands["staff"], receipt=RECEIPT)
    done = again(letter)
    assert (done.state, done.way, done.steps.last().reason) == ("acknowledged", "post", "凭书面回执登记")


def test_the_department_confirms_the_summary_also_after_the_archive(year, letters, hands):
    letter = letters["团区委"]
    take(letter, "delivered", hands)
    AppraisalCycle.objects.filter(pk=year.pk).update(state="archived")
    for receipt, code in (
        (Receipt(" ", DAY), {"receiver": ["letter.receiver"]}),
        (Receipt("王", DAY + timedelta(9)), {"day": ["letter.receipt-day"]}),
    ):
        assert refused(lambda one=receipt: act(acknowledge_letter, letter, hands["department"], receipt=one)) == code
    act(acknowledge_letter, letter, hands["department"], receipt=Receipt("王", DAY))
    assert again(letter).state == "acknowledged"
    assert refused(lambda: act(void_letter, letter, hands["leader"], reason="晚了")) == "cycle.locked"


def test_all_or_none_are_delivered_at_once(year, letters, hands, staff):
    for one in letters.values():
        take(one, "signed", hands)
    versions = {one.pk: again(one).version for one in letters.values()}
    assert (
        refused(lambda: pass_letters(cycle=year, action="deliver", versions=versions, by=staff, at=SENT))
        == "letter.account"
    )
    assert not FeedbackLetter.objects.filter(state="delivered").exists()
    del versions[letters["柳溪镇团委"].pk]
    assert pass_letters(cycle=year, action="deliver", versions=versions, by=staff, at=SENT) == 2
    assert (
        refused(lambda: pass_letters(cycle=year, action="deliver", versions={0: 1}, by=staff, at=SENT)) == "row.stale"
    )


# ---- what is missing -------------------------------------------------------------------
def test_the_archive_asks_for_every_letter_to_have_arrived(year, staff, hands):
    assert [(one.addressee, one.state) for one in letters_missing(year)] == [
        ("青禾街道团工委", "还没有拟稿"),
        ("柳溪镇团委", "还没有拟稿"),
        ("团区委", "还没有拟稿"),
    ]
    letters = drafted(year, staff)
    take(letters["青禾街道团工委"], "delivered", hands)
    take(letters["团区委"], "signed", hands)
    assert [(one.addressee, one.state) for one in letters_missing(year)] == [
        ("中共柳溪镇委员会", "待审核"),
        ("中共示范区委组织部", "待送达"),
    ]


# ---- what a reopening does -------------------------------------------------------------
def test_a_reopened_year_withdraws_its_letters_and_the_next_ones_correct_them(
    year, letter, hands, leader, staff, district
):
    take(letter, "delivered", hands)
    second = make_user("leader", district.top)
    seal = ask_reopening(seal=letter.seal, reason="票数有误", by=leader, at=SENT)
    confirm_reopening(seal=seal, by=second, at=SENT)
    assert set(FeedbackLetter.objects.values_list("state", flat=True)) == {"void"}
    assert again(letter).steps.last().reason == "年度重开，函告的等次不再有效"
    assert told(hands["party"])[-1] == ("letter-arrived", "团区函〔2027〕1号已作废")
    AppraisalCycle.objects.filter(pk=year.pk).update(state="decision")
    seal_year(cycle=fresh(year), minutes_number=MINUTES, by=leader, at=SENT)
    feeding_back(year)
    assert refused(lambda: act(review_letter, letter, hands["reviewer"])) == "letter.reopened"
    new = drafted(year, staff)
    assert {name: one.replaces_id for name, one in new.items()} == {
        "青禾街道团工委": letter.pk,
        "柳溪镇团委": None,
        "团区委": None,
    }
    corrected = take(new["青禾街道团工委"], "signed", hands)
    assert (corrected.number, corrected.title) == (2, "关于更正2026年度团干部考核等次的函")


def test_a_signed_letter_is_withdrawn_by_a_leader_and_keeps_its_number(year, letter, hands, leader, staff):
    take(letter, "acknowledged", hands)
    act(void_letter, letter, leader, reason="主送有误")
    done = again(letter)
    assert (done.state, done.number) == ("void", 1)
    assert told(hands["party"])[-1][1] == "团区函〔2027〕1号已作废"
    assert draft_letters(cycle=year, by=staff, at=SENT).corrections == 1
    new = take(FeedbackLetter.objects.standing().get(replaces=letter), "signed", hands)
    assert new.number == 2


def test_people_who_are_approved_without_letters_lose_none(cycle, leader, staff, district):
    seal = locked(cycle, leader, staff)
    second = make_user("leader", district.top)
    asked = ask_reopening(seal=seal, reason="票数有误", by=leader, at=NOON)
    confirm_reopening(seal=asked, by=second, at=NOON)
    assert not AuditEvent.objects.filter(action="letter.void").exists()
