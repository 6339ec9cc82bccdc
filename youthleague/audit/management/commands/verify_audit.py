"""Checks the audit chain from its first event to its head, and beside the notes that were made of it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from youthleague.audit.reports import chain_report
from youthleague.audit.rules import Anchor, read_anchor_line
from youthleague.audit.services import ANCHOR_FILE


class Command(BaseCommand):
    """Prints the verdict; exit code 1 and the first bad seq when the chain is not sound."""

    help = "逐条核对审计链，发现改动、删除、插入、调换或截尾时指出第一处并以退出码 1 结束。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor",
            type=Path,
            metavar="FILE",
            help="锚点文件，每行记一个曾经的链头；默认是数据目录中每天自动记下的那一个。",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        anchors = _known_anchors(options["anchor"])
        report = chain_report(anchors)
        if report.is_sound:
            compared = f"与 {len(anchors)} 个锚点相符" if anchors else "还没有锚点，看不出结尾是否被截去"
            self.stdout.write(f"审计链完好，共 {report.count} 条，末条为第 {report.last_seq} 条；{compared}。")
            return
        for fault in report.findings[1:]:
            self.stderr.write(fault.sentence)
        raise CommandError(f"审计链不可信，第一处：{report.findings[0].sentence}", returncode=1)


def _known_anchors(named: Path | None) -> list[Anchor]:
    """Read the file that is named, or else the one that is written every day, once there is one."""
    own = settings.VAR_DIR / ANCHOR_FILE
    return _read_anchors(named or own) if named or own.exists() else []


def _read_anchors(path: Path) -> list[Anchor]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"锚点文件 {path} 读不出来。", returncode=2) from error
    anchors = []
    for number, line in enumerate(lines, start=1):
        anchor = read_anchor_line(line)
        if anchor is None:
            raise CommandError(f"锚点文件 {path} 的第 {number} 行不是锚点。", returncode=2)
        anchors.append(anchor)
    return anchors
