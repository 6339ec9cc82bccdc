"""The command that checks the chain: verdict, first bad place, exit code."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.audit.conftest import START
from youthleague.audit.services import write_anchor


def verify(*arguments):
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_a_sound_chain_is_said_to_be_sound(chain):
    assert verify() == "审计链完好，共 6 条，末条为第 6 条。\n"


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
    assert "完好" in verify("--anchor", str(path))
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
