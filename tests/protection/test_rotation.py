"""A change of keys over real rows: broken off anywhere it loses nothing, and finds everybody at every moment."""

import os
import random
import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from cadres.models import Cadre
from cadres.services.fields import indexes_of, person_fields
from cadres.services.plan import Edit, NewPerson, RosterPlan, write_plan
from orgs.models import Authenticator
from orgs.services import begin_second_factor
from tests.factories import cadre_values, make_user
from tests.protection.crashes import counting, killed
from youthleague.protection.conversion import DRAFT, convert_folder, fill_coming, name_coming, switch_indexes
from youthleague.protection.holdings import columns, folders, indexes
from youthleague.protection.indexes import index_columns
from youthleague.protection.keyfile import DEFAULT_SUITE, FIELD_KEY_BYTES, PURPOSES, add_keys, load_key_file
from youthleague.protection.keys import forget_rings, keyring
from youthleague.protection.models import IndexKeys
from youthleague.protection.rotation import Outcome, Pace, is_under_way, rotate
from youthleague.protection.seal import seal, unseal
from youthleague.sheets.models import ImportBatch, ImportRow
from youthleague.sheets.services.originals import delete_original, opened_original, store_original
from youthleague.sheets.services.rows import BEFORE_PURPOSE, ROW_PURPOSE, seal_before

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
HURRY = Pace(settling=timedelta(0), learning=timedelta(0))
SM = "sm4gcm-hmacsm3"
CONVERTED = ("field", "index")
# The goal is 20,000 rotations without one unreadable value.
ROTATIONS = 20_000 if os.environ.get("PROFILE") == "full" else 60


@dataclass
class Holdings:
    """Everything that is encrypted here, as it reads in plain."""

    path: Path
    people: dict[int, tuple[str, str]] = field(default_factory=dict)
    seeds: dict[int, str] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    name: str = ""

    def check(self) -> None:
        """Read all of it as a process would that starts now, and find everybody."""
        forget_rings()
        assert {one.pk: (one.id_number, one.phone) for one in Cadre.objects.all()} == self.people
        assert dict(Authenticator.objects.values_list("pk", "seed")) == self.seeds
        for pk, (number, _) in self.people.items():
            assert list(Cadre.objects.filter(id_number_index__in=indexes_of(number)).values_list("pk", flat=True)) == [
                pk
            ]
        row = ImportRow.objects.get()
        assert unseal(bytes(row.payload), purpose=ROW_PURPOSE) == b"{}"
        assert unseal(bytes(row.before), purpose=BEFORE_PURPOSE) == b'{"a":1}'
        with opened_original(self.name) as path:
            assert path.read_bytes() == b"workbook"

    def enter(self, number: int) -> int:
        """Enter somebody as the roster does."""
        values = cadre_values_of(number)
        person = NewPerson(person_fields(values))
        write_plan(RosterPlan(new_people=[person]), by_id=None, reason="", at=AT)
        self.people[person.pk] = (values["id_number"], values["phone"])
        return person.pk

    def refuse_doubles(self) -> None:
        """Try to enter the first ones once more."""
        for number in ENTERED:
            with pytest.raises(IntegrityError), transaction.atomic():
                self.enter(number)


ENTERED = (1, 2, 3)
OF_PERSON = frozenset({"name", "id_number", "phone", "ethnicity", "political_status"})


def cadre_values_of(number):
    return {name: value for name, value in cadre_values(_Nowhere, number).items() if name in OF_PERSON}


class _Nowhere:
    pk = 0


