"""Petra of Oakfield, about whom everything is held that can be: mail, files, chats, calls, comments, mentions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import time_machine

from accounts.files import UploadedPart
from accounts.models import Person
from accounts.people import person_change
from accounts.services import contact_create
from accounts.tenancy.scope import as_system, open_scope
from chat.models import Chat, ChatEnd, ChatOrigin
from chat.services.conversation import chat_answer, chat_say, chat_start, chat_take
from chat.services.desk import presence_set
from chat.services.ending import chat_end
from delivery.sweeper import sweep
from satisfaction.models import SatisfactionQuestion
from satisfaction.services.answering import answer_give
from tests.cast import Cast
from tests.tickets.intake.mails import mail
from tests.tickets.test_opening import open_one
from tickets.intake.batches import mails_take
from tickets.intake.spooling import RawMail
from tickets.models import Mailbox, Ticket
from tickets.services.conversation import message_receive, note_add, ticket_reply
from tickets.services.work import ticket_close, ticket_fix

NAME, EMAIL, PHONE = "Petra O'Quill-Feather", "petra.quill@oakfield.example", "01632 960 123"
BEFORE = "petra.maiden@oakfield.example"  # the address that she had before
WORD = "zebrafinch"  # in everything that she wrote
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
# What must be found nowhere afterwards, whatever its case.
NEEDLES = (NAME, EMAIL, BEFORE, WORD, "1632960123", "1632 960 123")


@dataclass
class Scene:
    """Ids of what was made."""

    person: int
    own: int
    others: int
    chat: int


def petra_come(cast: Cast) -> Person:
    """She came under another address. Needs an open scope."""
    person = contact_create(customer=cast.customer(), name=NAME, email=BEFORE, nominated=True)
    return person_change(person=person, name=NAME, email=EMAIL, phone=PHONE)


def make(cast: Cast, *, at: datetime = MONDAY) -> Scene:
    """Everything, on that morning; all of it closed in the end."""
    with time_machine.travel(at, tick=True):
        with open_scope(cast.scope("ada")):
            petra = petra_come(cast)
        own = _own(cast, petra)
        others = _of_others(cast, petra)
        chat = _chat(cast, petra)
        sweep()
        _answer(cast, own)
    return Scene(petra.pk, own.pk, others.pk, chat.pk)


def _own(cast: Cast, petra: Person) -> Ticket:
    """By mail with a file; answered, noted, fixed and closed."""
    message = mail(
        f"{NAME} <{EMAIL}>", f"A {WORD} in the lamp", f"It is a {WORD}.\n\nRing me: 01632-960123\n"
    )
    message.add_attachment(WORD.encode(), maintype="text", subtype="plain", filename=f"{WORD}.txt")
    with open_scope(cast.staff_scope()):
        mailbox = Mailbox.objects.get(is_default=True)
    taken = list(mails_take(mailbox=mailbox, mails=[RawMail.of(message.as_bytes())], received_at=_now()))
    assert taken[0].outcome == "ticket", taken
    with open_scope(cast.scope("tess")):
        ticket = Ticket.objects.get(requester=petra)
        tess = cast.person("tess")
        ticket_reply(ticket=ticket, author=tess, text=f"Dear {NAME}, which {WORD}?")
        note_add(ticket=ticket, author=tess, text=f"{NAME} is angry about the {WORD}")
        ticket_fix(ticket=ticket, author=tess, text="It flew away.")
        return ticket_close(ticket=ticket)


def _of_others(cast: Cast, petra: Person) -> Ticket:
    """Rita's, in which Petra writes and others mention her."""
    with open_scope(cast.scope("tess")):
        ticket = open_one(cast, subject=f"For {NAME.upper()}", logged_at=_now(), level="Low")
        message_receive(ticket=ticket, author=petra, text=f"I saw the {WORD} too", channel="portal")
        tess = cast.person("tess")
        ticket_reply(ticket=ticket, author=tess, text=f"Thank you {NAME}.")
        note_add(ticket=ticket, author=tess, text=f"Her number is {PHONE}, or {BEFORE}; the lamp stays")
        ticket_fix(ticket=ticket, author=tess, text="A lamp is a lamp.")
        return ticket_close(ticket=ticket)


def _chat(cast: Cast, petra: Person) -> Chat:
    with open_scope(cast.scope("tess")):
        tess = cast.person("tess")
        presence_set(person=tess, takes_chats=True)
        chat = chat_start(
            customer=cast.customer(),
            person=petra,
            text=f"A {WORD}!",
            key=str(uuid4()),
            origin=ChatOrigin.PORTAL,
        )
        part = UploadedPart(f"{WORD}.png", "image/png", f"picture of a {WORD}".encode())
        chat_say(chat=chat, text="Look", key=str(uuid4()), files=[part])
        chat = chat_take(chat=chat, person=tess)
        chat_answer(chat=chat, author=tess, text=f"Hello {NAME}", key=str(uuid4()))
        return chat_end(chat=chat, by=ChatEnd.DESK)


def _answer(cast: Cast, own: Ticket) -> None:
    with open_scope(cast.staff_scope()), as_system():
        question = SatisfactionQuestion.objects.get(ticket=own)
        answer_give(question=question, answer="good", comment=f"No {WORD} any more")


def _now() -> datetime:
    return datetime.now(UTC)


def years(count: int) -> timedelta:
    return timedelta(days=366 * count)
