"""What every page of the portal has: an account, a permission, a scope; and pages about one row."""

from typing import Any, ClassVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import Scope
from orgs.models import User
from orgs.scoped_views.refusals import noting_refusals, subject_of


@method_decorator(never_cache, name="dispatch")
class ScopedPage(View):
    """A page for those who hold ``permission`` somewhere; the rest is redirected to sign in, or refused with 403.

    A POST that is refused is recorded under the permission, see ``refusals``.
    """

    permission: ClassVar[str] = ""
    template_name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        with noting_refusals(request, action=self.permission, subject=self.subject):
            if not self.user.has_perm(self.permission):
                raise PermissionDenied
            self.prepare()
            return super().dispatch(request, *args, **kwargs)

    def prepare(self) -> None:
        """Look up what the page is about before any method runs; raise Http404 or PermissionDenied."""

    @property
    def subject(self) -> str:
        """Name what the page is about, for the log."""
        return ""

    @property
    def user(self) -> User:
        """Who asks."""
        return cast("User", self.request.user)

    @property
    def scope(self) -> Scope:
        """Give the scope of the request: what the account sees today."""
        return cast("Scope", self.request.scope)  # type: ignore[attr-defined]  # set by the scope middleware

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Give the context of the page; the frame takes title, facts, actions, crumbs and path."""
        return {"title": self.title, **more}

    def get_template(self) -> str:
        """Give the template to answer with."""
        return self.template_name

    def render(self, *, status: int = 200, **more: Any) -> HttpResponse:
        """Answer with the page's template."""
        return render(self.request, self.get_template(), self.get_context_data(**more), status=status)


class ScopedObjectMixin(ScopedPage):
    """A page about one row: 404 outside the scope, 403 where ``permission`` is not held on the row's unit."""

    model: ClassVar[type[Model]]
    object: Any

    def prepare(self) -> None:
        """Fetch the row from the visible ones, then ask whether this page is open for it."""
        self.object = get_object_or_404(self.rows(self.scope), pk=self.kwargs["pk"])
        if not self.may_open():
            raise PermissionDenied

    @property
    def subject(self) -> str:
        return subject_of(self.model._meta.label, self.kwargs["pk"])  # noqa: SLF001

    def rows(self, scope: Scope) -> QuerySet[Any]:
        """Give the rows that the page may be about; an override narrows these or joins related rows."""
        return self.model._default_manager.visible_to(scope)  # type: ignore[attr-defined, no-any-return]  # noqa: SLF001

    def may_open(self) -> bool:
        """Tell whether the permission is held on the unit of the row."""
        return self.user.has_perm(self.permission, self.object)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(object=self.object, **more)


class ScopedDetailView(ScopedObjectMixin):
    """Shows one row."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        return self.render()