@pytest.fixture
def holdings(settings, tmp_path, district) -> Holdings:
    """Three people, a second factor with recovery codes, an import with its original, under keys of their own."""
    settings.KEY_FILE, settings.UPLOAD_DIR = tmp_path / "keys" / "keys.json", tmp_path / "uploads"
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.KEY_FILE.parent.mkdir()
    shutil.copy(os.environ["KEY_FILE"], settings.KEY_FILE)
    made = Holdings(settings.KEY_FILE)
    for number in ENTERED:
        made.enter(number)
    user = make_user("township_secretary", district.township_a)
    begin_second_factor(user=user, at=AT)
    made.seeds = dict(Authenticator.objects.values_list("pk", "seed"))
    made.name = store_original(b"workbook")
    batch = ImportBatch.objects.create(
        kind="roster",
        organisation=district.township_a,
        uploaded_by=user,
        uploaded_at=AT,
        filename="花名册.xlsx",
        size=8,
        digest="0" * 64,
        stored_name=made.name,
    )
    ImportRow.objects.create(
        batch=batch, number=1, change="new", payload=seal(b"{}", purpose=ROW_PURPOSE), before=seal_before({"a": 1})
    )
    yield made
    forget_rings()


def run(holdings, *, pace=HURRY, at=LATER) -> Outcome:
    outcome = Outcome()
    list(rotate(holdings.path, outcome, at=at, pace=pace))
    return outcome


def begin(holdings, suite=DEFAULT_SUITE, uses=CONVERTED):
    return add_keys(holdings.path, uses, suite, AT)


def stored_heads():
    """Give the key ids under which anything is stored."""
    found = set()
    with connection.cursor() as cursor:
        for column in columns():
            table, name = column.model._meta.db_table, column.field.column
            cursor.execute(f'SELECT "{name}" FROM "{table}" WHERE length("{name}") > 0')  # noqa: S608
            texts = (row[0] if isinstance(row[0], str) else bytes(row[0])[:40].decode("latin-1") for row in cursor)
            found |= {text.split(":")[1] for text in texts}
    return found | {path.read_bytes().split(b":")[1].decode() for folder in folders() for path in folder.files()}


@pytest.mark.parametrize("suite", FIELD_KEY_BYTES)
def test_everything_goes_over_to_the_new_key_and_the_old_one_out(holdings, suite):
    begin(holdings, suite, PURPOSES)
    outcome = run(holdings)
    assert outcome.is_complete
    assert {use: [key.id for key in keys] for use, keys in load_key_file(holdings.path).keys.items()} == {
        "field": ["k2"],
        "index": ["k2"],
        "audit": ["k1", "k2"],
        "stamp": ["k1", "k2"],
    }
    assert load_key_file(holdings.path).suite == suite
    assert sorted(outcome.removed) == ["field:k1", "index:k1"]
    assert stored_heads() == {"k2"}
    assert set(Cadre.objects.values_list("id_number_index_next", flat=True)) == {None}
    holdings.check()
    holdings.refuse_doubles()


def test_it_counts_what_it_converts(holdings):
    begin(holdings)
    assert dict(+run(holdings).converted) == {
        "团干部·身份证号": 3,
        "团干部·手机号码": 3,
        "团干部·身份证号索引": 3,
        "两步验证器·密钥": 1,
        "导入行·内容": 1,
        "导入行·写入之前": 1,
        "导入原件": 1,
    }


def test_nothing_is_touched_when_there_is_nothing_to_do(holdings):
    before = holdings.path.read_bytes()
    outcome = run(holdings)
    assert (outcome.is_complete, +outcome.converted, outcome.removed) == (True, {}, [])
    assert holdings.path.read_bytes() == before
    assert not IndexKeys.objects.exists()


def test_versions_and_histories_stay_as_they_were(holdings):
    before = list(Cadre.objects.values_list("pk", "version")), Cadre.history.count()
    begin(holdings)
    run(holdings)
    assert (list(Cadre.objects.values_list("pk", "version")), Cadre.history.count()) == before


def test_old_keys_stay_until_nobody_can_be_at_work_with_them(holdings):
    begin(holdings)
    soon = run(holdings, pace=Pace(learning=timedelta(0)), at=AT + timedelta(minutes=14))
    assert (soon.waits, soon.removed, is_under_way()) == (True, [], True)
    assert stored_heads() == {"k2"}
    later = run(holdings, pace=Pace(learning=timedelta(0)), at=AT + timedelta(minutes=15))
    assert (later.waits, sorted(later.removed), is_under_way()) == (False, ["field:k1", "index:k1"], False)
    holdings.check()


