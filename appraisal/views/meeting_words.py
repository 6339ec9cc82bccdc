"""What the pages of a 述职会 say: when, who, how many, which step is next."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from appraisal.models import DebriefMeeting, Participant
from appraisal.reports.meetings import JudgeLine, SpeakerLine, SpeakerResult, class_title
from appraisal.rules.meeting import MEETING, PoolResult
from appraisal.rules.scoring import plain, two_places

Address = Callable[..., str]


def meeting_line(row: DebriefMeeting, url: str) -> dict[str, Any]:
    """Say what stands of a meeting in the list."""
    return {
        "title": row.title,
        "url": url,
        "when": f"{row.day:%Y-%m-%d} {row.starts_at:%H:%M}",
        "place": row.place,
        "speakers": len(row.speakers.all()),
        "judges": len(row.judges.all()),
        "state": row.get_state_display(),
    }


def meeting_facts(meeting: DebriefMeeting, lines: Sequence[SpeakerLine]) -> str:
    """Say when and where a meeting is, and for how many."""
    weekday = "一二三四五六日"[meeting.day.weekday()]
    when = f"{meeting.day.year}年{meeting.day.month}月{meeting.day.day}日（星期{weekday}）{meeting.starts_at:%H:%M}"
    return f"{when}，{meeting.place}；{len(lines)} 人述职，每人 {meeting.minutes} 分钟"


def class_columns(lines: Sequence[SpeakerLine]) -> list[dict[str, str]]:
    """Give the kinds of judges that mark somebody in a meeting."""
    kinds = dict.fromkeys(kind for one in lines for kind in one.asked)
    return [{"kind": kind, "title": class_title(kind)} for kind in kinds]


def order_line(one: SpeakerLine, meeting: DebriefMeeting) -> dict[str, Any]:
    """Say who speaks when, and how many have marked them."""
    person = one.speaker.participant
    return {
        "pk": one.speaker.pk,
        "number": one.number,
        "at": f"{one.starts_at:%H:%M}",
        "name": person.cadre.name,
        "unit": person.organisation.short_name or person.organisation.name,
        "post": person.get_league_post_display(),
        "group": person.group.name,
        "is_now": meeting.current_id == one.speaker.pk,
        "is_written": one.speaker.is_written,
        "counts": [
            {
                "title": class_title(kind),
                "text": f"{one.given.get(kind, 0)}/{asked}",
                "is_done": one.given.get(kind, 0) >= asked,
            }
            for kind, asked in one.asked.items()
        ],
    }


def judge_line(one: JudgeLine) -> dict[str, Any]:
    """Say who judges, by which way, and how far they are."""
    judge = one.judge
    if judge.user_id:
        way = "账号登录"
    elif judge.pass_mark:
        way = "已用链接打开"
    else:
        way = "链接已制发，还没有打开" if judge.code_mark else "还没有制发链接"
    return {
        "pk": judge.pk,
        "name": judge.name,
        "unit": judge.unit,
        "kind": judge.get_ballot_class_display(),
        "way": way,
        "has_link": not judge.user_id,
        "is_linked": bool(judge.code_mark or judge.pass_mark),
        "link_verb": "换链接" if judge.code_mark or judge.pass_mark else "制发链接",
        "progress": f"{one.done}/{one.asked}",
        "is_done": one.asked > 0 and one.done >= one.asked,
    }


def candidate_line(person: Participant) -> dict[str, Any]:
    """Say who may be added."""
    unit = person.organisation.short_name or person.organisation.name
    return {"pk": person.pk, "title": f"{person.cadre.name}（{person.group.name}，{unit}）"}


def result_line(one: SpeakerResult, closed: Collection[int]) -> dict[str, Any]:
    """Say what came of it for somebody; nothing of a group whose results the viewer does not read."""
    person = one.speaker.participant
    is_hidden = person.group_id in closed
    return {
        "number": one.number,
        "name": person.cadre.name,
        "unit": person.organisation.short_name or person.organisation.name,
        "is_hidden": is_hidden,
        "pools": [] if is_hidden else [{"title": title, **_pool(found)} for title, found in one.pools],
    }


def _pool(found: PoolResult | None) -> Mapping[str, str]:
    if found is None:
        return {"mean": "—", "note": "没有分数"}
    marks = found.marks
    count = len(marks.kept)
    if marks.highest is None or marks.lowest is None:
        return {"mean": two_places(found.mean), "note": f"{count} 份，平均"}
    dropped = f"去掉最高 {plain(marks.highest)}、最低 {plain(marks.lowest)}"
    return {"mean": two_places(found.mean), "note": f"{count + 2} 份，{dropped}，平均"}


def paper_line(column: Mapping[str, str], lines: Sequence[SpeakerLine]) -> dict[str, Any]:
    """Give the sheet of a kind of judges: whom they mark, in the order of the meeting."""
    asked = [one for one in lines if column["kind"] in one.asked]
    rows = [
        {
            "number": one.number,
            "name": one.speaker.participant.cadre.name,
            "unit": one.speaker.participant.organisation.name,
            "post": one.speaker.participant.get_league_post_display(),
        }
        for one in asked
    ]
    return {"title": column["title"], "rows": rows}


def step_actions(meeting: DebriefMeeting, to: Address, missing: int) -> list[dict[str, Any]]:
    """Give the buttons of the steps that a meeting may take."""
    lacking = f"还差 {missing} 个分数。" if missing else ""
    asks = {
        "start": "开始以后顺序不再变动，评委可以打分。",
        "close": f"{lacking}分数打乱次序、不带评委写入测评结果，不能再看出是谁打的。",
        "void": "还没有写入的分数和评委的链接都会删除，不能恢复。",
    }
    found: list[dict[str, Any]] = []
    for one in MEETING.actions_from(meeting.state):
        if one.action == "reopen":
            found.append({"title": one.title, "url": to("appraisal-meeting-reopen")})
        else:
            found.append(
                {
                    "title": one.title,
                    "url": to("appraisal-meeting-step", one.action),
                    "method": "post",
                    "version": meeting.version,
                    "confirm": asks[one.action],
                    "primary": one.action != "void",
                    "bad": one.action == "void",
                }
            )
    return found
