"""What changes organisations, roles, policy values and accounts."""

from orgs.services.accounts import (
    change_password,
    confirm_own_password,
    create_account,
    end_other_sessions,
    issue_first_password,
    needs_new_password,
    set_active,
)
from orgs.services.organisations import (
    close_organisation,
    found_organisation,
    merge_organisation,
    move_organisation,
    rename_organisation,
    search_keys_for,
)
from orgs.services.policies import set_policy_value
from orgs.services.roles import assign_role, end_role, lock_accounts, refuse_separated_roles
from orgs.services.second_factors import (
    begin_second_factor,
    confirm_second_factor,
    has_second_factor,
    remove_second_factor,
    renew_recovery_codes,
    show_second_factor,
)
from orgs.services.sign_in import confirm_sign_in, record_failed_sign_in, record_sign_out

__all__ = [
    "assign_role",
    "begin_second_factor",
    "change_password",
    "close_organisation",
    "confirm_own_password",
    "confirm_second_factor",
    "confirm_sign_in",
    "create_account",
    "end_other_sessions",
    "end_role",
    "found_organisation",
    "has_second_factor",
    "issue_first_password",
    "lock_accounts",
    "merge_organisation",
    "move_organisation",
    "needs_new_password",
    "record_failed_sign_in",
    "record_sign_out",
    "refuse_separated_roles",
    "remove_second_factor",
    "rename_organisation",
    "renew_recovery_codes",
    "search_keys_for",
    "set_active",
    "set_policy_value",
    "show_second_factor",
]
