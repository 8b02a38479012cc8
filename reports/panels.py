"""What reports show on the first pages of desk and portal: how this quarter's promises stand (Rule R2)."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Customer, CustomerMembership
from accounts.own_schools import has_many_schools, school_chosen
from accounts.panels import HOME_PANELS, Panel
from accounts.permissions import SEES_WHOLE_SCHOOL, Permission
from accounts.tenancy.access import Door, may
from reports.presentation import percent as percent_words
from reports.presentation import room_words, target_text, verdict
from reports.selectors import Headline, headline_of_desk, headlines
from sla.quarters import Quarter
from tickets.queue import due_counts


def desk_panel(request: HttpRequest) -> dict[str, Any] | None:
    """The whole desk's promises; None for whoever may not see reports."""
    if not may(request, Permission.SEE_REPORTS):
        return None
    tenant: Any = request
    now = timezone.now()
    quarter = Quarter.at(now, tenant.provider.time_zone)
    headline = headline_of_desk(quarter=quarter, zone=tenant.provider.time_zone, now=now)
    return {"quarter": quarter, "promises": promises_shown(headline)}


def school_panel(request: HttpRequest) -> dict[str, Any] | None:
    """The promises to the school whose requests the person may all see; None where there is no such school.

    Of somebody with several schools that is the one they look at; the page over all of them has the others.
    """
    tenant: Any = request
    chosen = school_chosen(request)
    if SEES_WHOLE_SCHOOL.isdisjoint(tenant.roles) or (chosen is None and has_many_schools(request)):
        return None
    now = timezone.now()
    quarter = Quarter.at(now, tenant.provider.time_zone)
    led = CustomerMembership.objects.filter(person=tenant.person, role__in=SEES_WHOLE_SCHOOL)
    schools = Customer.objects.filter(pk__in=led.values("customer"), is_active=True)
    if chosen is not None:
        schools = schools.filter(pk=chosen.pk)
    by_key = {school.pk: school for school in schools}
    headings = headlines(customer_ids=by_key, quarter=quarter, zone=tenant.provider.time_zone, now=now)
    counts = due_counts(by_key, now)
    return {
        "quarter": quarter,
        "schools": [
            {"name": school.name, "due": counts[key], "promises": promises_shown(headings[key])}
            for key, school in by_key.items()
        ],
    }


def promises_shown(headline: Headline) -> list[dict[str, Any]]:
    """Replies and fixes of a quarter with their badges, for `reports/panels/_promises.html`."""
    return [
        {
            "key": key,
            "tally": tally,
            "percent": percent_words(tally.tenths),
            "target": target_text(tally),
            "badge": verdict(tally.on_target),
            "room": room_words(tally),
        }
        for key, tally in (("reply", headline.reply), ("fix", headline.fix))
    ]


HOME_PANELS.add(Panel(Door.DESK, 10, "reports/panels/desk.html", desk_panel))
HOME_PANELS.add(Panel(Door.PORTAL, 10, "reports/panels/school.html", school_panel))
