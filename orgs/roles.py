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

_READ_ROSTER = frozenset({"orgs.view_organisation", "cadres.view_cadre", "cadres.view_appointment"})
_KEEP_ROSTER = _READ_ROSTER | {
    "cadres.add_cadre",
    "cadres.change_cadre",
    "cadres.add_appointment",
    "cadres.change_appointment",
    "cadres.export_cadre",
    "sheets.use",
}
_KEEP_TREE = frozenset(
    {
        "orgs.add_organisation",
        "orgs.change_organisation",
        "orgs.view_policyvalue",
        "orgs.change_policyvalue",
        "orgs.add_policyvalue",
        "orgs.view_policydocument",
        "orgs.add_policydocument",
        "orgs.change_policydocument",
        "cadres.export_full",
    }
)

ROLES: tuple[Role, ...] = (
    Role("district_staff", "机关干事", _DISTRICT, Sees.RECORDS, _KEEP_ROSTER | _KEEP_TREE, back_office=True),
    Role("township_secretary", "街乡团（工）委书记", _TOWNSHIP, Sees.RECORDS, _KEEP_ROSTER),
    Role("village_secretary", "村（社区）团支部书记", _VILLAGE, Sees.RECORDS, _KEEP_ROSTER - {"cadres.export_cadre"}),
    Role("leader", "团区委书记、分管领导", _DISTRICT, Sees.RECORDS, _READ_ROSTER),
    Role("party_committee", "同级党（工）委", _TOWNSHIP, Sees.RECORDS, _READ_ROSTER),
    Role("org_department", "区委组织部", _DISTRICT, Sees.UNITS, frozenset({"orgs.view_organisation"})),
    Role("committee_member", "团区委委员", _DISTRICT, Sees.NOTHING),
    Role("judge", "评委", _DISTRICT, Sees.NOTHING),
    Role(
        "sysadmin",
        "系统管理员",
        _DISTRICT,
        Sees.UNITS,
        frozenset(
            {"orgs.view_organisation", "orgs.view_policyvalue", "orgs.add_policyvalue", "orgs.change_policyvalue"}
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
    Role("auditor", "审计员", _DISTRICT, Sees.NOTHING, frozenset({"audit.view"})),
)

ROLE_BY_CODE = {role.code: role for role in ROLES}
ROLE_CHOICES = [(role.code, role.title) for role in ROLES]

# 三员分立: nobody may hold two of these at once.
SEPARATED = frozenset({"sysadmin", "security_admin", "auditor"})


def grants(role_code: str, permission: str) -> bool:
    """Tell whether a role holds a permission; an unknown role holds none."""
    role = ROLE_BY_CODE.get(role_code)
    return role is not None and permission in role.permissions
