"""Is a ticket covered? The answer is kept, overruled with a reason, and shown where somebody decides (Rule P1)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client

from accounts.models import AuditEntry, CustomerMembership
from accounts.tenancy.scope import open_scope
from contracts.coverage.engine import Value
from contracts.models import Answer, ClauseTopic, PackageClause
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.errors import WrongState
from tickets.models import Category, Channel, CoverageRecord, Ticket
from tickets.services.coverage import coverage_check, coverage_overrule

SignIn = Callable[[str], Client]
AtMost = Callable[[int], AbstractContextManager[None]]
MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday_morning() -> object:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    with open_scope(cast.staff_scope()):
        found = open_one(cast)
        found.category = Category.objects.get(key="classroom-av")
        found.save()
        return found


@pytest.mark.rule("P1")
def test_the_answer_is_kept_with_facts_clause_and_wording(cast: Cast, ticket: Ticket) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        facts: dict[str, Value] = {"consumable": True, "channel": "phone", "sims_work": "data"}
        record = coverage_check(
            ticket=ticket, topic=ClauseTopic.CLASSROOM_AV, facts=facts, by=cast.person("tess")
        )
        PackageClause.objects.filter(topic=ClauseTopic.AV_CONSUMABLES).update(wording="Something else.")
        record.refresh_from_db()
        assert (record.answer, record.decided_by) == (Answer.QUOTE, ClauseTopic.AV_CONSUMABLES)
        assert record.facts == {"consumable": True, "channel": "phone"}  # SIMS has no say here
        assert record.clause_words == "Classroom AV consumables, Full Managed Service, v3.2"
        assert record.wording.startswith("Consumables such as filters")
        ticket.refresh_from_db()
        assert ticket.coverage == record
        assert AuditEntry.objects.filter(action="ticket.coverage_checked").exists()


@pytest.mark.rule("P1")
def test_an_overruled_answer_stays_beside_the_new_one(cast: Cast, ticket: Ticket) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        tess = cast.person("tess")
        coverage_overrule(
            ticket=ticket, answer=Answer.COVERED, wording="We do it this once.", reason="Goodwill", by=tess
        )
        newest, first = ticket.coverage_records.all()
        assert (first.answer, first.decided_by) == (Answer.LIMITED, ClauseTopic.CLASSROOM_AV)
        assert (newest.answer, newest.overrules, newest.reason) == (Answer.COVERED, first, "Goodwill")
        ticket.refresh_from_db()
        assert ticket.coverage == newest
        for lacking in ({"wording": " "}, {"reason": ""}):
            words = {"wording": "No.", "reason": "Because", **lacking}
            with pytest.raises(ValidationError) as refused:
                coverage_overrule(ticket=ticket, answer=Answer.NOT_COVERED, by=tess, **words)
            assert set(refused.value.message_dict) == set(lacking)
        assert ticket.coverage_records.count() == 2


@pytest.mark.rule("P1")
def test_nobody_can_change_what_was_answered(cast: Cast, ticket: Ticket) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        record = coverage_check(ticket=ticket, topic=ClauseTopic.SIMS, facts={}, by=cast.person("tess"))
        with pytest.raises(ProgrammingError), transaction.atomic():
            CoverageRecord.objects.filter(pk=record.pk).update(answer=Answer.COVERED)
        record.pk, record.reason = None, "a reason for nothing"
        record._state.adding = True
        with pytest.raises(IntegrityError), transaction.atomic():
            record.save()


def test_without_a_contract_nothing_says_what_is_covered(cast: Cast, ticket: Ticket) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        Ticket.objects.update(contract=None)
        with pytest.raises(WrongState):
            coverage_check(ticket=ticket, topic=ClauseTopic.SIMS, facts={}, by=cast.person("tess"))


@pytest.mark.rule("P1")
def test_the_ticket_answers_keeps_and_hands_over_the_words(
    cast: Cast, signed_in: SignIn, ticket: Ticket
) -> None:
    tess, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    page = tess.get(path).content.decode()
    assert "Is this covered?" in page
    assert "Not noted on the ticket yet." in page
    assert "Which kind of unit is it?" in page
    high = {"topic": "classroom_av", "fact_consumable": "no", "fact_our_supply": "yes",
            "fact_av_unit": "projector", "fact_height_m": "3.1"}  # fmt: skip
    choosing = tess.get(f"{path}coverage/", high).content.decode()
    assert "more than 2.5 metres" in choosing
    with open_scope(cast.staff_scope()):
        assert not CoverageRecord.objects.exists()
    noted = tess.post(f"{path}covered/", high, follow=True).content.decode()
    assert "Noted: Not covered." in noted
    assert "Classroom AV, Full Managed Service, v3.2" in noted
    typed = {"text": "Good morning,", "by_phone": "on", "attachments": SimpleUploadedFile("a.txt", b"a")}
    page = tess.post(f"{path}coverage/say/", typed).content.decode()
    reply = page.split('name="text"')[1].split("</textarea>")[0]
    assert "Good morning,\n\nThis projector is more than 2.5 metres" in reply
    assert 'name="by_phone" id="reply-by_phone" checked' in page
    assert "Please choose the files again" in page
    with open_scope(cast.staff_scope()):
        assert not ticket.messages.filter(text__contains="Good morning").exists()
    done = tess.post(
        f"{path}overrule/",
        {"answer": "covered", "wording": "We lend a tower.", "reason": "Safe"},
        follow=True,
    ).content.decode()
    assert "We lend a tower." in done
    assert "Every answer so far" in done
    history = tess.get(f"{path}coverage/history/").content.decode()
    assert "This projector is more than 2.5 metres" in history
    assert "We lend a tower." in history
    assert "How high is it mounted" in history


def test_what_is_no_fact_is_said_at_the_field(signed_in: SignIn, ticket: Ticket) -> None:
    path = f"/alder/desk/tickets/{ticket.number}/"
    wrong = {"topic": "classroom_av", "fact_height_m": "very"}
    answer = signed_in("tess").post(f"{path}covered/", wrong)
    assert answer.status_code == 422
    assert "Enter a number." in answer.content.decode()
    bare = signed_in("tess").post(f"{path}overrule/", {"answer": "covered", "wording": "", "reason": ""})
    assert bare.status_code == 422


@pytest.mark.rule("P1")
def test_the_queue_shows_the_answer_in_few_queries(
    cast: Cast, signed_in: SignIn, ticket: Ticket, at_most: AtMost
) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        coverage_check(ticket=ticket, topic=ClauseTopic.PROJECTS, facts={}, by=cast.person("tess"))
    tess = signed_in("tess")
    tess.get("/alder/desk/queue/")
    with at_most(12):
        page = tess.get("/alder/desk/queue/").content.decode()
    assert "With limits" in page


@pytest.mark.rule("P1", "I9")
@pytest.mark.parametrize(
    ("caller", "words"),
    [
        ("rita", "Classroom AV is covered for wall-mounted displays"),
        ("hugo", "does not include our support desk"),
    ],
)
def test_the_telephone_log_answers_for_the_category(
    cast: Cast, signed_in: SignIn, caller: str, words: str
) -> None:
    with open_scope(cast.staff_scope()):
        key = CustomerMembership.objects.get(person=cast.person(caller)).pk
        category = Category.objects.get(key="classroom-av")
    tess, path = signed_in("tess"), f"/alder/desk/phone/{key}/"
    assert words in tess.get(f"{path}coverage/", {"category": category.pk}).content.decode()
    assert words not in tess.get(f"{path}coverage/", {"category": "x"}).content.decode()
    typed = {"category": category.pk, "subject": "Projector is dark", "text": "", "then": "ask"}
    asked = tess.post(path, typed)
    assert asked.status_code == 200
    page = asked.content.decode()
    assert words in page
    assert "Projector is dark" in page
    with open_scope(cast.staff_scope()):
        assert not Ticket.objects.exists()
    tess.post(path, {**typed, "text": "No picture", "then": ""})
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.get().category == category
        assert Ticket.objects.get().channel == Channel.PHONE


@pytest.mark.rule("P1")
def test_the_portal_answers_while_choosing_for_own_schools_only(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope()):
        own, other = cast.customer("oakfield").pk, cast.customer("hillside").pk
        category = Category.objects.get(key="project").pk
    rita = signed_in("rita")
    shown = rita.get("/alder/portal/requests/new/coverage/", {"customer": own, "category": category})
    assert "Managing projects is part of your package" in shown.content.decode()
    for wrong in ({"customer": other, "category": category}, {"customer": own}, {"customer": "²"}, {}):
        page = rita.get("/alder/portal/requests/new/coverage/", wrong)
        assert page.status_code == 200
        assert "package" not in page.content.decode()
    assert 'hx-get="coverage/"' in rita.get("/alder/portal/requests/new/").content.decode()
