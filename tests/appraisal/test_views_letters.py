"""Pages of the 反馈函: the list, drafting, a letter for the office and for whom it is, many at once, documents."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse
from docx import Document

from appraisal.models import FeedbackLetter, LetterSeries
from tests.appraisal.conftest import account_of
from tests.appraisal.letters import SENT, again, desk, drafted, feeding_back, move, take
from tests.appraisal.seals import locked
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import at, buttons, main
from youthleague.audit.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files", "in_january")]
LIST = "/appraisal/2026/letters/"


@pytest.fixture
def plain_files(settings):
    """Use static files without their hashed names."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def in_january(time_machine):
    """Let it be the day on which the letters are sent."""
    time_machine.move_to(SENT, tick=False)


@pytest.fixture
def year(cycle, leader, staff):
    locked(cycle, leader, staff)
    return feeding_back(cycle)


@pytest.fixture
def hands(district, staff, leader):
    return desk(district, staff, leader)


@pytest.fixture
def crowd(district):
    """A colleague of the group of the district's own people."""
    return make_cadre(district.top, name="同组的", league_post="staff")


@pytest.fixture
def letters(year, staff):
    return drafted(year, staff)


@pytest.fixture
def letter(letters):
    return letters["青禾街道团工委"]


def page_of(letter, act=""):
    return reverse(f"appraisal-letter{act and f'-{act}'}", args=[letter.pk])


def received_page(letter, act=""):
    return reverse(f"letter{act and f'-{act}'}", args=[letter.pk])


def posted(user, url, **data):
    return at(user).post(url, data)


def post_step(user, letter, act, **data):
    return posted(user, page_of(letter, act), version=again(letter).version, **data)


# ---- the list --------------------------------------------------------------------------
def test_the_list_counts_by_state_and_is_narrowed(staff, letters, hands):
    take(letters["柳溪镇团委"], "signed", hands)
    page = at(staff).get(LIST)
    assert main(page).count("<tr") == 4
    assert "团区函〔2027〕1号" in main(page)
    assert buttons(page)[:3] == ["全部下载", "机关代字、起始号", "成批送达"]
    assert main(at(staff).get(f"{LIST}?state=signed")).count("<tr") == 2
    assert "没有这样的反馈函" in main(at(staff).get(f"{LIST}?state=void"))
    assert main(at(staff).get(f"{LIST}?state=x")).count("<tr") == 4


def test_without_letters_the_page_says_what_to_do(staff, leader, cycle):
    assert "审定、锁定结果并转入反馈以后" in main(at(staff).get(LIST))
    assert buttons(at(staff).get(LIST)) == []
    feeding_back(cycle)
    assert "按锁定的成绩一次拟出全部反馈函" in main(at(staff).get(LIST))
    assert buttons(at(leader).get(LIST)) == ["成批审核", "成批签发"]


@pytest.mark.parametrize("more", [0, 29])
def test_the_list_asks_a_fixed_number_of_questions(more, district, year, staff, django_assert_num_queries):
    letters = list(drafted(year, staff).values())
    for number in range(more):
        FeedbackLetter.objects.create(
            cycle=year,
            seal=letters[0].seal,
            kind="committee",
            organisation=district.village_a1,
            lineage=district.village_a1.lineage,
            addressee=f"某单位{number}",
            suggestion="建议",
            state="void",
        )
    browser = at(staff)
    browser.get(LIST)
    with django_assert_num_queries(10):
        browser.get(LIST)


def test_drafting_shows_who_gets_what_first(staff, leader, year, people, district):
    move(people["a"], district.township_b, date(2026, 6, 1))
    page = main(at(staff).get(f"{LIST}draft/"))
    assert "甲（青禾街道团工委书记）" in page
    assert page.count("未拟") == 3
    answer = posted(staff, f"{LIST}draft/")
    assert answer.url == LIST
    assert FeedbackLetter.objects.count() == 3
    assert "未拟" not in main(at(staff).get(f"{LIST}draft/"))
    assert at(leader).get(f"{LIST}draft/").status_code == 403


