"""``manage.py sheet``: the same batch, from the command line."""

import io
import json
import threading
import time
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cadres.models import Cadre
from orgs.models import Organisation
from orgs.services import assign_role
from tests.factories import NOW, TODAY, make_user
from tests.rosters import row_of, uploaded, workbook_of
from youthleague.sheets.choices import BatchState
from youthleague.sheets.management.commands.sheet import work_until_it_waits
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import MAX_BYTES
from youthleague.sheets.services.leases import lease

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(district):
    return make_user("township_secretary", district.township_a, "sec_a")


def told(action: str, path: Path, *options: str, username: str = "sec_a") -> tuple[int, dict[str, object]]:
    """Run the command and give its exit code and what its JSON says."""
    output = io.StringIO()
    try:
        call_command("sheet", action, "cadres", str(path), "--as", username, "--json", *options, stdout=output)
    except SystemExit as ended:
        return int(str(ended.code)), json.loads(output.getvalue())
    return 0, json.loads(output.getvalue())


def written(tmp_path: Path, *rows: dict[str, object]) -> Path:
    """Write rows to a file."""
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(workbook_of(rows))
    return path


def test_check_says_what_would_be_done_and_writes_no_people(secretary, tmp_path):
    code, answer = told("check", written(tmp_path, row_of(1), row_of(2, league_post="副书记")))
    assert (code, answer["state"], answer["rows"], answer["new"], answer["errors"]) == (0, "checked", 2, 2, [])
    assert not Cadre.objects.exists()


def test_apply_exits_with_zero_only_when_it_is_in_the_database(secretary, tmp_path):
    code, answer = told("apply", written(tmp_path, row_of(1)))
    assert (code, answer["state"], Cadre.objects.count()) == (0, "applied", 1)


def test_errors_are_told_by_row_column_and_code_and_nothing_is_written(secretary, tmp_path):
    code, answer = told("apply", written(tmp_path, row_of(1), row_of(2, phone="12", gender="女")))
    assert (code, answer["state"]) == (1, "checked")
    assert [(one["row"], one["column"], one["code"]) for one in answer["errors"]] == [(3, "手机号码", "phone.length")]
    assert set(answer) >= {"batch", "state", "rows", "new", "changed", "same", "errors", "message"}
    assert not Cadre.objects.exists()


def test_the_right_rows_alone(secretary, tmp_path):
    code, _answer = told("apply", written(tmp_path, row_of(1), row_of(2, phone="12")), "--only-valid")
    assert (code, Cadre.objects.count()) == (0, 1)


def test_what_is_no_spreadsheet_is_one_sentence(secretary, tmp_path):
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(b"MZ" + bytes(500))
    code, answer = told("check", path)
    assert (code, answer["state"], answer["rows"]) == (1, "failed", 0)
    assert str(answer["message"]).endswith("。")


KEYS = {"batch", "state", "rows", "new", "changed", "same", "errors", "message", "code"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["members", "花名册.xlsx", "--as", "sec_a"], "sheet.kind"),
        (["cadres", "花名册.xlsx", "--as", "nobody"], "sheet.account"),
        (["cadres", "花名册.xlsx", "--as", "leader"], "sheet.unit"),
        (["cadres", "没有.xlsx", "--as", "sec_a"], "sheet.file_missing"),
        (["cadres", ".", "--as", "sec_a"], "sheet.file"),
        (["cadres", "花名册.xlsx", "--as", "sec_a", "--organisation", "柳溪镇团委"], "organisation.unknown"),
        (["cadres", "花名册.xlsx", "--as", "sec_a", "--organisation", "天上团委"], "organisation.unknown"),
        (["cadres", "大.xlsx", "--as", "sec_a"], "sheet.too_large"),
    ],
)
def test_what_cannot_begin_is_one_sentence(secretary, district, tmp_path, monkeypatch, arguments, code):
    make_user("leader", district.top, "leader")
    written(tmp_path, row_of(1))
    with (tmp_path / "大.xlsx").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    monkeypatch.chdir(tmp_path)
    told_in_json, told_in_words, nothing = io.StringIO(), io.StringIO(), io.StringIO()
    for options, streams in ((["--json"], (told_in_json, nothing)), ([], (nothing, told_in_words))):
        with pytest.raises(SystemExit, match="1"):
            call_command("sheet", "apply", *arguments, *options, stdout=streams[0], stderr=streams[1])
    answer = json.loads(told_in_json.getvalue())
    assert (set(answer), answer["batch"], answer["state"], answer["code"]) == (KEYS, None, "refused", code)
    assert told_in_words.getvalue() == f"{answer['message']}\n"
    assert (str(answer["message"])[-1], nothing.getvalue()) == ("。", "")
    assert not ImportBatch.objects.exists()


