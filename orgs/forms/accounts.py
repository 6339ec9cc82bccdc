"""Forms of one's own account: signing in, a new password, a code."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs.models import User
from orgs.services import confirm_own_password
from orgs.validators import MAX_LENGTH

AS_TYPED = {"autocapitalize": "none", "spellcheck": "false"}


def _password_field(label: str, autocomplete: str, missing: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(
        label=label, strip=False, max_length=MAX_LENGTH, widget=widget, error_messages={"required": missing}
    )


class SignInForm(forms.Form):
    """Name and password; whether they fit is found out elsewhere."""

    username = forms.CharField(
        label="账号",
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", **AS_TYPED}),
        error_messages={"required": "请填写账号。"},
    )
    password = _password_field("密码", "current-password", "请填写密码。")


class OwnPasswordForm(forms.Form):
    """The password once more, before something weighty."""

    current = _password_field("当前密码", "current-password", "请填写当前密码。")

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.user = user

    def clean_current(self) -> str:
        """Check it, a few times in a quarter of an hour at most."""
        current: str = self.cleaned_data["current"]
        confirm_own_password(user=self.user, password=current, at=timezone.now())
        return current


class NewPasswordForm(OwnPasswordForm):
    """A new password, twice."""

    new = _password_field("新密码", "new-password", "请填写新密码。")
    again = _password_field("再输一次新密码", "new-password", "请再输一次新密码。")

    def clean_new(self) -> str:
        """Ask the validators."""
        new: str = self.cleaned_data["new"]
        validate_password(new, self.user)
        return new

    def clean_again(self) -> str:
        """Compare both."""
        again: str = self.cleaned_data["again"]
        if "new" in self.cleaned_data and again != self.cleaned_data["new"]:
            raise ValidationError("两次输入的新密码不一样。", code="password.again")
        return again


class CodeForm(forms.Form):
    """Six digits of the app, or a recovery code."""

    code = forms.CharField(
        label="验证码",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": "请填写验证码。"},
    )
