"""Appending to the log, and noting its head outside the database."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal, TypedDict, Unpack

import structlog
from django.conf import settings
from django.db import transaction

from youthleague.audit.models import AuditEvent, AuditHead
from youthleague.audit.rules import Anchor, anchor_line, fault_in_facts, has_personal_value, hide_personal_values
from youthleague.protection.seal import sign

EVENT_PURPOSE = "audit.event"
HEAD_PURPOSE = "audit.head"
ANCHOR_FILE = "audit-anchors.txt"


class Particulars(TypedDict, total=False):
    """What an event may say besides who did what and when."""

    subject: str
    lineage: str
    result: Literal["done", "refused"]
    facts: Mapping[str, object] | None


class Actor(TypedDict):
    """The columns that describe who acted."""

    actor_id: int | None
    actor_name: str
    actor_lineage: str


def record(*, action: str, by: object | None, at: datetime, **particulars: Unpack[Particulars]) -> AuditEvent:
    """Append one event; the last statement of a service's transaction, for it locks the head until the commit.

    ``by`` is None for the system itself. ``subject`` reads ``app.Model:pk``, ``lineage`` is that of the subject's
    organisation at the time, ``facts`` hold counts and codes only. The address is that of the request, if there is one.
    Raises TransactionManagementError outside a transaction, ValueError for personal or unsuitable values,
    ValidationError for a value that fits no column.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("审计事件必须与它所记录的操作在同一事务内写入。")
    _refuse_unsuitable(at, particulars)
    head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1)
    event = AuditEvent(
        seq=head.seq + 1,
        previous=head.mac,
        at=at,
        action=action,
        **_actor(by),
        ip=_address(),
        subject=particulars.get("subject", ""),
        subject_lineage=particulars.get("lineage", ""),
        result=particulars.get("result", "done"),
        facts=_plain_facts(particulars.get("facts")),
    )
    _append(event, head)
    return event


def _refuse_unsuitable(at: datetime, particulars: Particulars) -> None:
    if at.tzinfo is None:
        raise ValueError("审计事件的时间必须带时区。")
    if has_personal_value(particulars.get("subject", "")):
        raise ValueError("审计对象含有身份证号或手机号样式的内容，不可记录。")
    fault = fault_in_facts(particulars.get("facts") or {})
    if fault:
        raise ValueError(fault)


def _plain_facts(facts: Mapping[str, object] | None) -> dict[str, object]:
    """Copy the facts as they will come back from the database."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in (facts or {}).items()}


def _append(event: AuditEvent, head: AuditHead) -> None:
    event.clean_fields(exclude={"mac"})
    event.mac = sign(event.body(), purpose=EVENT_PURPOSE, use="audit")
    event.save(force_insert=True)
    head.seq, head.mac = event.seq, event.mac
    head.proof = sign(head.body(), purpose=HEAD_PURPOSE, use="audit")
    head.save(force_update=True)


def _actor(by: object | None) -> Actor:
    lineage = str(getattr(by, "lineage", "") or "")
    return {"actor_id": getattr(by, "pk", None), "actor_name": _name_of(by), "actor_lineage": lineage}


def _address() -> str:
    """Return the browser's address, which orgs.middleware puts into the context of each request."""
    return str(structlog.contextvars.get_contextvars().get("ip", ""))


def _name_of(by: object | None) -> str:
    """Return a name fit for the log: printable, short, and without numbers of people."""
    if by is None:
        return "系统"
    name = _call(by, "get_full_name") or _call(by, "get_username") or "未登录"
    return "".join(char if char.isprintable() else "?" for char in hide_personal_values(name))[:150]


def _call(by: object, method: str) -> str:
    return str(getattr(by, method, str)() or "")


def write_anchor(at: datetime, path: Path | None = None) -> Anchor | None:
    """Append the head's seq and signature to the anchor file; None when there is no event yet.

    Only a note outside the database shows that the end of the chain was cut off together with its head.
    """
    head = AuditHead.objects.filter(seq__gt=0).first()
    if head is None:
        return None
    anchor = Anchor(head.seq, head.mac)
    target = path or settings.VAR_DIR / ANCHOR_FILE
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(anchor_line(anchor, at))
        file.flush()
        os.fsync(file.fileno())
    return anchor
