"""The world of the contract: a district with rows of every model in A and in B, and an account for every visitor."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone

from cadres.models import Appointment, Cadre, PostRequest
from cadres.services.posts import link_account
from cadres.tables import GradedRosterTable
from orgs.choices import Level, OrganisationKind
from orgs.models import (
    Authenticator,
    ColumnChoice,
    DutyItem,
    Organisation,
    PasswordRecord,
    PolicyDocument,
    PolicyValue,
    RecoveryCode,
    SavedList,
    User,
)
from orgs.services import Approval, file_extension, merge_organisation, move_organisation, rename_organisation
from orgs.services.bases import DOCUMENT_FILES
from tests.audit_flush import lifted
from tests.contract.appraisal_rows import make_year
from tests.contract.canaries import Aviary, plant
from tests.contract.linkage_rows import make_tasks, make_weeks
from tests.contract.records import NEUTRAL, Record, all_records
from tests.contract.visitors import CAST, KEEPERS, Visitor
from tests.factories import FOUNDED, NOW, District, elect, give_role, make_cadre, make_district, make_organisation
from tests.protection.polyglots import pdf
from youthleague.audit.models import AuditEvent
from youthleague.audit.services import record
from youthleague.notices.models import Muted, Notice, Robot, SpecialDay
from youthleague.protection.kept_files import keep
from youthleague.protection.uploads import checked_upload
from youthleague.protection.uploads.checking import MEGABYTE
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch, ImportRow, RememberedMapping
from youthleague.sheets.services.originals import store_original

LAYOUT = {
    "header_rows": 1,
    "first_row": 2,
    "last_row": 4,
    "unknown": [],
    "unknown_columns": [],
    "missing": [],
    "duplicates": [],
    "candidates": [["花名册", 1, 9, 3]],
    "notes": [],
}
STATES = (BatchState.MAPPED, BatchState.CHECKED, BatchState.APPLIED, BatchState.UNDONE, BatchState.FAILED)
ABSENT = 987654
TOOK_OVER = {"township_b": ("township_c",), "village_b1": ("village_a4",)}
QUICK_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
PLAIN_STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@dataclass
class World:
    """Everything a test needs to know: the district, the visitors, whose each row is, and the canaries."""

    district: District
    today: date
    visitors: dict[str, Visitor] = field(default_factory=dict)
    records: dict[tuple[str, int], Record] = field(default_factory=dict)
    aviary: Aviary = field(default_factory=Aviary)
    people: dict[str, Cadre] = field(default_factory=dict)
    units: dict[str, Organisation] = field(default_factory=dict)  # those that come and go

    def keys(self, label: str) -> list[Record]:
        """List the rows of a model, the neutral ones left out."""
        return sorted(
            (one for one in self.records.values() if one.label == label and one.kind != "machinery"),
            key=lambda one: one.pk,
        )

    def own(self, visitor: Visitor, label: str) -> int | None:
        """Give a row that the visitor sees whole, one that is nobody else's preferred."""
        seen = [one for one in self.keys(label) if one.is_seen_by(visitor)]
        return min(seen, key=lambda one: (not _is_wholly(visitor, one), one.pk)).pk if seen else None

    def kept(self, visitor: Visitor, label: str) -> int | None:
        """Give a row that the visitor sees and may change, one that is nobody else's preferred."""
        kept = [one for one in self.keys(label) if one.is_seen_by(visitor) and one.is_kept_by(visitor)]
        return min(kept, key=lambda one: (not _is_wholly(visitor, one), one.pk)).pk if kept else None

    def picked(self, visitor: Visitor, label: str, fits: Callable[[Visitor, Any], bool]) -> int | None:
        """Give a row that the visitor may change and that fits, the first of them."""
        rows = apps.get_model(label)._base_manager.in_bulk([one.pk for one in self.keys(label)])
        kept = [one.pk for one in self.keys(label) if one.is_seen_by(visitor) and one.is_kept_by(visitor)]
        return next((pk for pk in kept if fits(visitor, rows[pk])), None)

    def workplace(self, visitor: Visitor) -> int | None:
        """Give a unit where the visitor keeps the roster."""
        return next((one.pk for one in self.keys("orgs.Organisation") if visitor.covers(KEEPERS, one.lineages)), None)

    def elsewhere(self, visitor: Visitor, roles: frozenset[str] = KEEPERS) -> int | None:
        """Give a unit where the visitor holds none of some roles, one of A preferred."""
        others = [one for one in self.keys("orgs.Organisation") if not visitor.covers(roles, one.lineages)]
        return min(others, key=lambda one: (not self._stands_in_a(one), one.pk)).pk if others else None

    def foreign(self, visitor: Visitor, label: str) -> int | None:
        """Give a row of which the visitor may not even know the name, one of A preferred."""
        hidden = [one for one in self.keys(label) if not one.is_known_to(visitor)]
        return min(hidden, key=lambda one: (not self._stands_in_a(one), one.pk)).pk if hidden else None

    def _stands_in_a(self, record: Record) -> bool:
        return any(one.startswith(self.district.township_a.lineage) for one in record.lineages)


