"""Chats of the demo: one that waits, one that goes on, one that was carried on as a ticket."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from chat.models import Chat, ChatEnd, ChatMessage, ChatOrigin, ChatState, Side
from chat.services.conversation import LEFT_AFTER
from demo.records import TicketRecord

Said = tuple[Side, str]
WAITING: tuple[Said, ...] = (
    (Side.VISITOR, "Hello, the interactive board in Room 4 shows no picture since this morning."),
    (Side.VISITOR, "The laptop itself is fine, and the cable is in."),
)
ACTIVE: tuple[Said, ...] = (
    (Side.VISITOR, "Two pupils' tablets do not find the Wi-Fi in the library."),
    (Side.DESK, "Hello, I am looking. Do they see the network's name at all?"),
    (Side.VISITOR, "Yes, but it says that the password is wrong."),
)
APART = timedelta(seconds=50)


def chats_add(open_now: Sequence[TicketRecord], *, now: datetime) -> None:
    """Add them, inside the provider's open scope. Nobody's page looks at them: the sweeper has nothing to do."""
    asking: dict[int, TicketRecord] = {}  # one open chat each
    for ticket in open_now:
        if ticket.assignee is not None and ticket.channel in {"portal", "email"}:
            asking.setdefault(ticket.requester.person_id, ticket)
    for ticket, said, minutes in zip(asking.values(), (WAITING, ACTIVE), (3, 9), strict=False):
        _chat_add(ticket, said, now - timedelta(minutes=minutes))
    carried_on = next((ticket for ticket in open_now if ticket.channel == "chat"), None)
    if carried_on is not None:  # nobody answered in time: the first message of the ticket is what was written
        said = ((Side.VISITOR, carried_on.messages[0].text),)
        began = carried_on.logged_at
        # Ended from the first: the person may be one of those whose chat is open.
        ended = {"state": ChatState.ENDED, "ended_by": ChatEnd.LEFT, "ended_at": began + LEFT_AFTER}
        _chat_add(carried_on, said, began, **ended, ticket_id=carried_on.id, filed_seq=1)


def _chat_add(ticket: TicketRecord, said: Sequence[Said], began: datetime, **ended: Any) -> None:
    answers = [place for place, (side, _text) in enumerate(said) if side == Side.DESK]
    technician = ticket.assignee if answers else None
    chat = Chat.objects.create(
        customer_id=ticket.school.customer_id,
        person_id=ticket.requester.person_id,
        origin=ChatOrigin.PORTAL,
        assignee_id=technician.person_id if technician else None,
        last_seq=len(said),
        got_seq=len(said),
        unanswered=len(said) - (answers[-1] + 1 if answers else 0),
        started_at=began,
        answered_at=began + answers[0] * APART if answers else None,
        seen_at=began + (len(said) - 1) * APART,
        **{"state": ChatState.ACTIVE if answers else ChatState.WAITING, **ended},
    )
    authors = {Side.VISITOR: ticket.requester, Side.DESK: technician}
    ChatMessage.objects.bulk_create(
        ChatMessage(
            customer_id=chat.customer_id,
            chat=chat,
            seq=place + 1,
            side=side,
            author_id=author.person_id if (author := authors[side]) else None,
            at=began + place * APART,
            text=text,
        )
        for place, (side, text) in enumerate(said)
    )
