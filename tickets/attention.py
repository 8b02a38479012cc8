"""What is owed on tickets, as lists and pages show it: an owner, and news of escalated ones (Rule E1)."""

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from tickets.models import Ticket, TicketTimer, TimerKind
from tickets.tags import Tag, tag_add


def with_owed(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """These tickets, each with `owner_due_at` and `update_due_at`: by when it is owed, or None."""
    return tickets.annotate(
        owner_due_at=Subquery(_of_outer(TimerKind.OWNER).values("due_at")),
        update_due_at=Subquery(_of_outer(TimerKind.UPDATE).values("due_at")),
    )


def without_owner() -> Exists:
    """Whether the ticket of the outer query has had no owner for too long."""
    return Exists(_of_outer(TimerKind.OWNER).filter(rung__gt=0))


def owing_update() -> Exists:
    """Whether the school of the ticket of the outer query should have had news."""
    return Exists(_of_outer(TimerKind.UPDATE).filter(rung__gt=0))


def _of_outer(kind: TimerKind) -> QuerySet[TicketTimer]:
    return TicketTimer.objects.filter(ticket=OuterRef("pk"), kind=kind)


tag_add(Tag("no_owner", _("No owner"), without_owner))
tag_add(Tag("update_due", _("Update due"), owing_update))
