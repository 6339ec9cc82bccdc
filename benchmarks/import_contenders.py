"""One contender of the import benchmark, in a process of its own: ``import_contenders.py NAME WORKBOOK``."""

import io
import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import django

django.setup()

import tablib  # noqa: E402 - Django comes first
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from import_export import resources  # noqa: E402
from python_calamine import CalamineWorkbook  # noqa: E402

from benchmarks.rosters import HEADERS, UNITS  # noqa: E402
from cadres.fields import COLUMNS  # noqa: E402
from cadres.models import Appointment, Cadre  # noqa: E402
from cadres.services.fields import person_fields, post_fields  # noqa: E402
from orgs.choices import Level, OrganisationKind  # noqa: E402
from orgs.models import Organisation, User  # noqa: E402
from orgs.querysets import allocate_keys, insert_rows  # noqa: E402
from orgs.services import assign_role, found_organisation  # noqa: E402
from youthleague.kernel.findings import Finding  # noqa: E402
from youthleague.protection.fields import encrypt_value  # noqa: E402
from youthleague.sheets.choices import BatchState  # noqa: E402
from youthleague.sheets.services.batches import Upload, request_apply, upload_batch  # noqa: E402
from youthleague.sheets.services.kinds import all_kinds  # noqa: E402
from youthleague.sheets.services.work import work_on_batch  # noqa: E402

BY_TITLE = {column.title: column for column in COLUMNS}


def prepare() -> tuple[User, Organisation]:
    """Make the tables, a township with its units, and its secretary."""
    call_command("migrate", verbosity=0)
    at, on = timezone.now(), date(2020, 1, 1)

    def found(name: str, parent: Organisation | None, kind: int, level: str) -> Organisation:
        unit = Organisation(name=name, parent=parent, kind=kind, level=level)
        return found_organisation(organisation=unit, on=on, by=None, at=at)

    district = found("示范区团委", None, OrganisationKind.LEADING_BODY, Level.DISTRICT)
    township = found("青禾镇团委", district, OrganisationKind.COMMITTEE, Level.TOWNSHIP)
    for name in UNITS:
        found(name, township, OrganisationKind.BRANCH, Level.VILLAGE)
    user = User.objects.create_user("secretary", "unused", full_name="书记")
    assign_role(user=user, organisation=township, role="township_secretary", on=on, by=None, at=at)
    return user, township


def ours(workbook: Path, user: User, township: Organisation) -> None:
    """Run our whole batch: upload, read, check, apply."""
    kind = all_kinds()["cadres"]
    at = timezone.now()
    upload = Upload(workbook.name, workbook.read_bytes())
    batch = upload_batch(kind=kind, organisation=township, upload=upload, by=user, at=at)
    work_on_batch(batch.pk, at=at)
    batch.refresh_from_db()
    request_apply(batch=batch, mode="all", by=user, at=at)
    work_on_batch(batch.pk, at=at)
    batch.refresh_from_db()
    if batch.state != BatchState.APPLIED:
        raise SystemExit(batch.message)


def parsed(row: dict[str, Any], units: dict[str, int]) -> dict[str, Any]:
    """Read a row with the same columns, as a careful resource would."""
    values: dict[str, Any] = {}
    for title, cell in row.items():
        column = BY_TITLE[title]
        value = column.read(cell, today=date(2026, 1, 1))
        if isinstance(value, Finding):
            raise SystemExit(value.sentence)
        values[column.name] = value
    values["organisation"] = units[values["organisation"]]
    return values


