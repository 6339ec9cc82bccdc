"""The document of a pledge, read back: its structure, the table, the fonts by name, the lines to sign on."""

from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn

from appraisal.documents.pledges import pledge_document
from tests.appraisal.conftest import person
from tests.appraisal.pledges import content, draft, goal, take

pytestmark = pytest.mark.django_db


def read(pledge):
    return Document(BytesIO(pledge_document(pledge, list(pledge.goals.all()))))


def fonts(paragraph):
    return {run._element.rPr.rFonts.get(qn("w:eastAsia")) for run in paragraph.runs}


def test_the_document_has_the_structure_of_a_pledge(cycle, people, staff, hands):
    said = content(goal(measure="新建 3 个", evidence="批复"), goal("青年夜校", 40, target=8_500, unit="场"))
    pledge = take(draft(person(cycle, people["a"]), staff, content=said), "signed", hands)
    paper = read(pledge)
    lines = [one.text for one in paper.paragraphs]
    assert lines[:3] == ["2026年度岗位目标责任书", "甲方：共青团示范区委员会", "乙方：甲（青禾街道团工委书记）"]
    headings = ["一、岗位职责", "二、年度目标", "三、工作要求与纪律", "四、考核办法", "五、奖惩", "六、期限与变更"]
    assert [line for line in lines if line[:2] in {f"{one}、" for one in "一二三四五六"}] == headings
    assert "“2+3+4”考评的街道组，各项权重为：领导评鉴 42%" in "".join(lines)
    assert (lines[-4][:6], lines[-4][-11:]) == ("甲方（盖章）", "2026年11月25日")
    assert lines[-3].startswith("乙方（签字）")
    assert (lines[-2][:9], lines[-2][-11:]) == ("同级党（工）委见证", "2026年11月25日")
    assert lines[-1] == "本责任书一式三份，甲方、乙方、同级党（工）委各执一份。"


def test_the_goals_stand_in_a_table(cycle, people, staff):
    said = content(goal(measure="新建 3 个", evidence="批复"), goal("青年夜校", 40, target=8_500, unit="场"))
    table = read(draft(person(cycle, people["a"]), staff, content=said)).tables[0]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows == [
        ["序号", "目标任务", "量化指标", "目标值", "分值", "完成时限", "佐证方式"],
        ["1", "建团支部", "新建 3 个", "3个", "60", "2026-11-30", "批复"],
        ["2", "青年夜校", "—", "8.5场", "40", "2026-11-30", "—"],
    ]


def test_titles_are_in_hei_and_text_in_fangsong_on_a4(cycle, people, staff):
    paper = read(draft(person(cycle, people["a"]), staff))
    assert [fonts(one) for one in paper.paragraphs[:2]] == [{"黑体"}, {"仿宋"}]
    section = paper.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)


def test_one_that_is_not_signed_says_so_and_the_district_signs_without_witness(cycle, people, staff):
    pledge = draft(person(cycle, people["top"]), staff, content=content(promises="", rewards="", duties=""))
    lines = [one.text for one in read(pledge).paragraphs]
    assert lines[0] == "2026年度岗位目标责任书（未签订）"
    assert "（待写）" in lines
    assert "按干部考核有关规定执行。" in lines
    assert not [line for line in lines if "见证" in line]
    assert lines[-1] == "本责任书一式三份，甲方执两份，乙方执一份。"
