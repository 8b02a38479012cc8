"""What this app holds of people: an engineer's visits, hours and absences (Rule T7)."""

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.protecting import Fate, Holding, Paths, holding_add, obstacle_add
from visits.models import CalendarFeed, EngineerAbsence, EngineerHours, Visit, VisitState


def _absences_erase(person: Person) -> Paths:
    for model in (EngineerAbsence, EngineerHours, CalendarFeed):
        model._default_manager.filter(engineer=person).delete()
    return []


def _visits_to_come(person: Person) -> str:
    if not person.is_staff:
        return ""
    to_come = Visit.objects.filter(engineer=person, state=VisitState.BOOKED, day__gte=timezone.localdate())
    return gettext("They have visits to come: give them to somebody else first.") if to_come.exists() else ""


obstacle_add(_visits_to_come)
holding_add(
    Holding(
        key="absences",
        name=_("Absences"),
        rows=lambda person: EngineerAbsence.objects.filter(engineer=person),
        shows=("kind", "first_day", "last_day", "note"),
        fate=Fate.GOES,
        why=_("They are removed, with working hours and the calendar's address."),
        erase=_absences_erase,
    )
)
holding_add(
    Holding(
        key="visits",
        name=_("Visits that they made"),
        rows=lambda person: Visit.objects.filter(engineer=person),
        shows=("customer__name", "day", "state", "arrived_at", "departed_at", "work_done"),
        fate=Fate.STAYS,
        why=_("Visits count in the school's contract; the name in them is replaced."),
        others=True,
    )
)
