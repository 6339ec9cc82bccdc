"""Refusals of the back office: a row that ended up outside the scope, and a form that says what its service refused."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from orgs.scoped_views.refusals import errors_by_field


class RowRefused(PermissionDenied):
    """A row as saved lies outside the scope, or points outside it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RefusedForm:
    """Mixed into a form that is shown again after its service refused: says so beside the fields."""

    refusal: ValidationError

    def _post_clean(self: Any) -> None:
        super()._post_clean()  # type: ignore[misc]
        for name, errors in errors_by_field(self.refusal).items():
            self.add_error(name if name in self.fields else None, errors)
