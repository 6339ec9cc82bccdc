"""How a scorecard is written: its head, the table of where the points come from, and the sentences under the charts."""

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from appraisal.choices import DAILY_COMPONENTS, Component, Grade, Standing
from appraisal.models import ChecklistItem
from appraisal.reports.facts import PLEDGE, POINTS, WorkFact
from appraisal.reports.portraits import Portrait
from appraisal.reports.scorecards import Card, Line, YearResult
from appraisal.rules.scoring import percent, plain, two_places
from appraisal.views.charts import adjustment_bar, waterfall
from orgs.models import User
from youthleague.kernel.rates import Rate

ADJUSTMENT, TOTAL = "adjustment", "total"
SLUGS = {one.name.lower().replace("_", "-"): one for one in Component}
_WHO = {
    Component.LEADER_REVIEW: "团区委领导 {} 人",
    Component.STAFF_SCORE: "机关干事 {} 人",
    Component.PARTY_GOVERNMENT: "同级党政领导 {} 票",
    Component.DEBRIEF: "述职会评委 {} 人",
    Component.CONTEST: "{} 个环节",
    Component.YOUTH_OPINION: "青年 {} 票",
}
_NO_TOTAL = {Standing.UNGRADED: "不定等次", Standing.UNRANKED: "不参加排名", Standing.INCOMPLETE: "数据不全"}
_DIGITS = "零一二三四五六七八九十"
_RATE = "‰"


def slug_of(component: Component) -> str:
    """Name a component in an address."""
    return component.name.lower().replace("_", "-")


def signed(thousandths: int) -> str:
    """Write a difference with its sign."""
    return f"+{two_places(thousandths)}" if thousandths > 0 else two_places(thousandths)


def tone_of(thousandths: int | None) -> str:
    """Give the colour of a difference."""
    return "" if not thousandths else "up" if thousandths > 0 else "down"


def grade_word(grade: int | None, standing: str) -> str:
    """Write a grade, or why there is none."""
    return Grade(grade).label if grade else _NO_TOTAL.get(Standing(standing), "待定")


# ---- head ---------------------------------------------------------------------------
def head_facts(card: Card) -> list[str]:
    """Give the line under the title of the page."""
    person = card.person
    people = f"{person.group.name}组 {card.means.people} 人" if card.means else f"{person.group.name}组"
    facts = [people, person.cycle.get_state_display()]
    if card.roll_up is not None:
        made = timezone.localtime(card.roll_up.calculated_at)
        facts.append(f"第 {card.roll_up.version} 版，{made:%Y-%m-%d %H:%M} 计算")
    return facts


def person_facts(card: Card) -> list[str]:
    """Give what is told of the person under the name: as in the year that the card is about."""
    person, post = card.person, card.person.appointment
    end = f"{person.cycle.year}年度任职 {person.months} 个月"
    facts = [post.get_employment_mode_display()] if post else []
    begun = post.partial("appointed_on") if post else None
    facts += [f"{begun.dotted()} 任现职"] if begun else []
    return [*facts, person.cadre.get_political_status_display(), end]


def title_of(card: Card) -> str:
    """Give unit and post as they were called then."""
    return f"{card.unit}{card.person.get_league_post_display()}"


def other_posts(card: Card) -> list[str]:
    """Name the other posts of the year, each with from when until when where it did not last the whole year."""
    year, words = card.person.cycle.year, []
    for unit, post in card.posts:
        if post.pk == card.person.appointment_id:
            continue
        begun = f"{post.appointed_on.month} 月起" if post.appointed_on.year == year else ""
        ended = f"{post.ended_on.month} 月止" if post.ended_on and post.ended_on.year == year else ""
        span = "、".join(one for one in (begun, ended) if one)
        words.append(f"{unit}{post.get_league_post_display()}" + (f"（{span}）" if span else ""))
    return words


def numbers(card: Card, url: Callable[[str], str]) -> list[dict[str, Any]]:
    """Give total, grade and, for whoever may see it, the rank."""
    row, means = card.row, card.means
    if row is None or means is None:
        return []
    return [_total(card, url), _grade(card), *([_rank(card)] if card.sight.has_rank else [])]


