"""Writes of this app: a complaint from the first word to its outcome."""

from complaints.services.deciding import complaint_decide, complaint_unsatisfied
from complaints.services.handling import complaint_name, complaint_note, complaint_pass_up
from complaints.services.raising import complaint_raise, complaint_settings_save

__all__ = [
    "complaint_decide",
    "complaint_name",
    "complaint_note",
    "complaint_pass_up",
    "complaint_raise",
    "complaint_settings_save",
    "complaint_unsatisfied",
]
