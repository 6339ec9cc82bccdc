"""Accounts, organisations with their dated placements, assignments of roles, policy values and documents."""

from orgs.models.accounts import Authenticator, PasswordRecord, RecoveryCode, User, new_person_key, new_session_stamp
from orgs.models.lists import ColumnChoice, SavedList
from orgs.models.organisations import (
    LINEAGE_LENGTH,
    FormerLineage,
    Organisation,
    OrganisationPlacement,
    OrgAssignment,
)
from orgs.models.policies import DutyItem, PolicyDocument, PolicyValue
from orgs.models.terms import TermElection, TermExtension

__all__ = [
    "LINEAGE_LENGTH",
    "Authenticator",
    "ColumnChoice",
    "DutyItem",
    "FormerLineage",
    "OrgAssignment",
    "Organisation",
    "OrganisationPlacement",
    "PasswordRecord",
    "PolicyDocument",
    "PolicyValue",
    "RecoveryCode",
    "SavedList",
    "TermElection",
    "TermExtension",
    "User",
    "new_person_key",
    "new_session_stamp",
]
