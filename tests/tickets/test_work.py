"""The life of a ticket: answering, waiting, levels, fixing, reopening and closing."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from accounts.models import AuditEntry, Customer, Person, StaffRole
from accounts.services import staff_create
from accounts.tenancy.scope import open_scope
from contracts.models import Contract, PausePolicy
from contracts.services import contract_renew
from delivery.models import MailPurpose, OutboundMail
from delivery.sweeper import sweep
from sla.models import Apart, ClockEvent, ClockEventKind, ClockState, ServiceLevel
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.errors import ReasonNeeded, WrongState
from tickets.models import (
    BreachReason,
    Channel,
    ClosedAs,
    EscalationStage,
    MissCause,
    Ticket,
    TicketState,
)
from tickets.services.conversation import message_receive, note_add, ticket_reply
from tickets.services.escalation import (
    breach_reason_give,
    explanation_dismiss,
    people_of_stage,
    people_to_warn,
)
from tickets.services.work import (
    clocks_without_reason,
    ticket_assign,
    ticket_change_level,
    ticket_close,
    ticket_fix,
    ticket_reopen,
    ticket_resume,
    ticket_set_apart,
    ticket_wait,
)

MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)


@pytest.mark.rule("S5")
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.PHONE])
def test_a_persons_message_or_call_is_the_first_response(cast: Cast, channel: str) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        message = ticket_reply(
            ticket=ticket, author=cast.person("tess"), text="On it", channel=channel, at=MONDAY
        )
        ticket.refresh_from_db()
        assert ticket.response_clock is not None
        assert ticket.response_clock.state == ClockState.MET
        assert message.is_first_response
        assert ticket.state == TicketState.OPEN
        assert ticket.fix_clock is not None
        assert ticket.next_due_at == ticket.fix_clock.due_at
        mailed = OutboundMail.objects.filter(purpose=MailPurpose.REPLY).count()
        assert mailed == (0 if channel == Channel.PHONE else 1)


@pytest.mark.rule("S5")
def test_notes_assignments_and_status_changes_are_no_first_response(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        note_add(ticket=ticket, author=cast.person("tess"), text="Ask Theo")
        ticket_assign(ticket=ticket, assignee=cast.person("theo"))
        ticket_wait(ticket=ticket, waiting_for="customer", reason="Which room?")
        ticket_resume(ticket=ticket)
        ticket.refresh_from_db()
        assert ticket.response_clock is not None
        assert ticket.response_clock.state == ClockState.RUNNING


def test_an_answer_is_threaded_under_what_the_school_wrote(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast, message_id="<first@oakfield.example>")
        message = ticket_reply(ticket=ticket, author=cast.person("tess"), text="Hello", at=MONDAY)
        mail = OutboundMail.objects.get(purpose=MailPurpose.REPLY)
        assert mail.headers["In-Reply-To"] == "<first@oakfield.example>"
        assert message.message_id == mail.message_id
        assert "Auto-Submitted" not in mail.headers


@pytest.mark.rule("S1", "S13")
def test_another_level_moves_the_running_deadlines_from_the_old_start(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        high = ServiceLevel.objects.get(name="High")
        with time_machine.travel(MONDAY, tick=False):
            ticket = ticket_change_level(ticket=ticket, level=high, reason="Half the school only")
        assert ticket.response_clock is not None
        assert ticket.response_clock.due_at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
        assert ticket.next_due_at == ticket.response_clock.due_at
        event = ClockEvent.objects.get(clock=ticket.response_clock, kind=ClockEventKind.RECOMPUTED)
        assert "Half the school only" in event.cause
        assert event.actor == cast.person("tess")
        entry = AuditEntry.objects.get(action="ticket.level_changed")
        assert entry.changes == {"level": ["Urgent", "High"]}
        assert entry.reason == "Half the school only"


@pytest.mark.rule("S10")
def test_the_strict_policy_lets_no_clock_stop(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        with time_machine.travel(MONDAY, tick=False):
            ticket = ticket_wait(ticket=ticket, waiting_for="customer", reason="Which room?")
        assert ticket.state == TicketState.WAITING_CUSTOMER
        assert ticket.fix_clock is not None
        assert ticket.fix_clock.state == ClockState.RUNNING


@pytest.mark.rule("S10")
def test_where_the_contract_grants_it_the_fix_clock_stops_until_the_school_answers(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        Contract.objects.filter(customer=cast.customer()).update(
            pause_policy=PausePolicy.FIX_WAITS_FOR_CUSTOMER
        )
        ticket = open_one(cast)
        with time_machine.travel(datetime(2026, 11, 23, 9, 0, tzinfo=UTC), tick=False):
            ticket = ticket_wait(ticket=ticket, waiting_for="customer", reason="Which room?")
        assert ticket.fix_clock is not None
        assert ticket.fix_clock.state == ClockState.PAUSED
        assert ticket.fix_clock.due_at is None
        eleven = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
        message_receive(
            ticket=ticket, author=cast.person("rita"), text="Room 4", channel=Channel.EMAIL, at=eleven
        )
        ticket.refresh_from_db()
        assert ticket.state == TicketState.OPEN
        assert ticket.fix_clock.due_at == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # 15:30 and two hours more
        assert ticket.fix_clock.due_without_pauses_at == datetime(2026, 11, 23, 15, 30, tzinfo=UTC)


@pytest.mark.rule("S6")
def test_reopening_starts_a_new_fix_clock_and_leaves_the_old_outcome(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        ticket_fix(ticket=ticket, author=cast.person("tess"), text="Switch restarted", at=MONDAY)
        ticket.refresh_from_db()
        old = ticket.fix_clock
        assert old is not None
        assert old.state == ClockState.MET
        later = MONDAY + timedelta(days=1)
        message_receive(
            ticket=ticket, author=cast.person("rita"), text="Down again", channel=Channel.EMAIL, at=later
        )
        ticket.refresh_from_db()
        assert ticket.state == TicketState.OPEN
        assert ticket.fix_clock is not None
        assert ticket.fix_clock.previous == old
        assert ticket.fix_clock.started_at == later
        old.refresh_from_db()
        assert (old.state, old.ended_at) == (ClockState.MET, MONDAY)


@pytest.mark.rule("S11")
def test_a_missed_deadline_needs_its_reason_before_closing(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        late = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
        ticket_fix(ticket=ticket, author=cast.person("tess"), text="Sorry, fixed now", at=late)
        ticket.refresh_from_db()
        assert [clock.kind for clock in clocks_without_reason(ticket)] == ["response"]
        with pytest.raises(ReasonNeeded):
            ticket_close(ticket=ticket)
        breach_reason_give(
            ticket=ticket,
            clock=clocks_without_reason(ticket)[0],
            cause=MissCause.WORKLOAD,
            words="Half the team was ill",
            person=cast.person("tess"),
        )
        assert ticket_close(ticket=ticket).state == TicketState.CLOSED
        missed = BreachReason.objects.get().clock
        assert (missed.state, missed.apart) == (ClockState.MISSED, Apart.COUNTED)  # explained, not exempted


@pytest.mark.rule("S6")
@pytest.mark.parametrize("closed_as", [ClosedAs.SPAM, ClosedAs.WITHDRAWN])
def test_spam_and_withdrawn_requests_count_nowhere(cast: Cast, closed_as: str) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = ticket_close(ticket=open_one(cast), closed_as=closed_as)
        assert ticket.response_clock is not None
        assert ticket.fix_clock is not None
        assert {ticket.response_clock.state, ticket.fix_clock.state} == {ClockState.VOID}
        assert ticket.next_due_at is None


@pytest.mark.rule("E4")
def test_what_cannot_be_resolved_closes_only_with_an_explanation(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        with time_machine.travel(MONDAY, tick=False):
            with pytest.raises(WrongState):
                ticket_close(ticket=ticket, closed_as=ClosedAs.UNRESOLVED)
            ticket_close(
                ticket=ticket, closed_as=ClosedAs.UNRESOLVED, text="Too old to mend. Ask us for a quote."
            )
        assert "Ask us for a quote" in OutboundMail.objects.get(purpose=MailPurpose.REPLY).text


def test_open_tickets_are_not_closed_as_fixed_behind_the_schools_back(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")), pytest.raises(WrongState):
        ticket_close(ticket=open_one(cast))


@pytest.mark.rule("S6", "S8")
def test_an_exempt_ticket_is_reported_apart_and_never_warned(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="lena")):
        ticket = ticket_set_apart(ticket=open_one(cast), apart=Apart.CALLOUT, reason="Emergency callout")
        assert ticket.response_clock is not None
        assert ticket.response_clock.apart == Apart.CALLOUT
        assert ticket.response_clock.wake_at is None


@pytest.mark.rule("S8", "S11")
def test_an_exempt_ticket_closes_without_a_reason_for_a_miss(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="lena")):
        ticket = ticket_set_apart(ticket=open_one(cast), apart=Apart.EXEMPT, reason="Agreed with the school")
        late = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
        ticket_fix(ticket=ticket, author=cast.person("lena"), text="Fixed", at=late)
        assert ticket_close(ticket=ticket).state == TicketState.CLOSED


@pytest.mark.rule("S11")
def test_a_ticket_past_its_time_does_not_close_unexplained_because_no_sweep_came_by(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        with (
            time_machine.travel(datetime(2026, 11, 23, 9, 0, tzinfo=UTC), tick=False),
            pytest.raises(ReasonNeeded),
        ):
            ticket_close(ticket=ticket, closed_as=ClosedAs.UNRESOLVED, text="Too old to mend.")


@pytest.mark.rule("E1", "S11", "S14")
def test_a_warning_goes_to_assignee_and_lead_and_a_miss_to_manager_and_lead(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        ticket_assign(ticket=ticket, assignee=cast.person("tess"))
    at_three_quarters = datetime(2026, 11, 23, 8, 15, tzinfo=UTC)
    assert sweep(now=at_three_quarters - timedelta(seconds=1), queues=["clocks"]).done.get("clocks", 0) == 0
    sweep(now=at_three_quarters, queues=["clocks"])
    sweep(now=at_three_quarters, queues=["clocks"])
    with open_scope(cast.staff_scope()):
        warned = {name: cast.person(name).notifications.count() for name in ("tess", "lena", "cass", "theo")}
        assert warned == {"tess": 1, "lena": 1, "cass": 0, "theo": 0}
        assert ticket.explanations.get().message is None  # a draft until a person confirms it
    sweep(now=datetime(2026, 11, 23, 8, 31, tzinfo=UTC), queues=["clocks"])
    with open_scope(cast.staff_scope()):
        ticket = Ticket.objects.get(pk=ticket.pk)
        assert ticket.escalation_level == 3
        assert {name: cast.person(name).notifications.count() for name in ("lena", "cass")} == {
            "lena": 2,
            "cass": 1,
        }
        assert OutboundMail.objects.filter(
            purpose=MailPurpose.EXPLANATION, recipients=["rita@oakfield.example"]
        ).exists()


@pytest.mark.rule("E1", "S11")
def test_a_second_miss_is_told_to_those_who_have_the_ticket(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        open_one(cast)
    sweep(now=datetime(2026, 11, 23, 8, 31, tzinfo=UTC), queues=["clocks"])
    sweep(now=datetime(2026, 11, 23, 15, 31, tzinfo=UTC), queues=["clocks"])
    with open_scope(cast.staff_scope()):
        told = [row.summary for row in cast.person("cass").notifications.order_by("id")]
        assert len(told) == 2
        assert told[1].startswith("Fix was due")


@pytest.mark.rule("S11")
def test_a_warning_that_was_dismissed_is_a_draft_again_once_the_deadline_is_missed(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
    sweep(now=datetime(2026, 11, 23, 8, 15, tzinfo=UTC), queues=["clocks"])
    with open_scope(cast.staff_scope(name="tess")):
        assert "may not manage" in ticket.explanations.get().draft
        explanation_dismiss(explanation=ticket.explanations.get())
    sweep(now=datetime(2026, 11, 23, 8, 31, tzinfo=UTC), queues=["clocks"])
    with open_scope(cast.staff_scope(name="tess")):
        draft = ticket.explanations.get()
        assert draft.dismissed_at is None
        assert "have not managed" in draft.draft


@pytest.mark.rule("E1", "S11")
def test_somebody_else_is_told_where_the_lead_or_the_manager_has_left(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        staff_create(name="Lars", email="lars@alder.example", roles=(StaffRole.TECHNICAL_LEAD,))
        staff_create(name="Cleo", email="cleo@alder.example", roles=(StaffRole.SUCCESS_MANAGER,))
        Person.objects.filter(name__in=["Lena", "Cass"]).update(is_active=False)
        ticket = open_one(cast)
        told = Person.objects.filter(pk__in=people_of_stage(ticket, EscalationStage.MANAGERS))
        assert {person.name for person in told} == {"Lars", "Cleo"}
        assert people_to_warn(ticket) == [cast.person("lars").pk]


@pytest.mark.rule("T3")
def test_a_ticket_without_contract_is_told_although_the_school_has_no_manager(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        Customer.objects.filter(slug="oakfield").update(success_manager=None)
        Contract.objects.filter(customer__slug="oakfield").update(ends_on=date(2026, 7, 31))
        ticket = open_one(cast)
        assert ticket.response_clock is None
        assert cast.person("cass").notifications.count() == 1


@pytest.mark.rule("P8")
def test_what_opens_again_after_a_renewal_is_promised_under_the_new_contract(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        ticket_fix(ticket=ticket, author=cast.person("tess"), text="Fixed", at=MONDAY)
        old = Contract.objects.get(customer__slug="oakfield")
        new = contract_renew(contract=old, starts_on=date(2026, 12, 1))
        with time_machine.travel(datetime(2026, 12, 2, 9, 0, tzinfo=UTC), tick=False):
            assert ticket_reopen(ticket=ticket, reason="Again").contract == new


@pytest.mark.rule("S6")
def test_a_new_ticket_cannot_be_reopened(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")), pytest.raises(WrongState):
        ticket_reopen(ticket=open_one(cast), reason="Why not")


@pytest.mark.rule("S6")
def test_what_was_closed_as_spam_and_is_none_owes_an_answer_again(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = ticket_close(ticket=open_one(cast), closed_as=ClosedAs.SPAM)
        ticket = ticket_reopen(ticket=ticket, reason="A real request after all")
        assert ticket.response_clock is not None
        assert ticket.fix_clock is not None
        assert {ticket.response_clock.state, ticket.fix_clock.state} == {ClockState.RUNNING}
        assert ticket.response_clock.previous is not None
        assert ticket.response_clock.previous.state == ClockState.VOID
