"""Sends a visitor somewhere and says what is wrong with the answer. Every request starts from the same world."""

import copy
import os
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client

from tests.contract.canaries import text_of
from tests.contract.census import Census, take_census
from tests.contract.pen import Pen
from tests.contract.records import foreign_to
from tests.contract.visitors import Visitor
from tests.contract.world import World
from youthleague.audit.models import AuditEvent

SAME_LENGTH = 64  # digits of keys, a reference number
SAFE = {"GET", "HEAD", "OPTIONS"}
SHOWN = 60
FILE_STARTS = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")
FILE_POLICY = "sandbox; default-src 'none'"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
IS_FULL = "full" in {os.environ.get("CONTRACT"), os.environ.get("PROFILE")}


@dataclass(frozen=True)
class Visit:
    """One request and what is expected of the answer."""

    route: str
    method: str
    path: str
    expected: frozenset[int]
    key: str = ""  # own, foreign, absent, or a hostile text
    variant: str = ""  # which of several requests to the same address
    data: Mapping[str, Any] = field(default_factory=dict, hash=False)
    htmx: bool = False
    refused: int | None = None  # how many events of a refusal it leaves, where that is promised
    logs: bool = False  # a GET that leaves an event in the log
    told: frozenset[str] = frozenset()  # columns that the page tells whoever may open it, of any row

    def __str__(self) -> str:
        return f"{self.method} {self.path}{' htmx' if self.htmx else ''}{f' [{self.variant}]' if self.variant else ''}"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    visit: Visit
    status: int
    length: int
    text: str


@dataclass
class Inspector:
    """One visitor's tour."""

    world: World = field(repr=False)
    visitor: Visitor
    client: Client
    requests: int = 0
    findings: list[str] = field(default_factory=list, repr=False)
    answers: list[Answer] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self.client.raise_request_exception = False
        self._cookies = copy.deepcopy(self.client.cookies)
        self._foreign = foreign_to(self.visitor, self.world.records.values())
        self._before = take_census()

    def tour(self, visits: Iterable[Visit]) -> "Inspector":
        """Make all visits, then compare what foreign and absent keys answered."""
        for visit in visits:
            self.visit(visit)
        self.findings += list(differing(self.answers))
        return self

    def report(self) -> str:
        """Write the findings, the first of them, one a line."""
        shown = [*self.findings[:SHOWN], f"… {len(self.findings)} findings"] if self.findings else []
        return "\n".join(shown)

    def visit(self, visit: Visit) -> Answer:
        """Make one visit, look at the answer and at the database, and undo what it did."""
        self.requests += 1
        with transaction.atomic(), Pen() as pen:
            response, error = self._send(visit)
            answer = Answer(visit, response.status_code, 0, text_of(response))
            answer = Answer(visit, response.status_code, len(answer.text), answer.text)
            faults = [*self._faults(answer, error), *header_faults(response)]
            self.findings += [f"{self.visitor.name}: {visit}: {fault}" for fault in faults]
            if tables := pen.written():
                self.findings += [f"{self.visitor.name}: {visit}: {fault}" for fault in self._written(visit, tables)]
            transaction.set_rollback(True)
        self.answers.append(answer)
        return answer

    def _send(self, visit: Visit) -> tuple[Any, str]:
        errors: list[str] = []

        def remember(sender: object, **_: object) -> None:
            errors.append(repr(sys.exc_info()[1]))

        got_request_exception.connect(remember)
        try:
            headers = {"HX-Request": "true"} if visit.htmx else {}
            send = getattr(self.client, visit.method.lower())
            data = [dict(visit.data)] if visit.data else []
            return send(visit.path, *data, headers=headers), "".join(errors)
        finally:
            got_request_exception.disconnect(remember)
            self.client.cookies = copy.deepcopy(self._cookies)  # signing out, too, is undone

    def _faults(self, answer: Answer, error: str) -> Iterator[str]:
        if answer.status >= 500:
            yield f"{answer.status} {error}"
        elif answer.status not in answer.visit.expected:
            yield f"answered {answer.status}, expected {sorted(answer.visit.expected)}"
        for name in self.world.aviary.leaked_in(answer.text, self.visitor, told=answer.visit.told):
            yield f"shows {name}"
        if answer.visit.refused is not None and (found := self._refusals()) != answer.visit.refused:
            yield f"left {found} refusals in the log, expected {answer.visit.refused}"

    def _refusals(self) -> int:
        logged = len([1 for label, _ in self.world.records if label == "audit.AuditEvent"])
        return AuditEvent.objects.filter(seq__gt=logged, result="refused").count()

    def _written(self, visit: Visit, tables: Collection[str]) -> Iterator[str]:
        after = self._before.again(tables)
        if visit.method in SAFE and (names := _all_changes(self._before, after, logs=visit.logs)):
            yield f"a {visit.method} wrote {names[:3]}"
        if changed := after.changed(self._before, self._foreign):
            yield f"changed foreign rows {changed[:3]}"
        for label, key in after.born(self._before):
            pointed = [target for target in after.references(label, key) if self._is_foreign(target)]
            if pointed:
                yield f"made {label}:{key}, which refers to {pointed[0]}"

    def _is_foreign(self, target: tuple[str, int]) -> bool:
        record = self.world.records.get(target)
        return record is not None and not (record.is_known_to(self.visitor) or record.is_kept_by(self.visitor))


def header_faults(response: Any) -> Iterator[str]:
    """Say what is wrong with the policy of an answer: a file stays in a sandbox, a page loads what is ours only."""
    is_saved = response.get("Content-Disposition", "").startswith("attachment;")
    is_file = is_saved or (not response.streaming and response.content.startswith(FILE_STARTS))
    if is_file and not is_saved:
        yield "shows a file instead of having it saved"
    policy = sorted(part.strip() for part in response.get("Content-Security-Policy", "").split(";"))
    if policy != sorted((FILE_POLICY if is_file else PAGE_POLICY).split("; ")):
        yield f"has not the security policy of a {'file' if is_file else 'page'}"
    if response.get("X-Content-Type-Options") != "nosniff":
        yield "lets the browser guess what it is"


def differing(answers: Iterable[Answer]) -> Iterator[str]:
    """Find addresses that answer a foreign key otherwise than one that does not exist."""
    groups: dict[tuple[object, ...], dict[str, Answer]] = defaultdict(dict)
    for answer in answers:
        visit = answer.visit
        groups[visit.route, visit.method, visit.variant, visit.htmx][visit.key] = answer
    for group in groups.values():
        if {"foreign", "absent"} <= group.keys():
            foreign, absent = group["foreign"], group["absent"]
            if foreign.status != absent.status or abs(foreign.length - absent.length) > SAME_LENGTH:
                told = f"{foreign.status}/{foreign.length} and {absent.status}/{absent.length}"
                yield f"{foreign.visit}: tells a foreign key from an absent one: {told}"


def _all_changes(before: Census, after: Census, *, logs: bool) -> list[str]:
    """Name every row that came, went or changed; the log is left out where it may grow."""
    changed = after.all_changed(before)
    return [f"{label}:{key}" for label, key in changed if not (logs and label.startswith("audit."))]
