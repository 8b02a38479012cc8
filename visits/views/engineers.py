"""Settings: who is an engineer, their hours, their absences and the booked visits that these hit."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Person
from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import confirm_page, posted, settings_url
from contracts.views.customers import today
from sla.models.calendars import Weekday
from visits.forms.engineers import USUAL, AbsenceForm, HoursForm, stretches_words
from visits.models import EngineerAbsence, EngineerHours
from visits.plan_reading import visits_hit
from visits.services.engineers import absence_add, absence_change, absence_remove, engineer_hours_set
from visits.services.planning import moves_make
from visits.views.planning import plan_url

WEEK = [day for day in Weekday if day <= Weekday.FRIDAY]


@require_safe
@desk_view(Permission.WORK_TICKETS)
def engineer_list(request: HttpRequest) -> HttpResponse:
    """The engineers with their week and their next absences, and who else could be one."""
    coming = EngineerAbsence.objects.filter(last_day__gte=today(request))
    people = Person.objects.filter(is_staff=True, is_active=True).prefetch_related(
        Prefetch("engineer_hours", queryset=EngineerHours.objects.all()),
        Prefetch("absences", queryset=coming),
    )
    context = {
        "engineers": [
            {
                "person": one,
                "week": zip(WEEKDAYS_ABBR.values(), _week(one), strict=False),  # Monday to Friday
                "absences": list(one.absences.all()),
            }
            for one in people
            if one.engineer_hours.all()
        ],
        "others": [one for one in people if not one.engineer_hours.all()],
    }
    return settings_page(request, "visits/settings/engineers.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.PLAN_VISITS)
def engineer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The hours of an engineer; on-site hours where they have none yet."""
    person = _engineer(pk)
    known = _week(person)
    usual = not any(known)
    initial = {day.name.lower(): USUAL if usual else words for day, words in zip(WEEK, known, strict=True)}
    form = HoursForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            rows = engineer_hours_set(engineer=person, hours=form.hours())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            words = _("The hours of %(name)s are saved.") if rows else _("%(name)s is no engineer any more.")
            messages.success(request, words % {"name": person.name})
            return redirect(settings_url(request, "engineers"))
    return settings_form_page(
        request,
        form,
        heading=_("On-site hours of %(name)s") % {"name": person.name},
        lead=_("Write a day like %(usual)s, several times with a comma. Leave a day off empty.")
        % {"usual": USUAL},
        action=_("Save"),
        cancel_url=settings_url(request, "engineers"),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.PLAN_VISITS)
def absence_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter that an engineer is away; the next page shows which visits that hits."""
    person = _engineer(pk)
    form = AbsenceForm(posted(request), initial={"first_day": today(request), "last_day": today(request)})
    if request.method == "POST" and form.is_valid():
        try:
            absence = absence_add(engineer=person, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The absence is entered."))
            return redirect(settings_url(request, "absence", absence.pk))
    return settings_form_page(
        request,
        form,
        heading=_("%(name)s is away") % {"name": person.name},
        action=_("Enter the absence"),
        cancel_url=settings_url(request, "engineers"),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.PLAN_VISITS)
def absence_page(request: HttpRequest, pk: int) -> HttpResponse:
    """An absence and the booked visits that it hits. The button asks for a proposal of where they could go."""
    absence = _absence(pk)
    if request.method == "POST":
        return redirect(plan_url(request, moves_make(absence=absence)))
    hit = sorted(visits_hit(absence), key=lambda visit: visit.starts_at)
    context: dict[str, Any] = {"absence": absence, "hit": hit}
    return settings_page(request, "visits/settings/absence.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.PLAN_VISITS)
def absence_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other days, or another reason."""
    absence = _absence(pk)
    names = ("kind", "first_day", "last_day", "note")
    form = AbsenceForm(posted(request), initial={name: getattr(absence, name) for name in names})
    back = settings_url(request, "absence", absence.pk)
    if request.method == "POST" and form.is_valid():
        try:
            absence_change(absence=absence, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    return settings_form_page(
        request,
        form,
        heading=_("%(name)s is away") % {"name": absence.engineer.name},
        action=_("Save"),
        cancel_url=back,
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.PLAN_VISITS)
def absence_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """The engineer is there after all."""
    absence = _absence(pk)
    if request.method == "POST":
        absence_remove(absence=absence)
        messages.success(request, _("The absence is removed."))
        return redirect(settings_url(request, "engineers"))
    return confirm_page(
        request,
        heading=absence.engineer.name,
        question=_("Remove the absence '%(absence)s'?") % {"absence": absence},
        consequences=[_("Visits that were moved because of it stay where they are.")],
        action=_("Remove"),
        danger=True,
        cancel_url=settings_url(request, "absence", absence.pk),
    )


def _engineer(pk: int) -> Person:
    person: Person = get_object_or_404(Person, pk=pk, is_staff=True)
    return person


def _absence(pk: int) -> EngineerAbsence:
    absence: EngineerAbsence = get_object_or_404(EngineerAbsence.objects.select_related("engineer"), pk=pk)
    return absence


def _week(person: Person) -> list[str]:
    """The times of each weekday in words."""
    rows = list(person.engineer_hours.all())
    return [
        stretches_words([(row.starts, row.ends) for row in rows if row.weekday == weekday])
        for weekday in WEEK
    ]
