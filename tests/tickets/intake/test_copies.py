"""Whom a mail is copied to follows its request (rules I1, I6, T6)."""

import pytest

from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from tests.cast import Cast
from tests.tickets.intake.conftest import Take
from tests.tickets.intake.mails import mail
from tickets.models import Direction, Mailbox, Message, Ticket
from tickets.services.conversation import ticket_reply
from tickets.services.watching import watcher_end
from tickets.watchers import watchers_now

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I1", "I6")]
COPIED = "Remy <REMY@oakfield.example>, hugo@hillside.example, new.one@oakfield.example, tess@alder.example"


def ticket_named(reference: str | None) -> Ticket:
    assert reference is not None
    return Ticket.objects.get(number=reference.rpartition("-")[2])


def followers(ticket: Ticket) -> list[str]:
    return [row.person.name for row in watchers_now(ticket)]


def test_the_people_of_the_school_in_copy_follow_it(cast: Cast, take: Take) -> None:
    (outcome,) = take(mail(Cc=COPIED))
    with open_scope(cast.staff_scope()):
        ticket = ticket_named(outcome.ticket)
        assert followers(ticket) == ["Remy"]
        note = Message.objects.get(ticket=ticket, direction=Direction.NOTE).text
        assert "new.one@oakfield.example" in note
        assert "hugo" not in note
        assert all(one.recipients == ["rita@oakfield.example"] for one in OutboundMail.objects.all())


def test_who_follows_answers_into_it_and_only_those_are_mailed_who_have_not_had_it(
    cast: Cast, take: Take
) -> None:
    with open_scope(cast.staff_scope()):
        Mailbox.objects.update(plus_addressing=True)
    (outcome,) = take(mail(Cc=COPIED))
    with open_scope(cast.staff_scope(name="tess")):
        ticket = ticket_named(outcome.ticket)
        ticket_reply(ticket=ticket, author=cast.person("tess"), text="Which room?")
        to_remy = OutboundMail.objects.get(recipients=["remy@oakfield.example"])
        OutboundMail.objects.exclude(pk=to_remy.pk).delete()
    answer = mail(
        "remy@oakfield.example",
        "Re: whatever",
        "Room 7",
        to=to_remy.headers["Reply-To"],
        Cc="rita@oakfield.example",
    )
    (reply,) = take(answer)
    assert (reply.outcome, reply.ticket) == ("reply", outcome.ticket)
    stolen = mail("fay@oakfield.example", "Re: whatever", "Me too", to=to_remy.headers["Reply-To"])
    (apart,) = take(stolen)
    assert apart.outcome == "ticket"
    with open_scope(cast.staff_scope()):
        assert not OutboundMail.objects.filter(
            recipients=["rita@oakfield.example"], subject__contains=f"{outcome.ticket}]"
        ).exists()
    alone = mail("remy@oakfield.example", "Re: whatever", "And room 8", to=to_remy.headers["Reply-To"])
    (second,) = take(alone)
    assert second.outcome == "reply"
    with open_scope(cast.staff_scope()):
        passed_on = OutboundMail.objects.get(
            recipients=["rita@oakfield.example"], subject__contains=f"{outcome.ticket}]"
        )
        assert "And room 8" in passed_on.text


def test_a_copy_brings_nobody_back_and_joins_nobody_of_another_school(cast: Cast, take: Take) -> None:
    (outcome,) = take(mail(Cc=COPIED, message_id="<first@oakfield.example>"))
    with open_scope(cast.staff_scope()):
        ticket = ticket_named(outcome.ticket)
        watcher_end(ticket=ticket, person=cast.person("remy"), by=cast.person("remy"))
    (again,) = take(mail(subject="Re: it", Cc=COPIED, In_Reply_To="<first@oakfield.example>"))
    assert again.outcome == "reply"
    with open_scope(cast.staff_scope()):
        assert followers(ticket) == []
        assert Message.objects.filter(ticket=ticket, direction=Direction.NOTE).count() == 1
