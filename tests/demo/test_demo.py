"""The demo: the same from the same seed, true to the engine, quiet when it is loaded, and never in production."""

from datetime import UTC, datetime, time, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.tenancy.lookups import provider_id_for
from accounts.tenancy.scope import Scope, open_scope
from contracts.models import Contract
from delivery.models import OutboundMail
from delivery.sweeper import sweep
from demo.installation import PASSWORD
from demo.rhythm import before, last_quarter
from demo.sign_ins import sign_ins
from knowledge.models import Article, NoticeTicket, ServiceNotice
from knowledge.selectors import articles_found
from satisfaction.models import SatisfactionQuestion
from sla.calendars import working_time_of
from sla.deadlines import deadline_of
from sla.history import histories_checked
from sla.models import Clock, ClockEvent, ClockEventKind, OnSiteTime
from sla.working_time import CalendarSpec, Pause, weekly_hours, working_time_for
from tickets.models import OPEN_STATES, BreachReason, InboundMail, Ticket, TicketState, TicketTimer, TimerKind
from tickets.services.base import next_due, next_warn
from visits.allowances import allowance_of, ledger_differences
from visits.models import AllowanceKind, RemoteSession, Visit

pytestmark = pytest.mark.django_db


def load(*arguments: str) -> str:
    """Load a demo into the test's database, beside the cast; what the command said."""
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def scope_of(slug: str) -> Scope:
    provider_id = provider_id_for(slug)
    assert provider_id is not None
    return Scope(provider_id=provider_id)


@pytest.fixture
def concero() -> Scope:
    """A small Concero with 180 tickets."""
    load("--provider", "concero", "--tickets", "180")
    return scope_of("concero")


def test_counts_are_as_asked_and_numbers_go_on(concero: Scope) -> None:
    with open_scope(concero):
        numbers = list(Ticket.objects.order_by("logged_at", "number").values_list("number", flat=True))
        assert sorted(numbers) == list(range(1001, 1181))
        assert numbers == sorted(numbers), "tickets are numbered as they came in"
        states = set(Ticket.objects.values_list("state", flat=True))
    assert states >= {"new", "open", "waiting_customer", "waiting_third_party", "fixed", "closed"}


@pytest.mark.rule("S4", "S10")
def test_every_deadline_is_what_the_engine_says(concero: Scope) -> None:
    with open_scope(concero):
        for clock in Clock.objects.prefetch_related("pauses"):
            deadline = deadline_of(
                working_time_of(clock.calendar_version_id),
                started_at=clock.started_at,
                allowance_minutes=clock.allowance_minutes,
                warn_percent=clock.warn_percent,
                pauses=[Pause(one.starts_at, one.ends_at) for one in clock.pauses.all()],
            )
            assert (clock.due_at, clock.warn_at) == (deadline.due_at, deadline.warn_at)
            assert clock.due_without_pauses_at == deadline.due_without_pauses_at
        for ticket in Ticket.objects.select_related("response_clock", "fix_clock"):
            assert (ticket.next_due_at, ticket.next_warn_at) == (next_due(ticket), next_warn(ticket))


@pytest.mark.rule("S14")
def test_each_clock_has_the_events_of_its_state(concero: Scope) -> None:
    steps = {"warned_at": ClockEventKind.WARNED, "breached_at": ClockEventKind.BREACHED}
    with open_scope(concero):
        for clock in Clock.objects.prefetch_related("events"):
            kinds = [event.kind for event in clock.events.all()]
            assert kinds[0] == ClockEventKind.STARTED
            for field, kind in steps.items():
                assert (getattr(clock, field) is not None) == (kind in kinds)
            assert clock.is_open or clock.wake_at is None
            if clock.state in {"met", "missed"}:
                assert clock.state in kinds
            for event in clock.events.all():
                assert clock.ended_at is None or event.kind == "set_apart" or event.at <= clock.ended_at


@pytest.mark.rule("S13")
def test_the_histories_prove_every_clock(concero: Scope) -> None:
    with open_scope(concero):
        assert {key: words for key, words in histories_checked(Clock.objects.all()).items() if words} == {}