def _is_wholly(visitor: Visitor, record: Record) -> bool:
    """Tell whether every unit of a row lies below a role of the visitor."""
    return all(any(one.startswith(top) for _role, top in visitor.roles) for one in record.lineages)


def build_world() -> World:
    """Build the district, its people, accounts, batches, policies and events, then plant the canaries."""
    world = World(make_district(), timezone.localdate())
    _make_comers_and_goers(world)
    users = {name: _make_visitor(world.district, name) for name in CAST if name != "anonymous"}
    victims = _make_victims(world.district)
    everybody = [*users.values(), *victims]
    _make_people(world)
    _make_accounts(world, everybody)
    _make_batches(world, everybody)
    _make_notices(everybody)
    for user in everybody:
        SavedList.objects.create(user=user, page="roster", name="女书记", query="gender=female")
        ColumnChoice.objects.create(user=user, page="roster", columns=list(GradedRosterTable.offered()))
    _make_requests(world)
    make_weeks(world.today)
    make_tasks(world.district, world.today)
    make_year(users["district_staff"], world.today)
    _make_policies()
    _make_terms(world)
    _make_past(world)
    _let_them_come_and_go(world)
    world.records = all_records(world.today)
    with lifted(connection):  # cards that were locked take no other text
        world.aviary = plant(world.records)
    _make_events(world)
    world.visitors = {name: _visitor(world, name, users.get(name)) for name in CAST}
    return world


def _make_visitor(district: District, name: str) -> User:
    user = User.objects.create_user(f"visitor_{name}", None, full_name=name)
    for role, unit in CAST[name]:
        give_role(user, getattr(district, unit), role)
    if name == "former_secretary_a":
        post = give_role(user, district.township_a, "township_secretary")
        post.ended_on = timezone.localdate()
        post.save()
    return user


def _make_victims(district: District) -> list[User]:
    """Make accounts that nobody visits with: in A, beside the visitors of B, and above."""
    users = []
    for unit in ("township_a", "village_a1", "township_b", "top"):
        user = User.objects.create_user(f"victim_{unit}", None, full_name=unit)
        role = "district_staff" if unit == "top" else "township_secretary"
        give_role(user, getattr(district, unit), role)
        users.append(user)
    return users


def _make_people(world: World) -> None:
    """Put somebody in every unit, and those whose story crosses the border between A and B."""
    district = world.district
    for unit in ("top", "township_a", "village_a1", "village_a2", "township_b", "village_b1", "village_b2"):
        world.people[unit] = make_cadre(getattr(district, unit))
    for name, unit in world.units.items():
        world.people[name] = make_cadre(unit)
    for name, days in (("moved", 200), ("moved_long_ago", 1200)):
        world.people[name] = make_cadre(district.village_a2)
        _add_post(world, name, district.township_b, ended=days)
    world.people["beside"] = make_cadre(district.village_a2)
    _add_post(world, "beside", district.township_b)
    world.people["left"] = make_cadre(district.village_b1)
    world.people["left"].appointments.update(
        ended_on=world.today - timedelta(days=200), end_reason="retired", is_main=False
    )


