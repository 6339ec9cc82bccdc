"""Stamped rows that are refused: others were quicker, or the stamp is doubled, forged, misplaced or out of scope."""

import shutil

import pytest

from cadres.models import Appointment, Cadre
from cadres.services.posts import correct_cadre, correct_post, end_appointment
from orgs.access import scope_of
from tests.factories import NOW, TODAY, make_user
from tests.rosters import applied, codes, counts, worked
from tests.sheets.downloads import STAMP, UNIT_A2, download, other_number, row_in, stamp_of
from youthleague.kernel.sheet_kinds import Recorded, SheetContext
from youthleague.protection.keyfile import add_keys
from youthleague.protection.seal import sign
from youthleague.sheets.services.batches import check_anew, decide_row
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.results import result_of
from youthleague.sheets.services.stamps import stamp_text

pytestmark = pytest.mark.django_db


def foreign_digest() -> list[tuple]:
    """Give everything that is stored of township B."""
    posts = Appointment.objects.filter(organisation__name="石井村团支部").order_by("pk")
    return [*posts.values_list(), *Cadre.objects.filter(appointments__in=posts).values_list()]


# ---- others were quicker ----------------------------------------------------------
def change_remark(people, secretary, text="他人的备注"):
    cadre = Cadre.objects.get(pk=people["甲"].pk)
    correct_cadre(cadre=cadre, values={"remark": text}, version=cadre.version, by=secretary, at=NOW)


def test_a_row_changed_by_others_is_refused_not_overwritten(file, take, people, secretary):
    change_remark(people, secretary)
    file.of("程甲")["籍贯"] = "云州双溪"
    batch = take(file)
    assert {(title, code) for _row, title, code in codes(batch)} == {("籍贯", "stamp.stale"), ("备注", "stamp.stale")}
    assert counts(batch) == (0, 0, 2, 1)
    assert Cadre.objects.get(pk=people["甲"].pk).remark == "他人的备注"


def test_a_row_that_she_did_not_touch_keeps_what_others_wrote(file, take, people, secretary):
    change_remark(people, secretary)
    batch = take(file)
    assert (counts(batch), codes(batch)) == ((0, 0, 3, 0), set())
    kept = row_in(batch, "程甲")
    assert [one.finding.code for one in kept.cell_findings if not one.blocking] == ["stamp.kept"]
    assert kept.values["remark"] == "他人的备注"


def test_the_same_change_by_both_is_no_conflict(file, take, people, secretary):
    change_remark(people, secretary, "同样的备注")
    file.of("程甲")["备注"] = "同样的备注"
    assert counts(take(file)) == (0, 0, 3, 0)


def test_a_post_may_change_though_the_person_was_edited(file, take, people, secretary):
    change_remark(people, secretary)
    row = file.of("程甲")
    row["行政职务"], row["备注"] = "主任", ""
    assert (counts(take(file)), codes(take(file))) == ((0, 1, 2, 0), set())


def test_an_applied_file_uploaded_again_changes_nothing(file, take):
    file.of("程甲")["备注"] = "新的备注"
    applied(take(file))
    assert (counts(take(file)), codes(take(file))) == ((0, 0, 3, 0), set())


def test_a_row_stays_stale_when_its_batch_is_checked_again(file, take, people, secretary):
    change_remark(people, secretary)
    file.of("程甲")["籍贯"] = "云州双溪"
    batch = take(file)
    check_anew(batch=batch, by=secretary, at=NOW)
    assert counts(worked(batch)) == (0, 0, 2, 1)


def test_a_decision_does_not_make_a_stale_row_fresh(file, take, people, secretary):
    post = people["甲"].appointments.get()
    correct_post(post=post, values={"admin_post": "他人改的"}, version=post.version, by=secretary, at=NOW, day=TODAY)
    row = file.of("程甲")
    row["所在团组织"], row["任职时间"] = UNIT_A2, "2026-09"
    batch = take(file)
    stored = batch.rows.get(number=row_in(batch, "程甲").number)
    decide_row(row=stored, decision="correction", on=None, by=secretary, at=NOW)
    stored.refresh_from_db()
    assert "stamp.stale" in stored.codes


def test_a_post_that_ended_meanwhile_is_not_begun_again(file, take, people, secretary):
    post = people["甲"].appointments.get()
    end_appointment(post=post, on=TODAY, reason="resigned", by=secretary, at=NOW)
    batch = take(file)
    assert {(title, code) for _row, title, code in codes(batch)} == {("姓名", "stamp.over")}
    assert people["甲"].appointments.filter(ended_on=None).count() == 0


# ---- stamps that are no good ------------------------------------------------------
def test_a_doubled_stamp_is_an_error_in_both_rows(file, take):
    file.rows.append(dict(file.of("程甲")) | {"团内职务": "委员"})
    batch = take(file)
    found = codes(batch)
    assert {code for _row, _title, code in found} == {"stamp.doubled"}
    assert len(found) == 2
    assert counts(batch) == (0, 0, 2, 2)


