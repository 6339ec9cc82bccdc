"""What work rests on in the demonstration district: documents and duty items; titles and numbers are fictional."""

from datetime import date
from typing import NamedTuple

from cadres.management.tree import Unit
from orgs.choices import DocumentKind, DutyKind
from orgs.models import DutyItem, PolicyDocument


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

# Code, title, kind, category: the part of the 履行职责事项清单 that concerns the League.
DUTIES = (
    ("履-01", "按期换届，配齐配强团（工）委班子", DutyKind.BASIC, "基层团建"),
    ("履-02", "发展团员、收缴团费、转接团员组织关系", DutyKind.BASIC, "基层团建"),
    ("履-03", "开展主题团日和青年理论学习", DutyKind.BASIC, "基层团建"),
    ("履-04", "联系服务青年，收集、反映青年诉求", DutyKind.BASIC, "青年服务"),
    ("履-05", "管理使用本级青年之家", DutyKind.BASIC, "青年服务"),
    ("履-06", "组织青年志愿者参加社区服务", DutyKind.BASIC, "青年服务"),
    ("履-07", "摸排困境青少年情况，协助落实帮扶", DutyKind.SUPPORTING, "青少年保护"),
    ("履-08", "配合开展预防青少年违法犯罪宣传", DutyKind.SUPPORTING, "青少年保护"),
    ("履-09", "配合开展防溺水和冬季安全自护教育", DutyKind.SUPPORTING, "青少年保护"),
    ("履-10", "配合推荐青年就业创业项目", DutyKind.SUPPORTING, "青年发展"),
    ("履-11", "配合组织西部计划志愿者招募宣传", DutyKind.SUPPORTING, "青年发展"),
    ("履-12", "青少年心理健康筛查", DutyKind.WITHDRAWN, "青少年保护"),
    ("履-13", "校外培训机构排查", DutyKind.WITHDRAWN, "青少年保护"),
)


def write_duties(day: date) -> None:
    """Write the duty items, in force since the first of January of the year before."""
    since = date(day.year - 1, 1, 1)
    DutyItem.objects.bulk_create(
        DutyItem(code=code, title=title, kind=kind, category=category, valid_from=since)
        for code, title, kind, category in DUTIES
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
