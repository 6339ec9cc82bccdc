"""Rules of 年终材料; ``test_rules`` runs them, so that every branch of the rules is counted in one place."""

from datetime import date

import pytest

from appraisal.choices import DebriefState, MaterialState
from appraisal.rules import materials
from appraisal.rules.materials import CHECKLISTS, DEBRIEF, ItemText

__all__ = [
    "test_a_draft_may_lack_much_but_no_content",
    "test_a_full_list_takes_no_more",
    "test_a_text_is_stored_without_what_nobody_sees",
    "test_an_outcome_needs_its_sentence",
    "test_characters_are_counted_as_word_processors_do",
    "test_items_are_numbered_within_their_kind",
    "test_lists_and_reports_go_from_draft_to_in",
    "test_lists_are_complete",
    "test_what_a_report_needs",
    "test_what_is_in_is_not_written_on",
]
GOOD = (
    ItemText("strength", "好", basis="台账"),
    ItemText("shortcoming", "差", responsible="甲", due_on=date(2027, 6, 30)),
    ItemText("plan", "做", responsible="甲", due_on=date(2027, 6, 30)),
)


def codes(found):
    return [(key, one.code) for key, one in found]


def code(finding):
    return finding and finding.code


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" 　\n\t", 0),
        ("团区委2025年工作", 7),
        ("完成 3.5% 增长，", 6),
        ("“青年夜校”开班12期——好。", 14),
        ("B 站 UP主", 4),
        ("abc def", 2),
        ("龥㛃𠅤·①※", 6),
        ("第1,234号(修订)", 7),
        ("한글 かな", 4),
    ],
)
def test_characters_are_counted_as_word_processors_do(text, count):
    assert materials.words_of(text) == count


def test_a_text_is_stored_without_what_nobody_sees():
    assert materials.tidied("\r\n一  \r\n\r\n二\r三 \n\n") == "一\n\n二\n三"


def test_items_are_numbered_within_their_kind():
    items = [GOOD[0], GOOD[2], GOOD[0]]
    assert [(key, number) for key, number, _ in materials.numbered(items)] == [
        ("strength-1", 1),
        ("plan-1", 1),
        ("strength-2", 2),
    ]
    assert [ItemText("plan", "").is_blank, ItemText("plan", "", carried_from=1).is_blank] == [True, False]


def test_a_draft_may_lack_much_but_no_content():
    items = [ItemText("plan", "一"), ItemText("plan", "", basis="有"), ItemText("plan", "三"), ItemText("strength", "")]
    found = materials.draft_findings(items, most=2)
    assert codes(found) == [("plan-2", "item.content"), ("plan-3", "item.most"), ("strength-1", "item.content")]


@pytest.mark.parametrize(
    ("items", "found"),
    [
        (GOOD, []),
        (GOOD[1:], [("strength", "item.least")]),
        ((ItemText("strength", "好"), *GOOD[1:]), [("strength-1", "item.basis")]),
        ((*GOOD, ItemText("plan", "做")), [("plan-2", "item.responsible")]),
        ((*GOOD, ItemText("plan", "做", responsible="甲")), [("plan-2", "item.due")]),
        (
            (*GOOD[:2], ItemText("plan", "做", responsible="甲", due_on=date(2025, 12, 31))),
            [("plan-1", "item.due")],
        ),
        ((*GOOD[:2], ItemText("plan", "做", responsible="甲", due_on=date(2028, 12, 31))), []),
        (
            (*GOOD[:2], ItemText("plan", "做", responsible="甲", due_on=date(2029, 1, 1))),
            [("plan-1", "item.due")],
        ),
    ],
)
def test_lists_are_complete(items, found):
    assert codes(materials.complete_findings(items, year=2026, least=1)) == found


@pytest.mark.parametrize(
    ("outcome", "note", "found"),
    [
        ("done", "办成了", None),
        ("done", " ", "outcome.note"),
        ("dropped", "", "outcome.note"),
        ("carried", "", None),
        ("", "", None),
        ("x", "好", "outcome.kind"),
    ],
)
def test_an_outcome_needs_its_sentence(outcome, note, found):
    assert code(materials.outcome_finding(outcome, note)) == found
    assert [code(materials.open_finding(count)) for count in (0, 2)] == [None, "item.open"]


def test_a_full_list_takes_no_more():
    assert code(materials.full_finding("plan", 4, most=5)) is None
    finding = materials.full_finding("plan", 5, most=5)
    assert (finding.code, finding.sentence) == ("item.most", "计划清单最多 5 条。")


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (("亮", "", "差", "做"), []),
        ((" ", "绩", "差", ""), [("highlights", "report.part"), ("measures", "report.part")]),
        (("亮", "", "差", "做得好"), [("__all__", "report.words")]),
    ],
)
def test_what_a_report_needs(parts, found):
    assert codes(materials.report_findings(parts, most=4)) == found


@pytest.mark.parametrize(
    ("table", "acts", "seen"),
    [
        (CHECKLISTS, ("hand-in", "return", "hand-in", "receive"), ("submitted", "returned", "submitted", "received")),
        (CHECKLISTS, ("hand-in", "recall"), ("submitted", "draft")),
        (
            DEBRIEF,
            ("send", "return", "send", "approve", "hand-in", "send-back"),
            ("review", "returned", "review", "reviewed", "submitted", "returned"),
        ),
        (DEBRIEF, ("send", "approve", "recall"), ("review", "reviewed", "draft")),
    ],
)
def test_lists_and_reports_go_from_draft_to_in(table, acts, seen):
    state, states = "draft", []
    for act in acts:
        assert materials.step_finding(table, state, act) is None
        state = table.target(state, act)
        states.append(state)
    assert tuple(states) == seen
    assert code(materials.step_finding(table, "draft", "receive")) == "material.state"


def test_what_is_in_is_not_written_on():
    lists = [code(materials.writing_finding(one, materials.OPEN_LISTS)) for one in MaterialState]
    assert lists == [None, "material.state", None, "material.state"]
    reports = [code(materials.writing_finding(one, materials.OPEN_REPORTS)) for one in DebriefState]
    assert reports == [None, "material.state", None, "material.state", "material.state"]
    assert [code(materials.return_reason_finding(one)) for one in ("太笼统", " ")] == [None, "material.reason"]
