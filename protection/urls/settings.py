"""Addresses of data protection, below /<provider>/settings/."""

from django.urls import path

from protection.views import retention, subjects

urlpatterns = [
    path("retention/", retention.retention, name="retention"),
    path("holds/", retention.holds, name="holds"),
    path("holds/<int:pk>/end/", retention.hold_ending, name="hold_end"),
    path("personal-data/", subjects.people, name="personal_data"),
    path("personal-data/<int:pk>/", subjects.person, name="personal_data_of"),
    path("personal-data/<int:pk>/export/", subjects.export_asking, name="subject_export_new"),
    path("personal-data/<int:pk>/erase/", subjects.erasing, name="erase"),
    path("personal-data/exports/<int:pk>/", subjects.export_page, name="subject_export"),
    path("personal-data/exports/<int:pk>/file/", subjects.export_file, name="subject_export_file"),
]
