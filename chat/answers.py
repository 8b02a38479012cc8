"""Answers at hand in a chat: the macros that are words alone, with values that a chat knows."""

from dataclasses import dataclass

from accounts.models import Person, Provider
from chat.models import Chat
from tickets.macros import can_be_said, macro_text, macros_of, people_values
from tickets.references import ticket_reference

MOST_OFFERED = 100  # behind a disclosure; more than that nobody looks through while somebody waits


@dataclass(frozen=True, slots=True)
class AtHand:
    """One answer, ready to be changed and sent."""

    title: str
    text: str


def answers_at_hand(provider: Provider, chat: Chat, me: Person) -> list[AtHand]:
    """What this technician can say with one press; an answer whose variables the chat cannot fill is left out."""
    values = people_values(provider, chat.customer, chat.person, me)
    if chat.ticket is not None:
        values["ticket.reference"] = ticket_reference(provider, chat.ticket.number)
    return [
        AtHand(one.name, macro_text(one.text, values))
        for one in macros_of(me)[:MOST_OFFERED]
        if can_be_said(one, values)
    ]
