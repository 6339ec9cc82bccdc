"""The documents that the demonstration district's rules cite; titles and numbers are fictional."""

from datetime import date
from typing import NamedTuple

from cadres.management.tree import Unit
from orgs.choices import DocumentKind
from orgs.models import PolicyDocument


class Paper(NamedTuple):
    """A document: kind, title, year back from now, month, serial number, issuers beside the 团区委."""

    kind: DocumentKind
    title: str
    years_ago: int
    month: int
    serial: int
    joint_issuer: str = ""


PAPERS = (
    Paper(DocumentKind.MEASURE, "{district}共青团系统“三级联动”工作办法", 3, 4, 12),
    Paper(DocumentKind.RULE, "{district}团干部联系服务青年制度", 3, 5, 15),
    Paper(DocumentKind.NOTICE, "关于加强和充实基层青少年事务工作力量的通知", 4, 9, 27, "、{district}民政局"),
    Paper(DocumentKind.MEASURE, "{district}团干部“2+3+4”考核评价办法（试行）", 2, 3, 8),
    Paper(DocumentKind.RULE, "{district}团内请示报告制度", 4, 6, 19),
    Paper(DocumentKind.RULE, "{district}各级团（工）委书记协管工作规则", 2, 7, 22),
    Paper(DocumentKind.NOTICE, "关于开展团区委委员基层实践锻炼“一五一十”活动的通知", 1, 2, 5),
    Paper(DocumentKind.NOTICE, "关于开展冬季安全自护教育进社区活动的通知", 0, 11, 31),
)


def write_documents(top: Unit, district: str, day: date) -> None:
    """Write the documents, those of the future left out."""
    rows = []
    for paper in PAPERS:
        issued = date(day.year - paper.years_ago, paper.month, 6)
        if issued > day:
            issued = issued.replace(year=day.year - 1)
        rows.append(
            PolicyDocument(
                kind=paper.kind,
                title=paper.title.format(district=district),
                number=f"团示字〔{issued.year}〕{paper.serial} 号",
                issued_on=issued,
                issuer=top.name + paper.joint_issuer.format(district=district),
            )
        )
    PolicyDocument.objects.bulk_create(rows)
