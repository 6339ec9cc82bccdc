"""Geometry of the pictures that are drawn on the server, and the data of those that the browser draws.

Numbers that go into attributes are texts with a point, whatever the language of the page.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from appraisal.choices import Grade
from appraisal.reports.portraits import Portrait
from appraisal.reports.scorecards import Card, YearResult
from appraisal.rules.scoring import two_places
from youthleague.kernel.rates import half_up

_WIDE, _LOW, _STEP = 380, 20, 13  # of the plot of single marks, in its own units
_AXES = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
_TICKS = 9


def units(thousandths: int) -> str:
    """Write thousandths of a point as a number of an attribute."""
    return f"{thousandths / 1000:.2f}"


# ---- waterfall ----------------------------------------------------------------------
def waterfall(card: Card) -> list[dict[str, str]]:
    """Give a bar a component, one beginning where the other ends: pale the weight, dark the points, a tick the mean."""
    bars, start = [], 0
    for line in card.lines:
        one = line.explained
        width = 0 if one.exemption else half_up(100_000 * one.weight, one.weights)
        bar = {"x": units(start), "wide": units(width), "got": units(line.points or 0)}
        bars.append(bar | ({"mean": units(start + line.mean)} if line.mean is not None else {}))
        start += width
    return bars


def adjustment_bar(card: Card) -> dict[str, str]:
    """Give the bar of the ± items, from the total without them to the total."""
    row = card.row
    if row is None or row.total is None or not row.adjustment:
        return {}
    low, high = sorted((max(0, row.total - row.adjustment), row.total))
    return {"x": units(min(low, 100_000)), "wide": units(max(min(high, 100_000) - min(low, 100_000), 400))}


# ---- marks one by one ---------------------------------------------------------------
def dots(marks: Sequence[tuple[int, bool]], mean: int) -> dict[str, Any]:
    """Lay marks along an axis, equal ones on top of one another; whether each counts makes it full or hollow."""
    if not marks:
        return {}
    low, high = min(mark for mark, _is in marks), max(mark for mark, _is in marks)
    step = next((one for one in _AXES if (high - low) // one + 2 <= _TICKS), _AXES[-1])
    first, last = low // step * step - step, -(-high // step) * step + step
    last = max(last, first + 2 * step)
    piles: dict[int, int] = {}
    drawn: list[tuple[int, int, bool]] = []
    for mark, counts in marks:
        x = _along(mark, first, last)
        pile = piles[x] = piles.get(x, 0) + 1
        drawn.append((x, pile, not counts))
    highest = max(piles.values())
    floor = 34 + _STEP * highest
    return {
        "height": floor + 30,
        "floor": floor,
        "label": floor + 18,
        "marks": [{"x": x, "y": floor + 5 - _STEP * pile, "out": is_out} for x, pile, is_out in drawn],
        "ticks": [{"x": _along(at, first, last), "word": f"{at / 1000:g}"} for at in range(first, last + 1, step)],
        "mean": {"x": _along(mean, first, last), "word": two_places(mean)},
    }


def _along(mark: int, first: int, last: int) -> int:
    return _LOW + half_up((mark - first) * (_WIDE - 2 * _LOW), last - first)


# ---- drawn by the browser -----------------------------------------------------------
def radar(names: Sequence[str], found: Sequence[Portrait], mean_of: str = "") -> dict[str, Any]:
    """Give the data of a radar: the sides of one person with the group's mean, or those that some people share."""
    titles = [one.title for one in found[0].sides if all(one.title in _titles(other) for other in found)]
    values = [[_side(portrait, title).value for title in titles] for portrait in found]
    series: list[dict[str, Any]] = [
        {"name": name, "role": "self" if number == 0 else f"other{number}", "values": _points(line, 1)}
        for number, (name, line) in enumerate(zip(names, values, strict=True))
    ]
    means = [_side(found[0], title).mean for title in titles]
    if mean_of and None not in means:
        series.append({"name": mean_of, "role": "mean", "values": _points([one or 0 for one in means], 1)})
    every = [one for line in values for one in line] + [one for one in means if one is not None and mean_of]
    least = min(60, min(every, default=0) // 10_000 * 10)
    return {"labels": titles, "min": least, "max": 100, "step": 10, "series": series}


def _titles(portrait: Portrait) -> set[str]:
    return {one.title for one in portrait.sides}


def _side(portrait: Portrait, title: str) -> Any:
    return next(one for one in portrait.sides if one.title == title)


def _points(values: Sequence[int], digits: int = 2) -> list[float]:
    return [round(one / 1000, digits) for one in values]


def years_line(years: Sequence[YearResult], name: str, mean_of: str) -> dict[str, Any]:
    """Give the data of the line of totals; a year without a total is left out."""
    told = [one for one in years if one.total is not None]
    totals = [one.total or 0 for one in told]
    means = [one.mean for one in told if one.mean is not None]
    low, high = min([*totals, *means]), max([*totals, *means])
    least = max(0, (low - 3_000) // 5_000 * 5)
    series: list[dict[str, Any]] = [{"name": name, "role": "self", "values": _points(totals)}]
    if len(means) == len(told):
        series.append({"name": mean_of, "role": "mean", "values": _points(means)})
    labels = [[str(one.year), Grade(one.grade).label if one.grade else "—"] for one in told]
    return {"labels": labels, "min": least, "max": max(100, -(-high // 5_000) * 5), "step": 5, "series": series}


def spoken(data: Mapping[str, Any]) -> str:
    """Say the values of a picture, for whoever does not see it."""
    labels = [one if isinstance(one, str) else "".join(one) for one in data["labels"]]
    lines = [
        f"{one['name']}：" + "、".join(f"{label} {value:g}" for label, value in zip(labels, one["values"], strict=True))
        for one in data["series"]
    ]
    return "；".join(lines)
