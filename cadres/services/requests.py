"""Requests for people in office elsewhere（申请调入、增加兼任）: filed from below, decided by the district.

The answer to whoever files tells no more than the roster does of such a number, and is counted with those answers.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cadres.access import may_decide
from cadres.choices import RequestKind
from cadres.fields import POST_REQUIRED
from cadres.models import Appointment, Cadre, PostRequest
from cadres.rules import REQUESTS, request_findings
from cadres.services.elsewhere import telling_elsewhere
from cadres.services.fields import POST_COLUMNS, indexes_of, post_fields, post_values
from cadres.services.known import chunks_of, open_on
from cadres.services.posts import appoint, held_findings, refuse_findings, refuse_missing, transfer
from orgs.access import is_same_person, scope_of, subtree_range
from orgs.models import Organisation, User
from youthleague.audit.services import record
from youthleague.kernel.findings import Finding
from youthleague.kernel.notices import Letter
from youthleague.kernel.transitions import IllegalTransition
from youthleague.notices.services.sending import Occasion, send_notices

FILE = "cadres.add_cadre"
DECIDED = "post-request"  # the kind of notice
NOT_ELSEWHERE = Finding("request.none", "此人现在没有在其他单位任职，不用申请；请直接登记。")
OURS = Finding("request.ours", "此人已在您管辖的团组织任职，不用申请；请在他的一人一档里登记任职或办理变动。")
FOREIGN_UNIT = Finding("request.scope", "您不管理这个团组织，不能为它申请。")
NOT_YOURS = Finding("request.scope", "此人现在的主要职务不在您管辖的范围，请由上级团组织办理。")
SELF = Finding("request.self", "自己的申请，或者申请调动自己，要由另一位同志办理。")
CLOSED = Finding("request.state", "这件申请已经办结或撤回。")
STALE = Finding("row.stale", "在您查看期间，这件申请已被别人改动，这次没有办理。请重新打开本页，核对后再办。")
NO_ANSWER = Finding("request.answer", "不同意的，请写明理由，申请人会看到。")
PERSON_LEFT = Finding("request.left", "此人已经离任，不再需要调入；申请单位可以直接登记。")
PERSON_REMOVED = Finding("request.removed", "此人的登记已被撤销，申请单位可以直接登记。")
RENUMBERED = Finding("request.renumbered", "申请之后，此人的身份证号更正过，不能确认是不是同一个人；请核对后重新申请。")
UNIT_GONE = Finding("request.unit_closed", "拟任的团组织已撤销或合并。")
HELD_THERE = Finding("request.held", "此人已在拟任的团组织担任这个职务。")
_UNTOLD = frozenset({NOT_ELSEWHERE.code, OURS.code})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: the kind, name and number as typed, the post by column name, and why."""

    kind: str
    name: str
    id_number: str
    post: Mapping[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is said with 同意: on which day the main post ends and the other begins (调入), and a remark."""

    on: date | None = None
    answer: str = ""


def file_request(*, asked: Asked, by: User, at: datetime, day: date) -> PostRequest:
    """Ask for the post of somebody in office elsewhere; call it outside a transaction.

    Raises ``request.none`` when nobody in office elsewhere has the number, ``request.ours`` for one's own people,
    ``request.twice`` beside an open one, ``request.scope`` and ``request.unit_closed`` for the unit,
    ``request.full_time``, ``elsewhere.limit``, and the codes of the roster's rules by column.
    """
    refuse_missing(asked.post, POST_REQUIRED)
    refuse_findings(request_findings(asked.kind, asked.post, day))
    with telling_elsewhere(asked.id_number, untold=_UNTOLD, by=by, at=at), transaction.atomic():
        unit = Organisation.objects.get(pk=asked.post["organisation"])
        main = _main_post_elsewhere(asked.id_number, unit, by, day)
        filed = PostRequest(
            kind=asked.kind,
            cadre_id=main.cadre_id,
            name=asked.name,
            reason=asked.reason,
            lineage=unit.lineage,
            held_lineage=main.organisation.lineage,
            requester=by,
            filed_at=at,
            **_columns(asked.post, unit),
        )
        filed.full_clean()
        filed.save()
        _record("request.file", filed, by, at)
    return filed


@transaction.atomic
def withdraw_request(*, request: PostRequest, by: User, at: datetime) -> None:
    """Take one's own request back（撤回）; raises ``request.scope`` for another's, ``request.state`` once closed."""
    request = _locked(request)
    if not is_same_person(request.requester, by):
        raise _error(FOREIGN_UNIT)
    _close(request, "withdraw", "", by, at)
    _record("request.withdraw", request, by, at)


@transaction.atomic
def refuse_request(*, request: PostRequest, version: int, answer: str, by: User, at: datetime) -> None:
    """Answer a request with 不同意 and the reason; the requester is told.

    Raises ``request.answer`` without a reason, ``request.self``, ``request.scope``, ``request.state``, ``row.stale``.
    """
    request = _to_decide(request, version, by, at)
    if not answer.strip():
        raise ValidationError({"answer": _error(NO_ANSWER)})
    _close(request, "refuse", answer, by, at)
    _record("request.refuse", request, by, at)


def agree_to_request(*, request: PostRequest, version: int, said: Agreement, by: User, at: datetime) -> PostRequest:
    """Do what is asked for: begin one more post, or let the main post end and the other begin; the requester is told.

    Where things have changed meanwhile the request lapses（失效）, which is stored, and the reason is raised:
    ``request.left``, ``request.removed``, ``request.renumbered``, ``request.unit_closed``, ``request.held``. Call it
    outside a transaction, therefore. Raises besides what ``refuse_request`` and the writers of posts raise, with
    nothing stored.
    """
    with transaction.atomic():
        request = _to_decide(request, version, by, at)
        found = _main_post_still(request, timezone.localdate(at))
        if isinstance(found, Appointment):
            _carry_out(request, found, said, by, at)
            _close(request, "agree", said.answer, by, at)
            _record("request.agree", request, by, at)
        else:
            _close(request, "lapse", found.sentence, by, at)
            _record("request.lapse", request, by, at)
    if isinstance(found, Finding):
        raise _error(found)
    return request


def lapse_requests_about(*, people: Collection[int], by: User, at: datetime) -> None:
    """Let go of people whose entry is being undone: open requests about them lapse, closed ones keep what they say."""
    for chunk in chunks_of(sorted(people)):
        about = PostRequest.objects.filter(cadre_id__in=chunk)
        for request in about.filter(state="open").select_for_update():
            # Who undid it is no business of the other unit.
            _close(request, "lapse", PERSON_REMOVED.sentence, None, at)
            _record("request.lapse", request, by, at)
        about.update(cadre=None)


def follow_unit(*, old_lineage: str, new_lineage: str) -> None:
    """Let open requests follow a unit that was moved; closed ones stay where they were decided."""
    for name in ("lineage", "held_lineage"):
        low, high = subtree_range(old_lineage)
        rows = list(PostRequest.objects.filter(**{f"{name}__gte": low, f"{name}__lt": high}, state="open"))
        for row in rows:
            setattr(row, name, new_lineage + getattr(row, name).removeprefix(old_lineage))
        PostRequest.objects.bulk_update(rows, [name])


def main_post_of(cadre: Cadre | None, day: date) -> Appointment | None:
    """Give the main post that a person holds on a day, with its unit; none of somebody who has left."""
    held = Appointment.objects.select_related("organisation", "cadre").filter(open_on(day), cadre=cadre)
    return held.order_by("-is_main", "pk").first()


# ---- who is meant ----------------------------------------------------------------
def _main_post_elsewhere(number: str, unit: Organisation, by: User, day: date) -> Appointment:
    """Give the main post of somebody who is in office, and nowhere in the scope of who asks."""
    scope = scope_of(by, day).holding(FILE)
    if not scope.covers(unit.lineage):
        raise _error(FOREIGN_UNIT)
    if not unit.is_open:
        raise _error(UNIT_GONE)
    held = Appointment.objects.filter(open_on(day), cadre__id_number_index__in=indexes_of(number))
    posts = list(held.select_related("organisation").order_by("-is_main", "pk"))
    if not posts:
        raise _error(NOT_ELSEWHERE)
    if any(scope.covers(post.scope_lineage) for post in posts):
        raise _error(OURS)
    return posts[0]


def _columns(post: Mapping[str, Any], unit: Organisation) -> dict[str, Any]:
    """Give the fields of the post asked for; what was not told is empty."""
    fields = post_fields({name: post.get(name) for name in POST_COLUMNS})
    return {name: value for name, value in fields.items() if name != "post_order"} | {"organisation": unit}


# ---- deciding ----------------------------------------------------------------------
def _locked(request: PostRequest) -> PostRequest:
    rows = PostRequest.objects.select_for_update(of=("self",)).select_related("requester", "organisation", "cadre")
    return rows.get(pk=request.pk)


def _to_decide(request: PostRequest, version: int, by: User, at: datetime) -> PostRequest:
    """Lock a request for somebody who may decide about it: of both units, and not oneself concerned."""
    request, day = _locked(request), timezone.localdate(at)
    if not request.is_open:
        raise _error(CLOSED)
    if request.version != version:
        raise _error(STALE)
    main, scope = main_post_of(request.cadre, day), scope_of(by, day)
    if main is not None:
        request.held_lineage = main.scope_lineage
    if not may_decide(request, scope):
        raise _error(NOT_YOURS)
    if is_same_person(request.requester, by) or (request.cadre is not None and is_same_person(request.cadre, by)):
        raise _error(SELF)
    return request


def _main_post_still(request: PostRequest, day: date) -> Appointment | Finding:
    """Give the main post of the person, or what has made the request pointless since it was filed."""
    cadre, history = request.cadre, Cadre.history
    if cadre is None:
        return PERSON_REMOVED
    main = main_post_of(cadre, day)
    if main is None:
        return PERSON_LEFT
    wanted = {"organisation": request.organisation_id, "league_post": request.league_post}
    found = (
        (history.filter(id=cadre.pk, id_number_changed=True, history_date__gt=request.filed_at).exists(), RENUMBERED),
        (not request.organisation.is_open, UNIT_GONE),
        (bool(held_findings(cadre.pk, wanted)), HELD_THERE),
    )
    return next((finding for is_so, finding in found if is_so), main)


def _carry_out(request: PostRequest, main: Appointment, said: Agreement, by: User, at: datetime) -> None:
    """Write the post; of the one that ends nothing is carried over but what is asked for."""
    values = dict.fromkeys(POST_COLUMNS) | post_values(request)
    if request.kind == RequestKind.TRANSFER:
        transfer(post=main, values=values, on=said.on or request.appointed_on, by=by, at=at)
    else:
        appoint(cadre=main.cadre, values=values, by=by, at=at, day=timezone.localdate(at))


def _close(request: PostRequest, action: str, answer: str, by: User | None, at: datetime) -> None:
    """Take a step of the table, and tell the requester, who need not be told of a step of one's own."""
    try:
        request.state = REQUESTS.target(request.state, action)
    except IllegalTransition:
        raise _error(CLOSED) from None
    request.answer, request.decided_by, request.decided_at = answer.strip(), by, at
    request.version += 1
    request.full_clean(validate_unique=False, validate_constraints=False)
    request.save()
    if action != "withdraw":
        _tell_requester(request, at)


def _tell_requester(request: PostRequest, at: datetime) -> None:
    """Tell how a request ended, without the person's name: notices also leave the house."""
    kind, state = request.get_kind_display(), request.get_state_display()
    text = f"拟任{request.organisation.name}{request.get_league_post_display()}。打开申请可以看到办理意见。"
    letter = Letter(request.requester_id, f"{kind}申请：{state}", text, reverse("request", args=[request.pk]))
    send_notices(Occasion(DECIDED, f"cadres.PostRequest:{request.pk}", request.state), [letter], at=at)


def _error(finding: Finding) -> ValidationError:
    return ValidationError(finding.message, code=finding.code, params=dict(finding.params))


def _record(action: str, request: PostRequest, by: User, at: datetime) -> None:
    subject, facts = f"cadres.PostRequest:{request.pk}", {"kind": request.kind}
    record(action=action, by=by, at=at, subject=subject, lineage=request.lineage, facts=facts)