def test_a_wrong_command_line_is_told_by_the_parser():
    with pytest.raises(CommandError, match="remove"):
        call_command("sheet", "remove", "cadres", "x.xlsx", "--as", "sec_a")
    with pytest.raises(CommandError, match=r"花名册\.xlsx"):
        call_command("sheet", "undo", "花名册.xlsx", "--as", "sec_a")


def test_what_is_in_the_database_already_is_done_and_waits_for_nobody(secretary, tmp_path):
    path = written(tmp_path, row_of(1), row_of(2, league_post="副书记"))
    assert told("apply", path)[0] == 0
    before = set(Cadre.objects.values_list("pk", "version"))
    code, answer = told("apply", path)
    assert (code, answer["code"], answer["new"], answer["changed"], answer["same"]) == (0, "batch.nothing", 0, 0, 2)
    assert ImportBatch.objects.get(pk=answer["batch"]).state == answer["state"] == BatchState.CANCELLED
    assert set(Cadre.objects.values_list("pk", "version")) == before


def test_one_of_several_units_is_named(secretary, district, tmp_path):
    assign_role(user=secretary, organisation=district.township_b, role="township_secretary", on=TODAY, by=None, at=NOW)
    path = written(tmp_path, row_of(1, organisation="石井村团支部"))
    assert told("check", path)[0] == 1
    for name in ("柳溪镇团委", "共青团柳溪镇委员会", "B-7"):
        Organisation.objects.filter(pk=district.township_b.pk).update(code="B-7")
        code, answer = told("check", path, "--organisation", name)
        assert (code, ImportBatch.objects.get(pk=answer["batch"]).organisation) == (0, district.township_b)


def test_a_batch_that_a_worker_holds_is_waited_for(secretary, district):
    batch = uploaded([row_of(1)], district.township_a, secretary)
    taken = threading.Event()

    def worker() -> None:
        with lease(batch.pk) as held:
            assert held
            taken.set()
            time.sleep(0.5)
        connection.close()

    thread = threading.Thread(target=worker)
    thread.start()
    taken.wait()
    begun = time.monotonic()
    work_until_it_waits(batch)
    assert (batch.state, time.monotonic() - begun > 0.3) == (BatchState.CHECKED, True)
    thread.join()


def test_without_json_every_error_is_a_line(secretary, tmp_path):
    output = io.StringIO()
    with pytest.raises(SystemExit):
        call_command(
            "sheet", "check", "cadres", str(written(tmp_path, row_of(2, phone="12"))), "--as", "sec_a", stdout=output
        )
    assert "第 2 行  手机号码：" in output.getvalue()


# ---- undo ------------------------------------------------------------------------------
UNDO_KEYS = {"batch", "state", "rows", "restored", "kept", "impossible", "stays", "message", "code"}


def undone(batch: object, *options: str, username: str = "sec_a") -> tuple[int, dict[str, object]]:
    """Run the undoing and give its exit code and what its JSON says."""
    output = io.StringIO()
    try:
        call_command("sheet", "undo", str(batch), "--as", username, "--json", *options, stdout=output)
    except SystemExit as ended:
        return int(str(ended.code)), json.loads(output.getvalue())
    return 0, json.loads(output.getvalue())


def test_undo_takes_back_what_was_written(secretary, tmp_path):
    _code, answer = told("apply", written(tmp_path, row_of(1), row_of(2)))
    code, undo = undone(answer["batch"])
    assert (code, set(undo), undo["state"], undo["rows"], undo["restored"], undo["stays"]) == (
        0,
        UNDO_KEYS,
        "undone",
        2,
        2,
        [],
    )
    assert not Cadre.objects.exists()
    assert (undone(answer["batch"])[0], undone(answer["batch"])[1]["code"]) == (1, "batch.state")


