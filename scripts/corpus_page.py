"""One spreadsheet through the upload page: sent as a browser sends it, worked on, and looked at again."""

from collections.abc import Mapping
from html import unescape
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from orgs.access import scope_of
from orgs.models import Organisation, User
from scripts.corpus import SAME
from youthleague.protection.buckets import refill
from youthleague.sheets.management.commands.sheet import work_until_it_waits
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.results import result_of

_HOST = "127.0.0.1"


def page_outcome(path: Path, username: str, answer: Mapping[str, object]) -> str:
    """Upload a file as the account; tell whether the page ends as the command did, else what it did instead."""
    user = User.objects.get(username=username)
    refill(f"upload:{user.pk}")  # a person uploads thirty files an hour at most
    client = Client(raise_request_exception=False, SERVER_NAME=_HOST)
    client.force_login(user, backend="orgs.backends.RoleBackend")
    unit = Organisation.objects.visible_to(scope_of(user, timezone.localdate())).active().order_by("lineage").first()
    form = {
        "organisation": unit.pk if unit else "",
        "file": SimpleUploadedFile(path.name, path.read_bytes()),
    }
    sent = client.post(reverse("sheet-upload", args=["cadres"]), form)
    if sent.status_code != 302:
        return _compared(sent.status_code, unescape(sent.content.decode()), answer, state="refused")
    batch = ImportBatch.objects.get(pk=resolve(sent["Location"]).kwargs["pk"])
    work_until_it_waits(batch)
    shown = client.get(sent["Location"])
    result = result_of(batch).as_dict()
    if {name: result[name] for name in ("code", "rows")} != {name: answer[name] for name in ("code", "rows")}:
        return f"另一个结果：{result['state']} {result['code']} {result['rows']}"
    return _compared(shown.status_code, unescape(shown.content.decode()), answer, state=batch.state)


def _compared(status: int, text: str, answer: Mapping[str, object], *, state: str) -> str:
    """Compare what the page shows: its status, and the sentence where the file went no further.

    The form may refuse at once what the command finds out when it reads; the sentence has to be the same.
    """
    if status != 200:
        return f"状态码 {status}"
    if state not in {"refused", answer["state"]}:
        return f"另一个结果：{state}"
    is_told = state not in {"refused", "failed"} or str(answer["message"]) in text
    return SAME if is_told else "没有这句话"