def _total(card: Card, url: Callable[[str], str]) -> dict[str, Any]:
    row, mean = card.row, card.means.of["total"] if card.means else None
    if row is None or row.total is None:
        return {"title": "总分", "value": "—", "note": "数据不全，不给总分", "is_word": True}
    lead = row.total - mean if mean is not None else None
    note = f"组均 {two_places(mean)}，" if mean is not None else ""
    above = f"{'高' if lead > 0 else '低'} {two_places(abs(lead))}" if lead else ("持平" if lead == 0 else "")
    return {
        "title": "总分",
        "value": two_places(row.total),
        "note": note,
        "lead": above,
        "tone": tone_of(lead),
        "url": url(TOTAL),
    }


def _grade(card: Card) -> dict[str, Any]:
    row, places = card.row, card.places
    value = grade_word(row.final_grade, row.standing) if row else ""
    note = f"好：上限 {places.most}，已定 {places.taken}" if places and card.sight.has_rank else ""
    if row and row.standing == Standing.RANKED and row.final_grade is None:
        note = "名额处并列，等待决定"
    elif card.is_capped_by_veto:
        note = "因一票否决"
    return {"title": "等次", "value": value, "note": note, "is_word": len(value) > 2, "hides_note": bool(places)}


def _rank(card: Card) -> dict[str, Any]:
    row, means = card.row, card.means
    if row is None or row.rank is None or means is None:
        return {"title": "组内位次", "value": "—", "note": "不参加排名", "is_locked": True}
    tied = "并列，" if row.is_tied else ""
    note = f"{tied}仅分管领导、机关可见"
    return {"title": "组内位次", "value": str(row.rank), "of": str(means.ranked), "note": note, "is_locked": True}


# ---- table --------------------------------------------------------------------------
def score_rows(card: Card, url: Callable[[str], str]) -> list[dict[str, Any]]:
    """Give the lines of “分数怎么来的”."""
    bars = waterfall(card)
    rows = [_score_row(line, bar, url) for line, bar in zip(card.lines, bars, strict=True)]
    return [*rows, _adjustment_row(card, url)]


def _score_row(line: Line, bar: dict[str, str], url: Callable[[str], str]) -> dict[str, Any]:
    one = line.explained
    half = "日常考核" if one.component in DAILY_COMPONENTS else "年终考核"
    row = {
        "title": "干事赋分" if one.component == Component.STAFF_SCORE else one.component.label,
        "facts": [half, *([_WHO[one.component].format(one.people)] if one.people else [])],
        "weight": percent(one.weight),
        "url": url(slug_of(one.component)),
        "bar": bar,
        "mean": "" if line.mean is None else two_places(line.mean),
        "lead": "" if line.lead is None else signed(line.lead),
        "tone": tone_of(line.lead),
    }
    if one.exemption:
        return row | {"facts": [half, f"免评：{one.exemption}"], "score": "免评", "points": "—", "bar": {}}
    if one.score is None or line.points is None:
        return row | {"facts": [half, "；".join(one.missing)], "score": "缺", "points": "—", "is_missing": True}
    said = f"{one.component.label}得 {two_places(line.points)} 分，权重 {percent(one.weight)}"
    return row | {"score": two_places(one.score), "points": two_places(line.points), "said": said}


def _adjustment_row(card: Card, url: Callable[[str], str]) -> dict[str, Any]:
    value = card.row.adjustment if card.row else 0
    mean = card.means.of["adjustment"] if card.means else None
    lead = None if mean is None else value - mean
    count = len(card.adjustments)
    return {
        "title": "加减分",
        "facts": ["；".join(one.reason for one in card.adjustments) or "没有加减分"],
        "weight": f"±{plain(card.person.cycle.adjustment_cap)}",
        "url": url(ADJUSTMENT) if count else "",
        "score": f"{count} 项" if count else "—",
        "plus": adjustment_bar(card),
        "is_minus": value < 0,
        "points": signed(value),
        "mean": "" if mean is None else two_places(mean),
        "lead": "" if lead is None else signed(lead),
        "tone": tone_of(lead),
        "said": f"加减分 {signed(value)} 分",
    }


def total_row(card: Card) -> dict[str, str]:
    """Give the last line of the table."""
    row, mean = card.row, card.means.of["total"] if card.means else None
    total = row.total if row else None
    lead = None if total is None or mean is None else total - mean
    return {
        "weight": percent(card.evidence.weights),
        "points": "—" if total is None else two_places(total),
        "mean": "" if mean is None else two_places(mean),
        "lead": "" if lead is None else signed(lead),
        "tone": tone_of(lead),
    }


