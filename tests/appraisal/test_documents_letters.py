"""The document of a 反馈函, read back: 文号, 主送, tables, 落款, 抄送, attachments; no rank; the archive of all."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn

from appraisal.documents.letters import letter_document, letter_paper, letters_archive
from appraisal.models import SealedCard
from tests.appraisal.letters import desk, drafted, feeding_back, move, take
from tests.appraisal.seals import MINUTES, locked
from tests.factories import make_cadre

pytestmark = pytest.mark.django_db
ISSUER = "共青团示范区委员会"
OPENING = (
    f"2026年度团干部考评已经结束，等次经团区委书记会议审定（{MINUTES}）。"
    "现将你单位1名团干部的考核等次函告如下，请按干部管理权限研究使用。"
)


@pytest.fixture
def year(cycle, leader, staff):
    locked(cycle, leader, staff)
    return feeding_back(cycle)


@pytest.fixture
def hands(district, staff, leader):
    return desk(district, staff, leader)


@pytest.fixture
def crowd(district):
    """Two more secretaries of the group of A."""
    return [make_cadre(district.township_a, name=name) for name in ("丁", "戊")]


def shown(letter):
    return letter_paper(letter, letter.people.select_related("card"))


def read(letter):
    return Document(BytesIO(letter_document(shown(letter))))


def lines_of(paper):
    return [one.text for one in paper.paragraphs]


def cells_of(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_a_signed_letter_has_the_structure_of_an_official_one(year, staff, hands):
    letter = take(drafted(year, staff)["青禾街道团工委"], "signed", hands)
    paper = read(letter)
    assert lines_of(paper) == [
        "关于反馈2026年度团干部考核等次的函",
        "团区函〔2027〕1号",
        "中共青禾街道工作委员会：",
        OPENING,
        "一、考核等次",
        "二、使用建议",
        "等次为“较好”的，建议肯定成绩，鼓励继续努力。",
        "附件1：2026年度考核得分一览表",
        "附件2：回执",
        " ",
        ISSUER,
        "2027年01月20日",
        f"（签发人：{hands['leader'].full_name}）",
        "抄送：中共示范区委组织部",
        "附件1",
        "2026年度考核得分一览表",
        "各项为百分制得分，组均为本人所在考评组总分的平均；“—”表示没有这一项，或者不足三人不给组均。",
        "附件2",
        "回执",
        f"{ISSUER}：",
        "《关于反馈2026年度团干部考核等次的函》（团区函〔2027〕1号）收悉。",
        "意见：________________",
        "签收人：________________",
        "中共青禾街道工作委员会（盖章）　　______年____月____日",
    ]
    named, scores = map(cells_of, paper.tables)
    assert named == [["姓名", "职务", "考评组", "等次"], ["甲", "青禾街道团工委书记", "街道", "较好"]]
    card = SealedCard.objects.get(participant__cadre__name="甲")
    assert scores[0][0] == "姓名"
    assert scores[1][:1] + scores[1][-3:] == ["甲", "0.50", f"{card.total / 1000:.2f}", "—"]
    assert len(scores[1]) == 10


def test_fonts_are_those_of_official_papers_and_attachments_begin_pages(year, staff):
    paper = read(drafted(year, staff)["青禾街道团工委"])
    fonts = {run._element.rPr.rFonts.get(qn("w:eastAsia")) for one in paper.paragraphs[:3] for run in one.runs}
    assert fonts == {"黑体", "仿宋"}
    begun = [one.text for one in paper.paragraphs if one.paragraph_format.page_break_before]
    assert begun == ["附件1", "附件2"]
    assert lines_of(paper)[1] == "（未签发）"


def test_the_former_committee_reads_name_former_post_and_grade_only(year, staff, people, district):
    move(people["a"], district.township_b, date(2026, 12, 10))
    letters = drafted(year, staff)
    copied = read(letters["青禾街道团工委"])
    assert [cells_of(one) for one in copied.tables] == [
        [["姓名", "在你单位的职务", "等次"], ["甲", "青禾街道团工委书记", "较好"]]
    ]
    text = "\n".join(lines_of(copied))
    assert "以下1名同志年内由你单位调出" in text
    assert not [word for word in ("得分", "乙", "柳溪镇") if word in text]
    told = read(letters["柳溪镇团委"])
    assert [row[0] for row in cells_of(told.tables[0])] == ["姓名", "甲", "乙"]


def test_both_kinds_of_people_stand_apart_in_one_letter(year, staff, people, district):
    move(people["a"], district.township_b, date(2026, 6, 1))
    move(people["b"], district.township_a, date(2026, 6, 1))
    lines = lines_of(read(drafted(year, staff)["青禾街道团工委"]))
    assert "三、抄送事项" in lines


def test_the_summary_counts_grades_by_group_and_lists_all_without_ranks(year, staff):
    letter = drafted(year, staff)["团区委"]
    paper = read(letter)
    counts, listed = map(cells_of, paper.tables)
    assert counts[0] == ["考评组", "好", "较好", "一般", "差", "不定等次", "合计"]
    assert counts[-1] == ["合计", *(f"{sum(int(row[at]) for row in counts[1:-1])}" for at in range(1, 7))]
    assert counts[-1][-1] == "3"
    assert listed[0] == ["序号", "姓名", "职务", "考评组", "总分", "等次"]
    in_order = SealedCard.objects.order_by("participant__group__position", "participant__lineage", "participant")
    assert [row[1] for row in listed[1:]] == list(in_order.values_list("participant__cadre__name", flat=True))
    assert "位次" not in "\n".join(lines_of(paper)) + str(listed)
    assert not [line for line in lines_of(paper) if line.startswith("抄送")]


def test_the_mean_of_a_group_of_one_is_not_told(year, staff):
    assert shown(drafted(year, staff)["青禾街道团工委"])["scores"][0][-1] == "—"


def test_the_mean_of_three_is_told(crowd, year, staff):
    totals = SealedCard.objects.filter(participant__group__name="街道").values_list("total", flat=True)
    mean = f"{round(sum(totals) / 30) / 100:.2f}"
    assert [row[-1] for row in shown(drafted(year, staff)["青禾街道团工委"])["scores"]] == [mean] * 3


def test_a_receipt_that_came_in_is_on_the_paper_and_a_withdrawn_letter_says_so(year, staff, hands):
    letter = take(drafted(year, staff)["青禾街道团工委"], "acknowledged", hands)
    assert shown(letter)["receipt"] == {
        "text": "《关于反馈2026年度团干部考核等次的函》（团区函〔2027〕1号）收悉。",
        "opinion": "同意",
        "receiver": "陈一",
        "day": "2027年01月20日",
    }
    letter.state = "void"
    assert shown(letter)["number"] == "团区函〔2027〕1号（已作废）"


def test_the_archive_holds_each_letter_as_a_document(year, staff, hands):
    letters = drafted(year, staff)
    take(letters["柳溪镇团委"], "signed", hands)
    files = [(one, list(one.people.select_related("card"))) for one in year.letters.with_all().order_by("pk")]
    archive = ZipFile(BytesIO(letters_archive(files)))
    assert archive.namelist() == [
        "01-反馈函-中共青禾街道工作委员会.docx",
        "02-团区函〔2027〕1号-中共柳溪镇委员会.docx",
        "03-反馈函-中共示范区委组织部.docx",
    ]
    for name in archive.namelist():
        assert Document(BytesIO(archive.read(name))).paragraphs[0].text.startswith("关于反馈2026年度")
