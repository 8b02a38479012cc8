"""Kinds of records of this app that lose their words after a period (Rule T7)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.protecting import Paths, RecordKind, record_kind_add
from accounts.tenancy.going import rows_remove
from tickets.models import InboundMail, InboundState, Ticket, TicketReading, TicketState
from tickets.services.releasing import inbound_release, raw_release, tickets_release

JOINED = (InboundState.TICKET, InboundState.REPLY, InboundState.ALERT, InboundState.DUPLICATE)
REFUSED = (InboundState.QUARANTINED, InboundState.IGNORED, InboundState.REJECTED)


def _old_tickets(before: datetime) -> QuerySet[Ticket]:
    closed = Ticket.objects.filter(state=TicketState.CLOSED, words_gone_at__isnull=True)
    return closed.filter(closed_at__lt=before)


def _old_raw(before: datetime) -> QuerySet[InboundMail]:
    return InboundMail.objects.filter(received_at__lt=before, state__in=JOINED).exclude(raw=b"", file="")


def _raw_release(ids: Sequence[int]) -> Paths:
    return raw_release(InboundMail.objects.filter(pk__in=ids))


def _old_refused(before: datetime) -> QuerySet[InboundMail]:
    old = InboundMail.objects.filter(received_at__lt=before, state__in=REFUSED)
    return old.exclude(raw=b"", file="", sender="", subject="")


def _refused_release(ids: Sequence[int]) -> Paths:
    """What still waited in quarantine waits no more: nothing is left to decide about."""
    rows = InboundMail.objects.filter(pk__in=ids)
    paths = inbound_release(rows)
    rows.filter(state=InboundState.QUARANTINED).update(state=InboundState.IGNORED, quarantine="")
    return paths


def _old_readings(before: datetime) -> QuerySet[TicketReading]:
    return TicketReading.objects.filter(at__lt=before)


def _readings_remove(ids: Sequence[int]) -> Paths:
    rows_remove(TicketReading, ids)
    return []


record_kind_add(
    RecordKind(
        key="tickets",
        order=10,
        name=_("Closed tickets"),
        begins=_("when the ticket was closed"),
        loses=_(
            "Subject, messages, files, mail and the names of people at the school are removed; number, school, level,"
            " category, clocks and figures stay, so that reports of earlier quarters keep their numbers."
        ),
        usual_days=1095,
        least_days=184,
        rows=_old_tickets,
        began="closed_at",
        release=tickets_release,
        ticket="pk",
        people=("requester", "messages__author"),
    )
)
record_kind_add(
    RecordKind(
        key="mail_raw",
        order=20,
        name=_("Mail as it was received"),
        begins=_("when it came in"),
        loses=_("The message as it was sent is removed; its text and files stay on the ticket."),
        usual_days=365,
        least_days=30,
        rows=_old_raw,
        began="received_at",
        release=_raw_release,
        ticket="ticket",
        addresses="sender",
    )
)
record_kind_add(
    RecordKind(
        key="mail_refused",
        order=30,
        name=_("Mail that became no ticket"),
        begins=_("when it came in"),
        loses=_("Quarantined, ignored and rejected mail is emptied: sender, subject and words go."),
        usual_days=90,
        least_days=14,
        rows=_old_refused,
        began="received_at",
        release=_refused_release,
        ticket="ticket",
        addresses="sender",
    )
)
record_kind_add(
    RecordKind(
        key="readings",
        order=80,
        name=_("Who read confidential tickets"),
        begins=_("when it was read"),
        loses=_("The record is removed."),
        usual_days=2555,
        least_days=365,
        rows=_old_readings,
        began="at",
        release=_readings_remove,
        ticket="ticket",
        people=("person",),
        is_append_only=True,
    )
)
