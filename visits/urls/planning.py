"""Addresses of proposals, below /<provider>/desk/planning/."""

from django.urls import path

from visits.views import planned_visits, planning

app_name = "planning"
urlpatterns = [
    path("", planning.plan_list, name="list"),
    path("new/", planning.plan_new, name="new"),
    path("<int:pk>/", planning.plan_page, name="plan"),
    path("<int:pk>/schools/<int:contract>/", planning.plan_school, name="school"),
    path("<int:pk>/weeks/<slug:monday>/", planning.plan_week, name="week"),
    path("<int:pk>/apply/", planning.plan_application, name="apply"),
    path("<int:pk>/discard/", planning.plan_discarding, name="discard"),
    path("visits/<int:pk>/", planned_visits.planned_edit, name="visit"),
    path("visits/<int:pk>/drop/", planned_visits.planned_removal, name="drop"),
    path("wishes/<int:contract>/", planned_visits.wish, name="wish"),
]
