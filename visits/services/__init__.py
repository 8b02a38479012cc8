"""Writes of this app: visits from the booking to what was done, the ledger of allowances, remote sessions."""

from visits.services.booking import visit_book, visit_reschedule
from visits.services.callouts import callout_book, callout_check
from visits.services.changing import visit_cancel, visit_hand_over, visit_move
from visits.services.installation import visits_install
from visits.services.outcomes import visit_arrive, visit_depart, visit_in_lieu, visit_miss
from visits.services.rules import allowance_rule_set, fair_use_agree, fair_use_end, visit_policy_set
from visits.services.sessions import remote_session_record, remote_session_remove
from visits.services.undoing import visit_undo

__all__ = [
    "allowance_rule_set",
    "callout_book",
    "callout_check",
    "fair_use_agree",
    "fair_use_end",
    "remote_session_record",
    "remote_session_remove",
    "visit_arrive",
    "visit_book",
    "visit_cancel",
    "visit_depart",
    "visit_hand_over",
    "visit_in_lieu",
    "visit_miss",
    "visit_move",
    "visit_policy_set",
    "visit_reschedule",
    "visit_undo",
    "visits_install",
]
