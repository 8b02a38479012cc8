"""What a technician can do with a ticket: one row for each action, so that page, addresses and rights agree."""

from tickets.views.acting.action import Action
from tickets.views.acting.contract import CONTRACT
from tickets.views.acting.conversation import CONVERSATION
from tickets.views.acting.macros import MACROS
from tickets.views.acting.merging import MERGING
from tickets.views.acting.outside import OUTSIDE
from tickets.views.acting.visits import VISITS
from tickets.views.acting.watchers import WATCHERS
from tickets.views.acting.work import WORK

ACTIONS: dict[str, Action] = CONVERSATION | MACROS | WORK | CONTRACT | VISITS | OUTSIDE | WATCHERS | MERGING
