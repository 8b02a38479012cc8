"""Mail of ours that came back: shown on its ticket, told to its owner, remembered of whom it did not reach (Rule I2).

Only what answers a mail of ours is believed: one whose Message-ID the report returns, or that came to the signed
address from which we sent it. Else anybody could have a person marked whom they do not like.
"""

import logging
from email import message_from_bytes
from email.message import Message as Parsed

from django.utils.translation import gettext as _
from flufl.bounce import all_failures

from accounts.models import Person
from accounts.people import people_unreached
from accounts.tenancy.memory import current_provider
from delivery.models import OutboundMail
from tickets.intake.parsing import ParsedMail
from tickets.live import tickets_news
from tickets.models import Channel, Direction, InboundMail, Message, Ticket
from tickets.references import named_in_address
from tickets.services.telling import ticket_tell

logger = logging.getLogger(__name__)

WORDS = 600  # characters of a report that are shown
READ = 256 * 1024  # bytes of a report that are searched for addresses


def bounce_take(row: InboundMail, mail: ParsedMail, ticket: Ticket | None) -> None:
    """Say on the ticket that our mail did not arrive, and mark whom it will not reach."""
    words = " ".join(mail.text.split())[:WORDS] or mail.subject
    addressed = _addressed(mail)
    lost = _lost(bytes(row.raw[:READ])) & addressed if addressed else set()
    people_unreached(dict.fromkeys(lost, words), at=row.received_at)
    if ticket is None:
        return
    Message.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        direction=Direction.NOTE,
        channel=Channel.EMAIL,
        at=row.received_at,
        text=_("A mail of this ticket came back: %(words)s") % {"words": words},
        is_automatic=True,
    )
    tickets_news([ticket.pk])
    if lost and ticket.assignee_id is not None:
        ticket_tell(
            ticket=ticket,
            person_ids=[ticket.assignee_id],
            key=f"bounce:{row.pk}",
            summary=_("Mail of ticket %(number)s does not reach %(address)s")
            % {"number": ticket.number, "address": ", ".join(sorted(lost))},
        )


def _addressed(mail: ParsedMail) -> set[str]:
    """To whom the mail went that this report is about."""
    named = {*mail.reported_ids, *mail.thread_ids}
    rows = (
        OutboundMail.objects.filter(message_id__in=named).values_list("recipients", flat=True)
        if named
        else []
    )
    given_to = {
        one.person_id
        for address in mail.recipients
        for one in named_in_address(address, provider_id=current_provider().pk)
    }
    people = Person.objects.filter(pk__in=given_to).values_list("email", flat=True) if given_to else []
    return {address.lower() for addresses in rows for address in addresses} | set(people)


def _lost(raw: bytes) -> set[str]:
    """The addresses that a report gives up for good; those that it still tries are none of them."""
    report: Parsed = message_from_bytes(raw)
    try:
        _temporary, permanent = all_failures(report)
    except Exception as error:  # its patterns meet whatever mail systems write
        logger.warning("A report on delivery cannot be searched: %s", type(error).__name__)
        return set()
    return {one.decode("utf-8", "replace").strip("<>").lower() for one in permanent}
