"""How long somebody worked on a ticket."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.tenancy.access import may
from tickets.forms.work_time import WorkTimeForm, WorkTimeOfTicketForm
from tickets.models import Ticket
from tickets.services.work_time import work_time_note, work_time_remove
from tickets.views.acting.action import Action, Data, person_of


def _note(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    work_time_note(ticket=ticket, by=person_of(request), minutes=data["minutes"], note=data["note"])
    return _("Noted.")


def _remove(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    may_correct = may(request, Permission.CORRECT_WORK_TIME)
    work_time_remove(row=data["entry"], by=person_of(request), may_correct=may_correct)
    return _("Taken away.")


WORK_TIME: dict[str, Action] = {
    "worked": Action(WorkTimeForm, _note),
    "unworked": Action(WorkTimeOfTicketForm, _remove, on_demand=True, of_ticket=True),
}