def _add_post(world: World, name: str, organisation: Organisation, *, ended: int | None = None) -> None:
    Appointment.objects.create(
        cadre=world.people[name],
        organisation=organisation,
        league_post="member",
        employment_mode="part_time",
        appointed_on=date(2021, 1, 1),
        ended_on=world.today - timedelta(days=ended) if ended else None,
        end_reason="reassigned" if ended else "",
    )


def _make_requests(world: World) -> None:
    """Ask for people across the border of B, both ways, inside B, and from the district."""
    district, people = world.district, world.people
    asked = (
        ("visitor_district_staff", "village_a2", "township_b"),
        ("victim_township_a", "village_a1", "village_b2"),
        ("visitor_township_b", "village_b2", "village_a1"),
        ("visitor_staff_b", "village_b1", "village_b2"),
        ("visitor_village_b", "village_b1", "township_b"),
    )
    for number, (username, wanted, held) in enumerate(asked):
        unit = getattr(district, wanted)
        PostRequest.objects.create(
            kind="addition",
            cadre=people[held],
            name=f"申请人员{'甲乙丙丁戊'[number]}",
            organisation=unit,
            league_post="staff",
            employment_mode="part_time",
            appointed_on=FOUNDED,
            admin_post="干部",
            reason="统一安排",
            lineage=unit.lineage,
            held_lineage=getattr(district, held).lineage,
            requester=User.objects.get(username=username),
            filed_at=NOW,
        )


def _make_accounts(world: World, users: list[User]) -> None:
    for user in users:
        PasswordRecord.objects.create(user=user, password=f"md5$former{user.pk}$hash{user.pk}", set_at=NOW)
        authenticator = Authenticator.objects.create(user=user, confirmed=True)
        RecoveryCode.objects.create(authenticator=authenticator, digest=f"recovery-digest-{user.pk:06d}")
    by_name = {user.username: user for user in users}
    for username, person in (("victim_township_a", "township_a"), ("visitor_township_b", "township_b")):
        link_account(user=by_name[username], cadre=world.people[person], by=None, at=NOW)


def _make_batches(world: World, users: list[User]) -> None:
    """Give everybody a batch in every state that has a page; only one's own may ever be seen."""
    for user in users:
        held = user.assignments.first()
        unit = held.organisation if held else world.district.township_b
        for state in STATES:
            _make_batch(user, unit, state)
        RememberedMapping.objects.create(user=user, kind="cadres", remembered_at=NOW)


def _make_batch(user: User, organisation: Organisation, state: str) -> None:
    batch = ImportBatch.objects.create(
        kind="cadres",
        organisation=organisation,
        uploaded_by=user,
        uploaded_at=NOW,
        filename="名册.xlsx",
        size=1,
        digest=f"{user.pk:08d}{state:x<12}".ljust(64, "d"),
        stored_name=store_original(b"x"),
        state=state,
        total=3,
        done=3,
        header_row=1,
        sheet_name="花名册",
        mapping={"0": "name"},
        layout=LAYOUT,
        mapping_confirmed=state != BatchState.MAPPED,
        counts={"rows": 3, "new": 1, "changed": 1, "same": 0, "error": 1, "cells": 1, "left_out": 0},
    )
    for number, change in ((2, "new"), (3, "changed"), (4, "error")):
        is_wrong = change == "error"
        codes = "|name:name.format|" if is_wrong else ""
        ImportRow.objects.create(
            batch=batch,
            number=number,
            change=change,
            payload=b"",
            error_count=int(is_wrong),
            codes=codes,
            undo="kept" if state == BatchState.UNDONE and not is_wrong else "",
        )


def _make_notices(users: list[User]) -> None:
    """Let something have failed for everybody, and everybody have a notice, and a kind that they do not want."""
    Robot.objects.create(title="群机器人", platform="wecombot", key="robotkey", kinds=["calendar"])
    SpecialDay.objects.create(day=FOUNDED, is_worked=False, name="放假")
    for channel, state in (("email", "failed"), ("inbox", "delivered"), ("robot", "sent")):
        for user in users:
            shared = {"kind": "calendar", "subject": f"{user.pk}", "period": channel, "created_at": NOW}
            Notice.objects.create(recipient=user, channel=channel, state=state, title="通知", text="内容", **shared)
    for user in users:
        Muted.objects.create(user=user, kind="calendar", channel="email")


