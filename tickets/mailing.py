"""Mail to people of schools: acknowledgement, answers, escalation. Their words: `tickets.mail_kinds`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from accounts.models import Person, Provider
from accounts.tenancy.memory import remembered
from accounts.tenancy.scope import as_provider
from delivery.addresses import one_press_headers
from delivery.models import MailPurpose, OutboundMail
from delivery.services import Mail, mails_enqueue
from delivery.wording.composing import mail_words
from tickets import follower_mail_kinds as follower_kinds
from tickets import mail_kinds as kinds
from tickets.confidential import neutral_subject
from tickets.mail_recipients import recipient_of
from tickets.mail_values import (
    decision_values,
    escalation_values,
    form_values,
    message_values,
    news_values,
    question_values,
    ticket_values,
    visit_values,
    watch_values,
)
from tickets.models import (
    ApprovalState,
    Direction,
    Escalation,
    Mailbox,
    Message,
    ReadingWay,
    RequestApproval,
    Ticket,
)
from tickets.references import reply_address, stop_link, subject_token, ticket_reference
from tickets.services.readings import reading_record

# What tells other machines not to answer a machine (RFC 3834, and Exchange's own word for it).
AUTOMATIC = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


def acknowledgement(
    *,
    provider: Provider,
    ticket: Ticket,
    to: Message,
    has_desk_access: bool,
    asked: str = "",
    waits_for: str = "",
) -> Mail | None:
    """The automatic acknowledgement: number, promise in clock time, portal link. Never a first response (I3, S5).

    `asked` are the answers of a form, `waits_for` is who must approve the request first (Rule I10).
    """
    with timezone.override(provider.time_zone):
        values = form_values(asked, waits_for) | ({} if has_desk_access else visit_values(provider, ticket))
    return _mail(
        provider=provider,
        ticket=ticket,
        kind=kinds.ACKNOWLEDGEMENT if has_desk_access else kinds.NO_DESK_ACCESS,
        purpose=MailPurpose.ACKNOWLEDGEMENT,
        values=values,
        headers=AUTOMATIC,
        in_reply_to=to.message_id,
    )


def send_reply(*, provider: Provider, ticket: Ticket, message: Message, kind: str = kinds.REPLY) -> None:
    """A person's answer, threaded under what the school wrote last. `kind`: REPLY, FIXED or CLOSED."""
    last = ticket.messages.filter(direction="in").exclude(message_id="").order_by("-at", "-id").first()
    mail = _mail(
        provider=provider,
        ticket=ticket,
        kind=kind,
        purpose=MailPurpose.REPLY,
        values=message_values(message),
        headers={},
        in_reply_to=last.message_id if last else "",
    )
    if mail is None:
        return
    (row,) = mails_enqueue([mail])
    message.outbound, message.message_id = row, row.message_id
    message.save(update_fields=["outbound", "message_id"])


def tell_watching(*, provider: Provider, ticket: Ticket, person: Person, by: Person) -> None:
    """Somebody was let follow a ticket by another (Rule I6)."""
    mail = _mail(
        provider=provider,
        ticket=ticket,
        kind=follower_kinds.WATCHING,
        purpose=MailPurpose.EXPLANATION,
        values={"watch.by": by.name, **watch_values(provider, ticket, person)},
        headers={**AUTOMATIC, **_stops(provider, ticket, person)},
        person=person,
    )
    mails_enqueue([mail] if mail else [])


def tell_merged(*, provider: Provider, ticket: Ticket, into: Ticket) -> None:
    """Who asked for a ticket learns where it is dealt with; an answer to this mail goes there."""
    person = recipient_of(ticket)
    if person is None:
        return
    values = {
        "merge.reference": ticket_reference(provider, ticket.number),
        "merge.subject": ticket.subject,
        **watch_values(provider, into, person),
    }
    mail = _mail(
        provider=provider,
        ticket=into,
        kind=follower_kinds.MERGED,
        purpose=MailPurpose.EXPLANATION,
        values=values,
        headers={**AUTOMATIC, **_stops(provider, into, person)},
        person=person,
    )
    mails_enqueue([mail] if mail else [])


