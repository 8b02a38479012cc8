"""The provider's own limits for tickets without an owner and for news of escalated ones (rules E1, S14)."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from tickets.models import OPEN_STATES, AttentionPolicy, EscalationStage, Ticket, TicketTimer, TimerKind

# Which tickets each limit is about.
ABOUT = {
    "owner_within": (TimerKind.OWNER, Q(assignee__isnull=True)),
    "update_every": (TimerKind.UPDATE, Q(escalation_level=EscalationStage.MANAGERS)),
    "update_every_senior": (TimerKind.UPDATE, Q(escalation_level=EscalationStage.SENIOR_MANAGEMENT)),
}


@transaction.atomic
def attention_policy_set(
    *, owner_within: int | None, update_every: int | None, update_every_senior: int | None
) -> AttentionPolicy:
    """Say how long (minutes and hours of the desk; None: it is not watched).

    What nobody was told of yet falls due by the new limit.
    """
    AttentionPolicy.objects.bulk_create([AttentionPolicy()], ignore_conflicts=True)
    policy = AttentionPolicy.objects.select_for_update().get()
    limits = {
        "owner_within": owner_within,
        "update_every": update_every,
        "update_every_senior": update_every_senior,
    }
    changes = {name: (getattr(policy, name), limit) for name, limit in limits.items()}
    changes = {name: (before, limit) for name, (before, limit) in changes.items() if before != limit}
    for name, limit in limits.items():
        setattr(policy, name, limit)
    policy.save()
    for name, (before, limit) in changes.items():
        _changed(*ABOUT[name], before=before, limit=limit)
    if changes:
        audit_record(action="provider.changed", target=current_provider(), changes=changes)
    return policy


def _changed(kind: TimerKind, about: Q, *, before: int | None, limit: int | None) -> None:
    """The sweeper looks at once and works out when each falls due; what is watched no more ends here."""
    now, tickets = timezone.now(), Ticket.objects.filter(about, state__in=OPEN_STATES)
    timers = TicketTimer.objects.filter(kind=kind, ticket__in=tickets)
    if limit is None:
        timers.delete()
        return
    timers.filter(rung=0).update(due_at=None, wake_at=now)
    if before is None:
        TicketTimer.objects.bulk_create(
            [
                TicketTimer(customer_id=customer_id, ticket_id=pk, kind=kind, since=now, wake_at=now)
                for pk, customer_id in tickets.values_list("pk", "customer_id")
            ],
            ignore_conflicts=True,
        )
