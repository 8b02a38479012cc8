"""Opening a ticket: contract, level, clocks in working hours, acknowledgement."""

from datetime import UTC, datetime

import pytest

from accounts.models import AuditEntry
from accounts.tenancy.scope import open_scope
from delivery.models import MailPurpose, OutboundMail
from sla.models import ClockState, ServiceLevel
from tests.cast import Cast
from tickets.models import Channel, Mailbox, Message, Ticket
from tickets.services.opening import ticket_open

FRIDAY_AT_FOUR = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
MONDAY_HALF_PAST_EIGHT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def open_one(
    cast: Cast, *, who: str = "rita", school: str = "oakfield", level: str = "Urgent", **more: object
) -> Ticket:
    """A request of somebody, logged on Friday 20 November 2026 at 16:00 unless told otherwise."""
    details = {
        "subject": "No internet",
        "channel": Channel.EMAIL,
        "logged_at": FRIDAY_AT_FOUR,
        **more,
    }
    return ticket_open(
        customer=cast.customer(school),
        requester=cast.person(who),
        text="Nothing works",
        level=ServiceLevel.objects.get(name=level),
        **details,  # type: ignore[arg-type]
    )


@pytest.mark.rule("S2", "S3", "S4")
def test_friday_at_four_is_due_on_monday_at_half_past_eight(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast)
        assert ticket.response_clock is not None
        assert ticket.fix_clock is not None
        assert ticket.response_clock.due_at == MONDAY_HALF_PAST_EIGHT
        assert ticket.fix_clock.due_at == datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
        assert ticket.next_due_at == ticket.promise_at == MONDAY_HALF_PAST_EIGHT
        assert (ticket.team.name if ticket.team else "") == "Desk"


@pytest.mark.rule("I3", "S5")
def test_the_acknowledgement_names_the_promise_and_is_no_first_response(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        Mailbox.objects.update(plus_addressing=True)
        ticket = open_one(cast)
        mail = OutboundMail.objects.get()
        assert mail.purpose == MailPurpose.ACKNOWLEDGEMENT
        assert mail.recipients == ["rita@oakfield.example"]
        assert "Monday 23 November 2026 at 08:30" in mail.text
        assert f"CON-{ticket.number}" in mail.subject
        assert f"/alder/portal/requests/{ticket.number}/" in mail.text
        assert mail.headers["Auto-Submitted"] == "auto-replied"
        assert f"+t{ticket.number}." in mail.headers["Reply-To"]
        assert ticket.response_clock is not None
        assert ticket.response_clock.state == ClockState.RUNNING
        assert not Message.objects.filter(is_first_response=True).exists()


@pytest.mark.rule("I9", "P1")
def test_scheduled_support_is_answered_politely_and_its_request_kept(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        open_one(cast, who="hugo", school="hillside")
        mail = OutboundMail.objects.get()
        assert "next visit" in mail.text
        assert "emergency callout" in mail.text
        assert Ticket.objects.filter(customer=cast.customer("hillside")).count() == 1


@pytest.mark.rule("S9")
def test_what_is_logged_on_saturday_starts_on_monday(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        saturday = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
        ticket = open_one(cast, channel=Channel.PORTAL, logged_at=saturday)
        assert ticket.response_clock is not None
        assert ticket.response_clock.due_at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_numbers_have_no_gaps_and_belong_to_the_provider(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        first, second = open_one(cast), open_one(cast)
        assert (first.number, second.number) == (1001, 1002)
    with open_scope(cast.staff_scope("birch")):
        assert open_one(cast, who="rose", school="riverside", level="P1").number == 1001


def test_without_a_contract_no_clock_runs_and_the_success_manager_is_told(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        cast.customer()
        long_ago = datetime(2020, 1, 6, 10, 0, tzinfo=UTC)
        ticket = open_one(cast, logged_at=long_ago)
        assert ticket.response_clock is None
        assert ticket.next_due_at is None
        assert cast.person("cass").notifications.get().key == f"no-contract:{ticket.pk}"


@pytest.mark.rule("T2")
def test_people_of_schools_can_open_their_own_and_no_other(cast: Cast) -> None:
    with open_scope(cast.scope("rita")):
        ticket = open_one(cast, channel=Channel.PORTAL)
        assert (
            AuditEntry.objects.get(object_id=ticket.pk, action="ticket.opened").actor_id
            == cast.person("rita").pk
        )
        assert not Ticket.objects.filter(customer_id__gt=0).exclude(customer=cast.customer()).exists()
