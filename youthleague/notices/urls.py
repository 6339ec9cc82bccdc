"""Paths of notices."""

from django.urls import path

from youthleague.notices.views.inbox import inbox, open_notice, read_all, settings
from youthleague.notices.views.keeping import (
    DeliveriesView,
    RobotAddView,
    RobotChangeView,
    RobotsView,
    RobotTryView,
    SendAgainView,
    SpecialDayAddView,
    SpecialDayRemoveView,
    SpecialDaysView,
)

urlpatterns = [
    path("notices/", inbox, name="inbox"),
    path("notices/read/", read_all, name="notices-read"),
    path("notices/settings/", settings, name="notice-settings"),
    path("notices/<int:pk>/open/", open_notice, name="notice-open"),
    path("notices/deliveries/", DeliveriesView.as_view(), name="deliveries"),
    path("notices/deliveries/<int:pk>/again/", SendAgainView.as_view(), name="delivery-again"),
    path("notices/robots/", RobotsView.as_view(), name="robots"),
    path("notices/robots/add/", RobotAddView.as_view(), name="robot-add"),
    path("notices/robots/<int:pk>/", RobotChangeView.as_view(), name="robot-change"),
    path("notices/robots/<int:pk>/try/", RobotTryView.as_view(), name="robot-try"),
    path("notices/days/", SpecialDaysView.as_view(), name="special-days"),
    path("notices/days/add/", SpecialDayAddView.as_view(), name="special-day-add"),
    path("notices/days/<int:pk>/remove/", SpecialDayRemoveView.as_view(), name="special-day-remove"),
]
