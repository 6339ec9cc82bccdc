"""The 期末成绩单 as a document, from what its reader may see; the rank stays in the portal, as it does in print."""

from collections.abc import Iterator, Sequence
from io import BytesIO

import segno

from appraisal.choices import Grade, Standing
from appraisal.documents.paper import Paper
from appraisal.models import ChecklistItem, SealedCard
from appraisal.reports.facts import POINTS, WorkFact
from appraisal.reports.scorecards import Card, Line
from appraisal.rules.scoring import percent, plain, two_places
from appraisal.rules.voting import spaced_code
from youthleague.kernel.rates import Rate

_HEAD = ("组成", "权重", "原始分", "折算分", "组均", "说明")
_WIDTHS = (2.8, 1.8, 2.0, 2.0, 2.0, 5.2)
_WITHOUT = {
    Standing.UNGRADED: "不定等次",
    Standing.UNRANKED: "不参加排名，不定等次",
    Standing.INCOMPLETE: "数据不全，不给总分",
}
_RATE = "‰"
_DAY = "______年____月____日"


def scorecard_document(card: Card, facts: Sequence[WorkFact], site: str = "") -> bytes:
    """Give a scorecard as a .docx file; ``facts`` are the figures of the work of its year.

    ``site`` is the address at which whoever holds a locked card checks it; empty where the portal knows none.
    """
    person = card.person
    paper = Paper()
    paper.title(f"{person.cycle.year}年度团干部期末成绩单")
    paper.table(
        ("姓名", "单位及职务", "考评组", "专挂兼", "任现职时间", "任职月数"), [_who(card)], (2.2, 5.4, 2, 1.8, 2.4, 2)
    )
    if card.row is None:
        paper.text("还没有汇总。")
        return paper.content()
    paper.heading("得分")
    paper.table(_HEAD, [*map(_line, card.lines), _adjustment(card), _total(card)], _WIDTHS)
    paper.text(f"等次：{grade_text(card)}")
    _write_portrait(paper, card)
    for kind, items in card.lists:
        paper.heading(kind.label)
        paper.text("\n".join(_items(items)) or "没有列出。")
    if card.remark is not None:
        paper.heading("评语")
        paper.text(card.remark.text)
    if card.usages:
        paper.heading("结果运用")
        paper.text(
            "\n".join(f"{one.get_kind_display()}：{one.title}（{one.document_number}）。" for one in card.usages)
        )
    if facts:
        paper.heading("工作事实")
        paper.text("\n".join(f"{'本人' if one.is_own else '单位'}{one.title}：{_amount(one)}。" for one in facts))
    for who in ("本人签收", "同级党（工）委意见", "共青团区委员会（盖章）"):
        paper.signature(f"{who}：________________　　{_DAY}")
    if card.sealed is not None:
        _write_code(paper, card.sealed, site)
    return paper.content()


def _write_code(paper: Paper, sealed: SealedCard, site: str) -> None:
    """Say how the paper is checked: the code, and where."""
    where = f"，核验网址：{site}" if site else ""
    paper.text(f"第 {sealed.seal.version} 版，核验码：{spaced_code(sealed.code)}{where}")
    if site:
        target = BytesIO()
        segno.make_qr(f"{site}#{sealed.code}", error="m").save(target, kind="png", scale=4)
        paper.picture(target.getvalue(), 3)


def grade_text(card: Card) -> str:
    """Write the grade, or why there is none."""
    row = card.row
    if row is None:
        return "还没有汇总"
    if row.final_grade:
        veto = "（因一票否决）" if card.is_capped_by_veto else ""
        return f"{Grade(row.final_grade).label}{veto}"
    return _WITHOUT.get(Standing(row.standing), "待定")


def _who(card: Card) -> tuple[str, ...]:
    person, post = card.person, card.person.appointment
    begun = post.partial("appointed_on") if post else None
    return (
        person.cadre.name,
        f"{card.unit}{person.get_league_post_display()}",
        person.group.name,
        post.get_employment_mode_display() if post else "",
        begun.dotted() if begun else "",
        str(person.months),
    )


def _line(line: Line) -> tuple[str, ...]:
    one = line.explained
    said = f"免评：{one.exemption}" if one.exemption else "；".join(one.missing)
    score = "" if one.score is None else two_places(one.score)
    return (one.component.label, percent(one.weight), score, _text(line.points), _text(line.mean), said)


def _adjustment(card: Card) -> tuple[str, ...]:
    value = card.row.adjustment if card.row else 0
    cap = f"±{plain(card.person.cycle.adjustment_cap)}"
    reasons = "；".join(f"{plain(one.value)}：{one.reason}" for one in card.adjustments)
    return ("加减分", cap, "", two_places(value), _text(card.means.of["adjustment"] if card.means else None), reasons)


def _total(card: Card) -> tuple[str, ...]:
    vetoes = "；".join(f"一票否决：{one.kind}" for one in card.vetoes)
    total, mean = (card.row.total if card.row else None), (card.means.of["total"] if card.means else None)
    return ("总分", percent(card.evidence.weights), "", _text(total), _text(mean), vetoes or "；".join(card.missing))


def _write_portrait(paper: Paper, card: Card) -> None:
    sides = card.portrait.sides if card.portrait else ()
    if not sides:
        return
    paper.heading("肖像图")
    rows = [(one.title, _text(one.value), _text(one.mean), one.source) for one in sides]
    paper.table(("方面", "本人", "组均", "数据来源"), rows, (3, 2.2, 2.2, 8.4))


def _items(items: Sequence[ChecklistItem]) -> Iterator[str]:
    for one in items:
        due = f"，{one.due_on:%Y-%m-%d}前" if one.due_on else ""
        basis = f"（依据：{one.basis}{due}）" if one.basis else ""
        yield f"{one.number}、{one.content}{basis or due}"


def _amount(fact: WorkFact) -> str:
    if fact.unit == POINTS:
        return f"{two_places(fact.value)} 分"
    return Rate(fact.value, 1000).text if fact.unit == _RATE else f"{fact.value:,} {fact.unit}"


def _text(thousandths: int | None) -> str:
    return "—" if thousandths is None else two_places(thousandths)
