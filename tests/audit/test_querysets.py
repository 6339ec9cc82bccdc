"""Who sees events, and of which organisations."""

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.audit.conftest import add_event
from youthleague.audit.models import AuditEvent


@dataclass
class Reader:
    permissions: frozenset[str]

    def has_perm(self, perm: str) -> bool:
        return perm in self.permissions


def seqs(events):
    return sorted(event.seq for event in events)


def test_only_the_permission_to_view_shows_events(chain):
    auditor = Reader(frozenset({"audit.view"}))
    other = Reader(frozenset({"audit.view_auditevent", "cadres.view", "view"}))
    assert seqs(AuditEvent.objects.visible_to(auditor)) == [1, 2, 3, 4, 5, 6]
    assert seqs(AuditEvent.objects.visible_to(other)) == []
    assert seqs(AuditEvent.objects.visible_to(AnonymousUser())) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([], []),
        ([("0001", "0002")], [1, 2, 3]),
        ([("00010002", "00010003")], [2, 3]),
        ([("00010001", "00010002"), ("0002", "0003")], [1, 4]),
        ([("0003", "0004")], []),
    ],
)
def test_ranges_of_lineages_are_half_open(ranges, expected):
    lineages = ["00010001", "00010002", "000100020007", "0002", ""]
    for number, lineage in enumerate(lineages, start=1):
        add_event(number, lineage=lineage)
    assert seqs(AuditEvent.objects.within_lineages(ranges)) == expected


def test_both_restrictions_combine(chain):
    nobody = Reader(frozenset())
    assert seqs(AuditEvent.objects.visible_to(nobody).within_lineages([("0001", "0002")])) == []


def test_the_newest_event_comes_first(chain):
    assert [event.seq for event in AuditEvent.objects.all()] == [6, 5, 4, 3, 2, 1]
