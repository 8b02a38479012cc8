"""Making a ticket confidential, its readers, and what goes on with it behind the wall (Rule T6)."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import CustomerMembership
from accounts.tenancy.scope import as_system, open_scope
from delivery.models import Notification, OutboundMail
from sla.models import ServiceLevel
from tests.cast import Cast
from tickets.confidential import staff_readers
from tickets.errors import WrongState
from tickets.models import (
    Category,
    Channel,
    ReaderCause,
    SafeguardingContact,
    Ticket,
    TicketReader,
    TicketReading,
)
from tickets.selectors import may_see_ticket
from tickets.services.confidential import (
    access_take,
    reader_add,
    reader_end,
    safeguarding_contacts_set,
    ticket_confidential_lift,
    ticket_make_confidential,
)
from tickets.services.conversation import ticket_reply
from tickets.services.opening import ticket_open
from tickets.services.work import ticket_assign
from tickets.steps import deadlines_moved

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T6")]

SUBJECT = "Something about a child"


def private(cast: Cast, *, contacts: Sequence[str] = ("theo",)) -> Ticket:
    """Rita's, confidential from the start; Tess has logged it and owns it. Needs Tess's open scope."""
    safeguarding_contacts_set(people=[cast.person(name) for name in contacts])
    return ticket_open(
        customer=cast.customer(),
        requester=cast.person("rita"),
        subject=SUBJECT,
        text="Please keep this to yourselves.",
        channel=Channel.PHONE,
        level=ServiceLevel.objects.order_by("rank")[0],
        assignee=cast.person("tess"),
        is_confidential=True,
    )


def names(ticket: Ticket) -> dict[str, str]:
    rows = TicketReader.objects.filter(ticket=ticket, ended_at=None).select_related("person")
    return {row.person.name: row.cause for row in rows}


def test_the_tick_box_of_the_portal(cast: Cast, signed_in: Callable[[str], Client]) -> None:
    """With nobody named for safeguarding it is senior management: somebody of the staff always reads it."""
    with open_scope(cast.scope("rita")):
        school = cast.customer().pk
        about, level = Category.objects.order_by("pk")[0].pk, ServiceLevel.objects.order_by("-rank")[0].pk
    asked = {"customer": school, "category": about, "level": level, "subject": SUBJECT, "text": "Help"}
    page = signed_in("rita").post(
        "/alder/portal/requests/new/", {**asked, "is_confidential": "on"}, follow=True
    )
    assert page.status_code == 200
    assert "Only these people can read it" in page.content.decode()
    with open_scope(cast.scope("rita")):
        ticket = Ticket.objects.get(subject=SUBJECT)
        assert names(ticket) == {"Rita": ReaderCause.REQUESTER, "Sena": ReaderCause.SAFEGUARDING}
    assert signed_in("ian").get(f"/alder/portal/requests/{ticket.number}/").status_code == 404
    with open_scope(cast.scope("sena")):
        [told] = Notification.objects.filter(key=f"confidential:{ticket.pk}")
        assert (told.person.name, SUBJECT in told.summary) == ("Sena", False)
        [mail] = OutboundMail.objects.filter(recipients=["rita@oakfield.example"])
        assert mail.subject.startswith("Request [")
        assert SUBJECT not in mail.text


def test_who_reads_and_who_stops(cast: Cast) -> None:
    with open_scope(cast.scope("tess")):
        ticket = private(cast)
        assert names(ticket) == {
            "Rita": ReaderCause.REQUESTER,
            "Tess": ReaderCause.ASSIGNEE,
            "Theo": ReaderCause.SAFEGUARDING,
        }
        for who in ("rita", "tess", "hana"):
            with pytest.raises(WrongState):
                reader_end(ticket=ticket, person=cast.person(who))
        for who, reason in (("lena", " "), ("hana", "Another school"), ("theo", "A reader already")):
            with pytest.raises(ValidationError):
                reader_add(ticket=ticket, person=cast.person(who), reason=reason)
        reader_add(ticket=ticket, person=cast.person("bea"), reason="Designated safeguarding lead")
        assert "Bea" in names(ticket)
        ticket_assign(ticket=ticket, assignee=cast.person("lena"))
        assert names(ticket)["Lena"] == ReaderCause.ASSIGNEE
        reader_end(ticket=ticket, person=cast.person("theo"))
        with pytest.raises(WrongState):
            ticket_make_confidential(ticket=ticket, reason="Once more")
    with open_scope(cast.scope("lena")):
        ticket_assign(ticket=ticket, assignee=None)
        reader_end(ticket=ticket, person=cast.person("tess"))
        with pytest.raises(WrongState, match="Somebody of the staff"):
            reader_end(ticket=ticket, person=cast.person("lena"))
    with open_scope(cast.scope("theo")):
        assert not Ticket.objects.filter(pk=ticket.pk).exists()


def test_a_reader_of_the_school_who_is_no_lead(cast: Cast, signed_in: Callable[[str], Client]) -> None:
    with open_scope(cast.scope("tess")):
        ticket = private(cast)
        reader_add(ticket=ticket, person=cast.person("remy"), reason="Saw it too")
    remy = signed_in("remy")
    assert SUBJECT in remy.get(f"/alder/portal/requests/{ticket.number}/").content.decode()
    assert SUBJECT in remy.get("/alder/portal/requests/?q=about a child").content.decode()


def test_senior_management_takes_access(cast: Cast, signed_in: Callable[[str], Client]) -> None:
    with open_scope(cast.scope("tess")):
        ticket = private(cast)
    path = f"/alder/desk/tickets/{ticket.number}/readers/"
    for name, status in (("sena", 200), ("lena", 404), ("cass", 404)):
        page = signed_in(name).get(path)
        assert page.status_code == status
        assert SUBJECT not in page.content.decode()
        assert signed_in(name).post(f"{path}take/", {"reason": ""}).status_code == (
            422 if status == 200 else 404
        )
    listed = signed_in("sena").get("/alder/desk/confidential/").content.decode()
    assert path in listed
    assert "Tess, Theo" in listed
    taken = signed_in("sena").post(f"{path}take/", {"reason": "A parent has complained"}, follow=True)
    assert SUBJECT in taken.content.decode()
    with open_scope(cast.scope("tess")):
        row = TicketReader.objects.get(ticket=ticket, person=cast.person("sena"))
        assert (row.cause, row.reason) == (ReaderCause.TAKEN, "A parent has complained")
        told = Notification.objects.filter(key=f"access-taken:{row.pk}")
        assert {one.person.name for one in told} == {"Tess", "Theo"}
        assert ticket.messages.filter(text__contains="Sena took access").exists()
    with open_scope(cast.scope("ada")), pytest.raises(Ticket.DoesNotExist):
        access_take(number=ticket.number + 1, person=cast.person("ada"), reason="No such ticket")


def test_its_page_keeps_to_its_queries(
    cast: Cast,
    signed_in: Callable[[str], Client],
    at_most: Callable[[int], AbstractContextManager[None]],
) -> None:
    """Also with a caller to verify."""
    with open_scope(cast.scope("tess")):
        ticket = private(cast)
        Ticket.objects.filter(pk=ticket.pk).update(category=Category.objects.get(key="account"))
    tess = signed_in("tess")
    tess.get("/alder/desk/queue/")
    for path in (f"/alder/desk/tickets/{ticket.number}/", f"/alder/desk/tickets/{ticket.number}/readers/"):
        tess.get(path)
        with at_most(15):
            tess.get(path)


def test_lifted_it_is_a_ticket_like_any_other(cast: Cast, signed_in: Callable[[str], Client]) -> None:
    with open_scope(cast.scope("tess")):
        ticket = private(cast)
    path = f"/alder/desk/tickets/{ticket.number}/readers/"
    assert signed_in("tess").post(f"{path}lift/", {"reason": "A misunderstanding"}).status_code == 302
    assert SUBJECT in signed_in("ian").get(f"/alder/portal/requests/{ticket.number}/").content.decode()
    assert signed_in("lena").post(f"{path}start/", {"reason": "After all"}).status_code == 302
    assert signed_in("ian").get(f"/alder/portal/requests/{ticket.number}/").status_code == 404
    with open_scope(cast.scope("lena")):
        assert set(names(ticket)) == {"Rita", "Tess", "Theo", "Lena"}
        with pytest.raises(ValidationError):
            ticket_confidential_lift(ticket=ticket, reason="")


def test_deadlines_move_for_it_whoever_moves_them(cast: Cast) -> None:
    """A holiday that an administrator enters who cannot read it must not leave it at its old place in the queue."""
    with open_scope(cast.scope("tess")):
        ticket = private(cast)
        place = Ticket.objects.get(pk=ticket.pk).next_due_at
        Ticket.objects.filter(pk=ticket.pk).update(next_due_at=None)
    assert place is not None
    assert ticket.response_clock_id is not None
    with open_scope(cast.scope("ada")):
        assert not Ticket.objects.filter(pk=ticket.pk).exists()
        deadlines_moved([ticket.response_clock_id])
        with as_system():
            assert Ticket.objects.get(pk=ticket.pk).next_due_at == place


def test_mail_goes_to_readers_and_comes_from_them(cast: Cast) -> None:
    """Nobody else's mail joins it. Where the requester has left the school, its IT lead is not written to instead."""
    with open_scope(cast.scope("tess")):
        ticket = private(cast)
        seen = {name: may_see_ticket(cast.person(name), ticket) for name in ("rita", "ian", "lena", "theo")}
        assert seen == {"rita": True, "ian": False, "lena": False, "theo": True}
        CustomerMembership.objects.filter(person=cast.person("rita")).delete()
        before = OutboundMail.objects.count()
        ticket_reply(ticket=ticket, author=cast.person("tess"), text="We are at it")
        assert OutboundMail.objects.count() == before
        reader_add(ticket=ticket, person=cast.person("bea"), reason="Takes over")
        ticket_reply(ticket=ticket, author=cast.person("tess"), text="We are at it")
        assert OutboundMail.objects.latest("pk").recipients == ["bea@oakfield.example"]
        assert TicketReading.objects.filter(ticket=ticket, person=cast.person("bea"), way="mail").exists()


def test_the_settings(cast: Cast, signed_in: Callable[[str], Client]) -> None:
    with open_scope(cast.scope("ada")):
        lena, about = cast.person("lena").pk, Category.objects.order_by("pk")[0].pk
    sent = {"people": [lena], "methods": ["contact"], "categories": [about]}
    assert signed_in("ada").post("/alder/settings/safeguarding/", sent).status_code == 302
    with open_scope(cast.scope("ada")):
        assert [one.person_id for one in SafeguardingContact.objects.all()] == [lena]
        assert [one.pk for one in Category.objects.filter(changes_account=True)] == [about]
        ticket = private(cast, contacts=("lena",))
        assert lena in staff_readers(ticket)
