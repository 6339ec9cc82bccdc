"""``manage.py sheet``: the same batch, from the command line."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cadres.models import Cadre
from tests.factories import make_user
from tests.rosters import row_of, workbook_of

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


def test_without_a_writing_role_nothing_is_taken_in(district, tmp_path):
    make_user("leader", district.top, "leader")
    with pytest.raises(CommandError):
        told("check", written(tmp_path, row_of(1)), username="leader")


def test_without_json_every_error_is_a_line(secretary, tmp_path):
    output = io.StringIO()
    with pytest.raises(SystemExit):
        call_command(
            "sheet", "check", "cadres", str(written(tmp_path, row_of(2, phone="12"))), "--as", "sec_a", stdout=output
        )
    assert "第 2 行  手机号码：" in output.getvalue()
