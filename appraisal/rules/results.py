"""What may be entered of ballots that were counted on paper（民主测评表）."""

from collections.abc import Mapping
from dataclasses import dataclass

from appraisal.choices import BallotOption
from appraisal.rules.marking import counts_finding
from appraisal.rules.scheme import MOST_VOTES
from youthleague.kernel.findings import Finding

_PAPERS = Finding("ballot.papers", "发出、收回、有效票数要一并填写，每种不超过 %(most)d 张。")
_ORDER = Finding(
    "ballot.order",
    "有效票 %(valid)d 张，收回 %(collected)d 张，发出 %(issued)d 张：有效不能多于收回，收回不能多于发出。",
)
_SUM = Finding("ballot.sum", "各选项（含弃权）合计 %(sum)d 票，有效票 %(valid)d 票，两个数应当相等。")


@dataclass(frozen=True, slots=True)
class Papers:
    """How many ballots were handed out, came back, and were valid; None where that was not counted."""

    issued: int | None = None
    collected: int | None = None
    valid: int | None = None

    @property
    def given(self) -> tuple[int, ...]:
        """List the numbers that there are."""
        return tuple(one for one in (self.issued, self.collected, self.valid) if one is not None)

    @property
    def invalid(self) -> int:
        """Give how many came back and were not valid."""
        return (self.collected or 0) - (self.valid or 0)


NO_PAPERS = Papers()


def papers_finding(papers: Papers, counts: Mapping[int, int]) -> Finding | None:
    """Say that numbers of papers and counts of options do not fit: 选项之和 = 有效 ≤ 收回 ≤ 发出.

    ``counts`` are those of the options with abstentions; what was invalid follows from the papers. Without any papers
    the counts alone are looked at.
    """
    if not papers.given:
        return counts_finding(counts)
    if len(papers.given) < len(Papers.__dataclass_fields__) or not all(0 <= one <= MOST_VOTES for one in papers.given):
        return _PAPERS.about(most=MOST_VOTES)
    issued, collected, valid = papers.given
    if not valid <= collected <= issued:
        return _ORDER.about(issued=issued, collected=collected, valid=valid)
    voted = sum(count for option, count in counts.items() if option != BallotOption.INVALID)
    wrong = counts_finding(counts)
    return wrong or (None if voted == valid else _SUM.about(sum=voted, valid=valid))
