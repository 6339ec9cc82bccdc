"""The roles of the portal in one table: where each is held, what it sees of its subtree, and what it may do."""

from dataclasses import dataclass, field
from enum import StrEnum

from orgs.choices import Level


class Sees(StrEnum):
    """What of its subtree a role sees."""

    RECORDS = "records"  # organisations and the people and records in them
    UNITS = "units"  # organisations only
    NOTHING = "nothing"


@dataclass(frozen=True)
class Role:
    """One role: code, Chinese title, levels of the units it is held on, what it sees and may do, back office or not."""

    code: str
    title: str
    levels: frozenset[Level]
    sees: Sees
    permissions: frozenset[str] = field(default_factory=frozenset)
    back_office: bool = False


_DISTRICT = frozenset({Level.DISTRICT})
_TOWNSHIP = frozenset({Level.TOWNSHIP})
_VILLAGE = frozenset({Level.VILLAGE, Level.UNIT})

# What work rests on is read by whoever has the work.
_READ_BASES = frozenset({"orgs.view_policydocument", "orgs.view_dutyitem"})
_READ_ROSTER = _READ_BASES | {
    "orgs.view_organisation",
    "cadres.view_cadre",
    "cadres.view_appointment",
    "linkage.view_week",
    "linkage.view_task",
}
# Grades of past years in a person's file: for the office, the leaders and 同级党（工）委, not among colleagues.
_READ_GRADES = frozenset({"cadres.view_grade"})
_KEEP_ROSTER = _READ_ROSTER | {
    "cadres.add_cadre",
    "cadres.change_cadre",
    "cadres.add_appointment",
    "cadres.change_appointment",
    "cadres.export_cadre",
    "cadres.view_phone",  # one at a time: who keeps people has to call them
    "sheets.use",
    "linkage.report_week",
    "linkage.join_task",
}
_KEEP_TERMS = frozenset(
    {
        "orgs.add_termelection",
        "orgs.change_termelection",
        "orgs.add_termextension",
        "orgs.change_termextension",
    }
)
_APPROVE_TERMS = frozenset({"orgs.approve_termextension"})  # asked of the superior of the organisation that filed
# A week is excused from above: by the district, and by the 街乡 for its villages.
_EXEMPT = frozenset({"linkage.exempt_week"})
_SEND_TASKS = frozenset({"linkage.issue_task"})
# Asked of whoever has the work: the district sends tasks to others, and does not sign for them in their place.
_HANDLE_TASKS = frozenset({"linkage.handle_task"})
# Whoever enters an item of the appraisal does not approve it; the service asks whether both are one person.
_KEEP_APPRAISAL = frozenset(
    {
        "appraisal.view_year",
        "appraisal.keep_cycle",
        "appraisal.score_staff",
        "appraisal.roll_up",
        "appraisal.write_remark",
        "appraisal.keep_low_rank",  # of cases of which a leader has named the account the keeper, and no others
        "appraisal.judge_meeting",
    }
)
_DECIDE_APPRAISAL = frozenset(
    {
        "appraisal.view_year",
        "appraisal.review_leader",
        "appraisal.decide_items",
        "appraisal.write_remark",
        "appraisal.decide_low_rank",
        "appraisal.keep_low_rank",
        "appraisal.judge_meeting",
        "sheets.use",  # marks are given by spreadsheet, too
    }
)
# Opens nothing but the meetings of which one was made a judge.
_JUDGE = frozenset({"appraisal.judge_meeting"})
_ENDORSE_APPRAISAL = frozenset({"appraisal.endorse"})
# 区综合考核: a unit rates its own work; the district scores it.
_RATE_UNIT = frozenset({"appraisal.rate_unit"})
_RECEIVE_LETTERS = frozenset({"appraisal.receive_letters"})  # 反馈函 that are addressed to it, or copied
# Opens nothing but the rows about oneself.
_BE_APPRAISED = frozenset({"appraisal.own_year"})
_KEEP_TREE = frozenset(
    {
        "orgs.add_organisation",
        "orgs.change_organisation",
        "orgs.view_policyvalue",
        "orgs.change_policyvalue",
        "orgs.add_policyvalue",
        "orgs.add_policydocument",
        "orgs.change_policydocument",
        "orgs.add_dutyitem",
        "orgs.change_dutyitem",
        "cadres.decide_request",
        "cadres.export_full",
        "cadres.view_full_id",  # one at a time
    }
)

