"""Every path of the portal."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("youthleague.workbench.urls")),
    path("", include("orgs.urls")),
    path("", include("youthleague.notices.urls")),
    path("", include("cadres.urls")),
    path("", include("youthleague.sheets.urls")),
    path("", include("linkage.urls")),
    path("", include("appraisal.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "youthleague.workbench.views.errors.bad_request"
handler403 = "youthleague.workbench.views.errors.permission_denied"
handler404 = "youthleague.workbench.views.errors.page_not_found"
handler500 = "youthleague.workbench.views.errors.server_error"