@pytest.mark.rule("S6", "S11")
def test_most_promises_are_kept_and_each_miss_has_its_reason() -> None:
    load("--provider", "concero", "--tickets", "900")
    first, last = last_quarter(datetime.now(UTC).date())
    with open_scope(scope_of("concero")):
        counted = Clock.objects.filter(apart="", state__in=["met", "missed"])
        kept = counted.filter(state="met").count() / counted.count()
        assert 0.95 <= kept <= 0.98
        rough = counted.filter(
            customer__slug="kestrel-park", counted_at__date__gte=first, counted_at__date__lte=last
        )
        assert rough.filter(state="met").count() / rough.count() < 0.95
        closed = Ticket.objects.filter(state=TicketState.CLOSED).values("fix_clock_id")
        missed = Clock.objects.filter(pk__in=closed, state="missed")
        assert missed.count() == BreachReason.objects.filter(clock__in=missed).count() > 0


@pytest.mark.rule("I6")
def test_schools_answered_how_we_did_all_the_year_round() -> None:
    load("--provider", "concero", "--tickets", "800")
    with open_scope(scope_of("concero")):
        asked = SatisfactionQuestion.objects.all()
        answered = asked.filter(answered_at__isnull=False)
        assert 0.1 < answered.count() / asked.count() < 0.6
        assert 0.6 < answered.filter(answer="good").count() / answered.count() < 0.95
        assert answered.filter(answer="poor").exclude(comment="").exists()
        assert answered.dates("closed_at", "month").count() >= 10
        assert not asked.filter(wake_at__isnull=False).exists()
        assert not asked.filter(ticket__channel="monitoring").exists()
        wrong = asked.exclude(closed_at=F("ticket__closed_at"), person=F("ticket__requester"))
        assert not wrong.exists()