def test_undo_leaves_all_as_it_is_when_some_rows_stay_unless_the_others_are_wanted(secretary, tmp_path):
    _code, answer = told("apply", written(tmp_path, row_of(1), row_of(2)))
    Cadre.objects.filter(name=row_of(1)["name"]).update(version=2)
    code, undo = undone(answer["batch"])
    assert (code, undo["state"], undo["code"], undo["restored"], undo["kept"]) == (1, "applied", "undo.stays", 1, 1)
    assert [(one["row"], one["outcome"], one["code"]) for one in undo["stays"]] == [(2, "kept", "undo.changed")]
    assert Cadre.objects.count() == 2
    code, undo = undone(answer["batch"], "--only-possible")
    assert (code, undo["state"], undo["restored"], undo["kept"]) == (0, "undone", 1, 1)
    assert Cadre.objects.get().name == row_of(1)["name"]


def test_undo_with_nothing_to_give_back_is_refused(secretary, tmp_path):
    _code, answer = told("apply", written(tmp_path, row_of(1)))
    Cadre.objects.update(version=2)
    code, undo = undone(answer["batch"], "--only-possible")
    assert (code, undo["state"], undo["code"]) == (1, "applied", "undo.nothing")
    assert Cadre.objects.exists()


def test_undo_is_for_the_uploader_and_the_district(secretary, district, tmp_path):
    _code, answer = told("apply", written(tmp_path, row_of(1)))
    make_user("township_secretary", district.township_a, "colleague")
    make_user("leader", district.top, "leader")
    make_user("district_staff", district.top, "staff")
    for batch, username, refusal in (
        (answer["batch"], "colleague", "batch.unknown"),
        (answer["batch"], "leader", "batch.unknown"),
        (999_999, "sec_a", "batch.unknown"),
        (answer["batch"], "nobody", "sheet.account"),
    ):
        code, undo = undone(batch, username=username)
        assert (code, undo["batch"], undo["state"], undo["code"]) == (1, None, "refused", refusal)
    assert Cadre.objects.exists()
    assert undone(answer["batch"], username="staff")[0] == 0
    assert ImportBatch.objects.get().undone_by.username == "staff"
    assert Cadre.history.first().history_user.username == "staff"


def test_undo_in_words_names_every_row_that_stays(secretary, tmp_path):
    _code, answer = told("apply", written(tmp_path, row_of(1), row_of(2)))
    Cadre.objects.filter(name=row_of(1)["name"]).update(version=2)
    output = io.StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("sheet", "undo", str(answer["batch"]), "--as", "sec_a", stdout=output)
    assert output.getvalue().splitlines()[1:] == ["第 2 行  保留：写入之后有人修改过。"]


# ---- the error workbook -----------------------------------------------------------
def errors(batch: int, out: Path, *options: str, username: str = "sec_a") -> tuple[int, str]:
    """Ask for an error workbook; give the exit code and what was said."""
    output = io.StringIO()
    try:
        call_command(
            "sheet", "errors", str(batch), "--as", username, "--out", str(out), *options, stdout=output, stderr=output
        )
    except SystemExit as ended:
        return int(str(ended.code)), output.getvalue()
    return 0, output.getvalue()


def test_the_error_workbook_of_a_batch_is_written_for_its_uploader_alone(district, secretary, tmp_path):
    _code, answer = told("check", written(tmp_path, row_of(1, id_number="123"), row_of(2)))
    out = tmp_path / "错误表.xlsx"
    assert errors(answer["batch"], out) == (0, f"错误表已写到 {out}，要改正的有 1 行。\n")
    assert out.stat().st_mode & 0o777 == 0o600
    assert openpyxl.load_workbook(out).active["B2"].comment.text == "身份证号应为 18 位；请核对是否漏填或多填。"
    make_user("district_staff", district.top, "staff_e")
    code, said = errors(answer["batch"], tmp_path / "别人.xlsx", "--json", username="staff_e")
    assert (code, json.loads(said)["code"]) == (1, "batch.unknown")
    assert not (tmp_path / "别人.xlsx").exists()


def test_an_error_workbook_that_cannot_be_made_or_written_is_refused(secretary, tmp_path):
    _code, right = told("check", written(tmp_path, row_of(1)))
    assert json.loads(errors(right["batch"], tmp_path / "out.xlsx", "--json")[1])["code"] == "sheet.no_errors"
    _code, wrong = told("check", written(tmp_path, row_of(1, id_number="123")))
    assert errors(wrong["batch"], tmp_path / "没有" / "out.xlsx")[0] == 1
