"""Dealing with a ticket in another one."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.permissions import Permission
from accounts.tenancy.access import may
from tickets.errors import WrongState
from tickets.forms.merging import MergedForm, MergeForm
from tickets.merging import merge_of
from tickets.models import ClosedAs, Ticket
from tickets.services.merging import ticket_merge, ticket_unmerge
from tickets.services.work import not_counted_check
from tickets.views.acting.action import Action, Data, person_of


def _merge(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    not_counted_check(ticket, ClosedAs.MERGED, may_exempt=may(request, Permission.EXEMPT_CLOCKS))
    ticket_merge(ticket=ticket, into=data["into"], by=person_of(request))
    return _("Merged. Who asked for it is told, and it can be taken back here or there.")


def _unmerge(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    merge = merge_of(ticket)
    if merge is None:  # the other has become confidential
        raise WrongState(_("One of those who read the other ticket can take this back there."))
    ticket_unmerge(merge=merge)
    return _("It is a ticket of its own again; its clocks have run on.")


def _release(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_unmerge(merge=data["merge"])
    return _("It is a ticket of its own again; its clocks have run on.")


def _may_be_merged(ticket: Ticket) -> bool:
    return ticket.is_open and not ticket.is_confidential


MERGING: dict[str, Action] = {
    "merge": Action(
        MergeForm,
        _merge,
        fits=_may_be_merged,
        on_demand=True,
        button=_lazy("Merge them"),
        of_ticket=True,
    ),
    "unmerge": Action(forms.Form, _unmerge, fits=lambda ticket: ticket.closed_as == ClosedAs.MERGED),
    "unmerge_other": Action(MergedForm, _release, on_demand=True, of_ticket=True),
}
