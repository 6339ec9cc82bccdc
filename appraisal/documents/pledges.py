"""The 岗位目标责任书 as a document: 甲乙方, 一至六, 目标表, signatures, 一式三份."""

from collections.abc import Sequence

from appraisal.documents.paper import Paper
from appraisal.models import PledgeGoal, ResponsibilityPledge
from appraisal.reports.schemes import scheme_of
from appraisal.rules.goals import quantity_text
from appraisal.rules.scheme import scheme_label

_HEAD = ("序号", "目标任务", "量化指标", "目标值", "分值", "完成时限", "佐证方式")
_WIDTHS = (1.1, 4.4, 3.2, 1.9, 1.2, 2.2, 1.8)
_BLANK = "________________"
_DAY = "______年____月____日"
_REQUIREMENTS = (
    "乙方应认真履行岗位职责，按时完成年度目标；遵守党的纪律和团的章程，廉洁自律，"
    "力戒形式主义、官僚主义，不向基层层层加码，不以留痕代替实绩。"
)
_METHOD = (
    "年末对照目标逐条对账：完成率按完成值与目标值之比计算、四舍五入，得分不超过该条分值，合计100分。"
    "乙方参加“{label}”考评的{group}组，各项权重为：{weights}；对账结果归入本人考核档案，供考评时参考。"
)
_TERM = (
    "本责任书自甲、乙双方签字之日起生效{party}，至{year}年12月31日止。"
    "年度内目标确需调整的，由甲方提出并写明理由，经乙方确认、甲方签字后生效，调整前后的内容一并存档。"
    "乙方岗位变动的，本责任书相应变更或者终止。"
)


def pledge_document(pledge: ResponsibilityPledge, goals: Sequence[PledgeGoal]) -> bytes:
    """Give a pledge as a .docx file, as it stands now; one that is not in force says so in its title."""
    person, year = pledge.participant, pledge.participant.cycle.year
    paper = Paper()
    paper.title(f"{year}年度岗位目标责任书{_unsigned(pledge)}")
    paper.text(f"甲方：{top_name(pledge)}", indented=False)
    post = f"{person.organisation.name}{person.get_league_post_display()}"
    paper.text(f"乙方：{person.cadre.name}（{post}）", indented=False)
    paper.text("为明确岗位职责，落实年度目标，甲、乙双方签订本责任书。")
    paper.heading("岗位职责")
    paper.text(pledge.duties or "（待写）")
    paper.heading("年度目标")
    paper.table(_HEAD, [_row(number, goal) for number, goal in enumerate(goals, start=1)], _WIDTHS)
    paper.heading("工作要求与纪律")
    paper.text(_REQUIREMENTS)
    if pledge.promises:
        paper.text(f"乙方承诺：{pledge.promises}")
    paper.heading("考核办法")
    paper.text(_method(pledge))
    paper.heading("奖惩")
    paper.text(pledge.rewards or "按干部考核有关规定执行。")
    paper.heading("期限与变更")
    party = "，经同级党（工）委签字见证" if pledge.is_countersigned else ""
    paper.text(_TERM.format(party=party, year=year))
    _sign(paper, pledge)
    return paper.content()


def top_name(pledge: ResponsibilityPledge) -> str:
    """Name the 团区委 that the person's unit belongs to."""
    unit = pledge.participant.organisation
    while unit.parent is not None:
        unit = unit.parent
    return unit.name


# ---- parts ---------------------------------------------------------------------------
def _unsigned(pledge: ResponsibilityPledge) -> str:
    is_signed = pledge.signed_on and (pledge.countersigned_on or not pledge.is_countersigned)
    return "" if is_signed else "（未签订）"


def _row(number: int, goal: PledgeGoal) -> tuple[str, ...]:
    target = f"{quantity_text(goal.target)}{goal.unit}"
    words = (goal.content, goal.measure, target, f"{goal.weight}", f"{goal.due_on:%Y-%m-%d}", goal.evidence)
    return (f"{number}", *(word or "—" for word in words))


def _method(pledge: ResponsibilityPledge) -> str:
    """Cite the appraisal of the year (2+3+4) with the weights of the person's group."""
    person = pledge.participant
    rows = person.group.components.order_by("component")
    weights = "、".join(f"{row.get_component_display()} {quantity_text(row.weight * 10)}%" for row in rows)
    return _METHOD.format(label=scheme_label(scheme_of(person.cycle)), group=person.group.name, weights=weights)


def _sign(paper: Paper, pledge: ResponsibilityPledge) -> None:
    paper.signature(f"甲方（盖章）：{_BLANK}　　签字：{_BLANK}　　{_written(pledge.signed_on)}")
    paper.signature(f"乙方（签字）：{_BLANK}　　{_DAY}")
    if pledge.is_countersigned:
        paper.signature(f"同级党（工）委见证（盖章）：{_BLANK}　　{_written(pledge.countersigned_on)}")
        paper.text("本责任书一式三份，甲方、乙方、同级党（工）委各执一份。")
    else:
        paper.text("本责任书一式三份，甲方执两份，乙方执一份。")


def _written(day: object) -> str:
    return f"{day:%Y年%m月%d日}" if day else _DAY
