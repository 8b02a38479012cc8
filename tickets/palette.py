"""What the palette finds: pages that the person may open, tickets, people, schools; all of it behind the wall."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Person, Provider
from accounts.navigation import pages_for
from accounts.settings_menu import settings_groups
from tickets.callers import callers_found
from tickets.models import Ticket
from tickets.queue import VIEWS, number_in
from tickets.references import ticket_reference
from tickets.saved_views import saved_query, saved_views_of
from tickets.selectors import visible_tickets, visible_tickets_with

MOST = 8  # of each kind
FEWEST_LETTERS = 2  # fewer are in everything


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to go to."""

    label: str | Promise
    url: str
    detail: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind."""

    key: str
    label: str | Promise
    rows: list[Found]


def found(request: HttpRequest, provider: Provider, person: Person, words: str) -> list[Group]:
    """At most MOST of each kind, kinds without any left out. Without words: the pages of the menu."""
    groups = [Group("pages", _("Pages"), _first(_pages(request, provider, person, words)))]
    if len(words) >= FEWEST_LETTERS or number_in(words) is not None:
        groups += [
            Group("tickets", _("Tickets"), _tickets(provider, person, words)),
            Group("schools", _("Schools"), _schools(provider, words)),
            Group("people", _("People: log a call"), _people(provider, words)),
        ]
    return [group for group in groups if group.rows]


def _first(rows: Iterable[Found]) -> list[Found]:
    return [row for row, _number in zip(rows, range(MOST), strict=False)]


def _pages(request: HttpRequest, provider: Provider, person: Person, words: str) -> Iterable[Found]:
    """The menu, then, where words narrow them, views of the queue and pages of the settings."""
    pages = [Found(one["label"], one["url"]) for one in pages_for(request)]
    if words:
        queue = reverse("desk:queue", args=[provider.slug])
        views = [(view.label, f"?view={view.key}") for view in VIEWS.values()]
        views += [(one.name, "?" + saved_query(one)) for one in saved_views_of(person)]
        pages += [Found(label, queue + query, _("Queue")) for label, query in views]
        groups = settings_groups(request)
        pages += [
            Found(one["label"], one["url"], _("Settings")) for group in groups for one in group["items"]
        ]
    wanted = words.casefold().split()
    return (
        page for page in pages if all(word in f"{page.label} {page.detail}".casefold() for word in wanted)
    )


def _tickets(provider: Provider, person: Person, words: str) -> list[Found]:
    number = number_in(words)
    rows = (
        visible_tickets(person).filter(number=number)
        if number is not None
        else visible_tickets_with(words, person)
    )
    return [
        Found(_ticket_words(provider, one), one.desk_path(provider.slug), _about(one))
        for one in rows.select_related("customer").order_by("-id")[:MOST]
    ]


def _ticket_words(provider: Provider, ticket: Ticket) -> str:
    return f"{ticket_reference(provider, ticket.number)} {ticket.subject}"


def _about(ticket: Ticket) -> str:
    return f"{ticket.customer.name} · {ticket.get_state_display()}"


def _people(provider: Provider, words: str) -> list[Found]:
    return [
        Found(
            one.person.name, reverse("desk:phone_call", args=[provider.slug, one.pk]), str(one.customer.name)
        )
        for one in callers_found(words).rows[:MOST]
    ]


def _schools(provider: Provider, words: str) -> list[Found]:
    rows = Customer.objects.filter(is_active=True)
    for word in words.split()[:MOST]:
        rows = rows.filter(name__icontains=word)
    return [
        Found(one.name, reverse("settings:customer", args=[provider.slug, one.slug]))
        for one in rows.order_by("name")[:MOST]
    ]
