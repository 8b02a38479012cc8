"""Whether engineers can be sent somewhere: their hours, their absences, and where they are already."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, time

from django.utils.translation import gettext as _

from accounts.models import Person
from visits.models import TAKES_ENGINEER, EngineerAbsence, EngineerHours, Visit
from visits.when import When, instants_of
from visits.wording import visit_words


@dataclass(slots=True)
class EngineerDay:
    """A local day of an engineer."""

    engineer: Person
    time_zone: str
    stretches: list[tuple[time, time]] = field(default_factory=list)
    absence: EngineerAbsence | None = None
    visits: list[Visit] = field(default_factory=list)

    def hindrance(self, when: When, *, start_only: bool = False) -> str:
        """Why this engineer cannot be sent then; '' where nothing stands against it.

        With `start_only` their hours need not last to the end, as of an emergency callout.
        """
        name = self.engineer.name
        if not self.engineer.is_staff or not self.engineer.is_active:
            return _("%(name)s does not work here.") % {"name": name}
        if self.absence is not None:
            return _("%(name)s is away that day: %(why)s.") % {
                "name": name,
                "why": self.absence.get_kind_display(),
            }
        if not covered(self.stretches, when.starts, when.starts if start_only else when.ends):
            return _("%(name)s does not work on site at that time.") % {"name": name}
        starts_at, ends_at = instants_of(when, self.time_zone)
        for visit in self.visits:
            if visit.starts_at < ends_at and starts_at < visit.ends_at:
                return _("%(name)s has another visit then: %(school)s, %(when)s.") % {
                    "name": name,
                    "school": visit.customer.name,
                    "when": visit_words(visit, self.time_zone),
                }
        return ""


def covered(stretches: Iterable[tuple[time, time]], starts: time, ends: time) -> bool:
    """Whether stretches that may touch or overlap hold the time from `starts` to `ends`."""
    reached = starts
    for opens, closes in sorted(stretches):
        if opens <= reached < closes:
            reached = closes
    return reached >= ends if ends > starts else reached > starts


def engineer_days(
    day: date, time_zone: str, *, engineers: Collection[Person] | None = None, without: Visit | None = None
) -> list[EngineerDay]:
    """The day of these engineers, or of all who have hours on that weekday, by name. `without`: a visit to overlook."""
    hours = EngineerHours.objects.filter(weekday=day.weekday())
    if engineers is None:
        wanted = Person.objects.filter(is_active=True, is_staff=True, pk__in=hours.values("engineer_id"))
        engineers = list(wanted.order_by("name"))
    found = {one.pk: EngineerDay(one, time_zone) for one in engineers}
    for row in hours.filter(engineer__in=found):
        found[row.engineer_id].stretches.append((row.starts, row.ends))
    for absence in EngineerAbsence.objects.filter(engineer__in=found, first_day__lte=day, last_day__gte=day):
        found[absence.engineer_id].absence = absence
    visits = Visit.objects.filter(engineer__in=found, day=day, state__in=TAKES_ENGINEER)
    if without is not None:
        visits = visits.exclude(pk=without.pk)
    for visit in visits.select_related("customer"):
        found[visit.engineer_id].visits.append(visit)
    return list(found.values())
