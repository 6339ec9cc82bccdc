"""Findings."""

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
