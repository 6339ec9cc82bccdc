"""What the pages of the 区综合考核 say: the next step, what is missing, lines of units and indicators, the file."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from appraisal.choices import DistrictState as State
from appraisal.models import DistrictAppraisal, DistrictAppraisalItem, DistrictRollUp, UnitPoints
from appraisal.reports.district.computing import unit_figures
from appraisal.reports.district.units import DistrictCounts, UnitLine, points_table, scored_by_item, standing_results
from appraisal.rules.district import DISTRICT, base_words
from appraisal.rules.goals import quantity_text, scale_of
from appraisal.rules.scoring import plain, two_places
from appraisal.services.district.reporting import digest_of_report
from appraisal.views.wording import Next
from orgs.scoped_views.exports import ListColumn, ListExport, ListSheet

SORTS = {"name": "受考单位", "own": "自评", "score": "核定得分", "converted": "折算分"}
DASH = "—"
_STEPS = {
    State.DRAFT: ("issue", "下达以后指标和单位不再改动，比重、基数按当天的参数固定；各单位会收到通知。"),
    State.SELF_RATING: ("score", "自评到此为止；没有提交的草稿不作数，单位照样可以核分。"),
    State.SCORING: ("feed-back", "各单位看到得分，可以在期限内逐项提出异议。"),
    State.OBJECTIONS: ("report", "由没有参加核分的分管领导审定；上报以后不再改动。"),
}
TITLES = {one.action: one.title for one in DISTRICT.transitions}
Address = Callable[..., str]


# ---- where it stands -----------------------------------------------------------------
def next_of(appraisal: DistrictAppraisal, *, keeps: bool, decides: bool, day: date) -> Next:
    """Say what comes next, with the button for whoever takes the step."""
    found = _STEPS.get(State(appraisal.state))
    if found is None:
        return Next("已报区考核办", "赋分表已经固定，可以导出；不再改动。")
    action, text = found
    title = TITLES[action]
    if action == "report" and appraisal.last_day and day <= appraisal.last_day:
        return Next(f"等单位提出异议，到 {appraisal.last_day:%Y-%m-%d} 为止", "期限过后，由分管领导审定上报。")
    may = decides if action == "report" else keeps
    return Next(f"下一步是“{title}”", text, [_step(appraisal, action, title, text)] if may else ())


def _step(appraisal: DistrictAppraisal, action: str, title: str, text: str) -> dict[str, Any]:
    year = appraisal.cycle.year
    name = "appraisal-district-report" if action == "report" else "appraisal-district-step"
    url = reverse(name, args=[year] if action == "report" else [year, action])
    told = {"method": "post", "primary": True, "version": appraisal.version, "confirm": f"{title}：{text}"}
    return {"title": title, "url": url, "confirm_verb": title, **told}


def gaps_of(appraisal: DistrictAppraisal, counts: DistrictCounts) -> list[dict[str, Any]]:
    """Say in counts what is still missing, in the state in which it is asked for."""
    gaps: dict[State, list[tuple[str, int, str, bool | None]]] = {
        State.DRAFT: [("选定的单位", counts.units, "个", not counts.units)],
        State.SELF_RATING: [("没有提交自评", counts.units - counts.handed_in, "个单位", None)],
        State.SCORING: [
            ("没有核完", counts.unscored_units, "个单位", None),
            ("没有核分", counts.unscored, "项", None),
            ("没有自评", counts.units - counts.handed_in, "个单位", False),
        ],
        State.OBJECTIONS: [
            ("等待答复的异议", counts.waiting, "条", None),
            ("已提出的异议", counts.objections, "条", False),
        ],
    }
    rows = gaps.get(State(appraisal.state), [])
    return [
        {"title": title, "value": f"{count} {unit}", "tone": _tone(count, lacks=lacks)}
        for title, count, unit, lacks in rows
    ]


def _tone(count: int, *, lacks: bool | None) -> str:
    """Give the tone of a count: what lacks warns, what is only told (False) stays quiet."""
    if lacks is None:
        return "warn" if count else "ok"
    return "warn" if lacks else "idle"


def facts_of(appraisal: DistrictAppraisal, roll_up: DistrictRollUp | None) -> list[dict[str, str]]:
    """Write weight and base, days, versions and digests."""
    at = timezone.localtime(roll_up.calculated_at) if roll_up else None
    reported = timezone.localtime(appraisal.reported_at) if appraisal.reported_at else None
    rows = [
        ("比重", base_words(appraisal.base, appraisal.weight), "" if appraisal.issued_on else "下达那天的参数为准"),
        ("下达", _day(appraisal.issued_on), ""),
        ("反馈", _day(appraisal.fed_back_on), f"异议到 {appraisal.last_day:%Y-%m-%d}" if appraisal.last_day else ""),
        ("汇总", f"第 {roll_up.version} 版" if roll_up else "", f"{at:%m-%d %H:%M}" if at else ""),
        ("上报", f"{reported:%Y-%m-%d %H:%M}" if reported else "", str(appraisal.reported_by or "")),
        ("指标摘要", appraisal.table_digest[:16], ""),
        ("赋分表摘要", appraisal.report_digest[:16], _checked(appraisal)),
    ]
    return [{"title": title, "value": value, "note": note} for title, value, note in rows if value]


def _checked(appraisal: DistrictAppraisal) -> str:
    """Hold the results against the digest that was written down when they were reported."""
    if not appraisal.report_digest:
        return ""
    found = digest_of_report(appraisal, standing_results(appraisal))
    return "核对一致" if found == appraisal.report_digest else "与现在的结果不一致，请查审计日志"


def sort_links(sort: str) -> list[dict[str, str]]:
    """Give the heads of the table of units, each with where a click on it leads."""
    heads = []
    for name, title in SORTS.items():
        is_down, is_up = sort == f"-{name}", sort == name
        first = name if name == "name" else f"-{name}"  # figures from the highest down
        other = f"-{name}" if first == name else name
        heads.append(
            {
                "name": name,
                "title": title,
                "url": f"?sort={other if sort == first else first}",
                "aria": "descending" if is_down else "ascending" if is_up else "",
            }
        )
    return heads


def unit_rows(appraisal: DistrictAppraisal, lines: Sequence[UnitLine], sort: str) -> list[dict[str, Any]]:
    """Write the lines of units in an order; what has no figure comes last, ties in the order of the tree."""
    name, is_down = sort.removeprefix("-"), sort.startswith("-")
    if name == "name":
        lines = sorted(lines, key=lambda line: line.unit.name, reverse=is_down)
    elif name:
        sign = -1 if is_down else 1
        lines = sorted(lines, key=lambda line: (getattr(line, name) is None, sign * (getattr(line, name) or 0)))
    return [_unit_row(appraisal, line) for line in lines]


def _unit_row(appraisal: DistrictAppraisal, line: UnitLine) -> dict[str, Any]:
    tone, word = _standing(appraisal, line)
    return {
        "name": line.unit.name,
        "url": reverse("appraisal-district-unit", args=[line.unit.pk]),
        "own": points_text(line.own),
        "score": points_text(line.score),
        "converted": points_text(line.converted),
        "tone": tone,
        "word": word,
    }


def _standing(appraisal: DistrictAppraisal, line: UnitLine) -> tuple[str, str]:
    """Say how far a unit is."""
    if line.waiting:
        return "warn", f"异议 {line.waiting} 条待答复"
    if line.objections:
        return "ok", f"异议 {line.objections} 条已答复"
    if appraisal.state == State.DRAFT:
        return "idle", "未下达"
    if appraisal.state == State.SELF_RATING:
        return ("ok", "自评已提交") if line.unit.handed_in_at else ("run", "自评中" if line.unit.rated_at else "未自评")
    if line.scored < line.items:
        return "run", f"核分 {line.scored}/{line.items}"
    return "ok", "已核分"


def item_lines(appraisal: DistrictAppraisal, address: Address | None) -> list[dict[str, Any]]:
    """Write the indicators; with an address, each with the page on which it is scored and how far that is."""
    progress = scored_by_item(appraisal) if address else {}
    figures = unit_figures()
    return [
        {
            "number": item.position,
            "title": item.title,
            "how": item.how,
            "maximum": item.maximum,
            "computed": computed_text(item, figures),
            "url": address("appraisal-district-scores", item.position) if address else "",
            "progress": "{}/{}".format(*progress.get(item.pk, (0, 0))),
        }
        for item in appraisal.items.order_by("position")
    ]


def computed_text(item: DistrictAppraisalItem, figures: Mapping[str, Any]) -> str:
    """Say from which figure an indicator is computed, and by which target."""
    if not item.figure:
        return ""
    figure = figures.get(item.figure)
    unit = scale_of(figure.unit)[0] if figure else ""
    return f"系统取数：{figure.title if figure else item.figure}，目标 {quantity_text(item.target)}{unit}"


def points_text(points: int | None) -> str:
    """Write points with two decimals, or a dash."""
    return DASH if points is None else two_places(points)


def _day(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


# ---- the file ------------------------------------------------------------------------
def report_export(appraisal: DistrictAppraisal, lines: Sequence[UnitLine]) -> ListExport:
    """Write the 赋分表: one line a unit; a sheet of the points by indicator, a sheet of the indicators."""
    items = list(appraisal.items.order_by("position"))
    table = points_table(appraisal)
    is_reported = appraisal.state == State.REPORTED
    title = f"{appraisal.cycle}区综合考核共青团工作赋分表" + ("" if is_reported else "（未上报）")
    weight = f"{plain(appraisal.weight * 10)}%"
    mark = f"摘要 {appraisal.report_digest}" if is_reported else "异议期内，未上报"
    return ListExport(
        title=title,
        code="appraisal-district",
        columns=(
            ListColumn("受考单位", lambda line: line.unit.name, width=36),
            ListColumn("得分", lambda line: points_text(line.score)),
            ListColumn("比重", lambda _line: weight),
            ListColumn("基数", lambda _line: str(appraisal.get_base_display())),
            ListColumn("折算分", lambda line: points_text(line.converted)),
        ),
        rows=lines,
        conditions=[base_words(appraisal.base, appraisal.weight), mark],
        note=mark,
        sheets=(_points_sheet(items, lines, table), _items_sheet(items)),
    )


def _points_sheet(
    items: Sequence[DistrictAppraisalItem], lines: Sequence[UnitLine], table: Mapping[int, Sequence[UnitPoints]]
) -> ListSheet:
    by_unit = {key: {row.item_id: row for row in rows} for key, rows in table.items()}
    columns = [ListColumn("受考单位", lambda line: line.unit.name, width=36)]
    columns += [_points_column(item, by_unit) for item in items]
    return ListSheet("逐项得分", columns, lines)


def _points_column(item: DistrictAppraisalItem, by_unit: Mapping[int, Mapping[int, UnitPoints]]) -> ListColumn:
    return ListColumn(
        f"{item.position}. {item.title}（{item.maximum}）",
        lambda line: points_text(by_unit[line.unit.pk][item.pk].points),
        width=18,
    )


def _items_sheet(items: Sequence[DistrictAppraisalItem]) -> ListSheet:
    figures = unit_figures()
    return ListSheet(
        "指标",
        (
            ListColumn("序号", lambda item: f"{item.position}", width=8),
            ListColumn("指标", lambda item: item.title, width=28),
            ListColumn("满分", lambda item: f"{item.maximum}", width=8),
            ListColumn("评分办法", lambda item: item.how, width=60),
            ListColumn("取数", lambda item: computed_text(item, figures), width=40),
        ),
        items,
    )