def test_a_value_that_a_sluggish_process_writes_keeps_its_key_in(holdings):
    old_ring = keyring()
    begin(holdings)
    run(holdings, pace=Pace(learning=timedelta(0)), at=AT)
    key_id, sealed = old_ring.encrypt(b"{}", f"seal:{ROW_PURPOSE}")
    ImportRow.objects.update(payload=b":".join((b"v1", key_id.encode(), sealed)))
    assert stored_heads() == {"k1", "k2"}
    assert sorted(run(holdings).removed) == ["field:k1", "index:k1"]
    assert stored_heads() == {"k2"}
    holdings.check()


def test_what_does_not_open_is_reported_and_keeps_its_key_in(holdings):
    spoilt = b"v1:k1:" + bytes(40)
    ImportRow.objects.update(before=spoilt)
    begin(holdings)
    outcome = run(holdings)
    assert dict(outcome.failures) == dict(outcome.left) == {"导入行·写入之前": 1}
    assert outcome.removed == ["index:k1"]
    assert bytes(ImportRow.objects.get().before) == spoilt
    ImportRow.objects.update(before=seal_before({"a": 1}))
    assert run(holdings).removed == ["field:k1"]
    holdings.check()


def test_a_number_that_does_not_open_holds_the_switch_back(holdings):
    pk = max(holdings.people)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cadres_cadre SET id_number = 'v1:k1:AAAA' WHERE id = %s", [pk])
    begin(holdings)
    outcome = run(holdings)
    assert outcome.failures["团干部·身份证号索引"] == 1
    assert outcome.removed == []
    assert IndexKeys.objects.get().current == "k1"


def test_signing_keys_go_when_their_successors_are_old(holdings):
    begin(holdings, uses=("stamp", "audit"))
    assert run(holdings, at=AT + timedelta(days=180)).removed == []
    assert run(holdings, at=AT + timedelta(days=181)).removed == ["stamp:k1"]
    assert [key.id for key in load_key_file(holdings.path).keys["audit"]] == ["k1", "k2"]


# ---- broken off -----------------------------------------------------------------------
def test_rotations_broken_off_anywhere_leave_nothing_unreadable(holdings):
    chance = random.Random(2026)
    begin(holdings)
    with counting() as counter:
        run(holdings)
    assert counter.lines > 500
    crashes = 0
    for _ in range(ROTATIONS):
        suite = chance.choice(sorted(FIELD_KEY_BYTES))
        forget_rings()
        with killed(before_line=chance.randrange(1, counter.lines)) as fate:
            begin(holdings, suite)
            run(holdings)
        crashes += fate.is_dead
        holdings.check()
        if not is_under_way() and load_key_file(holdings.path).suite != suite:
            begin(holdings, suite)
        assert run(holdings).is_complete
        holdings.check()
        assert [len(load_key_file(holdings.path).keys[use]) for use in CONVERTED] == [1, 1]
        assert stored_heads() == set(keyring().ids("field"))
    assert crashes > ROTATIONS * 0.8
    holdings.refuse_doubles()


def test_drafts_of_a_killed_run_are_swept_away(holdings, settings):
    draft = settings.UPLOAD_DIR / f".{holdings.name}.0123abcd"
    draft.write_bytes(b"half")
    os.utime(draft, (AT.timestamp(), AT.timestamp()))
    run(holdings, at=AT + timedelta(minutes=59))
    assert draft.exists()
    run(holdings, at=AT + timedelta(minutes=61))
    assert [path.name for path in settings.UPLOAD_DIR.iterdir() if path.is_file()] == [holdings.name]
    assert not DRAFT.fullmatch(f".{holdings.name}")


