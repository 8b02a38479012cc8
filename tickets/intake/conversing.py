"""A parsed message becomes part of a ticket (rules I1, I3)."""

import re
from collections.abc import Collection, Iterator, Sequence

from django.utils.translation import gettext as _

from accounts.models import Customer, Person
from tickets.intake.parsing import ParsedMail
from tickets.intake.quoting import fold
from tickets.intake.reasons import Reason, reason_words
from tickets.intake.recognition import plain_address
from tickets.intake.sanitising import html_sanitise
from tickets.models import Channel, InboundMail, Ticket
from tickets.services.conversation import message_receive, note_add
from tickets.services.opening import Opening
from tickets.services.watching import watchers_copy

_FORWARDED = re.compile(r"\s*(fwd?|wg|tr)\s*:", re.IGNORECASE)


def mail_opening(
    mail: ParsedMail,
    customer: Customer,
    person: Person,
    *,
    inbound: InboundMail,
    apart_from: Reason | None = None,
    others: Sequence[Customer] = (),
    largest_file: int | None = None,
    own_addresses: Collection[str] = (),
) -> Opening:
    """The ticket that a message opens. Staff see why it did not join another one, and whom else it could concern.

    Files above `largest_file` bytes are left out. Whom it was copied to follows it; `own_addresses` are the desk's.
    """
    folded = fold(mail.text, is_forward=bool(_FORWARDED.match(mail.subject)))
    files = [one for one in mail.attachments if largest_file is None or len(one.content) <= largest_file]
    return Opening(
        customer=customer,
        requester=person,
        subject=mail.subject,
        text=folded.new,
        quoted_text=folded.quoted,
        html=html_sanitise(mail.html) if mail.html else "",
        channel=Channel.EMAIL,
        logged_at=inbound.received_at,
        inbound=inbound,
        message_id=mail.message_id,
        attachments=files,
        notes=[
            *_notes(customer, person, apart_from, others),
            *([_left_out()] if len(files) < len(mail.attachments) else []),
        ],
        copied=[one for one in _sent_to(mail) if plain_address(one) not in own_addresses],
    )


def _sent_to(mail: ParsedMail) -> list[str]:
    return [address.lower() for address in mail.recipients]


def _left_out() -> str:
    return _(
        "Files that are too large for a ticket were left out. The whole message can be downloaded in Held mail."
    )


def _notes(
    customer: Customer, person: Person, apart_from: Reason | None, others: Sequence[Customer]
) -> Iterator[str]:
    if apart_from is not None:
        yield _("This is a ticket of its own: %(reason)s.") % {"reason": reason_words(apart_from)}
    if others:
        names = ", ".join(one.name for one in (customer, *others))
        words = _("%(person)s belongs to several schools (%(names)s). Check that this one is meant.")
        yield words % {"person": person.name, "names": names}


def mail_join(ticket: Ticket, mail: ParsedMail, *, person: Person, inbound: InboundMail) -> None:
    """Add a message to its ticket. Raises TooLarge.

    What a colleague mails in is an internal note: an address can be forged, and a note leaves the house by no way.
    """
    folded = fold(mail.text, is_forward=bool(_FORWARDED.match(mail.subject)))
    if person.is_staff:
        note_add(ticket=ticket, author=person, text=folded.new, attachments=mail.attachments)
        return
    sent_to = _sent_to(mail)
    watchers_copy(ticket=ticket, addresses=sent_to, sender=person)
    message_receive(
        ticket=ticket,
        author=person,
        text=folded.new,
        quoted_text=folded.quoted,
        html=html_sanitise(mail.html) if mail.html else "",
        channel=Channel.EMAIL,
        at=inbound.received_at,
        inbound=inbound,
        message_id=mail.message_id,
        attachments=mail.attachments,
        had=sent_to,
    )