class CadreResource(resources.ModelResource):
    """The usual way: one row, one person found by the index, one post beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.units = dict(Organisation.objects.values_list("name", "pk"))

    class Meta:
        model = Cadre
        import_id_fields = ("id_number_index",)
        fields = ("id_number_index",)

    def before_import(self, dataset: tablib.Dataset, **_: Any) -> None:
        """Add the column by which rows are found; it is filled row by row."""
        dataset.append_col([""] * len(dataset), header="id_number_index")

    def before_import_row(self, row: dict[str, Any], **_: Any) -> None:
        """Parse the row and set its key."""
        self.values = parsed({title: row[title] for title in HEADERS}, self.units)
        self.person = person_fields(self.values)
        row["id_number_index"] = self.person["id_number_index"]

    def before_save_instance(self, instance: Cadre, *_: Any, **__: Any) -> None:
        """Fill the person."""
        for name, value in self.person.items():
            setattr(instance, name, value)

    def after_save_instance(self, instance: Cadre, *_: Any, **__: Any) -> None:
        """Write the post."""
        fields = post_fields(self.values)
        key = {"organisation_id": fields.pop("organisation"), "league_post": fields.pop("league_post")}
        Appointment.objects.update_or_create(cadre=instance, **key, defaults={**fields, "is_main": True})


class BulkCadreResource(CadreResource):
    """People in bulk; the posts follow in a second bulk resource."""

    class Meta(CadreResource.Meta):
        use_bulk = True

    def after_save_instance(self, instance: Cadre, *_: Any, **__: Any) -> None:
        """Leave the post to the other resource."""


class BulkPostResource(resources.ModelResource):
    """Posts in bulk, each found by person, unit and post."""

    class Meta:
        model = Appointment
        import_id_fields = ("league_post",)
        fields = ("league_post",)
        use_bulk = True

    def before_import(self, dataset: tablib.Dataset, **_: Any) -> None:
        """Read units and people once."""
        self.units = dict(Organisation.objects.values_list("name", "pk"))
        self.people = dict(Cadre.objects.values_list("id_number_index", "pk"))
        dataset.append_col([""] * len(dataset), header="league_post")

    def get_instance(self, _loader: Any, row: dict[str, Any]) -> Appointment | None:
        """Find a post by its three columns."""
        values = parsed({title: row[title] for title in HEADERS}, self.units)
        self.fields_of_row = post_fields(values)
        self.fields_of_row["cadre_id"] = self.people.get(person_fields(values)["id_number_index"])
        self.fields_of_row["organisation_id"] = self.fields_of_row.pop("organisation")
        key = {name: self.fields_of_row[name] for name in ("cadre_id", "organisation_id", "league_post")}
        return Appointment.objects.filter(**key).first()

    def import_instance(self, instance: Appointment, *_: Any, **__: Any) -> None:
        """Fill the post."""
        for name, value in self.fields_of_row.items():
            setattr(instance, name, value)


def _imported(workbook: Path, *resource_classes: type[resources.ModelResource]) -> None:
    for dry_run in (True, False):
        dataset = tablib.Dataset().load(io.BytesIO(workbook.read_bytes()), format="xlsx")
        with transaction.atomic():
            for resource_class in resource_classes:
                result = resource_class().import_data(dataset, dry_run=False, raise_errors=True, use_transactions=False)
                if result.has_errors():
                    raise SystemExit("import-export failed")
            transaction.set_rollback(dry_run)


def import_export(workbook: Path, *_: Any) -> None:
    """Preview, then import, as its admin does."""
    for dry_run in (True, False):
        dataset = tablib.Dataset().load(io.BytesIO(workbook.read_bytes()), format="xlsx")
        result = CadreResource().import_data(dataset, dry_run=dry_run, raise_errors=True)
        if result.has_errors():
            raise SystemExit("import-export failed")


def use_bulk(workbook: Path, *_: Any) -> None:
    """Preview, then import, with its bulk mode for both tables."""
    _imported(workbook, BulkCadreResource, BulkPostResource)


def floor(workbook: Path, *_: Any) -> None:
    """Read without a sandbox and write the two tables, nothing else."""
    sheet = CalamineWorkbook.from_path(str(workbook)).get_sheet_by_index(0)
    rows = sheet.to_python()[1:]
    units = dict(Organisation.objects.values_list("name", "pk"))
    people = ["id", "name", "name_key", "id_number", "id_number_index", "gender", "birth_date", "ethnicity"]
    people += ["political_status", "phone", "person_key", "version", "retains_league_membership", "search_keys"]
    texts = [field.name for field in Cadre._meta.concrete_fields if field.name not in people and not field.null]  # noqa: SLF001
    posts = ["id", "cadre", "organisation", "league_post", "employment_mode", "appointed_on", "is_main", "version"]
    posts += ["post_order", "appointed_on_precision", "term_ends_on_precision", "admin_post", "end_reason"]
    with transaction.atomic():
        keys = list(allocate_keys(Cadre, len(rows)))
        insert_rows(
            Cadre, [*people, *texts], (_bare_person(key, row, len(texts)) for key, row in zip(keys, rows, strict=True))
        )
        post_keys = list(allocate_keys(Appointment, len(rows)))
        insert_rows(
            Appointment,
            posts,
            (
                (
                    post_key,
                    key,
                    units[str(row[13])],
                    "member",
                    "part_time",
                    "2024-09-01",
                    True,
                    1,
                    0,
                    "month",
                    "",
                    row[17],
                    "",
                )
                for post_key, key, row in zip(post_keys, keys, rows, strict=True)
            ),
        )


def _bare_person(key: int, row: list[Any], texts: int) -> tuple[object, ...]:
    number, phone = encrypt_value("cadres.Cadre.id_number", row[1]), encrypt_value("cadres.Cadre.phone", row[19])
    bare = (key, row[0], row[0], number, row[1], "male", "1990-01-01", "01", "03", phone, f"{key:032d}", 1, False, "")
    return (*bare, *[""] * texts)


def main() -> None:
    """Time one contender and print seconds and peak megabytes (this process and its largest child)."""
    name, workbook = sys.argv[1], Path(sys.argv[2])
    contenders: dict[str, Callable[..., None]] = {
        "ours": ours,
        "import_export": import_export,
        "use_bulk": use_bulk,
        "floor": floor,
    }
    if name != "ours":
        settings.SIMPLE_HISTORY_ENABLED = False
    prepared = prepare()
    start = time.perf_counter()
    contenders[name](workbook, *prepared)
    seconds = time.perf_counter() - start
    counts = (Cadre.objects.count(), Appointment.objects.count())
    connection.close()
    own, child = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"seconds": seconds, "mb": max(own, child) / 1024, "people": counts[0], "posts": counts[1]}))


if __name__ == "__main__":
    main()
