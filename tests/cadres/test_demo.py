"""The demonstration district: how much there is, that it keeps every rule, and that it is believable."""

import random
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Q
from django.test import override_settings
from django.utils import timezone

from cadres.choices import EmploymentMode, LeaguePost
from cadres.management.accounts import write_accounts
from cadres.management.district import fill_district
from cadres.management.seating import Seating
from cadres.management.tree import Grower
from cadres.management.workbooks import CLEAN, MESSY, PLAIN, write_workbooks
from cadres.models import Account, Appointment, Cadre
from cadres.rules import identity_findings, person_findings, post_findings
from cadres.services.fields import person_values, post_values
from orgs.choices import Level, OrganisationKind, TownshipKind, VillageKind
from orgs.models import DutyItem, Organisation, OrganisationPlacement, PolicyDocument, TermElection, User
from orgs.policies import term_policy
from orgs.reports import term_of
from orgs.roles import ROLES
from tests.corrections import correct
from tests.factories import NOW, TODAY
from youthleague.audit.models import AuditEvent
from youthleague.kernel.identity_numbers import birth_date_of, gender_of, read_identity_number
from youthleague.kernel.terms import TermStatus
from youthleague.sheets.choices import BatchState
from youthleague.sheets.services.batches import Upload, request_apply, upload_batch
from youthleague.sheets.services.kinds import kind_by_code
from youthleague.sheets.services.results import result_of
from youthleague.sheets.services.work import work_on_batch

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECOND = ("township_secretary", "village_secretary", "district_staff", "leader")  # so that two persons decide
RARE = range(0x3400, 0x4E00)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """Fill the database once for all tests of this file, and take everything back in the end."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(PASSWORD_HASHERS=QUICK):
        yield fill_district(seed=7, name="示范区", at=NOW, accounts=True)
        transaction.set_rollback(True)


@pytest.fixture
def qinghe(filled) -> Organisation:
    return Organisation.objects.get(short_name="青禾街道")


@pytest.fixture
def files(filled, tmp_path) -> Path:
    write_workbooks(tmp_path, seed=7, day=TODAY)
    return tmp_path


def posts_in_force():
    return Appointment.objects.in_force(TODAY)


# ---- the tree ---------------------------------------------------------------
def test_there_are_as_many_units_as_a_real_district_has(filled):
    levels = Counter(Organisation.objects.values_list("level", flat=True))
    assert levels == {"district": 1, "township": 15, "village": 200, "unit": 284}
    assert (Organisation.objects.count(), Cadre.objects.count()) == (500, 2000)


def test_a_street_has_a_work_committee_and_the_other_townships_an_elected_one(filled):
    found = Organisation.objects.filter(level=Level.TOWNSHIP).values_list("township_kind", "kind").distinct()
    assert set(found) == {
        (TownshipKind.SUBDISTRICT, OrganisationKind.WORK_COMMITTEE),
        (TownshipKind.TOWN, OrganisationKind.COMMITTEE),
        (TownshipKind.TOWNSHIP, OrganisationKind.COMMITTEE),
    }


def test_a_town_has_both_villages_and_communities(filled):
    towns = Organisation.objects.filter(township_kind=TownshipKind.TOWN)
    kinds = [set(town.children.exclude(village_kind="").values_list("village_kind", flat=True)) for town in towns]
    assert {VillageKind.VILLAGE, VillageKind.COMMUNITY} in kinds


def test_the_places_of_the_design_are_there(qinghe):
    below = set(Organisation.objects.within(qinghe).values_list("name", flat=True))
    assert {
        "松涛社区团支部",
        "长荷社区团支部",
        "北塔社区团支部",
        "云桥社区团支部",
        "石井村团支部",
        "新就业群体（快递外卖网约配送）联合团支部",
    } <= below
    assert (len(below), Organisation.objects.filter(short_name="柳溪街道").count()) == (23, 1)


def test_no_two_organisations_have_one_name(filled):
    assert Organisation.objects.values("name").distinct().count() == 500


def test_every_kind_of_term_occurs(filled):
    policy = term_policy(TODAY)
    found = Counter(term_of(unit, policy, TODAY).status for unit in Organisation.objects.all())
    assert set(found) == set(TermStatus) - {TermStatus.EXTENDED, TermStatus.UNKNOWN}
    assert found[TermStatus.NORMAL] > 250
    appointed = Q(kind=OrganisationKind.WORK_COMMITTEE) | Q(is_temporary=True)
    assert found[TermStatus.NO_TERM] == Organisation.objects.filter(appointed).count()


def test_the_latest_election_of_every_unit_is_the_one_of_its_term(filled):
    latest = {}
    for election in TermElection.objects.order_by("held_on"):
        latest[election.organisation_id] = (election.held_on, election.ends_on)
    units = Organisation.objects.exclude(elected_on=None)
    assert latest == {unit.pk: (unit.elected_on, unit.term_ends_on) for unit in units}
    assert TermElection.objects.count() > 1.5 * len(latest)


def test_lineages_follow_the_tree(filled):
    for unit in Organisation.objects.select_related("parent"):
        assert unit.lineage == (unit.parent.lineage if unit.parent else "") + f"{unit.pk:08d}"


def test_every_organisation_has_one_open_placement_and_some_had_another_before(filled):
    assert OrganisationPlacement.objects.filter(ended_on=None).count() == 500
    before = OrganisationPlacement.objects.as_of(date(2022, 1, 1)).exclude(ended_on=None)
    renamed = [row for row in before if row.name != row.organisation.name]
    moved = [row for row in before if row.parent != row.organisation.parent]
    assert (len(renamed), len(moved)) == (4, 2)
    assert {row.organisation.former_lineages.count() for row in moved} == {1}


# ---- people -------------------------------------------------------------------
def test_the_district_is_led_by_two_full_time_one_seconded_and_two_part_time(filled):
    top = Organisation.objects.get(level=Level.DISTRICT)
    leading = [LeaguePost.SECRETARY, LeaguePost.DEPUTY_SECRETARY]
    held = posts_in_force().filter(organisation=top, league_post__in=leading)
    modes = Counter(held.values_list("employment_mode", flat=True))
    assert modes == {EmploymentMode.FULL_TIME: 2, EmploymentMode.SECONDED: 1, EmploymentMode.PART_TIME: 2}


def test_every_person_and_post_keeps_the_rules(filled):
    faults = []
    for cadre in Cadre.objects.all():
        values = person_values(cadre)
        faults += identity_findings(values) + person_findings(values, cadre.birth_date)
    for post in Appointment.objects.all():
        faults += post_findings(post_values(post), TODAY)
    assert faults == []


def test_a_sample_of_all_rows_is_clean(filled):
    chance = random.Random(1)
    rows = chance.sample(list(Cadre.objects.all()), 40) + chance.sample(list(Appointment.objects.all()), 60)
    for row in [*rows, *chance.sample(list(Organisation.objects.all()), 40), *User.objects.all()]:
        row.full_clean()


def test_numbers_are_valid_and_belong_to_nobody(filled):
    for cadre in Cadre.objects.all():
        number = cadre.id_number
        assert read_identity_number(number, today=TODAY) == number
        assert number.startswith("990101")
        assert (cadre.birth_date, cadre.gender) == (birth_date_of(number), gender_of(number))
        assert cadre.phone.startswith("199")


def test_names_are_as_mixed_as_in_life(filled):
    names = Counter(Cadre.objects.values_list("name", flat=True))
    assert sum("·" in name for name in names) >= 3
    assert any(ord(char) in RARE for name in names for char in name)
    assert max(names.values()) >= 2
    assert len(names) > 1200


def test_some_hold_several_posts_and_some_held_others_before(filled):
    held = Counter(posts_in_force().values_list("cadre", flat=True))
    mains = Counter(posts_in_force().filter(is_main=True).values_list("cadre", flat=True))
    ended = Appointment.objects.exclude(ended_on=None)
    assert sum(count > 1 for count in held.values()) > 50
    assert set(mains) == set(held)
    assert ended.count() > 200
    assert Cadre.objects.exclude(pk__in=held).count() == 120


def test_field_history_reaches_back_over_years_and_begins_with_every_row_once(filled):
    years = {at.year for at in Cadre.history.values_list("history_date", flat=True)}
    assert len(years) == 5
    assert Cadre.history.filter(history_type="+").values("id").distinct().count() == 2000
    assert Cadre.history.filter(history_type="+").count() == 2000
    assert Cadre.history.filter(phone_changed=True, history_type="~").count() > 100


def test_a_row_stands_at_the_version_that_its_history_says(filled):
    versions = dict(Cadre.objects.values_list("pk", "version"))
    assert versions == Counter(Cadre.history.values_list("id", flat=True))


def test_qinghe_has_the_people_of_the_design(qinghe):
    people = Cadre.objects.filter(appointments__in=posts_in_force().within(qinghe)).distinct()
    assert people.count() == 61
    assert {"林知远", "陈雨桐", "欧阳若溪", "阿依努尔·买买提江"} <= set(people.values_list("name", flat=True))


# ---- accounts and the rest ------------------------------------------------------
def test_there_is_an_account_for_each_role_and_a_second_of_some(filled):
    roles = Counter(one.user.assignments.get().role for one in filled.opened)
    assert roles == Counter(role.code for role in ROLES) + Counter(SECOND)
    assert set(User.objects.values_list("is_demo", flat=True)) == {True}


def test_accounts_of_people_on_the_roster_are_linked_to_them(filled):
    links = {link.user.username: link.cadre.name for link in Account.objects.all()}
    assert (links["qinghe"], links["songtao"]) == ("林知远", "陈雨桐")
    assert set(links) == {"ganshi", "qinghe", "songtao", "shuji", "weiyuan", "liuxi", "liuxicun", "ganshi2", "fushuji"}
    for link in Account.objects.all():
        assert link.user.person_key == link.cadre.person_key


def test_passwords_fit_and_are_the_owners_only(filled, tmp_path):
    path = write_accounts(filled.opened, tmp_path)
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [line[1] for line in lines[:11]] == [role.code for role in ROLES]
    for username, _role, password in lines:
        with override_settings(PASSWORD_HASHERS=QUICK):
            assert check_password(password, User.objects.get(username=username).password)
    assert len({password for *_, password in lines}) == len(lines)


def test_the_documents_that_rules_cite_are_there(filled):
    titles = set(PolicyDocument.objects.values_list("title", flat=True))
    assert {"示范区共青团系统“三级联动”工作办法", "示范区团干部联系服务青年制度"} <= titles
    assert PolicyDocument.objects.filter(number__endswith="〕31 号").count() == 1
    assert all(document.is_in_force(TODAY) for document in PolicyDocument.objects.all())


def test_the_duties_of_a_township_are_there_and_some_were_taken_back(filled):
    usable = DutyItem.objects.that_may_be_put_on_townships(TODAY)
    assert 0 < usable.count() < DutyItem.objects.count()
    assert set(usable.values_list("kind", flat=True)) == {"basic", "supporting"}


def test_filling_is_one_event(filled):
    event = AuditEvent.objects.get(action="demo.fill")
    assert event.facts == {"seed": 7, "organisations": 500, "people": 2000, "accounts": 15}


# ---- seed ------------------------------------------------------------------------
def fiction(seed: int) -> list[object]:
    chance = random.Random(seed)
    units = Grower(chance, TODAY, "示范区").grow(500)
    people = Seating(chance, TODAY, units).seat(2000)
    return [[unit.name for unit in units], [person.values for person in people]]


def test_one_seed_gives_one_district():
    assert fiction(3) == fiction(3)


def test_another_seed_gives_another():
    assert fiction(3) != fiction(4)


# ---- the command --------------------------------------------------------------------
def test_a_filled_database_is_left_alone(filled):
    before = Cadre.objects.count(), User.objects.count()
    with pytest.raises(CommandError, match="演示数据只能装入空库"):
        call_command("demo")
    assert (Cadre.objects.count(), User.objects.count()) == before


# ---- the files ------------------------------------------------------------------------
def checked(path: Path, username: str):
    """Upload a file as an account and have it checked."""
    user = User.objects.get(username=username)
    unit = user.assignments.get().organisation
    upload = Upload(path.name, path.read_bytes())
    at = timezone.now()
    batch = upload_batch(kind=kind_by_code("cadres"), organisation=unit, upload=upload, by=user, at=at)
    work_on_batch(batch.pk, at=NOW)
    batch.refresh_from_db()
    return batch


def counts(batch) -> tuple[int, int, int, int]:
    return tuple(batch.counts[name] for name in ("new", "changed", "same", "error"))


def test_the_roster_in_order_imports_with_few_news(files):
    batch = checked(files / CLEAN, "qinghe")
    assert (batch.state, counts(batch)) == (BatchState.CHECKED, (5, 6, 54, 0))
    assert len(batch.layout["absent"]) == 2


def test_the_messy_roster_holds_a_dozen_kinds_of_mistakes(files):
    batch = checked(files / MESSY, "qinghe")
    codes = [error["code"] for error in result_of(batch).errors]
    assert Counter(codes) == Counter(
        {
            "identity.check_digit": 1,
            "identity.lost_digits": 1,
            "identity.fifteen": 1,
            "identity.birth_contradicts": 1,
            "identity.gender_contradicts": 1,
            "cell.error": 1,
            "choice.unknown": 2,
            "organisation.ambiguous": 1,
            "organisation.unknown": 1,
            "date.month": 1,
            "phone.length": 1,
            "name.format": 1,
            "column.required": 1,
            "row.duplicate": 1,
            "person.elsewhere": 1,
        }
    )
    assert counts(batch) == (4, 6, 42, 16)


def test_the_corrected_roster_is_written_whole(files, qinghe):
    batch = checked(correct(files / MESSY, files / CLEAN, files / "更正.xlsx"), "qinghe")
    assert counts(batch) == (5, 6, 54, 0)
    before = Cadre.objects.count()
    request_apply(batch=batch, mode="all", by=batch.uploaded_by, at=NOW)
    work_on_batch(batch.pk, at=NOW)
    batch.refresh_from_db()
    assert (batch.state, Cadre.objects.count() - before) == (BatchState.APPLIED, 5)
    assert Cadre.objects.visible_to(batch.uploaded_by).filter(name="叶知秋").count() == 1
    assert posts_in_force().get(cadre__name="夏语嫣").league_post == LeaguePost.DEPUTY_SECRETARY


def test_the_neighbours_csv_is_written_in_gbk_and_says_nothing_new(files):
    assert "柳溪街道" in (files / PLAIN).read_bytes().decode("gb18030")
    batch = checked(files / PLAIN, "liuxi")
    assert (batch.state, counts(batch)[:2], counts(batch)[3]) == (BatchState.CHECKED, (0, 0), 0)


def test_the_files_are_the_owners_only(files):
    assert {path.name for path in files.iterdir()} == {CLEAN, MESSY, PLAIN}
    assert {path.stat().st_mode & 0o777 for path in files.iterdir()} == {0o600}
