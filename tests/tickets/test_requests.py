"""Everyday requests through forms: what is asked, who approves, when the clocks start, by when it is needed (I10)."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError

from accounts.models import CustomerRole
from accounts.services import contact_create
from accounts.tenancy.scope import open_scope
from delivery.models import Notification, OutboundMail
from delivery.sweeper import sweep
from sla.models import ClockState, ServiceLevel
from tests.cast import Cast
from tickets.errors import WrongState
from tickets.models import (
    ApprovalState,
    ClosedAs,
    FormQuestion,
    QuestionKind,
    RequestApproval,
    RequestForm,
    RequestKind,
    Ticket,
    TicketState,
)
from tickets.services.approvals import approval_decide, may_decide
from tickets.services.conversation import message_receive, takes_replies
from tickets.services.identity import identity_overrule
from tickets.services.requests import Given, request_open
from tickets.services.work import ticket_close, ticket_fix, ticket_reopen, ticket_wait

pytestmark = pytest.mark.rule("I10")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EVERYDAY = [str(kind) for kind in RequestKind if kind not in {RequestKind.OTHER, RequestKind.CATEGORY}]
MANAGERS = {CustomerRole.RELATIONSHIP_OWNER, CustomerRole.BUSINESS_MANAGER}
LEADS = MANAGERS | {CustomerRole.IT_LEAD}
APPROVED_BY = {
    "starter": LEADS,
    "leaver": LEADS,
    "mover": LEADS,
    "equipment": MANAGERS,
    "password": set(),
    "room_move": MANAGERS,
}
PEOPLE = {"rita": "requester", "rob": "relationship_owner", "bea": "business_manager", "ian": "it_lead"}
VALUES: dict[str, str] = {
    QuestionKind.NUMBER: "3",
    QuestionKind.YES_NO: "Yes",
    QuestionKind.DATE: "Mon 7 Dec 2026",
}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def ask(
    cast: Cast, kind: str = "starter", *, who: str = "rita", school: str = "oakfield", **more: Any
) -> Ticket:
    """A request with an answer to each question of the form, in the scope that is open."""
    form = RequestForm.objects.get(kind=kind)
    answers = [
        Given(one, VALUES.get(one.kind, f"{one.label.rstrip('?')} {kind}")) for one in form.questions.all()
    ]
    details = {"form": form, "answers": answers, **more}
    return request_open(customer=cast.customer(school), requester=cast.person(who), **details)


@pytest.mark.parametrize("kind", EVERYDAY)
def test_each_seeded_form_makes_a_low_ticket_with_its_answers(cast: Cast, kind: str) -> None:
    with open_scope(cast.scope("rita")):
        ticket = ask(cast, kind)
        asked = ticket.asked
        questions = list(asked.form.questions.all())
        assert 2 <= len(questions) <= 6
        assert ticket.level == ServiceLevel.objects.get(key="low")
        assert [one.label for one in asked.answers.all()] == [one.label for one in questions]
        text = ticket.messages.get(direction="in").text
        for one in asked.answers.all():
            assert f"{one.label}: {one.value}" in text
        assert ticket.category is not None
        assert asked.changes_account == (kind in {"starter", "leaver", "mover", "password"})
        waits = bool(APPROVED_BY[kind])
        assert ticket.state == (TicketState.WAITING_APPROVAL if waits else TicketState.NEW)
        assert (ticket.response_clock is None, ticket.promise_at is None) == (waits, waits)
        mail = OutboundMail.objects.get(recipients=["rita@oakfield.example"])
        assert text in mail.text
        assert ("waits for approval by" in mail.text) == waits
        assert ("a person will reply by" in mail.text) != waits


@pytest.mark.parametrize("kind", EVERYDAY)
def test_who_approves_which_form(cast: Cast, kind: str) -> None:
    """Whoever asks and may approve has approved by asking; whoever may not is refused."""
    with open_scope(cast.staff_scope()):
        other = ask(cast, kind, who="remy")
        for who, role in PEOPLE.items():
            may = role in APPROVED_BY[kind]
            own = ask(cast, kind, who=who)
            waits = bool(APPROVED_BY[kind]) and not may
            assert (own.state == TicketState.WAITING_APPROVAL) == waits, who
            if may:
                assert (own.approval.state, own.approval.decided_by) == ("approved", cast.person(who))
                assert own.response_clock is not None
            if APPROVED_BY[kind]:
                assert may_decide(cast.person(who), other.approval) == may, who
            else:
                assert not hasattr(other, "approval")


def test_nobody_else_decides(cast: Cast) -> None:
    with open_scope(cast.scope("rita")):
        ticket = ask(cast, "equipment")
    for who in ("rita", "ian", "fay"):
        with open_scope(cast.scope(who)), pytest.raises(PermissionError):
            approval_decide(ticket=ticket, by=cast.person(who), approve=True)


@pytest.mark.rule("S4")
def test_clocks_start_when_it_is_approved(cast: Cast, clock: Any) -> None:
    with open_scope(cast.scope("rita")):
        ticket = ask(cast, text="", subject="")
        assert ticket.subject == "New starter: Full name starter"
        assert ticket.approval.asked_of == "Bea, Ian or Rob"
        asked = {to for mail in OutboundMail.objects.all() for to in mail.recipients}
        assert {"bea@oakfield.example", "ian@oakfield.example", "rob@oakfield.example"} < asked
    clock.move_to(MONDAY + timedelta(days=1))
    with open_scope(cast.scope("bea")):
        approval_decide(ticket=ticket, by=cast.person("bea"), approve=True, note="Yes please")
        ticket = Ticket.objects.get(pk=ticket.pk)
        assert ticket.state == TicketState.NEW
        assert ticket.response_clock is not None
        assert ticket.response_clock.started_at == MONDAY + timedelta(days=1)
        assert ticket.next_due_at == ticket.promise_at == datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
        told = OutboundMail.objects.filter(recipients=["rita@oakfield.example"]).latest("pk")
        assert "Bea has approved your request" in told.text
        assert "Wednesday 25 November 2026 at 08:30" in told.text
        with pytest.raises(WrongState):
            approval_decide(ticket=ticket, by=cast.person("bea"), approve=False, note="No")


@pytest.mark.rule("S6")
def test_declined_is_withdrawn_and_nothing_sets_it_going(cast: Cast) -> None:
    with open_scope(cast.scope("rita")):
        ticket = ask(cast, "equipment")
    with open_scope(cast.scope("rob")):
        with pytest.raises(ValidationError) as problem:
            approval_decide(ticket=ticket, by=cast.person("rob"), approve=False)
        assert list(problem.value.message_dict) == ["note"]
        approval_decide(ticket=ticket, by=cast.person("rob"), approve=False, note="Next year")
    with open_scope(cast.scope("rita")):
        ticket = Ticket.objects.get(pk=ticket.pk)
        assert (ticket.state, ticket.closed_as) == (TicketState.CLOSED, ClosedAs.WITHDRAWN)
        assert ticket.response_clock is ticket.fix_clock is None
        assert (
            "Next year" in OutboundMail.objects.filter(recipients=["rita@oakfield.example"]).latest("pk").text
        )
        assert not takes_replies(ticket, MONDAY)
        with pytest.raises(WrongState):
            message_receive(ticket=ticket, author=cast.person("rita"), text="But", channel="portal")
    with open_scope(cast.staff_scope(name="tess")), pytest.raises(WrongState):
        ticket_reopen(ticket=ticket, reason="They changed their mind")


def test_nothing_is_worked_on_before_it_is_approved(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket, tess = ask(cast), cast.person("tess")
        for act in (
            lambda: ticket_fix(ticket=ticket, author=tess, text="Done"),
            lambda: ticket_wait(ticket=ticket, waiting_for="customer", reason="Why"),
            lambda: ticket_close(ticket=ticket),
            lambda: ticket_reopen(ticket=ticket, reason="Go on"),
        ):
            with pytest.raises(WrongState):
                act()
        message_receive(ticket=ticket, author=cast.person("rita"), text="In room 4", channel="portal")
        assert Ticket.objects.get(pk=ticket.pk).state == TicketState.WAITING_APPROVAL
        ticket_close(ticket=ticket, closed_as=ClosedAs.WITHDRAWN)
        with open_scope(cast.scope("bea")), pytest.raises(WrongState):
            approval_decide(ticket=ticket, by=cast.person("bea"), approve=True)
        ticket_reopen(ticket=ticket, reason="Asked again")
        again = Ticket.objects.get(pk=ticket.pk)
        assert (again.state, again.fix_clock) == (TicketState.WAITING_APPROVAL, None)


@pytest.mark.rule("S14")
def test_approvers_are_reminded_once_after_two_working_days(cast: Cast, clock: Any) -> None:
    with open_scope(cast.scope("rita")):
        clock.move_to(datetime(2026, 11, 26, 10, 0, tzinfo=UTC))  # Thursday
        ticket = ask(cast)
        assert ticket.approval.wake_at == datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
        before = OutboundMail.objects.count()
    clock.move_to(datetime(2026, 11, 30, 10, 1, tzinfo=UTC))
    for _ in range(2):
        sweep(queues=frozenset({"approvals"}))
    with open_scope(cast.staff_scope()):
        assert OutboundMail.objects.count() == before + 3
        assert "still waits for your approval" in OutboundMail.objects.latest("pk").text


@pytest.mark.rule("S14")
@pytest.mark.parametrize(("fixed", "told"), [(False, 1), (True, 0)])
def test_the_technician_hears_once_a_working_day_before(
    cast: Cast, clock: Any, fixed: bool, told: int
) -> None:
    with open_scope(cast.scope("rob")):  # approves by asking
        ticket = ask(cast, who="rob", needed_by=date(2026, 12, 14))
        assert ticket.asked.wake_at == datetime(2026, 12, 11, 8, 0, tzinfo=UTC)  # the Friday before
    if fixed:
        with open_scope(cast.staff_scope(name="tess")):
            identity_overrule(ticket=ticket, by=cast.person("lena"), reason="They stood beside me")
            ticket_fix(ticket=ticket, author=cast.person("tess"), text="Done")
    clock.move_to(datetime(2026, 12, 11, 8, 1, tzinfo=UTC))
    for _ in range(2):
        sweep(queues=frozenset({"needed_by"}))
    with open_scope(cast.staff_scope()):
        found = Notification.objects.filter(key__startswith="needed-by:")
        assert [one.person.name for one in found] == ["Lena"] * told


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"needed_by": date(2026, 11, 20)}, "needed_by"),
        ({"needed_by": date(2026, 11, 27)}, "urgent_why"),
        ({"needed_by": date(2026, 11, 27), "urgent_why": "x" * 301}, "urgent_why"),
        ({"kind": "password", "needed_by": date(2027, 1, 27)}, "needed_by"),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_words(cast: Cast, details: dict[str, Any], field: str) -> None:
    with open_scope(cast.scope("rita")):
        with pytest.raises(ValidationError) as problem:
            ask(cast, **details)
        assert list(problem.value.message_dict) == [field]
        assert not Ticket.objects.exists()


def test_earlier_than_promised_needs_a_reason_that_is_kept(cast: Cast) -> None:
    with open_scope(cast.scope("rita")):
        with pytest.raises(ValidationError, match="We promise this by Friday 4 December 2026 at 12:30"):
            ask(cast, needed_by=date(2026, 12, 3))
        ticket = ask(cast, needed_by=date(2026, 12, 3), urgent_why="She starts then")
        assert "Why it is urgent: She starts then" in ticket.messages.get(direction="in").text
        assert ask(cast, needed_by=date(2026, 12, 4)).asked.urgent_why == ""


def test_answers_are_checked_by_field(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        form = RequestForm.objects.get(kind="leaver")
        first, second, third, _last = form.questions.all()
        stranger = FormQuestion.objects.filter(form__kind="starter")[0]
        cases = {
            f"q{first.pk}": [Given(second, "Fri 4 Dec 2026")],
            f"q{stranger.pk}": [Given(first, "Ann"), Given(second, "x"), Given(stranger, "y")],
            f"q{third.pk}": [
                Given(first, "Ann"),
                Given(second, "x"),
                Given(third, "Hugo", cast.person("hugo")),
            ],
        }
        for field, answers in cases.items():
            with pytest.raises(ValidationError) as problem:
                ask(cast, "leaver", answers=answers)
            assert list(problem.value.message_dict) == [field]


def test_where_nobody_may_approve_the_success_manager_hears(cast: Cast) -> None:
    with open_scope(cast.scope("hugo")):  # Hillside has an IT lead alone
        ticket = ask(cast, "equipment", who="hugo", school="hillside")
        assert ticket.approval.asked_of == "relationship owner or business manager"
    with open_scope(cast.staff_scope()):
        assert Notification.objects.get(key=f"no-approver:{ticket.pk}").person == cast.person("cass")
        new = contact_create(
            customer=cast.customer("hillside"),
            name="Nia",
            email="nia@hillside.example",
            roles=(CustomerRole.RELATIONSHIP_OWNER,),
            nominated=True,
        )
        approval_decide(ticket=ticket, by=new, approve=True)
        assert RequestApproval.objects.get(ticket=ticket).state == ApprovalState.APPROVED
        clock = Ticket.objects.get(pk=ticket.pk).response_clock
        assert clock is not None
        assert clock.state == ClockState.RUNNING


def test_removing_a_question_leaves_tickets_as_they_were(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        ticket = ask(cast)
        before = [str(one) for one in ticket.asked.answers.all()]
        ticket.asked.form.questions.all().delete()
        assert [str(one) for one in ticket.asked.answers.all()] == before


def test_providers_that_were_there_before_get_the_same_forms(cast: Cast) -> None:
    def seen() -> list[object]:
        rows = RequestForm.objects.select_related("level", "category").prefetch_related("questions")
        return [
            (
                *(
                    one.kind,
                    one.title,
                    one.intro,
                    one.level and one.level.key,
                    one.category and one.category.key,
                ),
                *(one.needs_approval, set(one.approver_roles), one.asks_needed_by, one.changes_account),
                [(q.kind, q.label, q.help_text, q.is_required, q.choices) for q in one.questions.all()],
            )
            for one in rows
        ]

    migration = import_module("tickets.migrations.0014_forms_of_existing_providers")
    for slug in ("alder", "birch"):
        with open_scope(cast.staff_scope(slug)):
            before = seen()
            RequestForm.objects.all().delete()
            migration.install(apps, None)
            migration.install(apps, None)  # who has forms keeps them
            assert seen() == before
