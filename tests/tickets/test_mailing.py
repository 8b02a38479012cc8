"""Who gets the mail of a ticket, and how it reads."""

import pytest

from accounts.models import CustomerMembership, CustomerRole, Person, Provider
from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import Direction, Message
from tickets.services.conversation import ticket_reply
from tickets.services.escalation import ticket_escalate


def leave(cast: Cast, *names: str, way: str = "inactive") -> None:
    people = Person.objects.filter(email__in=[f"{name}@oakfield.example" for name in names])
    if way == "inactive":
        people.update(is_active=False)
    else:
        CustomerMembership.objects.filter(person__in=people).delete()


@pytest.mark.rule("T3")
@pytest.mark.parametrize("way", ["inactive", "no_member"])
@pytest.mark.parametrize(
    ("gone", "gets", "says"),
    [
        ((), "rita@oakfield.example", ""),
        (("rita",), "ian@oakfield.example", "goes to Ian instead"),
        (("rita", "ian"), "rob@oakfield.example", "goes to Rob instead"),
        (("rita", "ian", "rob"), None, "nobody was mailed"),
    ],
)
def test_who_has_left_is_not_written_to(
    cast: Cast, way: str, gone: tuple[str, ...], gets: str | None, says: str
) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        OutboundMail.objects.all().delete()
        leave(cast, *gone, way=way)
        for text in ("We look at it", "Still looking"):
            ticket_reply(ticket=ticket, author=cast.person("tess"), text=text)
        ticket.refresh_from_db()
        ticket_escalate(ticket=ticket, to_stage=3, trigger="technician", reason="A week")
        sent = OutboundMail.objects.all()
        assert [one.recipients for one in sent] == ([[gets]] * 3 if gets else [])
        notes = Message.objects.filter(ticket=ticket, direction=Direction.NOTE)
        assert len(notes) == bool(gone)
        assert all(says in note.text for note in notes)
        assert Message.objects.filter(ticket=ticket, direction=Direction.OUTGOING).count() == 2
        assert all("Hello Rita" not in one.text for one in sent if gone)


@pytest.mark.rule("T2")
def test_the_lead_of_another_school_is_nobody_here(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        OutboundMail.objects.all().delete()
        CustomerMembership.objects.filter(customer=ticket.customer).delete()
        CustomerMembership.objects.create(
            customer=cast.customer("hillside"), person=cast.person("ian"), role=CustomerRole.IT_LEAD
        )
        ticket_reply(ticket=ticket, author=cast.person("tess"), text="Hello")
        assert not OutboundMail.objects.exists()


@pytest.mark.rule("I9", "P4")
@pytest.mark.parametrize("phone", ["01632 960100", ""])
@pytest.mark.parametrize("callout", ["scheduled", ""])
def test_who_has_no_desk_is_told_in_sentences_that_fit(cast: Cast, phone: str, callout: str) -> None:
    with open_scope(cast.staff_scope()):
        Provider.objects.update(support_phone=phone)
        first = open_one(cast, who="hugo", school="hillside")
        assert first.contract is not None
        package = first.contract.package
        package.name, package.emergency_callout = "Visits Only", callout
        package.save()
        OutboundMail.objects.all().delete()
        open_one(cast, who="hugo", school="hillside")
        text = OutboundMail.objects.get().text
    assert "Your support package is Visits Only:" in text
    assert "Scheduled Support" not in text
    assert ("emergency callout" in text) is bool(callout)
    assert ("please call us on 01632 960100." in text) is bool(phone and callout)
    assert ("simply answer this e-mail and say so." in text) is bool(callout and not phone)
    assert "\n\n\n" not in text
    assert text.rstrip().endswith(phone or "Concero")


def test_an_acknowledgement_ends_well_without_a_telephone(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        Provider.objects.update(support_phone="")
        open_one(cast)
        assert OutboundMail.objects.get().text.rstrip().endswith("Concero")
