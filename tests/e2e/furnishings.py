"""What a fresh demonstration has not: a batch in each state, a request, accounts with something to do first.

``python -m tests.e2e.furnishings`` makes them in the installation that the environment names, through the services,
prints where they are as one line of JSON, and keeps its working batches from the workers until its input ends.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youthleague.settings")
    django.setup()

from django.conf import settings
from django.db import transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from cadres.choices import LeaguePost
from cadres.models import Appointment, Cadre
from cadres.services.posts import correct_cadre
from cadres.services.requests import Asked, file_request
from orgs.choices import Level
from orgs.middleware import SECOND_FACTOR_DUE
from orgs.models import Organisation, User
from orgs.services import assign_role, begin_second_factor, confirm_second_factor, create_account
from orgs.views.second_factor import spaced
from scripts.serve import ROOT
from tests.orgs.doors import code_of
from tests.rosters import NAMES, row_of, workbook_of
from youthleague.kernel.dates import PartialDate
from youthleague.sheets.choices import ApplyMode, BatchState
from youthleague.sheets.management.commands.sheet import work_until_it_waits
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import Upload, cancel_batch, request_apply, upload_batch
from youthleague.sheets.services.checking import counted
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.leases import lease
from youthleague.sheets.services.undoing import forecast_undo, request_undo
from youthleague.workbench.views import errors

COLUMNS = (*NAMES, "remark")


@dataclass
class Furnishings:
    """Who is signed in (account: session), each batch by what it shows, pages without an account, words to allow."""

    cookie: str = ""
    sessions: dict[str, str] = field(default_factory=dict)
    batches: dict[str, int] = field(default_factory=dict)
    bare: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def states(self) -> dict[str, Any]:
        """Give what a browser has stored in which the account is signed in, by account."""
        kind = {"domain": "127.0.0.1", "path": "/", "expires": -1, "httpOnly": True, "sameSite": "Lax"}
        cookies = {
            username: {"name": self.cookie, "value": session, "secure": False, **kind}
            for username, session in self.sessions.items()
        }
        return {username: {"cookies": [cookie], "origins": []} for username, cookie in cookies.items()}


@contextmanager
def furnished() -> Iterator[Furnishings]:
    """Furnish the installation that the environment names, for as long as the block lasts."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.e2e.furnishings"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Furnishings(**json.loads(process.stdout.readline()))