def list_boxes(card: Card) -> list[dict[str, Any]]:
    """Give the three lists in brief, each item with what it rests on or what became of it."""
    return [
        {
            "title": kind.label,
            "count": f"{len(items)} 条",
            "items": [{"number": one.number, "text": one.content, "note": _item_note(one)} for one in items],
        }
        for kind, items in card.lists
    ]


def _item_note(item: ChecklistItem) -> str:
    due = f"{item.due_on:%Y-%m-%d} 前" if item.due_on else ""
    result = "，".join(one for one in (item.get_outcome_display() if item.outcome else "", item.outcome_note) if one)
    basis = f"依据：{item.basis}" if item.basis else ""
    return "；".join(one for one in (basis, due, result) if one)


# ---- sentences under the pictures ------------------------------------------------------
def portrait_words(portrait: Portrait) -> list[str]:
    """Say what to see in a portrait: how many sides are above the mean, and those that are not."""
    under = [one for one in portrait.sides if one.mean is not None and one.is_under]
    compared = [one for one in portrait.sides if one.mean is not None]
    if not compared:
        return []
    above = len(compared) - len(under)
    words = [f"{_digit(above)}项不低于组均"] if above else []
    words += [f"{one.title} {_short(one.value)}，低于组均 {_short((one.mean or 0) - one.value)}" for one in under[:2]]
    if len(under) > 2:
        words.append(f"另有{_digit(len(under) - 2)}项低于组均")
    return words


def years_words(years: Sequence[YearResult]) -> list[str]:
    """Say what to see in the line of years."""
    told = [one for one in years if one.total is not None]
    if len(told) < 2:
        return []
    first, last = told[0], told[-1]
    change = (last.total or 0) - (first.total or 0)
    words = [f"{_digit(last.year - first.year + 1)}年间{_moved(change)}"]
    if first.mean is not None and last.mean is not None:
        words.append(f"同期组均{_moved(last.mean - first.mean)}")
    row = _in_a_row(told)
    if row > 1 and last.grade:
        words.append(f"连续{_digit(row)}年“{Grade(last.grade).label}”")
    return words


def _in_a_row(told: Sequence[YearResult]) -> int:
    """Count the years up to the last one, without a gap, that have its grade."""
    count = 0
    for back, one in enumerate(reversed(told)):
        if one.grade != told[-1].grade or one.year != told[-1].year - back:
            break
        count += 1
    return count


def _moved(change: int) -> str:
    return f"{'提高' if change > 0 else '降低'} {two_places(abs(change))} 分" if change else "持平"


def _digit(number: int) -> str:
    return "两" if number == 2 else _DIGITS[number] if number < len(_DIGITS) else f" {number} "


def _short(thousandths: int) -> str:
    return plain(round(thousandths, -2))


# ---- facts of the work ----------------------------------------------------------------
def fact_figures(facts: Sequence[WorkFact], card: Card, user: User) -> list[dict[str, str]]:
    """Give the strip of facts, each leading to its rows as far as the reader may see them."""
    return [
        {"title": fact_title(one), "note": one.definition, "url": _rows_url(one, card, user), **_amount(one)}
        for one in facts
    ]


def fact_title(fact: WorkFact) -> str:
    """Name a figure; the same one of the person and of the unit are told apart."""
    if fact.code == PLEDGE:
        return "责任书对账得分"
    whose = "（本人）" if fact.is_own else "（单位）" if fact.code.startswith("linkage.") else ""
    return f"{fact.title}{whose}"


def _amount(fact: WorkFact) -> dict[str, str]:
    if fact.unit == POINTS:
        return {"value": two_places(fact.value), "unit": fact.unit}
    if fact.unit == _RATE:
        return {"value": Rate(fact.value, 1000).text.removesuffix("%"), "unit": "%"}
    return {"value": f"{fact.value:,}", "unit": fact.unit}


def _rows_url(fact: WorkFact, card: Card, user: User) -> str:
    unit = card.person.organisation
    if fact.code == PLEDGE:
        return reverse("appraisal-pledge" if card.sight.names_raters else "appraisal-mine-pledge", args=[fact.key])
    if fact.code.startswith("linkage.") and unit.is_open and user.has_perm("linkage.view_task", unit):
        return f"{reverse('tasks')}?within={unit.pk}"
    if fact.code.startswith("roster.") and user.has_perm("orgs.view_organisation", unit):
        return reverse("organisation", args=[unit.pk])
    return ""
