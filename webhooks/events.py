"""What other programs can be told. The value stands in a delivery's `type`; it never changes its meaning."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EventType(TextChoices):
    TICKET_OPENED = "ticket.opened", _("Ticket opened")
    MESSAGE_ADDED = "ticket.message_added", _("Message from or to the school (never an internal note)")
    TICKET_CHANGED = "ticket.changed", _("State, level, owner or escalation changed")
    TICKET_FIXED = "ticket.fixed", _("Ticket fixed")
    TICKET_CLOSED = "ticket.closed", _("Ticket closed")
    CLOCK_WARNED = "clock.warned", _("Deadline near")
    CLOCK_BREACHED = "clock.breached", _("Deadline missed")
    QUOTE_SENT = "quote.sent", _("Quote sent to the school")
    QUOTE_ANSWERED = "quote.answered", _("Quote accepted or declined")


TEST = "webhook.test"  # sent by hand, to any endpoint
