"""What a technician can do with a ticket: one row for each action, so that page, addresses and rights agree."""

from tickets.views.acting.action import Action
from tickets.views.acting.contract import CONTRACT
from tickets.views.acting.conversation import CONVERSATION
from tickets.views.acting.linking import LINKING
from tickets.views.acting.macros import MACROS
from tickets.views.acting.merging import MERGING
from tickets.views.acting.outside import OUTSIDE
from tickets.views.acting.visits import VISITS
from tickets.views.acting.watchers import WATCHERS
from tickets.views.acting.work import WORK
from tickets.views.acting.work_time import WORK_TIME

ACTIONS: dict[str, Action] = {
    **CONVERSATION,
    **MACROS,
    **WORK,
    **WORK_TIME,
    **CONTRACT,
    **VISITS,
    **OUTSIDE,
    **WATCHERS,
    **LINKING,
    **MERGING,
}