def signed(text: str) -> str:
    """Sign a text as stamps are signed."""
    return f"{text}~{sign(text, purpose='sheets.stamp')}"


def test_foreign_forged_other_and_unknown_stamps_get_one_sentence(district, secretary, people, take):
    """Somebody who writes stamps of their own, or copies foreign ones, learns nothing of what exists."""
    staff = make_user("district_staff", district.top, "staff_b")
    foreign = stamp_of(download(district.township_b, staff).rows[0])
    before = foreign_digest()
    file = download(district.township_a, secretary)
    own = stamp_of(file.rows[0])
    text, _, _signature = foreign.partition("~")
    absent = text.replace(f".{people['外'].appointments.get().pk}.", ".987654.")
    bad = {
        "foreign": foreign,
        "forged": text + "~k1:" + "0" * 64,
        "unsigned": text,
        "altered": own[:-1] + ("0" if own[-1] != "0" else "1"),
        "other_kind": text.replace("cadres.", "units.")
        + "~"
        + sign(text.replace("cadres.", "units."), purpose="sheets.stamp"),
        "absent": absent + "~" + sign(absent, purpose="sheets.stamp"),
        "words": "随便写的",
    }
    sentences = set()
    for stamp in bad.values():
        file = download(district.township_a, secretary)
        file.of("程甲")[STAMP.title] = stamp
        batch = take(file)
        errors = result_of(batch).errors
        assert [error["code"] for error in errors] == ["stamp.unknown"]
        assert counts(batch) == (0, 0, 2, 1)
        assert "石外" not in str(errors)
        sentences |= {error["message"] for error in errors}
    assert len(sentences) == 1
    assert foreign_digest() == before


def test_a_row_whose_stamp_is_another_persons_is_refused(file, take):
    """Sorting without the hidden column gives each row a foreign stamp."""
    first, second = file.of("程甲"), file.of("程乙")
    first[STAMP.title], second[STAMP.title] = second[STAMP.title], first[STAMP.title]
    batch = take(file)
    assert {code for _row, _title, code in codes(batch)} >= {"stamp.misplaced"}
    assert counts(batch) == (0, 0, 1, 2)


def test_a_corrected_number_of_somebody_else_is_refused_neutrally(file, take, people):
    file.of("程甲")["身份证号"] = people["乙"].id_number
    file.of("程丙")["身份证号"] = people["外"].id_number
    found = {(title, code) for _row, title, code in codes(take(file)) if title == "身份证号"}
    assert found >= {("身份证号", "person.number_taken"), ("身份证号", "person.elsewhere")}


def test_two_rows_are_not_corrected_to_one_number(file, take, people):
    new = other_number(people["甲"])
    file.of("程甲")["身份证号"] = file.of("程乙")["身份证号"] = new
    for row in file.rows:
        row["性别"] = row["出生年月"] = None
    taken = [code for _row, title, code in codes(take(file)) if title == "身份证号"]
    assert taken == ["person.number_taken"] * 2


def test_a_row_that_repeats_the_old_post_of_a_changed_one_is_a_duplicate(file, take, people):
    plain = dict(file.of("程甲")) | {STAMP.title: None, "身份证号": people["甲"].id_number, "手机号码": None}
    file.of("程甲")["所在团组织"] = UNIT_A2
    file.rows.append(plain)
    assert ("身份证号", "row.duplicate") in {(title, code) for _row, title, code in codes(take(file))}


def test_a_stamp_says_who_and_which_version_and_holds_no_value(file, people):
    post = people["甲"].appointments.get()
    stamp = stamp_of(file.of("程甲"))
    assert stamp.startswith(f"cadres.{post.pk}.{post.version}-{people['甲'].version}.")
    assert people["甲"].id_number not in stamp
    assert people["甲"].name not in stamp


def test_records_outside_the_scope_are_not_given(district, secretary, people):
    """The kind itself gives nothing of township B, whatever keys are asked for."""
    scope = scope_of(secretary, TODAY)
    context = SheetContext(secretary, scope, TODAY, NOW, district.township_a.pk)
    keys = list(Appointment.objects.values_list("pk", flat=True))
    given = {one.key for one in all_kinds()["cadres"].recorded(keys, context)}
    assert given == {people[name].appointments.get().pk for name in "甲乙丙"}


def test_a_stamp_of_an_older_key_still_holds(file, take, people, settings, tmp_path):
    """The key ring grew meanwhile: what an older key signed is still known."""
    path = tmp_path / "keys.json"
    shutil.copyfile(settings.KEY_FILE, path)
    path.chmod(0o600)
    add_keys(path, ["stamp"], "sm4gcm-hmacsm3", NOW)
    settings.KEY_FILE = path
    fresh = stamp_text(all_kinds()["cadres"], Recorded(1, (1, 1), {}), {})
    assert "~k2:" in fresh
    assert "~k1:" in stamp_of(file.rows[0])
    assert counts(take(file)) == (0, 0, 3, 0)