def _make_policies() -> None:
    PolicyValue.objects.create(key="term.branch_years", value=3, effective_from=FOUNDED, source="测试")
    PolicyDocument.objects.create(
        kind="notice",
        title="通知",
        number="1号",
        issued_on=FOUNDED,
        issuer="团区委",
        file_name="a.pdf",
        stored_name=keep(DOCUMENT_FILES, checked_upload("a.pdf", pdf(), most_bytes=MEGABYTE)),
    )
    DutyItem.objects.create(code="1", title="事项", kind="basic", category="领域", valid_from=FOUNDED)


def _make_terms(world: World) -> None:
    """Elect in villages of A and of B, and let an extension of each wait for approval."""
    by = User.objects.get(username=NEUTRAL)
    for unit in ("village_a1", "village_b1"):
        village = elect(getattr(world.district, unit), date(2023, 9, 1))
        file_extension(
            organisation=village,
            extended_to=date(2026, 12, 31),
            reason="换届人选尚在考察",
            party=Approval("1号", date(2026, 9, 1)),
            by=by,
            at=NOW,
        )


def _make_past(world: World) -> None:
    """Leave placements, former lineages and field history behind."""
    by = User.objects.get(username=NEUTRAL)
    for unit in ("township_a", "township_b"):
        organisation = getattr(world.district, unit)
        rename_organisation(
            organisation=organisation, name=f"{organisation.name}（新）", on=world.today, by=by, at=timezone.now()
        )


def _make_comers_and_goers(world: World) -> None:
    """Found the units that will be merged or moved across the border of B, with somebody in each."""
    top, village = world.district.top, {"kind": OrganisationKind.BRANCH, "level": Level.VILLAGE}
    township_c = make_organisation("红山乡团委", top, OrganisationKind.COMMITTEE, Level.TOWNSHIP)
    world.units = {
        "township_c": township_c,
        "village_c1": make_organisation("杏林村团支部", township_c, **village),
        "village_a3": make_organisation("竹园社区团支部", world.district.township_a, **village),
        "village_a4": make_organisation("梅岭社区团支部", world.district.township_a, **village),
        "village_b3": make_organisation("沙河村团支部", world.district.township_b, **village),
    }


def _let_them_come_and_go(world: World) -> None:
    """Merge a township and a village into B, move a village from A to B, merge a village of B into one of A."""
    district, units, by = world.district, world.units, User.objects.get(username=NEUTRAL)
    shared = {"on": world.today, "by": by, "at": timezone.now()}
    merge_organisation(organisation=units["township_c"], into=district.township_b, **shared)
    move_organisation(organisation=units["village_a3"], parent=district.township_b, **shared)
    merge_organisation(organisation=units["village_a4"], into=district.village_b1, **shared)
    merge_organisation(organisation=units["village_b3"], into=district.village_a1, **shared)


def _make_events(world: World) -> None:
    """Write canaries into the log as it takes them: who, about what, which facts."""
    about = f"orgs.Organisation:{world.district.township_a.pk}"
    for user in User.objects.order_by("pk"):
        fact = world.aviary.add(Record("audit.AuditEvent", user.pk, "event"), "facts")
        record(action="contract.act", by=user, at=timezone.now(), subject=about, facts={"note": fact})
    for pk in AuditEvent.objects.values_list("pk", flat=True):
        world.records["audit.AuditEvent", pk] = Record("audit.AuditEvent", pk, "event")


def _visitor(world: World, name: str, user: User | None) -> Visitor:
    roles = [(role, getattr(world.district, unit).lineage) for role, unit in CAST[name]]
    merged = [(role, world.units[one].lineage) for role, unit in CAST[name] for one in TOOK_OVER.get(unit, ())]
    return Visitor(name, User.objects.get(pk=user.pk) if user else None, tuple(roles), tuple(merged))
