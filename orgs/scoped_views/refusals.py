"""Refused writes, in the portal and in the back office: what is recorded of them, after the rollback."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.forms import BaseForm, ModelChoiceField
from django.http import Http404, HttpRequest
from django.utils import timezone

from orgs.scoped_views.units import UnitChoiceField
from youthleague.audit.services import record

LONGEST_NOTED_KEY = 9  # a longer one cannot be told from somebody's number
FORGED = frozenset({"invalid_choice", "invalid_pk_value"})
# Words of codes that say who may do it, or that nobody may; any other code is about the data, an ordinary mistake.
ABOUT_WHO = frozenset(
    {"scope", "permission", "full_permission", "second_factor", "self", "separated", "foreign", "elsewhere", "locked"}
)


def note_refusal(request: HttpRequest, *, action: str, subject: str, codes: list[str], lineage: str = "") -> None:
    """Record that something was refused, in a transaction of its own."""
    with transaction.atomic():
        record(
            action=action,
            by=request.user,
            at=timezone.now(),
            subject=subject,
            lineage=lineage,
            result="refused",
            facts={"codes": codes},
        )


def note_forbidden(request: HttpRequest, codes: Iterable[str], *, action: str, subject: str) -> None:
    """Record those codes that say who may do it; ordinary mistakes leave no event."""
    forbidden = [code for code in codes if ABOUT_WHO & {*code.split(".")}]
    if forbidden:
        note_refusal(request, action=action, subject=subject, codes=forbidden)


@contextmanager
def noting_refusals(request: HttpRequest, *, action: str, subject: str) -> Iterator[None]:
    """Record a write that is refused, for want of a permission or for a row outside the scope."""
    try:
        yield
    except (PermissionDenied, Http404) as refusal:
        if request.method == "POST":
            missing = "scope.row" if isinstance(refusal, Http404) else "permission.missing"
            note_refusal(request, action=action, subject=subject, codes=[getattr(refusal, "code", missing)])
        raise


def subject_of(label: str, key: object) -> str:
    """Name a row for the log, as far as a key from a browser may be written down."""
    digits = str(key)
    known = digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_NOTED_KEY
    return f"{label}:{digits}" if known else label


def codes_of(refusal: ValidationError) -> list[str]:
    """List the codes of a service's refusal."""
    return sorted({one.code or "invalid" for errors in errors_by_field(refusal).values() for one in errors})


def codes_in(form: BaseForm) -> list[str]:
    """List the codes of what is wrong with a form that was sent; a forged relation counts as ``scope.relation``."""
    codes = {one.code or "invalid" for errors in form.errors.as_data().values() for one in errors}
    return sorted(codes | ({"scope.relation"} if forged_relations(form) else set()))


def errors_by_field(refusal: ValidationError) -> dict[str, list[ValidationError]]:
    """Sort a refusal by field; what belongs to none stands under Django's name for that."""
    return refusal.error_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.error_list}


def forged_relations(form: BaseForm) -> list[str]:
    """List the relations for which a form was sent a row that it never offered."""
    return sorted(
        name
        for name, errors in form.errors.as_data().items()
        if isinstance(form.fields.get(name), ModelChoiceField | UnitChoiceField)
        and FORGED & {error.code for error in errors}
    )
