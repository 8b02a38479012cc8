"""Panels of tickets: approvals on the portal's first page; beside one its followers, merges, links and time worked."""

from typing import Any

from django.http import HttpRequest

from accounts.panels import HOME_PANELS, Content, Panel
from accounts.permissions import SEES_WHOLE_SCHOOL, Permission
from accounts.tenancy.access import Door
from tickets.forms.watchers import ColleagueForm
from tickets.linking import linked_to
from tickets.merging import merged_here
from tickets.models import Ticket, WorkTime
from tickets.references import ticket_reference
from tickets.selectors import approvals_of
from tickets.side_panels import SIDE_PANELS
from tickets.watchers import may_add_colleagues, watchers_now


def approvals_panel(request: HttpRequest) -> Content | None:
    """How many requests wait for this person; None for none."""
    tenant: Any = request
    if SEES_WHOLE_SCHOOL.isdisjoint(tenant.roles):
        return None
    waiting = approvals_of(tenant.person, only_waiting=True).count()
    return {"waiting": waiting} if waiting else None


def watchers_panel(request: HttpRequest, ticket: Ticket) -> Content:
    """Who follows a ticket, for the staff."""
    tenant: Any = request
    rows = list(watchers_now(ticket).select_related("added_by"))
    return {
        "rows": rows,
        "follows": any(row.person_id == tenant.person.pk for row in rows),
        "path": ticket.desk_path(tenant.provider.slug),
        "me": tenant.person.pk,
    }


def followers_panel(request: HttpRequest, ticket: Ticket) -> Content:
    """Who of the school follows its request, and how to begin, to stop, and to let a colleague follow it."""
    tenant: Any = request
    rows = [row for row in watchers_now(ticket) if not row.person.is_staff]
    is_own = ticket.requester_id == tenant.person.pk
    return {
        "rows": rows,
        "is_own": is_own,
        "follows": any(row.person_id == tenant.person.pk for row in rows),
        "may_add": may_add_colleagues(tenant.person, ticket),
        "me": tenant.person.pk,
        "path": ticket.portal_path(tenant.provider.slug) + "followers/",
        "form": ColleagueForm(),
    }


def merged_panel(request: HttpRequest, ticket: Ticket) -> Content | None:
    """Which tickets are dealt with in this one; None for none."""
    if not vars(ticket).get("merges_here", True):  # asked along with the ticket
        return None
    tenant: Any = request
    rows = [
        {
            "merge": one,
            "reference": ticket_reference(tenant.provider, one.ticket.number),
            "path": one.ticket.desk_path(tenant.provider.slug),
        }
        for one in merged_here(ticket)
    ]
    return {"rows": rows, "path": ticket.desk_path(tenant.provider.slug)} if rows else None


def links_panel(request: HttpRequest, ticket: Ticket) -> Content | None:
    """Which tickets this one is linked to; None for none."""
    if not vars(ticket).get("is_linked", True):  # asked along with the ticket
        return None
    tenant: Any = request
    rows = [
        {
            "linked": one,
            "reference": ticket_reference(tenant.provider, one.ticket.number),
            "path": one.ticket.desk_path(tenant.provider.slug),
        }
        for one in linked_to(ticket)
    ]
    return {"rows": rows, "path": ticket.desk_path(tenant.provider.slug)} if rows else None


def work_time_panel(request: HttpRequest, ticket: Ticket) -> Content | None:
    """How long people worked on the ticket, in all and each; None where nobody noted it."""
    if not vars(ticket).get("was_worked_on", True):  # asked along with the ticket
        return None
    tenant: Any = request
    rows = list(WorkTime.objects.filter(ticket=ticket).select_related("person"))
    if not rows:
        return None
    return {
        "rows": rows,
        "minutes": sum(row.minutes for row in rows),
        "me": tenant.person.pk,
        "may_correct": Permission.CORRECT_WORK_TIME in tenant.permissions,
        "path": ticket.desk_path(tenant.provider.slug),
    }


HOME_PANELS.add(Panel(Door.PORTAL, 5, "tickets/portal/_approvals_panel.html", approvals_panel))
SIDE_PANELS.add(Panel(Door.DESK, 5, "tickets/desk/_merged_panel.html", merged_panel))
SIDE_PANELS.add(Panel(Door.DESK, 6, "tickets/desk/_links_panel.html", links_panel))
SIDE_PANELS.add(Panel(Door.DESK, 14, "tickets/desk/_work_time_panel.html", work_time_panel))
SIDE_PANELS.add(Panel(Door.DESK, 15, "tickets/desk/_watchers_panel.html", watchers_panel))
SIDE_PANELS.add(Panel(Door.PORTAL, 5, "tickets/portal/_followers_panel.html", followers_panel))
