"""How a 反馈函 is written on pages: steps, buttons, the one next thing, rows of lists, what was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from appraisal.access import DECIDE, KEEP
from appraisal.choices import LetterState
from appraisal.models import FeedbackLetter, LetterStep
from appraisal.rules.letters import letter_same_finding, letter_states_for
from appraisal.rules.pledge import StepFacts
from appraisal.services.keeping import holds_district
from orgs.access import Scope
from orgs.models import User

STEPS = ("拟稿", "审核", "签发", "送达", "回执")
TONES = {
    LetterState.DRAFT: "run",
    LetterState.REVIEWED: "run",
    LetterState.SIGNED: "run",
    LetterState.DELIVERED: "warn",
    LetterState.ACKNOWLEDGED: "ok",
    LetterState.VOID: "idle",
}
_NOW = {state: number for number, state in enumerate(LetterState, start=2)}
_WAITING = {
    LetterState.DRAFT: ("等另一位同志审核", "由拟稿人以外的机关干事或者领导审核。"),
    LetterState.REVIEWED: ("等领导签发", "签发人不能是拟稿人、审核人，也不能是函里的人；签发时编号。"),
    LetterState.SIGNED: ("等机关送达", "对方有账号的在平台上送达，没有的登记书面送达。"),
    LetterState.DELIVERED: ("等对方回执", "对方在平台上填写；书面寄回的由机关登记。"),
    LetterState.ACKNOWLEDGED: ("已经回执，不用再办", ""),
    LetterState.VOID: ("已经作废", "编过的号不再使用；更正的函另行拟稿。"),
}
_YOURS = {
    "review": ("等您审核", "核对主送、人员、等次和建议；通过以后送领导签发。"),
    "sign": ("等您签发", "签发时自动编号，签发以后不能再改。"),
    "deliver": ("等您送达", "对方有账号的在平台上送达，没有的登记书面送达。"),
    "receipt": ("书面回执寄回以后在这里登记", "对方有账号的，由对方在平台上填写。"),
}
_TITLES = {
    "review": "审核通过",
    "sign": "签发",
    "return": "退回",
    "edit": "修改",
    "deliver": "送达",
    "receipt": "登记书面回执",
    "void": "作废",
}
_CONFIRMS = {"review": "审核通过以后送领导签发。", "sign": "代表团区委签发，随即编号；签发以后不能再改。"}
_ACT = {"edit": "change", "receipt": "acknowledge"}


@dataclass(frozen=True)
class Next:
    """The one thing that comes next for a viewer: a title, why, and the buttons for it."""

    title: str
    text: str = ""
    actions: Sequence[Mapping[str, Any]] = ()


def acts_of(
    letter: FeedbackLetter, steps: Sequence[LetterStep], user: User, scope: Scope, *, is_named: bool
) -> list[str]:
    """List what somebody may do with a letter now, the most likely first; ``is_named``: the letter names them."""
    keeps, decides = (holds_district(scope.holding(one)) for one in (KEEP, DECIDE))
    held = {
        LetterState.DRAFT: [("review", keeps or decides), ("edit", keeps and not is_named), ("void", keeps)],
        LetterState.REVIEWED: [("sign", decides and not is_named), ("return", keeps or decides), ("void", keeps)],
        LetterState.SIGNED: [("deliver", keeps), ("void", decides and not is_named)],
        LetterState.DELIVERED: [("receipt", keeps), ("void", decides and not is_named)],
        LetterState.ACKNOWLEDGED: [("void", decides and not is_named)],
    }.get(LetterState(letter.state), [])
    taken = [StepFacts(one.act, one.by.person_key) for one in steps]
    is_open = letter.seal.stands
    return [
        act
        for act, is_theirs in held
        if is_theirs
        and is_open
        and letter.cycle.state in letter_states_for(_ACT.get(act, act))
        and letter_same_finding(taken, act, user.person_key) is None
    ]


def next_of(letter: FeedbackLetter, steps: Sequence[LetterStep], acts: Sequence[str]) -> Next:
    """Say the one next thing about a letter, with its buttons."""
    buttons = [_button(act, letter) for act in acts]
    if acts and acts[0] in _YOURS:
        return Next(*_YOURS[acts[0]], buttons)
    title, text = _WAITING[LetterState(letter.state)]
    last = steps[-1] if steps else None
    told = f"{last.get_act_display()}：{last.reason}" if last and last.act in {"return", "void"} else text
    return Next(title, told, buttons)


def step_of(letter: FeedbackLetter) -> int:
    """Tell how far a letter is, of one that was withdrawn how far it got."""
    if letter.state != LetterState.VOID:
        return _NOW[LetterState(letter.state)]
    return 6 if letter.acknowledged_on else 5 if letter.delivered_on else 4 if letter.signed_on else 2


def light_of(letter: FeedbackLetter) -> dict[str, str]:
    """Say how far a letter is, with its tone."""
    return {"tone": TONES[LetterState(letter.state)], "word": str(letter.get_state_display())}


def facts_of(letter: FeedbackLetter) -> list[str]:
    """Give the facts at the head of a page about a letter."""
    return [str(letter.cycle), letter.addressee, letter.number_text or "还没有编号"]


def standing_rows(letter: FeedbackLetter) -> list[dict[str, str]]:
    """Write who signed, how and when it was delivered, who received it."""
    replaced = letter.replaces
    rows = [
        {"title": "文号", "value": letter.number_text},
        {"title": "签发", "value": _signed(letter)},
        {"title": "送达", "value": _day(letter.delivered_on, letter.get_way_display())},
        {"title": "回执", "value": _day(letter.acknowledged_on, letter.receiver)},
    ]
    if letter.opinion:
        rows.append({"title": "意见", "value": letter.opinion})
    if replaced:
        rows.append({"title": "更正", "value": f"代替{replaced.number_text}"})
    return rows


def event_rows(steps: Sequence[LetterStep]) -> list[dict[str, str]]:
    """Write the steps that were taken, the latest first."""
    return [
        {
            "title": f"{one.get_act_display()}{f'：{one.reason}' if one.reason else ''}",
            "time": f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}",
            "by": one.by.get_full_name(),
        }
        for one in reversed(steps)
    ]


def letter_row(letter: FeedbackLetter, page: str) -> dict[str, Any]:
    """Write a letter as a line of a list; ``letter`` has its counts ``named`` and ``copied``."""
    return {
        **light_of(letter),
        "title": letter.addressee,
        "url": reverse(page, args=[letter.pk]),
        "number": letter.number_text,
        "is_correction": letter.replaces_id is not None,
        "year": str(letter.cycle),
        "people": _people(letter),
        "signed_on": letter.signed_on,
        "delivered_on": letter.delivered_on,
        "acknowledged_on": letter.acknowledged_on,
    }


# ---- parts -----------------------------------------------------------------------------
def _button(act: str, letter: FeedbackLetter) -> dict[str, Any]:
    button: dict[str, Any] = {"title": _TITLES[act], "url": reverse(f"appraisal-letter-{act}", args=[letter.pk])}
    if act in _CONFIRMS:
        return {**button, "method": "post", "primary": True, "version": letter.version, "confirm": _CONFIRMS[act]}
    return {**button, "primary": act == "deliver"}


def _people(letter: Any) -> str:
    copied = f"，抄送 {letter.copied} 人" if letter.copied else ""
    return f"{letter.named} 人{copied}" if letter.named or not copied else f"抄送 {letter.copied} 人"


def _signed(letter: FeedbackLetter) -> str:
    by = letter.signed_by.get_full_name() if letter.signed_by else ""
    return _day(letter.signed_on, by)


def _day(day: Any, word: str) -> str:
    return f"{day:%Y-%m-%d}　{word}".strip() if day else ""
