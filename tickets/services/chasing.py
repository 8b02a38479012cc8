"""When a third party is asked again, and who is reminded of it, once each time (rules E3, S14)."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.responsible import success_managers_of, working
from accounts.tenancy.memory import current_provider
from delivery.due import Moment
from sla.desk_time import working_days_later
from sla.steps import LATE_AFTER
from sla.times import local_time
from tickets.models import Referral, ReferralOutcome, Ticket
from tickets.services.base import event_add
from tickets.services.escalation import people_to_warn
from tickets.services.telling import ticket_tell


def chase_after(at: datetime, days: int) -> datetime:
    """The same time of the desk's day, so many working days later."""
    return working_days_later(at, days, local_time(at, current_provider().time_zone).replace(microsecond=0))


def referral_remind(referral: Referral, moment: Moment) -> None:
    """The sweeper's work: remind of a chase, and set the next. After an outage once, from now on, and marked late."""
    assert referral.chase_at is not None  # set and emptied together with `wake_at`
    due = referral.chase_at
    provider = current_provider()
    at = local_time(due, provider.time_zone)
    referral.reminders += 1
    referral.chase_at = referral.wake_at = working_days_later(max(due, moment.now), referral.chase_every, at)
    referral.save()
    ticket = referral.ticket
    theirs = _("Their reference: %(reference)s.") % {"reference": referral.reference}
    ticket_tell(
        ticket=ticket,
        person_ids=_who_chases(ticket),
        key=f"chase:{referral.pk}:{referral.reminders}",
        summary=_("Ask %(name)s about ticket %(number)s")
        % {"name": referral.supplier.name, "number": ticket.number},
        detail=theirs if referral.reference else "",
        is_late=moment.now - due > LATE_AFTER,
    )


def referrals_close(ticket: Ticket, *, at: datetime | None = None) -> None:
    """A ticket that is closed is with nobody any more: nobody is reminded of it again. The caller holds its lock."""
    at = at or timezone.now()
    for referral in Referral.objects.filter(ticket=ticket, ended_at__isnull=True).select_related("supplier"):
        referral.ended_at, referral.outcome = at, ReferralOutcome.CLOSED
        referral.chase_at = referral.wake_at = None
        referral.save()
        event_add(
            ticket,
            _("No longer with %(name)s: the ticket was closed") % {"name": referral.supplier.name},
            at=at,
        )


def _who_chases(ticket: Ticket) -> list[int]:
    """Its owner; without one who is there, the team's lead, else the school's success manager."""
    return working(ticket.assignee) or people_to_warn(ticket)[-1:] or success_managers_of(ticket.customer)[:1]