ROLES: tuple[Role, ...] = (
    Role(
        "district_staff",
        "机关干事",
        _DISTRICT,
        Sees.RECORDS,
        _KEEP_ROSTER
        | _EXEMPT
        | _SEND_TASKS
        | _KEEP_TREE
        | _KEEP_TERMS
        | _APPROVE_TERMS
        | _KEEP_APPRAISAL
        | _READ_GRADES
        | _BE_APPRAISED,
        back_office=True,
    ),
    Role(
        "township_secretary",
        "街乡团（工）委书记",
        _TOWNSHIP,
        Sees.RECORDS,
        _KEEP_ROSTER
        | _EXEMPT
        | _SEND_TASKS
        | _HANDLE_TASKS
        | _KEEP_TERMS
        | _APPROVE_TERMS
        | _RATE_UNIT
        | _BE_APPRAISED,
    ),
    Role(
        "village_secretary",
        "村（社区）团支部书记",
        _VILLAGE,
        Sees.RECORDS,
        _KEEP_ROSTER - {"cadres.export_cadre"} | _HANDLE_TASKS | _KEEP_TERMS | _BE_APPRAISED,
    ),
    Role(
        "leader",
        "团区委书记、分管领导",
        _DISTRICT,
        Sees.RECORDS,
        _READ_ROSTER | _DECIDE_APPRAISAL | _READ_GRADES | _BE_APPRAISED,
    ),
    Role(
        "party_committee",
        "同级党（工）委",
        _TOWNSHIP,
        Sees.RECORDS,
        _READ_ROSTER | _ENDORSE_APPRAISAL | _READ_GRADES | _JUDGE | _RECEIVE_LETTERS,
    ),
    Role("org_department", "区委组织部", _DISTRICT, Sees.UNITS, _JUDGE | _RECEIVE_LETTERS | {"orgs.view_organisation"}),
    Role("committee_member", "团区委委员", _DISTRICT, Sees.NOTHING, _BE_APPRAISED | _JUDGE),
    Role("judge", "评委", _DISTRICT, Sees.NOTHING, _JUDGE),
    Role(
        "sysadmin",
        "系统管理员",
        _DISTRICT,
        Sees.UNITS,
        frozenset(
            {
                "orgs.view_organisation",
                "orgs.view_policyvalue",
                "orgs.add_policyvalue",
                "audit.alert",
                "orgs.change_policyvalue",
                "notices.keep",
                "workbench.view_status",
            }
        ),
        back_office=True,
    ),
    Role(
        "security_admin",
        "安全管理员",
        _DISTRICT,
        Sees.UNITS,
        frozenset(
            {
                "orgs.view_organisation",
                "orgs.view_user",
                "orgs.add_user",
                "orgs.change_user",
                "orgs.view_orgassignment",
                "orgs.add_orgassignment",
                "orgs.change_orgassignment",
            }
        ),
        back_office=True,
    ),
    Role("auditor", "审计员", _DISTRICT, Sees.NOTHING, frozenset({"audit.view", "audit.alert"})),
)

ROLE_BY_CODE = {role.code: role for role in ROLES}
ROLE_CHOICES = [(role.code, role.title) for role in ROLES]

# 三员分立: nobody may hold two of these at once.
SEPARATED = frozenset({"sysadmin", "security_admin", "auditor"})


def grants(role_code: str, permission: str) -> bool:
    """Tell whether a role holds a permission; an unknown role holds none."""
    role = ROLE_BY_CODE.get(role_code)
    return role is not None and permission in role.permissions