def test_a_year_that_is_not_locked_offers_nothing_to_draft(staff, cycle):
    feeding_back(cycle)
    assert "还不能拟稿" in main(at(staff).get(f"{LIST}draft/"))
    assert "还没有锁定" in main(posted(staff, f"{LIST}draft/"))


def test_word_and_first_number_are_set_beside_their_fields(staff, year, hands):
    answer = posted(staff, f"{LIST}series/", word="CYL", first="1")
    assert "机关代字请用" in main(answer)
    assert posted(staff, f"{LIST}series/", word="团示函", first="6").url == LIST
    assert LetterSeries.objects.values_list("word", "first").get() == ("团示函", 6)
    assert 'value="团示函"' in main(at(staff).get(f"{LIST}series/"))


# ---- one letter ------------------------------------------------------------------------
def test_a_letter_goes_from_page_to_page(staff, leader, letter, hands):
    assert buttons(at(hands["reviewer"]).get(page_of(letter))) == ["下载文档", "审核通过", "修改", "作废", "打印"]
    assert buttons(at(staff).get(page_of(letter))) == ["下载文档", "修改", "作废", "打印"]
    post_step(staff, letter, "edit", addressee="中共青禾街道工委", suggestion="建议表扬")
    post_step(hands["reviewer"], letter, "review")
    assert buttons(at(leader).get(page_of(letter))) == ["下载文档", "签发", "退回", "打印"]
    post_step(leader, letter, "sign")
    post_step(staff, letter, "deliver", way="portal", day="2027-01-20")
    assert buttons(at(hands["party"]).get(received_page(letter))) == ["下载文档", "填写回执", "打印"]
    answer = posted(
        hands["party"],
        received_page(letter, "receipt"),
        version=again(letter).version,
        receiver="陈一",
        day="2027-01-20",
        opinion="同意",
    )
    assert answer.url == received_page(letter)
    done = again(letter)
    assert (done.state, done.suggestion, done.opinion) == ("acknowledged", "建议表扬", "同意")
    page = main(at(staff).get(page_of(letter)))
    assert [word in page for word in ("拟稿", "审核", "签发", "送达：平台送达", "回执", "建议表扬")] == [True] * 6


def test_paper_is_entered_by_who_keeps_the_year(staff, letters, hands):
    letter = take(letters["柳溪镇团委"], "signed", hands)
    assert "平台送达" not in main(at(staff).get(page_of(letter, "deliver")))
    assert "送达日期不能早于签发日期" in main(post_step(staff, letter, "deliver", way="hand", day="2027-01-19"))
    assert post_step(staff, letter, "deliver", way="hand", day="2027-01-20").status_code == 302
    assert post_step(staff, letter, "receipt", receiver="李二", day="2027-01-20", opinion="").status_code == 302
    assert again(letter).state == "acknowledged"


def test_a_letter_is_returned_and_withdrawn_with_a_reason(staff, leader, letter, hands):
    take(letter, "reviewed", hands)
    assert "请填写" in main(post_step(leader, letter, "return", reason=""))
    post_step(leader, letter, "return", reason="建议太笼统")
    assert "退回：建议太笼统" in main(at(staff).get(page_of(letter)))
    post_step(staff, letter, "void", reason="不再需要")
    page = main(at(staff).get(page_of(letter)))
    assert "作废：不再需要" in page
    assert "已作废" in page


def test_many_are_passed_at_once(staff, leader, letters, hands):
    def send(user, action):
        page = at(user).get(f"{LIST}{action}/")
        chosen = [one.split('"')[0] for one in main(page).split('name="letters" value="')[1:]]
        return posted(user, f"{LIST}{action}/", letters=chosen), len(chosen)

    assert "没有等您办的反馈函" in main(at(staff).get(f"{LIST}review/"))
    assert send(hands["reviewer"], "review")[1] == 3
    assert send(leader, "sign")[1] == 3
    answer, count = send(staff, "deliver")
    assert (answer.url, count) == (LIST, 2)  # of B nobody has an account
    assert set(FeedbackLetter.objects.values_list("state", flat=True)) == {"signed", "delivered"}
    assert "请先勾选反馈函" in main(posted(staff, f"{LIST}deliver/"))


