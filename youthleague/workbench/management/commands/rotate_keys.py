"""``manage.py rotate_keys``: new keys for old, while the portal goes on; run again, it goes on where it was."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from youthleague.audit.services import record, write_anchor
from youthleague.protection.keyfile import FIELD_KEY_BYTES, PURPOSES, KeyFileError, add_keys, load_key_file
from youthleague.protection.keys import keyring
from youthleague.protection.rotation import Outcome, Pace, Progress, is_under_way, rotate, unreadable_columns

USES = {"field": "数据加密", "index": "身份证号盲索引", "audit": "审计签名", "stamp": "表格签名"}


class Command(BaseCommand):
    """Adds keys when told to, makes everything anew under the newest, takes old keys out when nothing needs them."""

    help = (
        "更换密钥：--new 启用新密钥并把已存内容改用新密钥；不带 --new 则接着做完上一次的，并移除不再使用的旧密钥。"
        "平台照常使用，随时可以中断，再运行一次即可。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--new", action="store_true", help="启用新密钥（上一次更换还没有收尾时不会再加）")
        parser.add_argument("--only", choices=PURPOSES, action="append", help="只换这种用途的密钥，可以写几次")
        parser.add_argument("--suite", choices=FIELD_KEY_BYTES, help="新密钥的算法套件，默认沿用现在的套件")
        parser.add_argument("--json", action="store_true", help="只输出一行 JSON 结果")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Add, convert, take out, and say what is left."""
        self.is_quiet = options["json"]
        self.last = ""
        at, outcome = timezone.now(), Outcome()
        try:
            added = self.begin(options, at) if options["new"] else {}
            for progress in rotate(settings.KEY_FILE, outcome, at=at, pace=Pace()):
                self.show(progress)
        except KeyFileError as error:
            raise CommandError(str(error)) from error
        if outcome.removed:
            _record("keys.remove", [_titles(outcome.removed)], timezone.now())
        self.conclude(added, outcome)

    def begin(self, options: dict[str, Any], at: datetime) -> dict[str, str]:
        """Add the keys and note in the log, and outside the database, from where on they are used."""
        strange = unreadable_columns()
        if strange:
            which = "、".join(strange)
            raise CommandError(f"密钥文件与数据库不相配（{which}打不开），没有启用新密钥；请换回原来的密钥文件。")
        suite = options["suite"] or load_key_file(settings.KEY_FILE).suite
        added = add_keys(settings.KEY_FILE, options["only"] or PURPOSES, suite, at)
        if not added:
            self.say("上一次更换还没有收尾，这次不加新密钥，先接着做完。")
            return {}
        _record("keys.add", [_titles(f"{use}:{key_id}" for use, key_id in added.items()), suite], at)
        write_anchor(timezone.now())
        self.say(f"已启用新密钥：{_titles(f'{use}:{key_id}' for use, key_id in added.items())}，算法套件 {suite}。")
        self.say("请马上把新的密钥文件另存一份；旧备份要用旧密钥文件才能打开，原来那一份也要留着。")
        return added

    def show(self, progress: Progress) -> None:
        """Say how far one part has come, each tenth once."""
        tenth = progress.done * 10 // progress.total if progress.total else 10
        text = f"{progress.title}：{progress.done} / {progress.total}"
        if f"{progress.title}{tenth}" != self.last:
            self.last = f"{progress.title}{tenth}"
            self.say(text)

    def conclude(self, added: dict[str, str], outcome: Outcome) -> None:
        """Say what was done and what is left; exit code 1 when something does not open."""
        keys = {use: keyring(fresh=True).ids(use) for use in PURPOSES}
        if self.is_quiet:
            done = {"added": added, "converted": dict(outcome.converted), "removed": outcome.removed, "keys": keys}
            left = {"failed": dict(outcome.failures), "left": dict(outcome.left), "complete": not is_under_way()}
            self.stdout.write(json.dumps({**done, **left}, ensure_ascii=False))
        for sentence in _sentences(outcome):
            self.say(sentence)
        if outcome.failures:
            raise CommandError("有内容用现有的密钥打不开；请找回当时的密钥文件后再运行。", returncode=1)

    def say(self, sentence: str) -> None:
        """Write one line, unless only the result is wanted."""
        if not self.is_quiet:
            self.stdout.write(sentence)
            self.stdout.flush()


def _sentences(outcome: Outcome) -> list[str]:
    said = [f"{title}：已改用新密钥 {count} 处。" for title, count in outcome.converted.items() if count]
    said += [f"{title}：{count} 处打不开。" for title, count in outcome.failures.items()]
    said += [f"{title}：还有 {count} 处没有改用新密钥，请稍后再运行一次。" for title, count in outcome.left.items()]
    if outcome.removed:
        said.append(f"已移除旧密钥：{_titles(outcome.removed)}。")
    if outcome.waits:
        said.append("旧密钥要等新密钥启用满 15 分钟、在途的办理都结束后才移除；到时再运行一次 manage.py rotate_keys。")
    if not is_under_way():
        said.append("更换已经收尾：所有内容都用现用密钥，没有多余的旧密钥。审计签名的旧密钥留着，供核对以前的日志。")
    return said


def _titles(keys: Any) -> str:
    return "、".join(f"{USES[use]} {key_id}" for use, _, key_id in (one.partition(":") for one in keys))


@transaction.atomic
def _record(action: str, keys: list[str], at: datetime) -> None:
    record(action=action, by=None, at=at, facts={"keys": keys})
