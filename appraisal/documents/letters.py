"""反馈函 on paper: 文号, 主送, what was decided, whom it names, the suggestion, 落款, 抄送; scores, receipt attached.

The page, its print and the .docx file show one and the same. Nobody's rank is on it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from appraisal.choices import Component, Grade, LetterKind, LetterState, Standing
from appraisal.documents.paper import Paper
from appraisal.models import FeedbackLetter, LetterPerson
from appraisal.reports.letters import LetterFrame, PersonLine, frame_of, grade_counts, person_lines
from appraisal.rules.letters import attachment_titles, correction_text, department_name, opening_text, place_name
from appraisal.rules.scoring import two_places

_NAMED_HEAD, _NAMED_WIDTHS = ("姓名", "职务", "考评组", "等次"), (2.4, 8.0, 2.8, 2.6)
_COPY_HEAD, _COPY_WIDTHS = ("姓名", "在你单位的职务", "等次"), (2.4, 10.8, 2.6)
_LIST_HEAD, _LIST_WIDTHS = ("序号", "姓名", "职务", "考评组", "总分", "等次"), (1.2, 2.2, 6.6, 2.2, 1.8, 1.8)
_SHORT = {Component.STAFF_SCORE: "干事赋分"}
SCORE_HEAD = ("姓名", *(_SHORT.get(one, one.label) for one in Component), "加减分", "总分", "组均")
SCORE_NOTE = "各项为百分制得分，组均为本人所在考评组总分的平均；“—”表示没有这一项，或者不足三人不给组均。"
_SCORE_WIDTHS = (2.0, *(1.5,) * 9)
_COUNT_HEAD = ("考评组", *(one.label for one in Grade), "不定等次", "合计")
_COUNT_WIDTHS = (4.4, *(1.9,) * 6)
_WITHOUT = {Standing.UNGRADED: "不定等次", Standing.UNRANKED: "不参加排名", Standing.INCOMPLETE: "数据不全"}
_NOT_SIGNED = "（未签发）"
_VOID = "（已作废）"
COPIED = "以下同志年内由你单位调出，等次已函告其年末任职单位的同级党（工）委，现抄送你们知悉。"
_DAY = "______年____月____日"
_BLANK = "________________"


def letter_paper(
    letter: FeedbackLetter, people: Iterable[LetterPerson], frame: LetterFrame | None = None
) -> dict[str, Any]:
    """Give what the paper shows of a letter that names some people; ``frame`` where it is known already."""
    shared = frame or frame_of(letter)
    lines = person_lines(people, shared.means)
    own, copies = [one for one in lines if not one.is_copy], [one for one in lines if one.is_copy]
    is_summary = letter.kind == LetterKind.SUMMARY
    return {
        "title": letter.title,
        "number": _number(letter),
        "issuer": shared.issuer,
        "addressee": letter.addressee,
        "opening": _opening(letter, len(own), len(copies)),
        "is_summary": is_summary,
        "people": [_named(one) for one in own],
        "copies": [_copied(one) for one in copies],
        "count_head": _COUNT_HEAD,
        "counts": _counts(lines) if is_summary else [],
        "suggestion": letter.suggestion.splitlines(),
        "attachments": attachment_titles(letter.kind, letter.cycle.year, people=len(own)),
        "score_head": SCORE_HEAD,
        "scores": [] if is_summary else [_scores(one) for one in own],
        "score_note": SCORE_NOTE,
        "list": [_listed(number, one) for number, one in enumerate(own, start=1)] if is_summary else [],
        "day": f"{letter.signed_on:%Y年%m月%d日}" if letter.signed_on else _DAY,
        "signer": letter.signed_by.get_full_name() if letter.signed_by else "",
        "copy_to": "" if is_summary else department_name(place_name(shared.issuer, "")),
        "receipt": _receipt(letter),
    }


def letter_document(shown: Mapping[str, Any]) -> bytes:
    """Give what ``letter_paper`` shows as a .docx file."""
    paper = Paper()
    paper.title(shown["title"])
    paper.centred(shown["number"])
    paper.text(f"{shown['addressee']}：", indented=False)
    paper.text(shown["opening"])
    _write_results(paper, shown)
    paper.heading("使用建议")
    paper.text("\n".join(shown["suggestion"]))
    if shown["copies"] and shown["people"]:
        paper.heading("抄送事项")
        paper.text(COPIED)
        paper.table(_COPY_HEAD, shown["copies"], _COPY_WIDTHS)
    titles = shown["attachments"]
    paper.text("\n".join(f"附件{number}：{title}" for number, title in enumerate(titles, start=1)))
    paper.signature(" ")
    paper.right(shown["issuer"])
    paper.right(shown["day"])
    if shown["signer"]:
        paper.text(f"（签发人：{shown['signer']}）", indented=False)
    if shown["copy_to"]:
        paper.text(f"抄送：{shown['copy_to']}", indented=False)
    _write_attachments(paper, shown)
    return paper.content()


def letters_archive(letters: Sequence[tuple[FeedbackLetter, Sequence[LetterPerson]]]) -> bytes:
    """Give many letters as one archive of documents, named by number and addressee."""
    target = BytesIO()
    frames = {letter.seal_id: frame_of(letter) for letter, _people in letters[:1]}
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for position, (letter, people) in enumerate(letters, start=1):
            name = ZipInfo(f"{position:02d}-{file_name(letter)}")
            name.compress_type, name.external_attr = ZIP_DEFLATED, 0o644 << 16
            archive.writestr(name, letter_document(letter_paper(letter, people, frames.get(letter.seal_id))))
    return target.getvalue()


def file_name(letter: FeedbackLetter) -> str:
    """Name the document of a letter."""
    return f"{letter.number_text or '反馈函'}-{letter.addressee}.docx".replace("/", "／")


def grade_text(line: PersonLine) -> str:
    """Write a grade, or why there is none."""
    return str(Grade(line.grade).label) if line.grade else _WITHOUT.get(Standing(line.standing), "待定")


# ---- parts -----------------------------------------------------------------------------
def _number(letter: FeedbackLetter) -> str:
    if letter.state == LetterState.VOID:
        return f"{letter.number_text}{_VOID}"
    return letter.number_text or _NOT_SIGNED


def _opening(letter: FeedbackLetter, people: int, copies: int) -> str:
    text = opening_text(
        letter.cycle.year, letter.kind, minutes=letter.seal.minutes_number, people=people, copies=copies
    )
    replaced = letter.replaces
    return f"{text}{correction_text(replaced.number_text)}" if replaced else text


def _write_results(paper: Paper, shown: Mapping[str, Any]) -> None:
    if shown["is_summary"]:
        paper.heading("等次分布")
        paper.table(_COUNT_HEAD, shown["counts"], _COUNT_WIDTHS)
        return
    paper.heading("考核等次")
    if shown["people"]:
        paper.table(_NAMED_HEAD, shown["people"], _NAMED_WIDTHS)
    else:
        paper.table(_COPY_HEAD, shown["copies"], _COPY_WIDTHS)


def _write_attachments(paper: Paper, shown: Mapping[str, Any]) -> None:
    titles = shown["attachments"]
    for number, title in enumerate(titles, start=1):
        paper.attachment(f"附件{number}" if len(titles) > 1 else "附件", title)
        if number == len(titles):
            _write_receipt(paper, shown)
        elif shown["is_summary"]:
            paper.table(_LIST_HEAD, shown["list"], _LIST_WIDTHS)
        else:
            paper.table(SCORE_HEAD, shown["scores"], _SCORE_WIDTHS)
            paper.text(SCORE_NOTE)


def _write_receipt(paper: Paper, shown: Mapping[str, Any]) -> None:
    paper.text(f"{shown['issuer']}：", indented=False)
    paper.text(shown["receipt"]["text"])
    paper.text(f"意见：{shown['receipt']['opinion']}")
    paper.signature(f"签收人：{shown['receipt']['receiver']}")
    paper.signature(f"{shown['addressee']}（盖章）　　{shown['receipt']['day']}")


def _receipt(letter: FeedbackLetter) -> dict[str, str]:
    """Give what the receipt says: of one that came in what was written, else blanks to fill."""
    return {
        "text": f"《{letter.title}》（{letter.number_text or _NOT_SIGNED.strip('（）')}）收悉。",
        "opinion": letter.opinion or (_BLANK if not letter.acknowledged_on else "无"),
        "receiver": letter.receiver or _BLANK,
        "day": f"{letter.acknowledged_on:%Y年%m月%d日}" if letter.acknowledged_on else _DAY,
    }


def _named(line: PersonLine) -> tuple[str, ...]:
    return line.name, line.post, line.group, grade_text(line)


def _copied(line: PersonLine) -> tuple[str, ...]:
    return line.name, line.post, grade_text(line)


def _listed(number: int, line: PersonLine) -> tuple[str, ...]:
    return f"{number}", line.name, line.post, line.group, _points(line.total), grade_text(line)


def _scores(line: PersonLine) -> tuple[str, ...]:
    components = (_points(line.scores[one]) for one in Component)
    return line.name, *components, two_places(line.adjustment), _points(line.total), _points(line.mean)


def _counts(lines: Sequence[PersonLine]) -> list[tuple[str, ...]]:
    found = grade_counts(lines)
    whole = sum(found.values(), start=Counter[int | None]())
    return [*((group, *_row(counts)) for group, counts in found.items()), ("合计", *_row(whole))]


def _row(counts: Mapping[int | None, int]) -> tuple[str, ...]:
    found = [counts.get(one, 0) for one in (*Grade, None)]
    return (*map(str, found), f"{sum(found)}")


def _points(value: int | None) -> str:
    return "—" if value is None else two_places(value)