def test_documents_leave_the_portal_with_an_event(staff, letter, hands):
    answer = at(staff).get(page_of(letter, "document"))
    assert Document(BytesIO(answer.content)).paragraphs[0].text == "关于反馈2026年度团干部考核等次的函"
    archive = ZipFile(BytesIO(at(staff).get(f"{LIST}archive/").content))
    assert len(archive.namelist()) == 3
    assert AuditEvent.objects.filter(action="letter.export").count() == 2


# ---- who reads what --------------------------------------------------------------------
def test_a_committee_reads_its_own_letters_once_they_were_delivered(letters, letter, hands, district):
    browser = at(hands["party"])
    assert "没有收到反馈函" in main(browser.get("/letters/"))
    assert browser.get(received_page(letter)).status_code == 404
    take(letter, "delivered", hands)
    take(letters["柳溪镇团委"], "signed", hands)
    post_step(hands["staff"], letters["柳溪镇团委"], "deliver", way="post", day="2027-01-20")
    page = main(browser.get("/letters/"))
    assert "待回执" in page
    assert page.count("<tr") == 2
    assert browser.get(received_page(letter)).status_code == 200
    for other in (letters["柳溪镇团委"], letters["团区委"]):
        assert again(other).state in {"delivered", "draft"}
        for act in ("", "document", "receipt"):
            assert browser.get(received_page(other, act)).status_code == 404
    assert browser.get(page_of(letter)).status_code == 403
    assert browser.get(LIST).status_code == 403


def test_the_department_reads_copies_and_confirms_the_summary(letters, letter, hands):
    take(letter, "delivered", hands)
    take(letters["团区委"], "delivered", hands)
    browser = at(hands["department"])
    page = main(browser.get("/letters/"))
    assert [page.count(word) for word in ("待回执</span>", "抄送</span>")] == [1, 1]
    assert "抄送件，供了解" in main(browser.get(received_page(letter)))
    assert browser.get(received_page(letter, "receipt")).status_code == 404
    assert "填写回执" in buttons(browser.get(received_page(letters["团区委"])))


def test_whoever_is_appraised_reads_nobody_of_the_group_in_a_letter(crowd, letters, people, district, leader):
    browser = at(account_of(people["top"], "district_staff", district.top))
    summary, other = letters["团区委"], letters["青禾街道团工委"]
    page = main(browser.get(page_of(summary)))
    assert ("甲" in page, "同组的" in page, "其中 1 人是您参评的考评组的同志" in page) == (True, False, True)
    assert browser.get(page_of(summary, "document")).status_code == 404
    assert len(ZipFile(BytesIO(browser.get(f"{LIST}archive/").content)).namelist()) == 2
    assert browser.get(page_of(other, "document")).status_code == 200
    assert at(leader).get(page_of(summary, "document")).status_code == 200


def test_those_who_are_not_asked_do_not_come_in(letter, district, hands):
    secretary = make_user("township_secretary", district.township_a)
    for url in (LIST, page_of(letter), "/letters/", received_page(letter)):
        assert at(secretary).get(url).status_code == 403
    assert at(hands["department"]).get(LIST).status_code == 403


# ---- what waits ------------------------------------------------------------------------
def test_the_workbench_says_what_waits_for_whom(staff, leader, letters, letter, hands):
    def waits(user):
        page = main(at(user).get("/"))
        return [
            word for word in ("待审核", "待签发", "待送达", "待回执") if f"{word}</span>" in page and "反馈函" in page
        ]

    assert (waits(hands["reviewer"]), waits(staff), waits(hands["party"])) == (["待审核"], [], [])
    take(letter, "reviewed", hands)
    assert "待签发" in waits(leader)
    take(letter, "signed", hands)
    assert waits(staff) == ["待送达"]
    take(letter, "delivered", hands)
    assert waits(hands["party"]) == ["待回执"]
    take(letter, "acknowledged", hands)
    assert waits(hands["party"]) == []
