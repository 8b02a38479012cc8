"""Mail to people of schools: acknowledgement, answers, escalation. Words stand in templates/tickets/mail/."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Person, Provider
from accounts.tenancy.memory import remembered
from accounts.tenancy.scope import as_provider
from delivery.models import MailPurpose, OutboundMail
from delivery.services import Mail, mails_enqueue
from tickets.mail_recipients import recipient_of
from tickets.models import Escalation, Mailbox, Message, Ticket
from tickets.references import reply_address, subject_token, ticket_reference
from visits.selectors import next_visit

# What tells other machines not to answer a machine (RFC 3834, and Exchange's own word for it).
AUTOMATIC = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


def clock_time(at: datetime) -> str:
    """An instant in unambiguous words in the active time zone: 'Monday 23 November 2026 at 08:30'."""
    local = timezone.localtime(at)
    return _("%(day)s at %(time)s") % {
        "day": date_format(local, "l j F Y"),
        "time": date_format(local, "H:i"),
    }


def acknowledgement(*, provider: Provider, ticket: Ticket, to: Message, has_desk_access: bool) -> Mail | None:
    """The automatic acknowledgement: number, promise in clock time, portal link. Never a first response (I3, S5)."""
    template = "acknowledgement" if has_desk_access else "acknowledgement_no_access"
    return _mail(
        provider=provider,
        ticket=ticket,
        template=template,
        purpose=MailPurpose.ACKNOWLEDGEMENT,
        context={"message": to, **({} if has_desk_access else _visit_ahead(ticket))},
        headers=AUTOMATIC,
        in_reply_to=to.message_id,
    )


def _visit_ahead(ticket: Ticket) -> dict[str, Any]:
    """The next visit to the school, and who sees to one where none is booked (Rule I9)."""
    assert ticket.contract is not None
    visit = next_visit(ticket.contract, after=ticket.logged_at)
    return {
        "visit": clock_time(visit.starts_at) if visit else "",
        "manager": None if visit else ticket.customer.success_manager,
    }


def send_reply(*, provider: Provider, ticket: Ticket, message: Message) -> None:
    """A person's answer, threaded under what the school wrote last."""
    last = ticket.messages.filter(direction="in").exclude(message_id="").order_by("-at", "-id").first()
    mail = _mail(
        provider=provider,
        ticket=ticket,
        template="reply",
        purpose=MailPurpose.REPLY,
        context={"message": message},
        headers={},
        in_reply_to=last.message_id if last else "",
    )
    if mail is None:
        return
    (row,) = mails_enqueue([mail])
    message.outbound, message.message_id = row, row.message_id
    message.save(update_fields=["outbound", "message_id"])


def tell_escalation(*, provider: Provider, ticket: Ticket, escalation: Escalation) -> OutboundMail | None:
    """Every step of an escalation is told to the customer (Rule E1)."""
    mail = _mail(
        provider=provider,
        ticket=ticket,
        template="escalation",
        purpose=MailPurpose.EXPLANATION,
        context={"escalation": escalation, "manager": ticket.customer.success_manager},
        headers=AUTOMATIC,
    )
    return mails_enqueue([mail])[0] if mail else None


def _mail(
    *,
    provider: Provider,
    ticket: Ticket,
    template: str,
    purpose: MailPurpose,
    context: dict[str, Any],
    headers: dict[str, str],
    in_reply_to: str = "",
) -> Mail | None:
    """To the requester, or to who answers for the school in their place; None where nobody is left."""
    person = recipient_of(ticket)
    if person is None:
        return None
    reference = ticket_reference(provider, ticket.number)
    with timezone.override(provider.time_zone):
        text = render_to_string(
            f"tickets/mail/{template}.txt",
            {
                "provider": provider,
                "ticket": ticket,
                "person": person,
                "reference": reference,
                "promise": clock_time(ticket.promise_at) if ticket.promise_at else "",
                "link": settings.BASE_URL + ticket.portal_path(provider.slug),
                **context,
            },
        )
    threading = {"In-Reply-To": in_reply_to, "References": in_reply_to} if in_reply_to else {}
    tag, way_back = _way_back(provider, ticket, person, reference)
    return Mail(
        purpose=purpose,
        recipients=[person.email],
        subject=f"{tag} {ticket.subject}",
        text=text,
        customer_id=ticket.customer_id,
        headers={**way_back, **threading, **headers},
    )


def _way_back(
    provider: Provider, ticket: Ticket, person: Person, reference: str
) -> tuple[str, dict[str, str]]:
    """The subject's tag and the headers by which this person's answer finds the ticket (Rule I1)."""
    if remembered("plus addressing", lambda: _has_plus_addresses(provider)):
        return f"[{reference}]", {"Reply-To": reply_address(provider, ticket, person)}
    return subject_token(provider, ticket, person), {}


def _has_plus_addresses(provider: Provider) -> bool:
    """Whether mail to an extended support address arrives. Unknown means no: else answers would bounce."""
    with as_provider():  # people of schools cannot read the mailboxes
        mailboxes = Mailbox.objects.filter(address__iexact=provider.support_email, is_active=True)
        return mailboxes.filter(plus_addressing=True).exists()
