"""What a POST of the contract carries: forms as a browser sends them, about a given unit."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from cadres.fields import COLUMN_BY_NAME
from orgs.models import Organisation
from tests.factories import cadre_values


def roster_row(unit: int) -> dict[str, Any]:
    """Give a whole and sound row for a unit, as a form sends it."""
    values = cadre_values(Organisation(pk=unit), 499)
    written = {name: COLUMN_BY_NAME[name].write(value) for name, value in values.items() if name != "organisation"}
    return {**written, "name": "王新", "organisation": unit}


def post_row(unit: int) -> dict[str, Any]:
    """Give a post, as a form sends it."""
    names = ("employment_mode", "appointed_on")
    row = {name: value for name, value in roster_row(unit).items() if name in names}
    return {**row, "organisation": unit, "league_post": "组织委员", "version": 1}


def request_row(unit: int) -> dict[str, Any]:
    """Give a request, as a form sends it."""
    return {**roster_row(unit), "kind": "transfer", "reason": "统一安排"}


def transfer_row(unit: int) -> dict[str, Any]:
    """Give a transfer of today."""
    return {**post_row(unit), "on": "2026.11.20", "league_post": "宣传委员"}


def upload_file(unit: int) -> dict[str, Any]:
    """Give a file for a unit."""
    return {"organisation": unit, "file": SimpleUploadedFile("名册.csv", "姓名,身份证号\n".encode())}


def document_file(_unit: int) -> dict[str, Any]:
    """Give a file that is not what its name says."""
    return {"title": "通知", "upload": SimpleUploadedFile("通知.pdf", b"<script>alert(1)</script>")}


def about(unit: int) -> dict[str, Any]:
    """Name a unit, and nothing else."""
    return {"organisation": unit}


def moved(unit: int) -> dict[str, Any]:
    """Give a superior, as a form sends it."""
    return {"organisation": unit, "superior": unit, "on": f"{date.today():%Y-%m-%d}"}


def merged(unit: int) -> dict[str, Any]:
    """Give a unit to be merged into, as a form sends it."""
    return {"organisation": unit, "into": unit, "on": f"{date.today():%Y-%m-%d}"}


def founded(unit: int) -> dict[str, Any]:
    """Give a new unit, as a form sends it."""
    return moved(unit) | {"name": "新团总支", "kind": "4", "level": "unit", "founded_on": "2026-01-05"}