def test_a_file_that_is_deleted_during_its_conversion_stays_deleted(holdings, settings, monkeypatch):
    begin(holdings)
    plain = os.fsync  # the draft is on disk, and not yet in the file's place

    def delete_first(handle: int) -> None:
        monkeypatch.setattr(os, "fsync", plain)
        plain(handle)
        delete_original(holdings.name)

    for folder in folders():
        monkeypatch.setattr(os, "fsync", delete_first)
        list(convert_folder(folder, "k2", Counter()))
    assert [path for path in settings.UPLOAD_DIR.iterdir() if path.is_file()] == []


# ---- at the same time --------------------------------------------------------------------
def test_two_rotations_interleaved_do_no_harm(holdings):
    begin(holdings)
    assert begin(holdings) == {}
    one, other = Outcome(), Outcome()
    runs = [rotate(holdings.path, outcome, at=LATER, pace=HURRY) for outcome in (one, other)]
    while runs:
        runs = [each for each in runs if next(each, None) is not None]
    assert sorted({*one.removed, *other.removed}) == ["field:k1", "index:k1"]
    assert stored_heads() == {"k2"}
    holdings.check()
    holdings.refuse_doubles()


@pytest.mark.parametrize("stop", range(12))
def test_whoever_is_entered_or_corrected_meanwhile_is_found_and_unique(holdings, stop):
    begin(holdings)
    steps = rotate(holdings.path, Outcome(), at=LATER, pace=HURRY)
    for _ in range(stop):
        next(steps, None)
    newcomer = holdings.enter(77)
    changed = min(holdings.people)
    values = cadre_values_of(88)
    write_plan(RosterPlan(people=[Edit(changed, 1, person_fields(values))]), by_id=None, reason="", at=AT)
    holdings.people[changed] = (values["id_number"], values["phone"])
    holdings.check()
    list(steps)
    assert run(holdings).is_complete
    holdings.check()
    assert Cadre.objects.get(pk=newcomer).id_number_index.startswith("k2:")
    for number in (77, 88, 2, 3):
        with pytest.raises(IntegrityError), transaction.atomic():
            holdings.enter(number)


def test_a_process_that_knows_the_old_key_only_cannot_let_a_double_in(holdings, settings, tmp_path):
    old_file = tmp_path / "old.json"
    shutil.copy(holdings.path, old_file)
    begin(holdings)
    run(holdings, at=AT, pace=HURRY)
    settings.KEY_FILE = old_file  # a machine with a copy that nobody has renewed
    number = cadre_values_of(1)["id_number"]
    assert not Cadre.objects.filter(id_number_index__in=indexes_of(number)).exists()
    fields = {**person_fields(cadre_values_of(1)), **index_columns(Cadre, number, IndexKeys(current="k1"))}
    with pytest.raises(IntegrityError, match="盲索引"), transaction.atomic():
        Cadre.objects.create(**fields)
    with pytest.raises(IntegrityError, match="盲索引"), transaction.atomic():
        Cadre.objects.filter(pk=max(holdings.people)).update(id_number_index=fields["id_number_index"])
    settings.KEY_FILE = holdings.path
    assert Cadre.objects.count() == len(ENTERED)
    holdings.check()


def test_a_row_without_its_second_index_holds_the_switch_back(holdings):
    begin(holdings)
    keyring(fresh=True)
    name_coming("k2")

    list(fill_coming(indexes()[0], "k2", Counter()))
    Cadre.objects.filter(pk=max(holdings.people)).update(id_number_index_next=None)
    assert switch_indexes(indexes(), "k2") is False
    assert IndexKeys.objects.get().current == "k1"
    holdings.check()
    list(fill_coming(indexes()[0], "k2", Counter()))
    assert switch_indexes(indexes(), "k2") is True
    assert switch_indexes(indexes(), "k2") is True
    holdings.check()
    assert list(fill_coming(indexes()[0], "k2", Counter())) == []