def test_the_same_seed_tells_the_same_story(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(slug: str) -> list[tuple[Any, ...]]:
        with open_scope(scope_of(slug)):
            return list(
                Ticket.objects.order_by("number").values_list(
                    "number", "subject", "channel", "logged_at", "requester__name", "response_clock__due_at"
                )
            )

    now = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
    monkeypatch.setattr("demo.management.commands.demo.timezone.now", lambda: now)
    stories = []
    for seed in ("7", "7", "8"):
        with transaction.atomic():
            load("--provider", "pisys", "--tickets", "120", "--seed", seed)
            stories.append(told("pisys"))
            transaction.set_rollback(True)
    assert stories[0] == stories[1]
    assert stories[0] != stories[2]


def test_it_is_loaded_once_and_not_beside_real_data(concero: Scope) -> None:
    with pytest.raises(CommandError, match="loaded once"):
        load("--provider", "concero")
    assert "not loaded" in load("--if-empty")
    assert provider_id_for("pisys") is None


@pytest.mark.parametrize("arguments", [("--provider", "nobody"), ("--tickets", "5", "--open", "6")])
def test_wrong_options_write_nothing(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        load(*arguments)
    assert provider_id_for("concero") is None


def test_it_refuses_in_production(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        load()
    assert provider_id_for("concero") is None


def test_open_tickets_can_be_counted_out() -> None:
    load("--provider", "concero", "--tickets", "200", "--open", "150")
    with open_scope(scope_of("concero")):
        assert Ticket.objects.exclude(state__in=["fixed", "closed"]).count() >= 150


@pytest.mark.rule("T4")
def test_everybody_printed_can_sign_in(concero: Scope) -> None:
    people = sign_ins()
    assert len(people) == 11, "six roles of the provider and five of a school"
    words = load("--sign-ins")
    for person in people:
        assert person.email in words
        client = Client()
        answer = client.post("/account/login/", {"login": person.email, "password": PASSWORD})
        assert answer.status_code == 302, (person, answer.content[:300])
        page = client.get("/" + person.page.split("/", 3)[3])
        assert page.status_code == 200, person


@pytest.mark.django_db(transaction=True)
@pytest.mark.rule("S14")
def test_a_sweep_right_after_loading_is_quiet() -> None:
    load("--tickets", "150")
    done = sweep()
    assert sum(done.done.values()) == 0, done
    assert sum(done.failed.values()) == 0
    for slug in ("concero", "pisys"):
        with open_scope(scope_of(slug)):
            assert not OutboundMail.objects.exists()


def test_what_else_lies_on_the_desk(concero: Scope) -> None:
    with open_scope(concero):
        assert InboundMail.objects.filter(state="quarantined", wake_at__isnull=True).count() == 3
        open_now = Clock.objects.filter(state="running")
        assert open_now.filter(breached_at__isnull=False).exists()
        assert open_now.filter(breached_at__isnull=True, warned_at__isnull=False).exists()
        assert Clock.objects.filter(state="paused", due_at__isnull=True).exists()
        assert ClockEvent.objects.filter(kind=ClockEventKind.VOIDED).exists()
        (first, *_others) = articles_found("the beamer has no signal")
        assert first.title == "The projector shows no picture"
        assert {article.state for article in Article.objects.all()} == {"draft", "published"}
        states = {notice.state for notice in ServiceNotice.objects.all()}
        assert states == {"mending", "planned", "over"}
        assert NoticeTicket.objects.filter(notice__state="mending").exists()


@pytest.mark.rule("E1")
def test_somebody_owes_an_update_and_something_has_no_owner(concero: Scope) -> None:
    with open_scope(concero):
        for kind in TimerKind:
            told_of = TicketTimer.objects.filter(kind=kind, rung=1, ticket__state__in=OPEN_STATES)
            assert 1 <= told_of.count() <= 12, kind


@pytest.mark.rule("P2", "P3", "P9")
def test_a_year_of_visits_agrees_with_its_ledger(concero: Scope) -> None:
    with open_scope(concero):
        assert set(Visit.objects.values_list("state", flat=True)) >= {"booked", "done", "missed", "in_lieu"}
        missed = Visit.objects.filter(state="missed")
        assert missed.filter(replaced_by__isnull=False).exists()
        assert not Visit.objects.filter(state="done", work_done="").exists()
        for contract in Contract.objects.all():
            assert ledger_differences(contract) == []


@pytest.mark.rule("S7")
def test_schools_whose_clocks_run_in_visits_have_hours_to_run_in(concero: Scope) -> None:
    with open_scope(concero):
        served = set(
            Contract.objects.filter(package__clock_runs_in_visits=True).values_list("customer_id", flat=True)
        )
        assert served
        clocks = Clock.objects.filter(customer__in=served, apart="")
        assert clocks.count() > 5
        assert not clocks.filter(calendar__runs_in_visits=False).exists()
        assert not clocks.filter(calendar__runs_in_visits=True).exclude(customer__in=served).exists()
        assert set(OnSiteTime.objects.values_list("customer_id", flat=True)) == served


@pytest.mark.rule("P2", "P3", "P5")
def test_visits_and_sessions_are_those_of_the_package(concero: Scope) -> None:
    with open_scope(concero):
        visits = Visit.objects.select_related("slot", "contract__package")
        all_day = visits.filter(contract__package__visit_window="full_time", state="done")
        assert all_day.filter(slot=None, uses="").count() == all_day.count() > 300
        hours = {one.ends_at - one.starts_at for one in all_day}
        assert max(hours) == timedelta(hours=10), "on-site hours are 08:00 to 18:00"
        for visit in visits.filter(slot__isnull=False):
            assert visit.slot is not None
            assert visit.slot.package_id == visit.contract.package_id
        on_demand = visits.filter(kind="on_demand")
        assert set(on_demand.values_list("state", flat=True)) == {"booked", "done"}
        assert all(one.contract.package.has_on_demand_visits for one in on_demand)
        for contract in {one.contract for one in on_demand}:
            allowance = allowance_of(contract, AllowanceKind.ON_DEMAND_VISIT, datetime.now(UTC).date())
            assert allowance.percent is not None
            assert allowance.percent < 80, "a success manager would have been told"
        alone = RemoteSession.objects.filter(contract__package__clock_runs_in_visits=True, in_lieu_of=None)
        assert not alone.exists(), "Scheduled Support has remote support in lieu of a visit alone"


@given(seconds=st.integers(60, 400_000), minutes=st.integers(0, 527_040))
def test_looking_back_by_working_time(seconds: int, minutes: int) -> None:
    timeline = working_time_for(
        CalendarSpec("Europe/London", weekly_hours(range(5), (time(8), time(16, 30))))
    )
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = before(timeline, now, timedelta(seconds=seconds))
    assert timeline.elapsed(found, now) == timedelta(seconds=seconds)
