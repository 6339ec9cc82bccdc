"""The command that checks the chain: verdict, first bad place, exit code."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.audit.conftest import START, add_event
from youthleague.audit.models import AuditHead
from youthleague.audit.services import ANCHOR_FILE, write_anchor
from youthleague.audit.tasks import anchor


@pytest.fixture(autouse=True)
def var_dir(settings, tmp_path):
    """A data folder without anchors."""
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    return settings.VAR_DIR


def verify(*arguments):
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_a_sound_chain_is_said_to_be_sound(chain):
    assert verify() == "审计链完好，共 6 条，末条为第 6 条；还没有锚点，看不出结尾是否被截去。\n"


def test_a_bad_chain_ends_with_code_1_and_the_first_bad_seq(tamper):
    tamper("UPDATE audit_auditevent SET ip = '' WHERE seq IN (3, 5)")
    out = StringIO()
    with pytest.raises(CommandError, match="第一处：审计链第 3 条的内容或签名被改动。") as refusal:
        call_command("verify_audit", stdout=out, stderr=out, no_color=True)
    assert refusal.value.returncode == 1
    assert out.getvalue() == "审计链第 5 条的内容或签名被改动。\n"


def test_an_anchor_file_is_compared(chain, tmp_path):
    path = tmp_path / "anchors.txt"
    write_anchor(START, path)
    assert verify("--anchor", str(path)) == "审计链完好，共 6 条，末条为第 6 条；与 1 个锚点相符。\n"
    path.write_text(path.read_text().replace(" 6 ", " 8 "))
    with pytest.raises(CommandError, match="从第 7 条起被截去") as refusal:
        verify("--anchor", str(path))
    assert refusal.value.returncode == 1


def test_an_anchor_file_that_is_missing_or_damaged_is_no_verdict(chain, tmp_path):
    for content, sentence in ((None, "读不出来"), (b"\xff\xfe", "读不出来"), (b"2026-03-02 x y\n", "第 1 行")):
        path = tmp_path / "anchors.txt"
        if content:
            path.write_bytes(content)
        with pytest.raises(CommandError, match=sentence) as refusal:
            verify("--anchor", str(path))
        assert refusal.value.returncode == 2


def cut_tail(tamper, head, last):
    """Take the last events away, and put the head of that time back, whose own signature is genuine."""
    tamper("DELETE FROM audit_auditevent WHERE seq > %s", last)
    tamper("UPDATE audit_audithead SET seq = %s, mac = %s, proof = %s", head.seq, head.mac, head.proof)


def test_a_tail_that_was_cut_off_with_its_head_is_named_by_the_anchor_of_the_day(chain, tamper, var_dir):
    head = AuditHead.objects.get()
    add_event(7)
    anchor()
    assert "与 1 个锚点相符" in verify()
    cut_tail(tamper, head, last=6)
    with pytest.raises(CommandError, match="第一处：审计链从第 7 条起被截去。") as refusal:
        verify()
    assert refusal.value.returncode == 1
    (var_dir / ANCHOR_FILE).unlink()
    assert "看不出结尾是否被截去" in verify()


def test_every_day_leaves_one_line_that_only_its_owner_reads(chain, var_dir):
    for number in (7, 8):
        anchor()
        add_event(number)
    path = var_dir / ANCHOR_FILE
    assert [line.split()[1] for line in path.read_text().splitlines()] == ["6", "7"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_damaged_file_of_the_day_is_no_verdict(chain, var_dir):
    (var_dir / ANCHOR_FILE).write_text("x")
    with pytest.raises(CommandError, match="第 1 行") as refusal:
        verify()
    assert refusal.value.returncode == 2
