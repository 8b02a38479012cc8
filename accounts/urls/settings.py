"""Addresses of people, customers' people, teams, the provider and the audit trail, below /<provider>/settings/."""

from django.urls import path

from accounts.views import audit, contacts, provider, staff, teams

urlpatterns = [
    path("staff/", staff.staff_list, name="staff"),
    path("staff/new/", staff.staff_new, name="staff_new"),
    path("staff/<int:pk>/", staff.staff_edit, name="staff_edit"),
    path("staff/<int:pk>/switch/", staff.staff_switch, name="staff_switch"),
    path("staff/<int:pk>/invite/", staff.staff_invite, name="staff_invite"),
    path("teams/", teams.team_list, name="teams"),
    path("teams/new/", teams.team_edit, name="team_new"),
    path("teams/<int:pk>/", teams.team_edit, name="team_edit"),
    path("people/", contacts.contact_list, name="contacts"),
    path("customers/<slug:customer>/people/new/", contacts.contact_new, name="contact_new"),
    path("customers/<slug:customer>/people/<int:pk>/", contacts.contact_edit, name="contact_edit"),
    path("customers/<slug:customer>/people/<int:pk>/switch/", contacts.contact_switch, name="contact_switch"),
    path("customers/<slug:customer>/people/<int:pk>/remove/", contacts.contact_remove, name="contact_remove"),
    path("customers/<slug:customer>/people/<int:pk>/invite/", contacts.contact_invite, name="contact_invite"),
    path("brand/", provider.provider_brand, name="brand"),
    path("switches/", provider.provider_switches, name="switches"),
    path("audit/", audit.audit_list, name="audit"),
    path("audit/csv/", audit.audit_csv, name="audit_csv"),
]
