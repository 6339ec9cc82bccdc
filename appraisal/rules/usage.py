"""What results may be used for (结果运用): eligible by the grades of sealed years, and nobody's override.

依据 domain.md §2.7 “拟表彰名单”：评先树优、选拔任用、招录、培养锻炼看等次；要求的等次是政策参数。
"""

from collections.abc import Sequence
from dataclasses import dataclass

from appraisal.choices import Grade, UsageKind
from youthleague.kernel.findings import Finding

_VETO_BARS = frozenset({UsageKind.AWARD, UsageKind.PROMOTION, UsageKind.RECRUITMENT})
_UNSEALED = Finding("usage.unsealed", "%(year)d年度的结果还没有锁定，不能运用；锁定以后再登记。")
_UNGRADED = Finding("usage.ungraded", "%(year)d年度没有定等次，不符合“%(kind)s”的条件。")
_GRADE = Finding("usage.grade", "%(year)d年度考核等次是“%(grade)s”，“%(kind)s”要求“%(floor)s”以上。")
_VETO = Finding("usage.veto", "%(year)d年度有一票否决事项，不符合“%(kind)s”的条件。")
_WORDS = Finding("usage.words", "请写明用于什么和依据的文号。")


@dataclass(frozen=True, slots=True)
class YearFacts:
    """One year of somebody: the grade of the sealed results (None: 不定等次), and whether there is a veto."""

    year: int
    grade: int | None
    has_veto: bool = False
    is_sealed: bool = True


@dataclass(frozen=True, slots=True)
class UsageTerms:
    """What a kind of use asks for: the lowest grade, and in how many years on end up to the one in question."""

    floor: int
    years: int = 1


def usage_finding(kind: UsageKind, facts: Sequence[YearFacts], terms: UsageTerms) -> Finding | None:
    """Say why the results of somebody may not be used for something; ``facts`` begin with the newest year.

    Years that are missing count as years without a grade. Of several reasons the newest year's first is given.
    """
    newest = facts[0].year
    known = {one.year: one for one in facts}
    for year in range(newest, newest - terms.years, -1):
        found = _of_year(kind, known.get(year) or YearFacts(year, None), terms.floor)
        if found is not None:
            return found
    return None


def words_finding(title: str, document: str) -> Finding | None:
    """Say that it is not written what something is used for, or on which document that rests."""
    return None if title.strip() and document.strip() else _WORDS


def _of_year(kind: UsageKind, facts: YearFacts, floor: int) -> Finding | None:
    if not facts.is_sealed:
        return _UNSEALED.about(year=facts.year)
    if facts.grade is None:
        return _UNGRADED.about(year=facts.year, kind=kind.label)
    if facts.grade > floor:
        words = {"grade": Grade(facts.grade).label, "floor": Grade(floor).label}
        return _GRADE.about(year=facts.year, kind=kind.label, **words)
    return _VETO.about(year=facts.year, kind=kind.label) if facts.has_veto and kind in _VETO_BARS else None
