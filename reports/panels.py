"""What reports show on the first pages of desk and portal: how this quarter's promises stand (Rule R2)."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.home_panels import HomePanel, home_panel_add
from accounts.models import Customer, CustomerMembership
from accounts.permissions import SEES_WHOLE_SCHOOL, Permission
from accounts.tenancy.access import Door, may
from reports.presentation import percent as percent_words
from reports.presentation import room_words, target_text, verdict
from reports.quarters import Quarter
from reports.selectors import Headline, headline_of_desk, headlines
from tickets.queue import due_counts


def desk_panel(request: HttpRequest) -> dict[str, Any] | None:
    """The whole desk's promises; None for whoever may not see reports."""
    if not may(request, Permission.SEE_REPORTS):
        return None
    tenant: Any = request
    now = timezone.now()
    quarter = Quarter.at(now, tenant.provider.time_zone)
    headline = headline_of_desk(quarter=quarter, zone=tenant.provider.time_zone, now=now)
    return {"quarter": quarter, "promises": _promises(headline)}


def school_panel(request: HttpRequest) -> dict[str, Any] | None:
    """The promises to each school whose requests the person may all see; None where there is no such school."""
    tenant: Any = request
    if SEES_WHOLE_SCHOOL.isdisjoint(tenant.roles):
        return None
    now = timezone.now()
    quarter = Quarter.at(now, tenant.provider.time_zone)
    led = CustomerMembership.objects.filter(person=tenant.person, role__in=SEES_WHOLE_SCHOOL)
    schools = Customer.objects.filter(pk__in=led.values("customer"), is_active=True)
    by_key = {school.pk: school for school in schools}
    headings = headlines(customer_ids=by_key, quarter=quarter, zone=tenant.provider.time_zone, now=now)
    counts = due_counts(by_key, now)
    return {
        "quarter": quarter,
        "schools": [
            {"name": school.name, "due": counts[key], "promises": _promises(headings[key])}
            for key, school in by_key.items()
        ],
    }


def _promises(headline: Headline) -> list[dict[str, Any]]:
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


home_panel_add(HomePanel(Door.DESK, 10, "reports/panels/desk.html", desk_panel))
home_panel_add(HomePanel(Door.PORTAL, 10, "reports/panels/school.html", school_panel))
