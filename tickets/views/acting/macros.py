"""An answer together with what a macro proposed."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.tenancy.access import may
from tickets.forms.macros import ComposedForm
from tickets.models import CLOSES_AS, Channel, DraftKind, MacroThen, Ticket
from tickets.services.macro_runs import ticket_answer_with
from tickets.services.work import not_counted_check
from tickets.views.acting.action import Action, Data, person_of


def _macro(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    also = data["also"]
    if also.then in CLOSES_AS:
        closed_as = CLOSES_AS[MacroThen(also.then)]
        not_counted_check(ticket, closed_as, may_exempt=may(request, Permission.EXEMPT_CLOCKS))
    ticket_answer_with(
        ticket=ticket,
        author=person_of(request),
        text=data["text"],
        also=also,
        channel=Channel.PHONE if data["by_phone"] else Channel.EMAIL,
        attachments=data["attachments"],
    )
    return _("Sent, and done with it what stood there.") if data["text"] else _("Done.")


MACROS: dict[str, Action] = {"macro": Action(ComposedForm, _macro, ends_draft=DraftKind.REPLY)}
