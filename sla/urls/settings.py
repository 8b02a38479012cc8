"""Addresses of opening hours, closures and public holidays, below /<provider>/settings/."""

from django.urls import path

from sla.views import closures, holidays, hours, year

urlpatterns = [
    path("calendar/", year.year_page, name="year"),
    path("calendar/closures/new/", closures.closure_new, name="closure_new"),
    path("calendar/closures/<int:pk>/", closures.closure_edit, name="closure_edit"),
    path("calendar/closures/<int:pk>/remove/", closures.closure_delete, name="closure_delete"),
    path("calendar/shutdown/<int:year>/", closures.shutdown, name="shutdown"),
    path("hours/", hours.calendar_list, name="calendars"),
    path("hours/new/", hours.calendar_new, name="calendar_new"),
    path("hours/<int:pk>/", hours.calendar_edit, name="calendar_edit"),
    path("holidays/", holidays.holiday_list, name="holidays"),
    path("holidays/new/", holidays.holiday_new, name="holiday_new"),
    path("holidays/fill/", holidays.holiday_fill, name="holiday_fill"),
    path("holidays/<int:pk>/", holidays.holiday_edit, name="holiday_edit"),
    path("holidays/<int:pk>/remove/", holidays.holiday_delete, name="holiday_delete"),
]
