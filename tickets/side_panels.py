"""Panels beside a ticket, in desk and portal."""

from accounts.panels import Panels
from tickets.models import Ticket

SIDE_PANELS: Panels[[Ticket]] = Panels()
