"""述职报告 on paper: title, four parts, the table of figures, the three lists, the word of 同级党组织.

The page, its print and the .docx file show one and the same.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from appraisal.choices import ChecklistKind
from appraisal.documents.paper import Paper
from appraisal.models import ChecklistItem, DebriefReport, Participant
from appraisal.reports.debriefs import Fact, facts_of
from appraisal.rules.materials import OPEN_LISTS, OPEN_REPORTS, PART_TITLES, PARTS

_NOT_SHOWN = "（没有写）"
_FACT_HEAD, _FACT_WIDTHS = ("指标", "范围", "今年", "去年"), (7.4, 2.4, 3.0, 3.0)
_LIST_WIDTHS = (7.4, 3.6, 2.2, 2.6)


def facts_for(person: Participant, report: DebriefReport | None, day: date) -> list[Fact]:
    """Give the figures of a report: as they stood when it was sent, else as they stand."""
    if report is None or report.state in OPEN_REPORTS:
        return facts_of(person, day)
    return [Fact(**one) for one in report.facts]


def paper_of(
    person: Participant, report: DebriefReport | None, day: date, *, has_lists: bool = True, has_report: bool = True
) -> dict[str, Any]:
    """Give what the paper shows; without lists or without the report for who may not read a draft."""
    items = list(person.checklist_items.order_by("number")) if has_lists else []
    return {
        "has_lists": has_lists,
        "has_report": has_report,
        "title": f"{person.cycle.year}年度述职报告",
        "name": person.cadre.name,
        "post": f"{person.organisation.name}{person.get_league_post_display()}",
        "parts": [_part(name, report) for name in PARTS] if has_report else [],
        "facts": facts_for(person, report, day) if has_report else [],
        "lists": [{"title": kind.label, "rows": _rows(items, kind)} for kind in ChecklistKind],
        "stamp": _stamp(report),
    }


def debrief_document(shown: Mapping[str, Any]) -> bytes:
    """Give what ``paper_of`` shows as a .docx file."""
    paper = Paper()
    paper.title(shown["title"])
    paper.text(f"{shown['post']}  {shown['name']}", indented=False)
    for part in shown["parts"]:
        paper.heading(part["title"].partition("、")[2])  # the paper numbers its headings itself
        paper.text("\n".join(part["lines"]))
        if part["facts"] and shown["facts"]:
            rows = [(one.title, one.whose, one.value, one.last) for one in shown["facts"]]
            paper.table(_FACT_HEAD, rows, _FACT_WIDTHS)
    paper.text("附：三张清单")
    for one in shown["lists"]:
        head = (one["title"], "依据", "责任人", "时限")
        paper.table(head, [_list_row(row) for row in one["rows"]], _LIST_WIDTHS)
        paper.text(" ")
    stamp = shown["stamp"]
    said = f"{stamp['who']}：{stamp['opinion']}  {stamp['by']}  {stamp['day']}" if stamp else "同级党组织审核意见："
    paper.signature(f"{said}（盖章）")
    return paper.content()


def _list_row(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    carried = "（去年转入）" if row["is_carried"] else ""
    return f"{row['number']}. {row['content']}{carried}", row["basis"], row["responsible"], row["due"]


def _part(name: str, report: DebriefReport | None) -> dict[str, Any]:
    text = getattr(report, name) if report else ""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    is_figures = name == "results"
    return {"title": PART_TITLES[name], "lines": lines or ([] if is_figures else [_NOT_SHOWN]), "facts": is_figures}


def _rows(items: Sequence[ChecklistItem], kind: ChecklistKind) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "content": one.content,
            "basis": one.basis,
            "responsible": one.responsible,
            "due": f"{one.due_on:%Y-%m-%d}" if one.due_on else "",
            "evidence": one.evidence,
            "is_carried": one.carried_from_id is not None,
        }
        for one in items
        if one.kind == kind
    ]


def _stamp(report: DebriefReport | None) -> dict[str, str] | None:
    if report is None or report.reviewed_at is None or report.state in OPEN_REPORTS:
        return None
    by = report.reviewed_by.get_full_name() if report.reviewed_by else ""
    return {
        "who": "同级党组织审核" if report.is_party_review else "机关干事审核",
        "opinion": report.opinion or "同意。",
        "by": by,
        "day": f"{timezone.localtime(report.reviewed_at):%Y年%m月%d日}",
    }


def are_lists_in(person: Participant) -> bool:
    """Tell whether the lists were handed in, so that others than their author may read them."""
    lists = getattr(person, "checklists", None)
    return lists is not None and lists.state not in OPEN_LISTS
