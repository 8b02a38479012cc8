"""Who follows a ticket."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tickets.forms.watchers import WatcherForm, WatcherOfTicketForm
from tickets.models import Ticket
from tickets.services.watching import watcher_add, watcher_end
from tickets.views.acting.action import Action, Data, person_of


def _watch(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    watcher_add(ticket=ticket, person=person_of(request), by=person_of(request))
    return _("You follow this ticket: you are told when somebody writes on it.")


def _unwatch(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    watcher_end(ticket=ticket, person=person_of(request), by=person_of(request))
    return _("You follow this ticket no longer.")


def _let_follow(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    watcher_add(ticket=ticket, person=data["person"], by=person_of(request))
    return _("%(name)s follows it now, and is told by mail.") % {"name": data["person"]}


def _end(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    watcher_end(ticket=ticket, person=data["person"], by=person_of(request))
    return _("%(name)s follows it no longer.") % {"name": data["person"]}


WATCHERS: dict[str, Action] = {
    "watch": Action(forms.Form, _watch),
    "unwatch": Action(forms.Form, _unwatch),
    "follower": Action(
        WatcherForm, _let_follow, on_demand=True, button=_lazy("Let them follow it"), of_ticket=True
    ),
    "follower_end": Action(WatcherOfTicketForm, _end, on_demand=True, of_ticket=True),
}
