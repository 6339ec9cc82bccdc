"""The grades of a person's past years, each with what stood there before it was corrected."""

from collections import defaultdict
from dataclasses import dataclass

from cadres.choices import Grade
from cadres.models import Cadre, YearGrade
from cadres.querysets import YearGradeQuerySet


@dataclass(frozen=True, slots=True)
class GradeLine:
    """One year: the grade in a word, what it rests on, and the words that it was corrected from, the newest first."""

    year: int
    word: str
    group: str
    basis: str
    before: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """Say what it rests on, and that it was corrected."""
        corrected = f"更正前为{'、'.join(self.before)}" if self.before else ""
        return "；".join(one for one in (self.group, self.basis, corrected) if one)


def grade_lines(cadre: Cadre, seen: YearGradeQuerySet) -> list[GradeLine]:
    """List the grades of a person among those that the reader may see, the newest year first, in two queries."""
    rows = list(seen.filter(cadre=cadre).order_by("-year"))
    past: dict[int, list[str]] = defaultdict(list)
    for record in YearGrade.history.filter(id__in=[row.pk for row in rows]).order_by("-history_date", "-history_id"):
        past[record.id].append(Grade(record.grade).label if record.grade else "不定等次")
    return [GradeLine(row.year, row.word, row.group, row.basis, _before(row.word, past[row.pk])) for row in rows]


def _before(word: str, words: list[str]) -> tuple[str, ...]:
    """Keep the words that differ from the one that stands, each once."""
    return tuple(dict.fromkeys(one for one in words if one != word))
