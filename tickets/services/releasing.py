"""The words and people of closed tickets go, the row with its clocks and figures stays (rules T7, S6).

A quarter's figures come from the ticket, its clocks, level, category and channel alone, so they stay the same.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.nobody import nobody
from accounts.protecting import Paths
from accounts.tenancy.going import REMOVED, words_remove
from accounts.tenancy.memory import current_provider
from delivery.models import Notification, OutboundMail
from delivery.releasing import mails_release
from sla.models import Clock, ClockEvent, ClockPause
from tickets.models import (
    Attachment,
    BreachReason,
    CallBack,
    CoverageRecord,
    Draft,
    Escalation,
    Explanation,
    IdentityCheck,
    InboundMail,
    Message,
    Referral,
    RequestApproval,
    Ticket,
    Watcher,
    WorkTime,
)
from tickets.references import ticket_reference
from tickets.released import tickets_released
from tickets.services.base import event_add

GONE = "The words of this request and the names in it were removed: the time for which they are kept is over."
ERASED = "The words of this request were removed: the person who asked for it was erased."


def tickets_release(ids: Sequence[int], *, why: str = GONE, keep_requester: bool = False) -> Paths:
    """Take subject, messages, files, mail and people of the school away. Needs the open system scope.

    `keep_requester`: whoever asked is erased themselves, so their row names nobody any more.
    """
    tickets = Ticket.objects.filter(pk__in=ids)
    told_release(ids)
    paths = messages_remove(Message.objects.filter(ticket__in=ids))
    paths += inbound_release(InboundMail.objects.filter(ticket__in=ids))
    _around_release(ids)
    _clocks_release(ids)
    tickets_released(ids)
    people = {} if keep_requester else {"requester": nobody()}
    tickets.update(subject=REMOVED, waiting_reason="", words_gone_at=timezone.now(), **people)
    for ticket in tickets:
        event_add(ticket, why)
    return paths


def messages_remove(messages: QuerySet[Message]) -> Paths:
    """Remove messages with their files and the mail that they went out as."""
    paths = _files(Attachment.objects.filter(message__in=messages))
    mails_release(OutboundMail.objects.filter(message__in=messages))
    messages.delete()
    return paths


def inbound_release(mails: QuerySet[InboundMail]) -> Paths:
    """Empty received mail. Its digest stays, so that the same message is still known when it comes again."""
    paths = _files(mails.exclude(file=""))
    mails.update(
        raw=b"", file="", message_id="", sender="", sender_name="", recipients=[], subject="", reason=""
    )
    return paths


def told_release(ids: Collection[int]) -> None:
    """Empty all mail about these tickets, and remove what colleagues were told of them."""
    if not ids:
        return
    provider = current_provider()
    tickets = Ticket.objects.filter(pk__in=ids)
    # Every mail about a ticket carries its reference in the subject, whoever had it and whatever it says.
    references = "|".join(ticket_reference(provider, ticket.number) for ticket in tickets)
    named = Q(subject__regex=rf"\m({references})\M")
    told = Q(pk__in=[])
    for ticket in tickets:
        told |= Q(path__startswith=ticket.desk_path(provider.slug))
    notifications = Notification.objects.filter(told)
    named |= Q(pk__in=[one.mail_id for one in notifications if one.mail_id is not None])
    named |= Q(message__ticket__in=ids)
    mails_release(OutboundMail.objects.filter(named))
    notifications.delete()


def raw_release(mails: QuerySet[InboundMail]) -> Paths:
    """Empty the bytes of received mail alone; what was read from them stays on the ticket."""
    paths = _files(mails.exclude(file=""))
    mails.update(raw=b"", file="")
    return paths


def _files(rows: Iterable[Any]) -> Paths:
    return [one.file.name for one in rows]


def _around_release(ids: Sequence[int]) -> None:
    of_them = Q(ticket__in=ids)
    for hanging in (CallBack, Draft, Watcher):
        hanging._default_manager.filter(of_them).delete()
    Explanation.objects.filter(of_them).update(draft="")
    RequestApproval.objects.filter(of_them).update(asked_of="", note="")
    Referral.objects.filter(of_them).update(reference="")
    WorkTime.objects.filter(of_them).update(note="")
    for model in (Escalation, CoverageRecord, IdentityCheck):
        words_remove(model, list(model._default_manager.filter(of_them).values_list("pk", flat=True)))


def _clocks_release(ids: Sequence[int]) -> None:
    """Reasons that were written down with the clocks. Their times and outcomes stay."""
    clocks = clocks_of(ids)
    BreachReason.objects.filter(clock__in=clocks).update(words="")
    ClockPause.objects.filter(clock__in=clocks).update(reason=REMOVED)
    words_remove(ClockEvent, list(ClockEvent.objects.filter(clock__in=clocks).values_list("pk", flat=True)))


def clocks_of(ids: Sequence[int]) -> set[int]:
    """All clocks of these tickets, with those that ran before they were opened again."""
    pairs = Ticket.objects.filter(pk__in=ids).values_list("response_clock", "fix_clock")
    newest = {key for pair in pairs for key in pair if key is not None}
    found: set[int] = set()
    while newest:
        found |= newest
        before = Clock.objects.filter(pk__in=newest, previous__isnull=False)
        newest = {clock.previous_id for clock in before if clock.previous_id is not None} - found
    return found


def elsewhere_release(messages: QuerySet[Message]) -> Paths:
    """Remove these messages, and what the rest of their conversations quotes of them, mail as it was sent included."""
    ids = list(messages.values_list("pk", flat=True))
    tickets = set(Message.objects.filter(pk__in=ids).values_list("ticket", flat=True))
    paths = messages_remove(Message.objects.filter(pk__in=ids))
    told_release(tickets)
    Message.objects.filter(ticket__in=tickets).update(quoted_text="", html="")
    return paths + raw_release(InboundMail.objects.filter(ticket__in=tickets))
