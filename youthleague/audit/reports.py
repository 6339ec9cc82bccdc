"""The state of the chain, as the nightly check and the auditor's page show it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from youthleague.audit.models import AuditEvent, AuditHead
from youthleague.audit.rules import Anchor, Keys, Link, anchor_faults, chain_faults, finding
from youthleague.audit.services import EVENT_PURPOSE, HEAD_PURPOSE
from youthleague.kernel.findings import Finding
from youthleague.protection.keys import keyring
from youthleague.protection.seal import verify

CHUNK = 1000
SHOWN = 20
# What a column raises when somebody has stored in it what its type does not hold.
UNREADABLE = (ArithmeticError, AttributeError, TypeError, ValueError)


@dataclass(frozen=True)
class ChainReport:
    """How many events there are and the first findings, by seq."""

    count: int
    last_seq: int
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing was found."""
        return not self.findings


def events_about(subject: str, limit: int) -> list[AuditEvent]:
    """Give the latest events about one record, the newest first; who may see the record may read them."""
    return list(AuditEvent.objects.filter(subject=subject).order_by("-seq")[:limit])


class _Walk:
    """Passes the links on and remembers what the anchors will ask for."""

    def __init__(self, watched: set[int]) -> None:
        self.watched = watched
        self.macs: dict[int, str] = {}
        self.count = self.last_seq = 0

    def over(self, links: Iterable[Link]) -> Iterator[Link]:
        for link in links:
            self.count += 1
            self.last_seq = link.seq
            if link.seq in self.watched:
                self.macs[link.seq] = link.mac
            yield link


def chain_report(anchors: Sequence[Anchor] = ()) -> ChainReport:
    """Check every event, the head and the given anchors; events may be appended meanwhile."""
    head = AuditHead.objects.first()
    known = [*anchors, Anchor(head.seq, head.mac)] if head else list(anchors)
    walk = _Walk({anchor.seq for anchor in known})
    first = nsmallest(SHOWN, _findings(walk, head, known), key=_seq)
    return ChainReport(walk.count, walk.last_seq, tuple(first))


def _findings(walk: _Walk, head: AuditHead | None, known: Sequence[Anchor]) -> Iterator[Finding]:
    yield from chain_faults(walk.over(_links()), keys=Keys(_is_genuine, rank_of))
    yield from anchor_faults(known, walk.macs, last_seq=walk.last_seq)
    yield from _head_faults(head, walk.last_seq)


def _head_faults(head: AuditHead | None, last_seq: int) -> Iterator[Finding]:
    if head is None:
        if last_seq:
            yield finding("audit.head_missing", last_seq)
        return
    if head.seq and not _is_signed(head):
        yield finding("audit.head_forged", min(head.seq, last_seq) + 1)
    head.refresh_from_db()
    if last_seq > head.seq:
        yield finding("audit.beyond_head", head.seq + 1)


def _is_signed(head: AuditHead) -> bool:
    """Tell whether the head was signed, and with the key of the event that it names."""
    same_key = rank_of(head.proof) == rank_of(head.mac)
    return same_key and verify(head.body(), head.proof, purpose=HEAD_PURPOSE, use="audit")


def rank_of(mac: str) -> int:
    """Give the place of a signature's key in the order of keys; -1 for one that the ring does not hold."""
    key_id, known = mac.partition(":")[0], keyring().ids("audit")
    return known.index(key_id) if key_id in known else -1


def _is_genuine(body: str, mac: str) -> bool:
    return verify(body, mac, purpose=EVENT_PURPOSE, use="audit")


def _seq(fault: Finding) -> int:
    return int(str(fault.params["seq"]))


def _links() -> Iterator[Link]:
    """Read the chain in slices, so that neither memory nor a long transaction is needed."""
    seqs: list[int] = list(AuditEvent.objects.order_by("seq").values_list("seq", flat=True)[:CHUNK])
    while seqs:
        yield from _slice(seqs)
        later = AuditEvent.objects.filter(seq__gt=seqs[-1]).order_by("seq")
        seqs = list(later.values_list("seq", flat=True)[:CHUNK])


def _slice(seqs: Sequence[int]) -> Iterable[Link]:
    """Read one slice; a value that no longer converts spoils its own event only."""
    events = AuditEvent.objects.filter(seq__range=(seqs[0], seqs[-1])).order_by("seq")
    try:
        return [event.link() for event in events]
    except UNREADABLE:
        return [_single(seq) for seq in seqs]


def _single(seq: int) -> Link:
    event = AuditEvent.objects.filter(pk=seq)
    try:
        return event.get().link()
    except UNREADABLE:
        return Link(seq, at=None, previous="", mac=event.values_list("mac", flat=True).get(), body="")
