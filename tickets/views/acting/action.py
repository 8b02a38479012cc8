"""An action on a ticket, as page, addresses and rights read it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise

from accounts.permissions import Permission
from tickets.models import DraftKind, Ticket

Data = dict[str, Any]
Do = Callable[[HttpRequest, Ticket, Data], str]


@dataclass(frozen=True, slots=True)
class Action:
    """A form, what it does (answering the words for the success message) and on which tickets it is offered.

    `on_demand`: its choices are read from the database, so that the form is drawn, with `button`, when somebody opens
    it. `of_ticket`: the form is made with the ticket. `ends_draft`: the kind of draft that has then served.
    """

    form: type[forms.Form]
    do: Do
    permission: Permission = Permission.WORK_TICKETS
    fits: Callable[[Ticket], bool] = lambda ticket: True
    on_demand: bool = False
    button: str | Promise = ""
    of_ticket: bool = False
    ends_draft: DraftKind | None = None

    def made(self, ticket: Ticket, *args: Any, **options: Any) -> forms.Form:
        """The form for a ticket, bound or not."""
        if self.of_ticket:
            options["ticket"] = ticket
        return self.form(*args, **options)


def person_of(request: HttpRequest) -> Any:
    return request.person  # type: ignore[attr-defined]


def is_open(ticket: Ticket) -> bool:
    return ticket.is_open


def has_contract(ticket: Ticket) -> bool:
    return ticket.contract_id is not None
