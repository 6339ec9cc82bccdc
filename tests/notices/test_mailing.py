"""How a letter is written: read back, it says what the general way would have it say."""

from email import message_from_bytes, policy
from types import SimpleNamespace

import pytest
from django.core.mail import EmailMessage

from youthleague.notices.services.mailing import message_for, message_id


def notice(title="本周联动", text="还有 2 件事。", email="a@example.org"):
    who = SimpleNamespace(full_name="书记", email=email)
    occasion = {"recipient_id": 1, "kind": "weekly", "subject": "linkage.Week", "period": "2026-W48"}
    return SimpleNamespace(recipient=who, title=title, text=text, url="/weeks/", **occasion)


def read(written):
    message = message_from_bytes(written, policy=policy.default)
    heads = {name: str(message[name]).strip() for name in ("Subject", "From", "To", "Message-ID", "Auto-Submitted")}
    return heads, message.get_content().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "differing",
    [
        {},
        {"title": "2026年第48周还有 1 个团组织没有填" * 4},
        {"title": "plain words"},
        {"text": "一行\n.\n..两行\r\n三行"},
        {"text": "长" * 2000},
        {"email": "a@例子.中国"},
        {"email": '"odd one"@example.org'},
    ],
)
def test_a_letter_reads_like_one_written_the_general_way(differing):
    ours = message_for(notice(**differing))
    general = EmailMessage(ours.subject, ours.body, ours.from_email, ours.to, headers=ours.extra_headers)
    written = ours.message().as_bytes(linesep="\r\n")
    assert read(written) == read(general.message().as_bytes(linesep="\r\n"))
    assert max(map(len, written.split(b"\r\n"))) <= 998
    assert b"\n" not in written.replace(b"\r\n", b"")


def test_a_title_cannot_add_a_header():
    heads, _body = read(message_for(notice(title="题目\nBcc: x@example.org")).message().as_bytes())
    assert (heads["Subject"], "Bcc" in heads) == ("题目 Bcc: x@example.org", False)


def test_a_sender_in_a_chinese_domain_has_a_message_id_of_ascii(settings):
    settings.DEFAULT_FROM_EMAIL = "portal@例子.中国"
    assert message_id(notice()).endswith("@xn--fsqu00a.xn--fiqs8s>")
