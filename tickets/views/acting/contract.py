"""What the contract says of a ticket: coverage, remote sessions, quotes."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from contracts.models import Answer, ClauseTopic
from tickets.coverage import TicketCoverageForm
from tickets.forms.desk import OverruleForm, QuoteForm, RemoteForm
from tickets.models import Ticket
from tickets.services.coverage import coverage_check, coverage_overrule
from tickets.services.quotes import ticket_quote_ask
from tickets.services.remote import ticket_remote_session
from tickets.views.acting.action import Action, Data, has_contract, is_open, person_of


def _remote(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_remote_session(ticket=ticket, by=person_of(request), minutes=data["minutes"], note=data["note"])
    return _("Noted. It counts as a remote session of the school's contract.")


def _quote(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_quote_ask(ticket=ticket, wanted=data["wanted"], by=person_of(request))
    return _("Asked. You will see here what becomes of the quote.")


def _covered(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    form = TicketCoverageForm(request.POST)
    form.is_valid()  # as the page has found before it did this
    record = coverage_check(
        ticket=ticket, topic=ClauseTopic(data["topic"]), facts=form.known(), by=person_of(request)
    )
    return _("Noted: %(answer)s.") % {"answer": record.get_answer_display()}


def _overrule(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    coverage_overrule(
        ticket=ticket,
        answer=Answer(data["answer"]),
        wording=data["wording"],
        reason=data["reason"],
        by=person_of(request),
    )
    return _("Your answer holds. The one before is kept beside it.")


CONTRACT: dict[str, Action] = {
    "remote": Action(RemoteForm, _remote, fits=has_contract),
    "quote": Action(QuoteForm, _quote, fits=is_open),
    "covered": Action(TicketCoverageForm, _covered, fits=has_contract),
    "overrule": Action(OverruleForm, _overrule, fits=has_contract),
}
