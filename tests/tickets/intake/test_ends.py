"""Each message has exactly one visible end."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import CustomerMembership, CustomerRole, Person
from accounts.services import contact_create, customer_create
from accounts.tenancy.scope import open_scope
from delivery.models import MailPurpose, OutboundMail
from tests.cast import Cast
from tests.tickets.intake.conftest import FRIDAY_AT_FOUR, Take
from tests.tickets.intake.mails import SUPPORT, mail
from tickets.models import Direction, InboundMail, InboundState, Mailbox, Message, Ticket
from tickets.references import reply_address, subject_token


@pytest.mark.rule("I1", "I3", "S4")
def test_a_known_persons_mail_opens_a_ticket_and_is_acknowledged(cast: Cast, take: Take) -> None:
    (outcome,) = take(mail(text="It stays dark.\n\n-- \nRita\n"))
    with open_scope(cast.staff_scope()):
        ticket = Ticket.objects.get()
        assert outcome.as_dict() == {
            "outcome": "ticket",
            "ticket": f"CON-{ticket.number}",
            "customer": "oakfield",
            "reason": None,
        }
        assert (ticket.subject, ticket.requester.name) == ("The projector is broken", "Rita")
        message = Message.objects.get(ticket=ticket, direction=Direction.INCOMING)
        assert (message.text, message.quoted_text) == ("It stays dark.", "-- \nRita")
        answer = OutboundMail.objects.get()
        assert answer.purpose == MailPurpose.ACKNOWLEDGEMENT
        assert "at" in answer.text
        row = InboundMail.objects.get()
        assert (row.state, row.wake_at, row.ticket_id) == (InboundState.TICKET, None, ticket.pk)


@pytest.mark.rule("I1", "T2")
def test_who_has_left_the_school_no_longer_joins_what_they_asked(cast: Cast, take: Take) -> None:
    take(mail(message_id="<first@oakfield.example>"))
    with open_scope(cast.staff_scope()):
        rita = cast.person("rita")
        CustomerMembership.objects.filter(person=rita).update(customer=cast.customer("hillside"))
    (outcome,) = take(mail(subject="Re: dark", References="<first@oakfield.example>"))
    assert (outcome.outcome, outcome.customer, outcome.reason) == ("ticket", "hillside", "not_visible")


@pytest.mark.rule("T4")
def test_mail_of_a_former_colleague_waits_in_quarantine(cast: Cast, take: Take) -> None:
    take(mail(message_id="<first@oakfield.example>"))
    with open_scope(cast.staff_scope()):
        Person.objects.filter(email="tess@alder.example").update(is_active=False)
    (outcome,) = take(mail("tess@alder.example", References="<first@oakfield.example>"))
    assert outcome.outcome == "quarantined"


@pytest.mark.rule("I1", "T2")
@pytest.mark.parametrize("way", ["references", "address_token", "subject_token"])
@pytest.mark.parametrize(("who", "joins"), [("rita", True), ("ian", True), ("remy", False), ("fay", False)])
def test_an_answer_joins_only_from_somebody_who_may_see_the_ticket(
    cast: Cast, take: Take, way: str, who: str, joins: bool
) -> None:
    take(mail(message_id="<first@oakfield.example>"))
    with open_scope(cast.staff_scope()):
        ticket, person = Ticket.objects.get(), cast.person(who)
        ways = {
            "references": {"References": "<first@oakfield.example>"},
            "address_token": {"to": reply_address(cast.provider(), ticket, person)},
            "subject_token": {"subject": f"Re: {subject_token(cast.provider(), ticket, person)} dark"},
        }
    (outcome,) = take(mail(f"{who}@oakfield.example", **{"subject": "Re: dark", **ways[way]}))
    if joins:
        assert (outcome.outcome, outcome.ticket, outcome.reason) == ("reply", f"CON-{ticket.number}", way)
    else:
        assert (outcome.outcome, outcome.reason) == ("ticket", "not_visible")
        with open_scope(cast.staff_scope()):
            newest = Ticket.objects.order_by("-id").first()
            assert newest is not None
            note = Message.objects.get(ticket=newest, direction=Direction.NOTE)
            assert "may not see" in note.text


@pytest.mark.rule("I1")
@pytest.mark.parametrize("way", ["address", "subject"])
def test_a_reference_joins_only_from_the_person_to_whom_it_was_given(
    cast: Cast, take: Take, way: str
) -> None:
    take(mail())
    with open_scope(cast.staff_scope()):
        ticket, rita = Ticket.objects.get(), cast.person("rita")
        ritas = {
            "address": {"to": reply_address(cast.provider(), ticket, rita)},
            "subject": {"subject": f"Re: {subject_token(cast.provider(), ticket, rita)} dark"},
        }[way]
    # Ian may see the ticket: what stops him is that the reference is not his.
    (other,) = take(mail("ian@oakfield.example", **ritas))
    assert (other.outcome, other.reason) == ("ticket", "given_to_another")
    (own,) = take(mail("rita@oakfield.example", **ritas))
    assert (own.outcome, own.ticket) == ("reply", f"CON-{ticket.number}")


@pytest.mark.rule("I1")
@pytest.mark.parametrize("plus", [True, False])
def test_an_answer_that_has_lost_its_references_finds_its_way_by_what_we_wrote(
    cast: Cast, take: Take, plus: bool
) -> None:
    with open_scope(cast.staff_scope()):
        Mailbox.objects.update(plus_addressing=plus)
    (first,) = take(mail())
    with open_scope(cast.staff_scope()):
        ours = OutboundMail.objects.get()
        assert ("Reply-To" in ours.headers) is plus
    (answer,) = take(mail(to=ours.headers.get("Reply-To", SUPPORT), subject=f"Re: {ours.subject}"))
    assert (answer.outcome, answer.ticket) == ("reply", first.ticket)
    assert answer.reason == ("address_token" if plus else "subject_token")
    (report,) = take(mail("mailer-daemon@oakfield.example", References=ours.message_id))
    assert (report.outcome, report.ticket) == ("ignored", first.ticket)


@pytest.mark.rule("I1", "T1")
def test_a_number_alone_or_a_false_or_foreign_token_joins_nothing(cast: Cast, take: Take) -> None:
    take(mail())
    with open_scope(cast.staff_scope()):
        ticket, rita = Ticket.objects.get(), cast.person("rita")
        forged = f"{rita.pk}.{'A' * 16}"
    for subject in (f"Re: [CON-{ticket.number}] dark", f"[CON-{ticket.number} {forged}] dark"):
        (outcome,) = take(mail(subject=subject))
        assert (outcome.outcome, outcome.reason) == ("ticket", None)
    (outcome,) = take(mail(to=f"support+t{ticket.number}.{forged}@alder.example"))
    assert (outcome.outcome, outcome.reason) == ("ticket", None)
    with open_scope(cast.staff_scope("birch")):
        rose = cast.person("rose")
        own = Ticket.objects.count()
    # The number of a ticket of Birch too, and signed by Alder for the very person: the tenant is what differs.
    take(mail("rose@riverside.example"), provider="birch")
    with open_scope(cast.staff_scope("birch")):
        assert Ticket.objects.count() == own + 1
        theirs = Ticket.objects.get()
    for address in (
        reply_address(cast.provider(), theirs, rose),
        reply_address(cast.provider(), ticket, rita),
    ):
        (foreign,) = take(mail("rose@riverside.example", to=address), provider="birch")
        assert (foreign.outcome, foreign.reason) == ("ticket", None)


@pytest.mark.rule("T5")
@pytest.mark.parametrize(
    ("sender", "reason"),
    [
        ("rita.home@gmail.com", "personal_address"),
        ("sid@elsewhere.example", "unknown_domain"),
    ],
)
def test_a_refused_sender_gets_one_explanation_and_the_mail_waits(
    cast: Cast, take: Take, sender: str, reason: str
) -> None:
    outcomes = take(mail(sender), mail(sender, subject="Again"))
    assert [one.as_dict() for one in outcomes] == [
        {"outcome": "quarantined", "ticket": None, "customer": None, "reason": reason}
    ] * 2
    with open_scope(cast.staff_scope()):
        assert not Ticket.objects.exists()
        answer = OutboundMail.objects.get()
        assert (answer.purpose, answer.recipients) == (MailPurpose.REFUSAL, [sender])
        assert answer.headers["Auto-Submitted"] == "auto-replied"
        assert answer.headers["X-Auto-Response-Suppress"] == "All"
        assert "projector" not in answer.text + answer.subject


@pytest.mark.rule("T5")
def test_a_known_persons_private_address_is_refused(cast: Cast, take: Take) -> None:
    with open_scope(cast.staff_scope()):
        contact_create(customer=cast.customer(), name="Pat", email="pat@gmail.com", nominated=True)
    (outcome,) = take(mail("pat@gmail.com"))
    assert (outcome.outcome, outcome.reason) == ("quarantined", "personal_address")


@pytest.mark.rule("T4", "T5")
def test_somebody_new_at_a_schools_own_domain_is_recorded(cast: Cast, take: Take) -> None:
    (outcome,) = take(mail("New Teacher <new.teacher@oakfield.example>"))
    assert outcome.customer == "oakfield"
    with open_scope(cast.staff_scope()):
        person = Person.objects.get(email="new.teacher@oakfield.example")
        assert person.name == "New Teacher"
        assert person.user is not None
        assert not person.user.has_usable_password()
        assert [one.role for one in person.customer_memberships.all()] == [CustomerRole.REQUESTER]


@pytest.mark.rule("T5")
def test_schools_that_share_a_domain(cast: Cast, take: Take) -> None:
    with open_scope(cast.staff_scope()):
        one = customer_create(slug="north", name="North", domains=("trust.example",))
        two = customer_create(slug="south", name="South", domains=("trust.example",))
        contact_create(customer=two, name="Sue", email="sue@trust.example")
        both = contact_create(customer=one, name="Bo", email="bo@trust.example")
        contact_create(customer=two, name="Bo", email="bo@trust.example")
    unknown, sue, bo = take(mail("who@trust.example"), mail("sue@trust.example"), mail("bo@trust.example"))
    assert (unknown.outcome, unknown.reason) == ("quarantined", "unknown_person")
    assert sue.customer == "south"
    assert bo.customer == "north"
    with open_scope(cast.staff_scope()):
        ticket = Ticket.objects.get(requester=both)
        assert "several schools" in Message.objects.get(ticket=ticket, direction=Direction.NOTE).text
        CustomerMembership.objects.filter(person=both, customer=one).delete()
    (moved,) = take(mail("bo@trust.example"))
    assert moved.customer == "south"


@pytest.mark.rule("T4")
def test_only_nominated_people_where_the_provider_says_so(cast: Cast, take: Take) -> None:
    with open_scope(cast.staff_scope("birch")):
        contact_create(customer=cast.customer("riverside"), name="Nat", email="nat@riverside.example")
    outcomes = take(
        mail("rose@riverside.example"),
        mail("nat@riverside.example"),
        mail("new@riverside.example"),
        provider="birch",
    )
    assert [(one.outcome, one.reason) for one in outcomes] == [
        ("ticket", None),
        ("quarantined", "not_nominated"),
        ("quarantined", "not_nominated"),
    ]


@pytest.mark.rule("I2")
def test_the_same_message_never_makes_two_tickets(cast: Cast, take: Take) -> None:
    first = mail(message_id="<same@oakfield.example>")
    again = mail(message_id="<same@oakfield.example>", Received="by another way")
    one, two, three = take(first, first, again)
    assert one.outcome == "ticket"
    assert (two.outcome, two.ticket, two.reason) == ("duplicate", one.ticket, "same_bytes")
    assert (three.outcome, three.ticket, three.reason) == ("duplicate", one.ticket, "same_message_id")
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.count() == 1
        assert InboundMail.objects.count() == 2


@pytest.mark.rule("I1")
def test_an_answer_to_a_ticket_closed_long_ago_opens_a_new_one(cast: Cast, take: Take) -> None:
    take(mail(message_id="<old@oakfield.example>"))
    with open_scope(cast.staff_scope()):
        Ticket.objects.update(state="closed", closed_at=datetime(2026, 1, 5, 12, tzinfo=UTC))
    (outcome,) = take(mail(In_Reply_To="<old@oakfield.example>"), at=FRIDAY_AT_FOUR + timedelta(days=1))
    assert (outcome.outcome, outcome.reason) == ("ticket", "too_old")


@pytest.mark.rule("I1")
def test_a_colleagues_mail_is_a_note_and_never_leaves_the_house(cast: Cast, take: Take) -> None:
    take(mail(message_id="<first@oakfield.example>"))
    joined, loose = take(
        mail("tess@alder.example", text="Look at the cable", In_Reply_To="<first@oakfield.example>"),
        mail("tess@alder.example", subject="Fwd: from a school"),
    )
    assert joined.outcome == "reply"
    assert (loose.outcome, loose.reason) == ("quarantined", "from_staff")
    with open_scope(cast.staff_scope()):
        assert Message.objects.get(direction=Direction.NOTE).text == "Look at the cable"
        assert OutboundMail.objects.count() == 1  # the acknowledgement of the first
