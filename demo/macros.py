"""Macros of the demo: words for tickets and chats, some with what is done when they are sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import Person, StaffRole, Team
from accounts.permissions import Permission
from demo.people import StaffPlan
from tickets.models import Audience, MacroThen
from tickets.services.macros import macro_keep

WORDS: tuple[tuple[str, str], ...] = (
    ("Greeting", "Hello {{ person.first_name }}, thank you for getting in touch. I will look into it with you now."),
    ("Which room and device?", "Which room are you in, and what does the label on the device say?"),
    ("Restart it", "Please switch it off, wait ten seconds and switch it on again. Tell me what it shows then."),
    ("Needs a ticket", "This takes longer than a chat. I open a request with what you wrote; its number is mailed."),
)  # fmt: skip

WITH_ACTIONS: tuple[Mapping[str, Any], ...] = (
    {
        "name": "Ask which room, and wait",
        "text": (
            "Dear {{ person.first_name }},\n\n"
            "which room is it in, and what does the label on the device say? As soon as we know we go on.\n\n"
            "{{ me.name }}\n{{ provider.name }} {{ provider.phone }}"
        ),
        "then": MacroThen.WAIT_SCHOOL,
        "reason": "Which room, and the label of the device",
    },
    {
        "name": "I am on it",
        "text": (
            "Dear {{ person.first_name }},\n\n"
            "I look after your request {{ ticket.reference }} from now on.\n"
            "It is fixed by {{ ticket.fix_due }} at the latest.\n\n"
            "{{ me.name }}"
        ),
        "takes": True,
    },
    {
        "name": "Spare part ordered",
        "text": (
            "Dear {{ person.first_name }},\n\nthe part that we need is ordered. We fit it as soon as it is here"
            " and tell you the day before.\n\n{{ me.name }}"
        ),
        "then": MacroThen.WAIT_THIRD_PARTY,
        "reason": "A spare part is on its way",
        "note": "Ordered for {{ ticket.school }}. Ask for its number if the manufacturer says nothing within two days.",
    },
    {
        "name": "Restarted, works again",
        "text": (
            "Dear {{ person.first_name }},\n\nwe have restarted it and it works again. Please answer this mail if it"
            " comes back.\n\n{{ me.name }}"
        ),
        "takes": True,
        "then": MacroThen.FIX,
    },
    {
        "name": "Advertising",
        "note": "Advertising, nothing that a school asked for.",
        "then": MacroThen.CLOSE_SPAM,
    },
)


def macros_add(plans: Sequence[StaffPlan], staff: Mapping[str, Person], teams: Mapping[str, Team]) -> None:
    """Everybody's, one of each team, and one of a technician alone. Inside the provider's open scope."""
    manager = next(staff[one.name] for one in plans if StaffRole.ADMINISTRATOR in one.roles)
    for macro in (*({"name": name, "text": text} for name, text in WORDS), *WITH_ACTIONS):
        _keep(manager, Audience.SHARED, macro)
    for team in teams.values():
        if team.lead is not None:
            hand_over = {
                "name": f"Hand over to {team.name}",
                "note": "Please take this one; what was tried stands above.",
                "to_team": team,
                "team": team,
            }
            _keep(team.lead, Audience.TEAM, hand_over)
    technician = next(staff[one.name] for one in plans if StaffRole.TECHNICIAN_1 in one.roles)
    _keep(technician, Audience.OWN, {"name": "My sign-off", "text": "Kind regards\n{{ me.first_name }}"})


def _keep(by: Person, audience: str, values: Mapping[str, Any]) -> None:
    values = {**values, "audience": audience}
    macro_keep(macro=None, values=values, by=by, permissions=frozenset(Permission))
