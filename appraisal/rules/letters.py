"""反馈函: to which committee, under which number, which step follows which, by whom, and its wording.

依据 domain.md §2.7、§4.10: 一个同级党（工）委一份，区委组织部一份汇总；拟稿 → 审核 → 签发 → 送达 → 回执。
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from appraisal.choices import CycleState, DeliveryWay, Grade, LetterAct, LetterKind
from appraisal.choices import LetterState as State
from appraisal.rules.pledge import StepFacts
from orgs.choices import Level, TownshipKind
from youthleague.kernel.findings import Finding
from youthleague.kernel.transitions import Transition, TransitionTable

_STANDING = tuple(state for state in State if state != State.VOID)
LETTER = TransitionTable(
    [
        Transition("review", (State.DRAFT,), State.REVIEWED, "审核通过"),
        Transition("return", (State.REVIEWED,), State.DRAFT, "退回"),
        Transition("sign", (State.REVIEWED,), State.SIGNED, "签发"),
        Transition("deliver", (State.SIGNED,), State.DELIVERED, "送达"),
        Transition("acknowledge", (State.DELIVERED,), State.ACKNOWLEDGED, "登记回执"),
        Transition("void", _STANDING, State.VOID, "作废"),
    ]
)
UNSIGNED = frozenset({State.DRAFT, State.REVIEWED})
ARRIVED = frozenset({State.DELIVERED, State.ACKNOWLEDGED})
SENDING_STATES = frozenset({CycleState.FEEDBACK})
RECEIPT_STATES = frozenset({CycleState.FEEDBACK, CycleState.ARCHIVED})
DEFAULT_WORD = "团区函"
LONGEST_WORD = 20
LAST_NUMBER = 9_999

_WORD = re.compile(r"[\u4e00-\u9fff×]+")
_LEAGUE_ENDS = ("团工委", "团委", "团总支", "团支部", "工作委员会", "委员会", "总支部", "支部")
_WRITING = frozenset({LetterAct.DRAFT, LetterAct.CHANGE})

_STATE = Finding("letter.state", "这份反馈函现在是“%(state)s”，不能这样办理；请刷新后再看。")
_SAME = Finding("letter.same", "拟稿、审核、签发不能由同一个人办理；请由另一位同志办理。")
_BAD_WORD = Finding("letter.word", "机关代字请用 %(most)d 个以内的汉字，如“团区函”。")
_FIRST = Finding("letter.first", "起始号请填 1 到 %(most)d 的整数。")
_NUMBERED = Finding("letter.numbered", "%(year)d年已经签发到第 %(last)d 号，起始号不能再改。")
_FULL = Finding("letter.full", "%(year)d年的函号已经用完。")
_SUGGESTION = Finding("letter.suggestion", "请写明使用建议。")
_NO_ACCOUNT = Finding("letter.account", "对方在平台上没有账号，请登记其他送达方式。")
_DELIVERY_DAY = Finding("letter.delivery-day", "送达日期不能早于签发日期，也不能晚于今天。")
_RECEIPT_DAY = Finding("letter.receipt-day", "回执日期不能早于送达日期，也不能晚于今天。")
_RECEIVER = Finding("letter.receiver", "请写明签收人。")


# ---- to which committee ----------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit on the way from the district to somebody: its key and level."""

    pk: int
    level: str


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post (by key) from a day until (not including) a day; ``committee`` is the unit whose 同级党（工）委 leads it.

    ``is_drawn``: by this post the person is appraised.
    """

    pk: int
    committee: int | None
    started_on: date
    ended_on: date | None
    is_main: bool = False
    is_drawn: bool = False


@dataclass(frozen=True, slots=True)
class Destination:
    """Whose letter names a person, for which post, and the former committees with the posts that were held there.

    No committee: the district's own, in the summary alone. No post: the one by which the person is appraised.
    """

    committee: int | None
    post: int | None = None
    former: tuple[tuple[int, int | None], ...] = ()


def committee_unit(path: Sequence[UnitFacts]) -> int | None:
    """Give the unit whose 同级党（工）委 is told: the 街乡 on the way, else the unit itself; None for the district."""
    township = next((one.pk for one in path if one.level == Level.TOWNSHIP), None)
    if township is not None:
        return township
    return path[-1].pk if path and path[-1].level != Level.DISTRICT else None


def destination(posts: Iterable[HeldPost], *, drawn: int | None, start: date, end: date) -> Destination:
    """Say who is told of somebody who may have moved in a year from ``start`` until (not including) ``end``.

    The post at the year's end decides, the committees that led the person earlier in the year get a copy; ``drawn`` is
    the committee of the post by which the person is appraised. 依据 domain.md §7.1 第 13 条.
    """
    held = [one for one in posts if one.started_on < end and (one.ended_on is None or one.ended_on > start)]
    last = [one for one in held if one.ended_on is None or one.ended_on >= end]
    decisive = max(last, key=lambda one: (one.is_drawn, one.is_main, one.started_on, -one.pk), default=None)
    committee = decisive.committee if decisive else drawn
    kept = {committee, None, *(one.committee for one in last)}
    left = ((drawn, None), *((one.committee, one.pk) for one in held if one not in last))
    former = {key: post for key, post in left if key is not None and key not in kept}
    return Destination(committee, decisive.pk if decisive else None, tuple(former.items()))


def place_name(name: str, short_name: str) -> str:
    """Name the place or unit of a League organisation: 青禾街道 of 青禾街道团工委."""
    found = short_name or name.removeprefix("共青团")
    for end in _LEAGUE_ENDS:
        if found.endswith(end) and found != end:
            return found.removesuffix(end)
    return found


def committee_name(place: str, level: str, township_kind: str) -> str:
    """Name the 同级党（工）委 of a unit: a 街道 has a 工作委员会, a 乡镇 a 委员会; of other units it is not known."""
    if level != Level.TOWNSHIP:
        return f"{place}党组织"
    return f"中共{place}{'工作' if township_kind == TownshipKind.SUBDISTRICT else ''}委员会"


def department_name(place: str) -> str:
    """Name the 组织部 of the district whose 团区委 writes: 中共示范区委组织部 of 示范区."""
    return f"中共{place}委组织部"


# ---- numbers ---------------------------------------------------------------------------
def number_text(word: str, year: int | None, number: int | None) -> str:
    """Write a 文号: 团区函〔2026〕3号; nothing before it was given."""
    return f"{word}〔{year}〕{number}号" if number else ""


def next_number(first: int, last: int) -> int:
    """Give the number after the last one that was given; 0 is none yet."""
    return last + 1 if last else first


def series_finding(word: str, first: int, *, year: int, last: int, standing_first: int) -> Finding | None:
    """Say what is wrong with the word and the first number of a year; the first stands once a number was given."""
    if not _WORD.fullmatch(word) or len(word) > LONGEST_WORD:
        return _BAD_WORD.about(most=LONGEST_WORD)
    if not 1 <= first <= LAST_NUMBER:
        return _FIRST.about(most=LAST_NUMBER)
    return _NUMBERED.about(year=year, last=last) if last and first != standing_first else None


def number_finding(number: int, *, year: int) -> Finding | None:
    """Say that the numbers of a year are used up."""
    return _FULL.about(year=year) if number > LAST_NUMBER else None


# ---- steps -----------------------------------------------------------------------------
def letter_step_finding(state: str, action: str) -> Finding | None:
    """Say that a step does not start from a state."""
    return None if LETTER.may(state, action) else _STATE.about(state=State(state).label)


def letter_states_for(act: str) -> frozenset[CycleState]:
    """Give the states of the year in which a step may be taken; a receipt may still come in after 归档."""
    return RECEIPT_STATES if act == LetterAct.ACKNOWLEDGE else SENDING_STATES


def letter_same_finding(steps: Sequence[StepFacts], act: str, person_key: str) -> Finding | None:
    """Say that somebody would review or sign what they wrote, or sign what they reviewed, by whichever account."""
    barred = set()
    if act in {LetterAct.REVIEW, LetterAct.SIGN}:
        barred = {one.person_key for one in steps if one.act in _WRITING}
    if act == LetterAct.SIGN:
        barred |= {one.person_key for one in steps if one.act == LetterAct.REVIEW}
    return _SAME if person_key in barred else None


def suggestion_finding(text: str) -> Finding | None:
    """Say that the suggestion is empty."""
    return None if text.strip() else _SUGGESTION


def delivery_finding(
    way: str, day: date, *, signed_on: date | None, today: date, has_account: bool
) -> tuple[str, Finding] | None:
    """Say what is wrong with a delivery, by field: through the portal only to who has an account, on a day between."""
    if way == DeliveryWay.PORTAL and not has_account:
        return "way", _NO_ACCOUNT
    if day > today or (signed_on is not None and day < signed_on):
        return "day", _DELIVERY_DAY
    return None


def receipt_finding(receiver: str, day: date, *, delivered_on: date | None, today: date) -> tuple[str, Finding] | None:
    """Say what is wrong with a receipt, by field: who received it, on a day between delivery and today."""
    if not receiver.strip():
        return "receiver", _RECEIVER
    if day > today or (delivered_on is not None and day < delivered_on):
        return "day", _RECEIPT_DAY
    return None


# ---- wording ---------------------------------------------------------------------------
def title_text(year: int, kind: str, *, is_correction: bool) -> str:
    """Give the title of a letter; one that takes the place of a signed one says so (更正)."""
    what = "考核结果汇总" if kind == LetterKind.SUMMARY else "考核等次"
    return f"关于{'更正' if is_correction else '反馈'}{year}年度团干部{what}的函"


def opening_text(year: int, kind: str, *, minutes: str, people: int, copies: int) -> str:
    """Give the opening sentence: what was decided, and of how many people the letter tells."""
    begun = f"{year}年度团干部考评已经结束，等次经团区委书记会议审定（{minutes}）。"
    if kind == LetterKind.SUMMARY:
        return f"{begun}现将{people}名团干部的考核结果汇总报送，请予审阅。"
    if not people:
        return f"{begun}以下{copies}名同志年内由你单位调出，等次已函告其年末任职单位的同级党（工）委，现抄送你们知悉。"
    return f"{begun}现将你单位{people}名团干部的考核等次函告如下，请按干部管理权限研究使用。"


def correction_text(number: str) -> str:
    """Say which letter a correction takes the place of."""
    return f"原{number}同时作废，以本函为准。"


def suggestion_text(grades: Collection[int | None]) -> str:
    """Propose how grades may be used, a sentence for each that occurs; people decide (不自动处理)."""
    said = (
        (Grade.EXCELLENT, "等次为“好”的，建议在评先树优、选拔任用时优先考虑。"),
        (Grade.GOOD, "等次为“较好”的，建议肯定成绩，鼓励继续努力。"),
        (Grade.FAIR, "等次为“一般”的，建议指出不足，督促对照清单改进。"),
        (Grade.POOR, "等次为“差”的，建议与团区委共同研究，谈话提醒，限期整改。"),
        (None, "不定等次的，建议结合日常表现了解使用。"),
    )
    found = [sentence for grade, sentence in said if grade in grades]
    return "\n".join(found) or "请结合日常了解掌握使用。"


def attachment_titles(kind: str, year: int, *, people: int) -> tuple[str, ...]:
    """List what is attached: the scores, or the list of all; the receipt to send back."""
    if kind == LetterKind.SUMMARY:
        return (f"{year}年度团干部考核结果名册", "回执")
    return (f"{year}年度考核得分一览表", "回执") if people else ("回执",)
