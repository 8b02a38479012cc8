"""Who reads which service notice (rules I6, T2)."""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import Person
from accounts.tenancy.scope import current_scope
from contracts.models import Contract
from contracts.selectors import held_on
from knowledge.models import (
    NOT_CURRENT,
    NoticeAudience,
    NoticeFollower,
    NoticeSchool,
    NoticeState,
    NoticeTicket,
    ServiceNotice,
)
from tickets.models import UNDER_WAY, Ticket


def meant_for(day: date, **school: int) -> Q:
    """Notices for the schools of the open scope on a local day; with `customer_id`, for that one alone."""
    held = Contract.objects.filter(held_on(day), **school).values("package__key")
    named = NoticeSchool.objects.filter(notice=OuterRef("pk"), **school)
    return (
        Q(audience=NoticeAudience.ALL)
        | Q(Exists(named), audience=NoticeAudience.SCHOOLS)
        | Q(audience=NoticeAudience.PACKAGES, packages__overlap=ArraySubquery(held))
    )


def notices_readable(day: date) -> QuerySet[ServiceNotice]:
    """Staff read every notice; schools what is published and meant for them on that day."""
    rows = ServiceNotice.objects.all()
    if current_scope().is_staff:
        return rows
    return rows.exclude(state=NoticeState.DRAFT).filter(meant_for(day))


def notices_current(day: date) -> QuerySet[ServiceNotice]:
    """Those of them that are published and not over, the newest problem first, then maintenance by its start."""
    return notices_readable(day).exclude(state__in=NOT_CURRENT).order_by("-kind", "-starts_at", "-pk")


def notices_for_person(day: date, person: Person) -> QuerySet[ServiceNotice]:
    """The current notices, each with whether this person is told of news as `is_followed`."""
    mine = NoticeFollower.objects.filter(notice=OuterRef("pk"), person=person, ended_at__isnull=True)
    return notices_current(day).annotate(is_followed=Exists(mine))


def notices_beside(ticket: Ticket, day: date) -> QuerySet[ServiceNotice]:
    """For staff: what a ticket is linked to, as `is_linked`, and what else holds for its school now."""
    link = NoticeTicket.objects.filter(notice=OuterRef("pk"), ticket=ticket)
    now = Q(meant_for(day, customer_id=ticket.customer_id)) & ~Q(state__in=NOT_CURRENT)
    rows = ServiceNotice.objects.annotate(is_linked=Exists(link))
    return rows.filter(Q(is_linked=True) | now).order_by("-is_linked", "-kind", "-starts_at", "-pk")


def with_counts(notices: QuerySet[ServiceNotice]) -> QuerySet[ServiceNotice]:
    """These notices, each with how many tickets are linked and how many people follow it."""
    following = Q(followers__ended_at__isnull=True)
    return notices.annotate(
        linked=Count("links", distinct=True),
        following=Count("followers", filter=following, distinct=True),
    )


def links_of(notice: ServiceNotice) -> QuerySet[NoticeTicket]:
    """The linked tickets that the reader may see: those first that had no answer to all of them, the newest first."""
    related = ("ticket__customer", "ticket__requester", "ticket__level")
    rows = NoticeTicket.objects.filter(notice=notice).select_related(*related)
    return rows.order_by(F("answered_at").desc(nulls_first=True), "-id")


def is_to_answer(link: NoticeTicket) -> bool:
    """Whether its ticket is open, not confidential, and has not had the answer to all of them."""
    return link.answered_at is None and link.ticket.state in UNDER_WAY and not link.ticket.is_confidential