def send_news(
    *,
    provider: Provider,
    ticket: Ticket,
    message: Message,
    send_at: Mapping[Person, datetime],
    kind: str = "",
) -> None:
    """What was just written, to each of these people when it may: a mail and a way back of their own (Rule I1).

    `kind`: FIXED or CLOSED, where the message says so. What the school wrote is passed on as by a machine.
    """
    if not send_at:
        return
    values = {**message_values(message), **news_values(kind)}
    is_ours = message.direction == Direction.OUTGOING
    now = timezone.now()
    found = [
        (at, mail)
        for person, at in send_at.items()
        if (
            mail := _mail(
                provider=provider,
                ticket=ticket,
                kind=follower_kinds.NEWS,
                purpose=MailPurpose.REPLY if is_ours else MailPurpose.EXPLANATION,
                values={**values, **watch_values(provider, ticket, person)},
                headers={**({} if is_ours else AUTOMATIC), **_stops(provider, ticket, person)},
                in_reply_to=message.message_id,
                person=person,
            )
        )
    ]
    mails_enqueue([replace(mail, send_at=at) if at > now else mail for at, mail in found])


def _stops(provider: Provider, ticket: Ticket, person: Person) -> dict[str, str]:
    """One press in the mail program ends following (RFC 8058). Who asked for it has nothing to end."""
    if person.pk == ticket.requester_id:
        return {}
    return one_press_headers(stop_link(provider, ticket, person))


def tell_escalation(*, provider: Provider, ticket: Ticket, escalation: Escalation) -> OutboundMail | None:
    """Every step of an escalation is told to the customer (Rule E1)."""
    mail = _mail(
        provider=provider,
        ticket=ticket,
        kind=kinds.ESCALATED if escalation.is_up else kinds.HANDED_BACK,
        purpose=MailPurpose.EXPLANATION,
        values=escalation_values(escalation),
        headers=AUTOMATIC,
    )
    return mails_enqueue([mail])[0] if mail else None


def tell_decision(*, provider: Provider, ticket: Ticket, approval: RequestApproval) -> OutboundMail | None:
    """The school's own answer to a request, and what we promise from then on (Rule I10)."""
    is_approved = approval.state == ApprovalState.APPROVED
    mail = _mail(
        provider=provider,
        ticket=ticket,
        kind=kinds.APPROVED if is_approved else kinds.DECLINED,
        purpose=MailPurpose.EXPLANATION,
        values=decision_values(approval),
        headers=AUTOMATIC,
    )
    return mails_enqueue([mail])[0] if mail else None


def ask_approver(
    *, provider: Provider, ticket: Ticket, approver: Person, asked: str, again: bool
) -> Mail | None:
    """A named contact is asked to sign in and decide; nothing is decided by opening the link (Rule I10)."""
    return _mail(
        provider=provider,
        ticket=ticket,
        kind=kinds.APPROVAL_ASKED,
        purpose=MailPurpose.EXPLANATION,
        values=question_values(provider, ticket, asked, again=again),
        headers=AUTOMATIC,
        person=approver,
    )


def tell_person(
    *, provider: Provider, ticket: Ticket, person: Person, kind: str, values: Mapping[str, str]
) -> OutboundMail | None:
    """Mail of an app above to one person about a ticket, in the words of its own `kind`."""
    mail = _mail(
        provider=provider,
        ticket=ticket,
        kind=kind,
        purpose=MailPurpose.EXPLANATION,
        values=values,
        headers=AUTOMATIC,
        person=person,
    )
    return mails_enqueue([mail])[0] if mail else None


def _mail(
    *,
    provider: Provider,
    ticket: Ticket,
    kind: str,
    purpose: MailPurpose,
    values: Mapping[str, str],
    headers: dict[str, str],
    in_reply_to: str = "",
    person: Person | None = None,
) -> Mail | None:
    """To `person`, else the requester or who answers for the school in their place; None where nobody is left."""
    person = person or recipient_of(ticket)
    if person is None:
        return None
    with timezone.override(provider.time_zone):
        words = mail_words(kind, {**ticket_values(provider, ticket, person), **values})
    reading_record(ticket=ticket, person_id=person.pk, way=ReadingWay.MAIL)
    threading = {"In-Reply-To": in_reply_to, "References": in_reply_to} if in_reply_to else {}
    tag, way_back = _way_back(provider, ticket, person, ticket_reference(provider, ticket.number))
    return Mail(
        purpose=purpose,
        recipients=[person.email],
        # The tag is no part of the words: answers find the ticket by it.
        subject=neutral_subject(tag) if ticket.is_confidential else f"{tag} {words.subject}",
        text=words.text,
        html=words.html,
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
