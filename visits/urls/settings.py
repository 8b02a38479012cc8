"""Addresses of engineers and term dates, below /<provider>/settings/."""

from django.urls import path

from visits.views import engineers, terms

urlpatterns = [
    path("engineers/", engineers.engineer_list, name="engineers"),
    path("engineers/<int:pk>/", engineers.engineer_edit, name="engineer"),
    path("engineers/<int:pk>/absences/new/", engineers.absence_new, name="absence_new"),
    path("engineers/absences/<int:pk>/", engineers.absence_page, name="absence"),
    path("engineers/absences/<int:pk>/edit/", engineers.absence_edit, name="absence_edit"),
    path("engineers/absences/<int:pk>/remove/", engineers.absence_removal, name="absence_remove"),
    path("terms/", terms.term_schools, name="term_schools"),
    path("terms/<int:pk>/edit/", terms.term_edit, name="term_edit"),
    path("terms/<int:pk>/remove/", terms.term_removal, name="term_remove"),
    path("terms/<slug:customer>/", terms.term_list, name="terms"),
    path("terms/<slug:customer>/new/", terms.term_new, name="term_new"),
    path("terms/<slug:customer>/copy/", terms.term_copying, name="term_copy"),
]
