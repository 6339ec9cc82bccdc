"""Findings."""

from datetime import date

from youthleague.kernel.findings import Finding


def test_sentence_fills_the_places_of_the_message():
    finding = Finding("column.too_long", "最多 %(limit)s 个字。", {"limit": 20})
    assert finding.sentence == "最多 20 个字。"


def test_sentence_without_params_is_the_message_as_it_stands():
    assert Finding("rate.over", "完成率超过 100%。").sentence == "完成率超过 100%。"


def test_findings_are_values():
    first, second = Finding("a.b", "一句话。", {"n": 1}), Finding("a.b", "一句话。", {"n": 1})
    assert first == second
    assert len({first, second}) == 1


def test_a_finding_is_about_something():
    finding = Finding("term.limit", "最长到 %(limit)s，%(months)s 个月。")
    about = finding.about(limit=date(2027, 3, 1), months=6)
    assert about == Finding("term.limit", finding.message, {"limit": "2027-03-01", "months": 6})