class Exhibitor:
    """A secretary of a township that no other test looks at, and her batches."""

    def __init__(self, at: datetime) -> None:
        self.at, self.day = at, timezone.localdate(at)
        taken = Organisation.objects.filter(assignments__role="township_secretary")
        townships = Organisation.objects.active().filter(level=Level.TOWNSHIP).exclude(pk__in=taken)
        self.unit = townships.order_by("lineage")[0]
        self.user = User.objects.create(username="zhanshi", full_name="展示员", is_demo=True, password_changed_at=at)
        assign_role(user=self.user, organisation=self.unit, role="township_secretary", on=self.day, by=None, at=at)
        posts = Appointment.objects.within(self.unit).in_force(self.day).one_per_person().select_related()
        self.known = [self._cells(post) for post in posts.order_by("pk")[:8]]

    def _cells(self, post: Appointment) -> dict[str, Any]:
        """Write the cells that say who has which post where; blank ones leave the rest as it is."""
        return {
            "name": post.cadre.name,
            "id_number": post.cadre.id_number,
            "organisation": post.organisation.name,
            "league_post": post.get_league_post_display(),
        }

    def ask(self) -> None:
        """Ask for somebody of another township, so that the district has something to decide."""
        mains = Appointment.objects.in_force(self.day).filter(is_main=True, organisation__level=Level.VILLAGE)
        held = mains.exclude(organisation__lineage__startswith=self.unit.lineage).select_related("cadre")[0]
        post = {
            "organisation": self.unit.pk,
            "league_post": LeaguePost.STAFF,
            "employment_mode": "part_time",
            "appointed_on": PartialDate.from_text(f"{self.day}"),
        }
        asked = Asked("transfer", held.cadre.name, held.cadre.id_number, post, "统一安排")
        file_request(asked=asked, by=self.user, at=self.at, day=self.day)

    def upload(self, *rows: dict[str, Any], content: bytes = b"") -> ImportBatch:
        """Take rows in, or a file that is none."""
        upload = Upload("三季度.xlsx", content or workbook_of(rows, COLUMNS))
        return upload_batch(kind=all_kinds()["cadres"], organisation=self.unit, upload=upload, by=self.user, at=self.at)

    def check(self, *rows: dict[str, Any], content: bytes = b"") -> ImportBatch:
        """Upload, and work until a person is asked."""
        batch = self.upload(*rows, content=content)
        work_until_it_waits(batch)
        return batch

    def apply(self, batch: ImportBatch, mode: str = ApplyMode.ALL) -> ImportBatch:
        """Write a checked batch; what it changes is a remark."""
        request_apply(batch=batch, mode=mode, by=self.user, at=self.at)
        work_until_it_waits(batch)
        return batch

    def undo(self, batch: ImportBatch) -> ImportBatch:
        """Take a written batch back, after a person whom it changed was corrected by hand."""
        entry = batch.rows.written().order_by("number").values_list("touched", flat=True)[0][0]
        cadre = Cadre.objects.get(pk=entry[1])
        correct_cadre(cadre=cadre, version=entry[2], values={"remark": "已核对"}, by=self.user, at=self.at)
        digest = forecast_undo(batch=batch, by=self.user, at=self.at).digest
        request_undo(batch=batch, digest=digest, by=self.user, at=self.at)
        work_until_it_waits(batch)
        return batch

    def cancel(self, batch: ImportBatch) -> ImportBatch:
        """Give a batch up."""
        cancel_batch(batch=batch, by=self.user, at=self.at)
        return batch

    def waiting(self) -> dict[str, ImportBatch]:
        """Make the batches that wait for nobody but her."""
        same, other = self.known[:2], self.known[2:]
        changed = [
            {**other[0], "league_post": "委员", "appointed_on": f"{self.day:%Y.%m.%d}"},
            {**other[1], "remark": "轮岗"},
        ]
        here = {"organisation": self.unit.name}
        wrong = [row_of(1, phone="12", gender="女", **here), {**other[2], "league_post": "主席"}]
        later = {"league_post": "委员", "appointed_on": f"{self.day:%Y.%m.%d}"}
        taken = [{**other[5], "remark": "见习"}, {**self.known[1], **later}]
        return {
            "checked": self.check(*same, *changed, row_of(2, organisation=self.unit.name)),
            "faulty": self.check(*same, *changed, *wrong),
            "nothing": self.check(*same),
            "mapping": self.check(content=workbook_of(same, ("name", "organisation", "league_post"))),
            "failed": self.check(content=b"%PDF-1.4"),
            "cancelled": self.cancel(self.check(*same)),
            "applied": self.apply(self.check(*same, {**other[3], "remark": "挂职"})),
            "partly": self.apply(self.check({**other[4], "remark": "驻村"}, *wrong), ApplyMode.VALID),
            "undone": self.undo(self.apply(self.check(*taken, row_of(4, **here), *wrong), ApplyMode.VALID)),
        }

    def working(self, held: ExitStack) -> dict[str, ImportBatch]:
        """Make the batches that a worker seems to be at, whose lease is held here."""
        states = {
            "uploaded": {},
            "reading": {"state": BatchState.READING},
            "checking": {"state": BatchState.MAPPED, "mapping_confirmed": True, "total": 50, "done": 20},
            "applying": {"state": BatchState.APPLYING},
            "undoing": {"state": BatchState.UNDOING},
        }
        made = {}
        with transaction.atomic():  # no sweep sees them before their lease is held
            for name, fields in states.items():
                made[name] = self.upload(*self.known[:2])
                assert held.enter_context(lease(made[name].pk))
                ImportBatch.objects.filter(pk=made[name].pk).update(**fields)
            ImportBatch.objects.filter(pk=made["applying"].pk).update(counts=counted(made["applying"]))
        return made


def newcomer(username: str, at: datetime) -> User:
    """Open an account that has not changed its first password."""
    user, _password = create_account(username=username, full_name="展示员", by=None, at=at)
    top = Organisation.objects.active().order_by("lineage")[0]
    assign_role(user=user, organisation=top, role="district_staff", on=timezone.localdate(at), by=None, at=at)
    return user


def session_of(user: User, **facts: object) -> str:
    """Sign an account in."""
    client = Client()
    client.force_login(user, backend="orgs.backends.RoleBackend")
    session = client.session
    session.update(facts)
    session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def bare_pages() -> dict[str, str]:
    """Render the pages that need neither account nor database, and that are hard to come by."""
    request = RequestFactory().get("/")
    made = {
        "400": errors.bad_request(request, ValueError()),
        "429": errors.too_many(request),
        "500": errors.server_error(request),
        "503": errors.database_down(request),
        "507": errors.storage_full(request),
        "csrf": errors.csrf_failure(request),
    }
    return {name: response.content.decode() for name, response in made.items()}


def furnish(held: ExitStack) -> Furnishings:
    """Make everything."""
    at = timezone.now()
    sessions = {user.username: session_of(user) for user in User.objects.filter(is_demo=True)}
    exhibitor = Exhibitor(at)
    exhibitor.ask()
    pending = begin_second_factor(user=exhibitor.user, at=at)
    owing = newcomer("yanzheng", at)
    authenticator = begin_second_factor(user=owing, at=at)
    confirm_second_factor(user=owing, code=code_of(authenticator, at), at=at)
    sessions |= {
        "zhanshi": session_of(exhibitor.user),
        "xinren": session_of(newcomer("xinren", at)),
        "yanzheng": session_of(User.objects.get(pk=owing.pk), **{SECOND_FACTOR_DUE: True}),
    }
    batches = exhibitor.waiting() | exhibitor.working(held)
    return Furnishings(
        cookie=settings.SESSION_COOKIE_NAME,
        sessions=sessions,
        batches={name: batch.pk for name, batch in batches.items()},
        bare=bare_pages(),
        words=["zhanshi", "xinren", "yanzheng", *spaced(pending.seed).split()],
    )


if __name__ == "__main__":
    with ExitStack() as leases:
        print(json.dumps(asdict(furnish(leases))), flush=True)
        sys.stdin.read()
