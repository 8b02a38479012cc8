"""What pages of the desk hear (`delivery.live`): that tickets have changed, and that somebody is on one."""

from collections.abc import Sequence

from accounts.tenancy.scope import current_provider_id
from delivery.live.publish import live_tell
from tickets.models import Ticket

# More tickets than this at once are told to the queue alone; their pages learn it when they ask by themselves.
MOST_AT_ONCE = 100


def ticket_topic(ticket_id: int) -> str:
    return f"ticket:{ticket_id}"


def queue_topic(provider_id: int) -> str:
    return f"queue:{provider_id}"


def tickets_news(ticket_ids: Sequence[int] = ()) -> None:
    """After the commit: these tickets have changed, or (without ids) their order in the queue.

    It does not say which, since a queue is heard by all of the desk and a ticket may be confidential: a page that hears
    it asks what has become of the tickets that its reader may see.
    """
    topics = [ticket_topic(key) for key in ticket_ids] if len(ticket_ids) <= MOST_AT_ONCE else []
    live_tell([queue_topic(current_provider_id()), *topics], {"type": "tickets"})


def presence_news(ticket: Ticket) -> None:
    """Somebody has come to a ticket, begun to reply, or gone. A queue is not told to which confidential one."""
    live_tell([ticket_topic(ticket.pk)], {"type": "presence"})
    named = 0 if ticket.is_confidential else ticket.pk
    live_tell([queue_topic(current_provider_id())], {"type": "presence", "ticket": named})
